"""What the page of a backtest says follows from its tables, the bad as well as the good."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise

import pandas as pd
import pytest
from made_up_library import MadeUpLibrary, code_of, made_up_library

from experiments.backtest import freezing, league, page, page_tables, records, verdicts
from experiments.backtest.backtest import summary_of, tables_of
from experiments.reports.wording import NO_BREAK


def plain(text: str) -> str:
    return text.replace(NO_BREAK, " ")


def made(factors: dict[str, float], library: MadeUpLibrary | None = None) -> tuple[str, dict, dict]:
    """Page, summary and tables of a simulation that is out by a factor for each figure."""

    library = library or made_up_library()
    found = freezing.freeze(library, 2020, 3, None)
    simulated = {}
    for code in found.asked:
        by_target = {}
        for target, factor in factors.items():
            for horizon in ("1", "2", "3"):
                outcome = found.outcome(code, target, int(horizon))
                value = (outcome.value if outcome and outcome.value else 1.0) * factor
                by_target.setdefault(target, {})[horizon] = [value * 0.98, value, value * 1.02]
        simulated[code] = by_target
    facts = {"draws": 3, "seed": 1, "model": "none", "complete": True, "failures": {}, "digests": {}}
    facts["failures"] = {code_of(3): "draw 2, simulating: ValueError: <script>alert(1)</script>"}
    del simulated[code_of(3)]
    gathered = records.gather(found, simulated)
    tables = tables_of(found, gathered, facts, True)
    told = summary_of(facts, found, gathered, tables, simulated)
    return page.page_of(found, gathered, tables, told), told, tables


WRONG = {"plans": 1.5, "requests": 1.0, "plans_issued": 1.0, "timeliness": 1.0}


@pytest.fixture(scope="module")
def wrong_about_plans() -> tuple[str, dict, dict]:
    return made(WRONG)


def test_what_is_forecast_worse_is_said_first_and_by_how_much(wrong_about_plans) -> None:
    text, told, tables = wrong_about_plans
    losses = [plain(each) for each in verdicts.losses(tables["skill"], told)]
    assert len(losses) == 3
    assert all(each.startswith("EHC plans in January, ") for each in losses)
    skill = tables["skill"]
    row = skill[(skill["target"] == "plans") & (skill["horizon"] != league.ALL)].sort_values("skill").iloc[0]
    assert f"our error is {-100 * row['skill']:.0f} % larger than that of" in losses[0]
    assert f"worse by {100 * row['difference']:.2g} % of the authority" in losses[0]
    for each in losses:
        assert each in plain(text)


def test_the_headline_names_what_is_better_and_what_is_worse(wrong_about_plans) -> None:
    headline = verdicts.headline(wrong_about_plans[1])
    assert "clearly better than the hardest naive forecast for requests for assessment" in headline
    assert "clearly worse for EHC plans in January" in headline
    assert headline in wrong_about_plans[0]


def test_a_simulation_that_is_never_worse_is_told_so() -> None:
    text, _, _ = made(dict.fromkeys(WRONG, 1.0))
    assert "In no figure and year is our mean error larger" in text


@pytest.mark.parametrize(
    ("skill", "low", "high", "words"),
    [
        (0.2, 0.1, 0.3, "20 % smaller than it (95 % interval 10 % to 30 %)"),
        (-0.2, -0.4, -0.1, "20 % larger than it (95 % interval 10 % to 40 %)"),
        (
            0.05,
            -0.1,
            0.2,
            "5 % smaller than it, no clear difference (95 % interval from 10 % larger to 20 % smaller)",
        ),
        (
            0.001,
            -0.1,
            0.1,
            "about the same as it, no clear difference (95 % interval from 10 % larger to 10 % smaller)",
        ),
    ],
)
def test_a_comparison_says_whether_it_is_clear(skill: float, low: float, high: float, words: str) -> None:
    assert plain(verdicts.versus(skill, low, high, "it")) == words


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (20, 20, "surer than"),
        (0, 30, "too low"),
        (30, 0, "too high"),
        (2, 2, "less sure"),
        (10, 12, "far off"),
    ],
)
def test_the_places_of_outcomes_are_put_into_words(low: int, high: int, words: str) -> None:
    row = {f"tenth_{place}": 0 for place in range(1, 11)} | {"tenth_1": low, "tenth_10": high}
    pit = pd.DataFrame([row | {"target": "plans", "method": "simulated", "outcomes": 100}])
    assert words in next(iter(verdicts.tails(pit)))


def test_largest_misses_say_what_was_forecast_and_what_happened(wrong_about_plans) -> None:
    _, _, tables = wrong_about_plans
    tables_of_misses = page_tables.miss_tables(tables["misses"])
    worst = tables["misses"][tables["misses"]["target"] == "plans"].iloc[0]
    name, cells = tables_of_misses[0].rows[0]
    assert name == f"{worst['name']}, {worst['year']}"
    assert cells[0][0] == f"{worst['median']:,.0f}" and cells[1] == (f"{worst['observed']:,.0f}",)


def test_failures_small_places_and_gaps_are_on_the_page() -> None:
    library = made_up_library()
    library.put(5, "requests", range(2015, 2024), 12.0)
    library.put(6, "plans", [2022], None)
    library.came_from = {code_of(7): ["E10000021"]}
    text, told, _ = made(WRONG, library)
    assert told["small"] == ["Place 5"]
    assert "<dt>Place 3</dt>" in text
    assert "EHC plans in January, 2022, suppressed in the publication (x): Place 6." in text
    assert "New since the freeze, from January 2022: Place 7." in text
    assert "Place 5: requests for assessment" in text


def test_the_break_in_the_series_is_told_and_drawn(wrong_about_plans) -> None:
    text = wrong_about_plans[0]
    assert "EHC plans in January from 2023, requests for assessment from 2022" in text
    assert text.count("child by child →") == 8  # four panels, drawn wide and narrow


class Reader(HTMLParser):
    """Collects what a reader with a screen reader would rely on."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_page_is_accessible_and_loads_nothing(wrong_about_plans) -> None:
    text = wrong_about_plans[0]
    reader = Reader()
    reader.feed(text)
    tags = [tag for tag, _ in reader.tags]
    assert "script" not in tags and "img" not in tags
    assert "<script>alert" not in text
    identifiers = [attributes["id"] for _, attributes in reader.tags if attributes.get("id")]
    assert len(identifiers) == len(set(identifiers))
    drawings = [attributes for tag, attributes in reader.tags if tag == "svg"]
    assert len(drawings) == 2
    for attributes in drawings:
        assert set(str(attributes["aria-labelledby"]).split()) <= set(identifiers)
    assert tags.count("caption") == tags.count("table") > 5
    links = [str(a["href"]) for tag, a in reader.tags if tag == "a"]
    assert all(link[1:] in identifiers for link in links if link.startswith("#"))
    headings = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    assert headings[0] == 1 and all(b - a <= 1 for a, b in pairwise(headings))
