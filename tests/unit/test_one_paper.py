"""A paper from config to page. The option's own cost is given, so what hangs on which number is known."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from paper_config import CONFIG

from experiments.errors import InputError
from experiments.papers import one_paper, page, page_tables, papers, wording
from experiments.papers.drawing import on_axis
from experiments.papers.one_paper import Found, as_overrides
from experiments.papers.trials import ALTERED, Case, Trials, touched
from experiments.plan import Options
from experiments.reports.wording import NO_BREAK
from sim.config.documents import ConfigError
from sim.config.faults import dotted
from sim.lengths import in_days
from sim.replication import replicate
from sim.settings import Settings

BID, INTEREST = "interventions.team.cost.0.one_off", "interventions.team.cost.1.one_off"
PRICE, GROWTH = "interventions.team.changes.0.value", "needs.ASD.growth_per_year"


def silent(*_: object) -> None:
    """Progress is of no interest here."""


def followed(results, total):
    return iter(results)


def write(folder: Path, text: str = CONFIG, name: str = "small_paper") -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(autouse=True, scope="module")
def without_reports() -> Iterator[None]:
    """The report of the run has tests of its own, and takes longer than the run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("experiments.experiment.write_report", lambda folder: None)
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the config and its results stand."""
    return tmp_path_factory.mktemp("paper")


@pytest.fixture(scope="module")
def found(folder: Path) -> Found:
    prepared = one_paper.prepare(write(folder), Options(quick=True))
    return one_paper.carry_out(prepared, folder / "results", 1, followed, silent)


def drawn(found: Found, path: str) -> np.ndarray:
    """What the draws of both replications of the trials give a number: they are of one draw."""
    document = found.prepared.plan.document
    team = document.settings("team", draw=1).interventions["team"]
    number = int(path.split(".")[3])
    return np.array([team.cost[number].one_off] * 2)


def test_the_assumption_that_counts_most_comes_first_by_its_own_range(found: Found) -> None:
    swings = {each.path: each for each in found.tried.swings}
    assert list(swings)[:2] == [BID, INTEREST]
    assert swings[BID].swing == pytest.approx(60_000)
    assert swings[INTEREST].swing == pytest.approx(3_000)
    assert swings[PRICE].swing == 0 and swings[GROWTH].swing == 0
    assert len(swings) == 4


def test_the_others_stay_as_they_are_drawn(found: Found) -> None:
    swings = {each.path: each for each in found.tried.swings}
    assert swings[BID].at_low == pytest.approx(30_000 + drawn(found, INTEREST).mean(), abs=0.02)
    assert swings[INTEREST].at_high == pytest.approx(4_000 + drawn(found, BID).mean(), abs=0.02)


def test_an_altered_mechanism_gives_another_answer_in_the_same_replications(found: Found) -> None:
    assert found.tried.as_drawn == pytest.approx(drawn(found, BID) + drawn(found, INTEREST), abs=0.02)
    assert found.tried.altered == pytest.approx(25_000 + drawn(found, INTEREST), abs=0.02)


def test_a_number_that_only_the_option_uses_leaves_the_baseline_alone(found: Found) -> None:
    plan = found.prepared.plan
    ranges = {dotted(path): path for path in plan.document.plain.ranges}
    assert touched(plan, ranges[PRICE], ["team", "baseline"]) == ["team"]
    assert touched(plan, ranges[GROWTH], ["team", "baseline"]) == ["team", "baseline"]
    run_again = [scenario for case, scenario in found.prepared.trials.cases if case == Case((), ALTERED)]
    assert run_again == ["team"]


def test_the_claim_is_judged_by_the_stored_run(found: Found) -> None:
    headline = found.headline
    assert headline.claimed == 50_000
    assert 31_000 < headline.low <= headline.mean <= headline.high < 94_000
    assert headline.inside is (headline.low - 500 <= 50_000 <= headline.high + 500)
    assert [each.verdict for each in found.claims[1:]] == ["no quantified claim", "not simulated"]


def test_nothing_is_run_twice(found: Found, tmp_path: Path) -> None:
    def never(results, total):
        raise AssertionError("something was run again")

    out = found.finished.folder.parents[1]
    again = one_paper.carry_out(found.prepared, out, 1, never, silent)
    assert again.finished.found
    assert [each.path for each in again.tried.swings] == [each.path for each in found.tried.swings]
    assert page.page_of(again) == page.page_of(found)


def test_a_draft_without_time_tries_those_of_the_proposal_and_the_named_ones_in_turn(
    tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr("experiments.papers.trials.runs_in_a_draft", lambda plan: 7)
    prepared = one_paper.prepare(write(tmp_path), Options(quick=True))
    assert [dotted(path) for path in prepared.trials.paths] == [PRICE, GROWTH]
    assert [dotted(path) for path in prepared.left_out] == [BID, INTEREST]
    assert prepared.trials.replications == 1


def test_a_trial_ends_with_the_year_the_headline_is_read_from_and_gives_it_the_same_numbers(tmp_path) -> None:
    whole = one_paper.prepare(write(tmp_path), Options(quick=True, overrides=("run.years=3",))).trials
    settings = whole.plan.document.settings("team", 1)
    cut = whole.cut(settings)
    assert (settings.run.months, cut.run.months) == (36, months_to_march_2021(settings))
    of_year = [
        [row for row in replicate(each, 1).yearly if row[:2] == ("financial", "2020-21")]
        for each in (settings, cut)
    ]
    assert of_year[0] == of_year[1] != []


def months_to_march_2021(settings: Settings) -> int:
    start = settings.run.start
    return (2021 - start.year) * 12 + 4 - start.month


def test_dates_and_lengths_of_time_are_tried_at_both_ends_too(tmp_path: Path) -> None:
    late = "    slip: {value: 4 weeks, low: 0 weeks, high: 26 weeks, source: assumed}\n    changes:\n"
    when = "        from: {value: 2020-04-01, low: 2020-03-01, high: 2020-09-01, source: assumed}\n    cost:"
    text = CONFIG.replace("    changes:\n", late, 1).replace("        from: 2020-04-01\n    cost:", when, 1)
    trials = one_paper.prepare(write(tmp_path, text), Options(quick=True)).trials
    tried = {dotted(path): path for path in trials.paths}
    prices = {
        (name, end): trials.settings_of(Case(tried[name], end), "team", 1)
        .settings["inmss"]
        .price_per_child_year
        for name in ("interventions.team.slip", "interventions.team.changes.0.from")
        for end in ("low", "high")
    }
    firsts = {key: price.dates[1] for key, price in prices.items()}
    slip = drawn_slip(trials)
    assert firsts["interventions.team.slip", "high"] - firsts["interventions.team.slip", "low"] == timedelta(
        weeks=26
    )
    assert firsts["interventions.team.changes.0.from", "low"] == date(2020, 3, 1) + slip
    assert firsts["interventions.team.changes.0.from", "high"] == date(2020, 9, 1) + slip


def drawn_slip(trials: Trials) -> timedelta:
    """How late the first draw lets the team be."""
    slip = trials.plan.document.settings("team", draw=1).interventions["team"].slip
    return timedelta(days=in_days(slip))


def test_what_is_altered_may_be_anything_a_config_may_hold() -> None:
    told = as_overrides(
        {"a.b": {date(2020, 4, 1): 0.5}, "c": "26 weeks", "d": [1, True], "e": date(2020, 1, 2)}
    )
    assert told == ["a.b={2020-04-01: 0.5}", 'c="26 weeks"', "d=[1, true]", "e=2020-01-02"]


def test_an_alteration_that_no_config_may_hold_is_told_before_anything_runs(tmp_path: Path) -> None:
    path = write(tmp_path, CONFIG.replace("one_off: 25000", "one_off: -5"))
    with pytest.raises(ConfigError, match=r"interventions\.team\.cost\.0\.one_off"):
        one_paper.prepare(path, Options(quick=True))
    assert not (tmp_path / "results").exists()


def test_a_config_over_a_paper_whose_run_ends_too_soon_is_told(tmp_path: Path) -> None:
    write(tmp_path)
    over = write(tmp_path, "extends: small_paper.yaml\nname: short\nrun: {years: 1}\n", "short")
    with pytest.raises(InputError, match=r"claims\.spending: '2020-21' is no whole year"):
        one_paper.prepare(over, Options(quick=True))


# All papers.


def all_papers(folder: Path, *names: str) -> tuple[dict, int]:
    options = Options(quick=True)
    return papers.carry_out(names, folder, options, 1, folder / "results", followed, silent)


def test_a_paper_that_fails_is_told_and_the_others_go_on(folder: Path, found: Found) -> None:
    write(folder, CONFIG.replace("option: team", "option: tem"), "broken")
    told, code = all_papers(folder, "broken", "small_paper")
    assert code == 4
    assert list(told["papers"]) == ["small_paper"]
    assert "did you mean 'team'?" in told["failed"]["broken"]
    written = Path(told["folder"])
    tables = ["assumptions.csv", "claims.csv", "perturbed.csv"]
    assert sorted(path.name for path in written.iterdir()) == sorted(
        [*tables, "papers.html", "small_paper.html"]
    )
    assert "broken" in (written / "papers.html").read_text(encoding="utf-8")
    words = papers.in_words(told)
    assert "The team costs 50,000" in words and "broken: could not be run" in words


def test_a_name_that_is_no_paper_is_refused_with_the_nearest(tmp_path: Path) -> None:
    write(tmp_path)
    with pytest.raises(InputError, match=r"'smal_paper': no such paper .* the nearest is 'small_paper'"):
        all_papers(tmp_path, "smal_paper")


def test_a_config_without_a_paper_is_refused(tmp_path: Path) -> None:
    write(tmp_path, CONFIG[: CONFIG.index("paper:\n")], "plain")
    with pytest.raises(InputError, match="has no paper"):
        all_papers(tmp_path, "plain")


def test_the_command_prints_what_was_found(folder: Path, found: Found) -> None:
    from typer.testing import CliRunner

    from experiments.command_line import app

    where = ["--configs", str(folder), "--out", str(folder / "results"), "--quick", "--jobs", "1"]
    done = CliRunner().invoke(app, ["papers", "small_paper", *where, "--json"])
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    paper = told["papers"]["small_paper"]
    assert paper["found"] and paper["differs"]
    assert [claim["inside"] for claim in paper["claims"]][1:] == [None, None]
    assert Path(told["index"]).is_file()
    assert CliRunner().invoke(app, ["papers", "smal_paper", *where]).exit_code == 2


# Pages and tables.


class Reader(HTMLParser):
    """Collects what a reader with a screen reader would rely on."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_tables_beside_the_pages_hold_every_claim_and_assumption(found: Found) -> None:
    texts = page.tables_of([found])
    claims = pd.read_csv(io.StringIO(texts["claims.csv"])).set_index("claim")
    assert list(claims.index) == ["spending", "requests", "lives"]
    row = claims.loc["spending"]
    assert (row["paper"], row["claimed"], row["unit"]) == ("small_paper", 50_000, "GBP")
    assert row[["mean", "p10", "p90"]].tolist() == pytest.approx(
        [found.headline.mean, found.headline.low, found.headline.high]
    )
    assert claims.loc["lives", "verdict"] == "not simulated"
    assumptions = pd.read_csv(io.StringIO(texts["assumptions.csv"]))
    assert assumptions["assumption"].tolist()[:2] == [BID, INTEREST]
    assert assumptions["swing"].tolist() == pytest.approx([60_000, 3_000, 0, 0])
    assert assumptions.loc[0, "label"] == "A team for a year: cost, once"
    altered = pd.read_csv(io.StringIO(texts["perturbed.csv"]))
    assert altered["altered"].tolist() == pytest.approx(found.tried.altered.tolist())


def test_a_page_says_what_was_found(found: Found) -> None:
    text = unescape(page.page_of(found)).replace(NO_BREAK, " ")
    headline = found.headline
    assert "50,000 for a team" in text
    assert wording.verdict(headline, 4).replace(NO_BREAK, " ") in text
    assert "Most hangs on “A team for a year: cost, once”: with 30,000 the headline comes to" in text
    assert "A team of half the price: in the same 2 replications the headline comes to £" in text
    assert "Optimism bias is zero in “A team for a year”" in text
    assert "The table says 50 and 52." in text
    assert "Nothing is proposed" not in text and "The proposal is the scenario" in text
    assert "price of a place for a year”" in text and "settings.inmss" not in text
    assert "from 1 April 2020" in text and "2020-04-01" not in text
    assert "52 thousand pounds" in text and "table 1" in text and "15 January 2020" in text
    assert "nothing simulated says what a better life is" in text


def test_an_intervention_is_called_by_its_label_up_to_the_details() -> None:
    labels = {
        "team": "Four people until May, paid by a fund",
        "two": "RAISE: lower fees, for a year",
        "three": "RAISE: reviews",
        "planner": "A planner and, for 26 weeks, an analyst",
        "bare": None,
    }
    data = {"interventions": {name: {"label": label} for name, label in labels.items()}}
    told = {name: wording.short_label(("interventions", name, "slip"), data) for name in labels}
    assert told == {
        "team": "Four people until May",
        "two": "RAISE: lower fees",
        "three": "RAISE: reviews",
        "planner": "A planner",
        "bare": "Bare",
    }


def test_numbers_that_came_of_a_reckoning_have_few_digits(found: Found) -> None:
    assert [wording.end_in_words(end) for end in (0.17076, 12_000, date(2020, 4, 1), "26 weeks")] == [
        "0.171",
        "12,000",
        "1 April 2020",
        "26 weeks",
    ]
    told = [wording.about(value, found.headline) for value in (1_834.0, 154_321.0, 1_050_000.0)]
    assert told == ["£1,800", "£154,000", f"£1.05{NO_BREAK}million"]
    assert [on_axis(value, "GBP") for value in (1.05e6, 900_000.0)] == ["£1.05m", "£900,000"]
    assert on_axis(3.75, "count") == "3.75"


def test_a_figure_is_named_in_words() -> None:
    names = ("saving_2019_20", "semh_growth", "population_0_4_2016")
    told = [page_tables.figure_name(name) for name in names]
    assert told == ["Saving 2019/20", "SEMH growth", "Population 0 to 4, 2016"]


def test_a_paper_that_proposes_nothing_speaks_of_its_scenario(found: Found, monkeypatch) -> None:
    monkeypatch.setattr(page_tables, "own_interventions", lambda found: {})
    text = unescape(page.page_of(found))
    assert "The paper proposes no measure of its own." in text
    assert "so there is no optimism to allow for" in text
    assert "The proposal is" not in text and "allowed for in everything" not in text


@pytest.mark.parametrize("which", ["paper", "index"])
def test_the_pages_are_accessible_and_load_nothing(found: Found, which: str) -> None:
    text = page.page_of(found) if which == "paper" else page.index_of([found], {"other": "<i>no</i>"})
    reader = Reader()
    reader.feed(text)
    tags = [tag for tag, _ in reader.tags]
    assert not {"script", "img", "link", "iframe"} & set(tags)
    assert "<b>with" not in text and "<i>no" not in text
    identifiers = [attributes["id"] for _, attributes in reader.tags if attributes.get("id")]
    assert len(identifiers) == len(set(identifiers))
    named = [
        str(attributes["aria-labelledby"]).split()
        for _, attributes in reader.tags
        if "aria-labelledby" in attributes
    ]
    assert all(set(names) <= set(identifiers) for names in named)
    drawings = [attributes for tag, attributes in reader.tags if tag == "svg"]
    assert all(each["role"] == "img" and "aria-labelledby" in each for each in drawings)
    assert len(drawings) == (4 if which == "paper" else 0)
    assert tags.count("caption") == tags.count("table") == (3 if which == "paper" else 0)
    assert all(attributes.get("scope") for tag, attributes in reader.tags if tag == "th")
    links = [str(attributes["href"]) for tag, attributes in reader.tags if tag == "a"]
    assert all(link[1:] in identifiers if link[0] == "#" else link == "small_paper.html" for link in links)
    headings = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    assert headings[0] == 1 and headings.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(headings))
