"""`send-sim why`: the movement of a measure between two dates, shared out over its causes."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import pytest
import typer
from small_config import SMALL
from typer.testing import CliRunner

from experiments.errors import InputError
from experiments.movement import movement
from experiments.movement.causes import (
    AGREEMENT_RATE,
    CAUSES,
    NEED_MIX,
    ORDER_OF_WORK,
    OTHER,
    REQUESTS,
    REWORK,
    STAFFING,
    TURNOVER,
)
from experiments.movement.commands import why_command
from experiments.movement.steps import CARRIED_OVER
from experiments.options import told_plainly
from experiments.plan import Options
from sim.config.documents import read
from sim.replication import replicate

CI_SMALL = Path(__file__).resolve().parents[2] / "configs" / "ci_small.yaml"
STILL = (
    "needs.ASD.growth_per_year=0",
    "needs.SLCN.growth_per_year=0",
    "needs.ASD.volatility=0",
    "demand.common_volatility=0",
    "demand.shocks=1",
    "settings.special.places=140",
    "prices.inflation_per_year=0",
    "run.years=2",
)
"""With these nothing in the small config is set to move."""
FEWER = "staff_pools.ep.fte={2020-01-01: 0.8, 2021-03-01: 0.4}"
GROWTH = "demand.request_rate_multiplier={2020-01-01: 1, 2021-01-01: 1.5}"
ORDER = "staff_pools.ep.order={2020-01-01: earliest_deadline, 2021-01-01: twin_track}"
"""Each begins as the small config is without it."""


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Path:
    """The small config with people who stay as many, and psychologists who cannot quite keep up."""
    path = tmp_path_factory.mktemp("why") / "small.yaml"
    lines = [line for line in SMALL.splitlines(keepends=True) if not line.startswith("    2024:")]
    text = "".join(lines).replace("ep:\n    fte: 6\n", "ep:\n    fte: 0.8\n")
    path.write_text(text, encoding="utf-8")
    return path


def options(*changes: str) -> Options:
    return Options(replications="1", overrides=(*STILL, *changes))


def ask(config: Path, out: Path, *changes: str, measure: str = "open_assessments", **more) -> dict:
    periods = more.pop("periods", ("2020", "2021"))
    asked = more.pop("options", options(*changes))
    return movement.why(config, asked, measure, *periods, out=out, follow=lambda runs, _: runs, **more)


def values(told: dict) -> dict[str, float]:
    return {row["id"]: row["value"] for row in told["steps"]}


def moved(told: dict) -> set[str]:
    """The causes that runs were made for."""
    return {row["id"] for row in told["steps"] if row["id"] in CAUSES and row["moved"]}


def adds_up(told: dict) -> bool:
    first, *shares, last = (Fraction(str(row["value"])) for row in told["steps"])
    return first + sum(shares) == last


@pytest.fixture(scope="module")
def still(small) -> dict[tuple[str, str], float]:
    """(measure, year) → the figure of a run, made here, in which nothing moves."""
    outcome = replicate(read(small, STILL).settings(draw=1), 1)
    rows = (row for row in outcome.yearly if row[0] == "calendar" and row[3] == "all")
    return {(measure, period): value for _, period, measure, _, value in rows}


# What moves, moves by its own cause.


def test_where_nothing_was_set_to_move_no_cause_did_anything(small, tmp_path) -> None:
    told = ask(small, tmp_path / "why")
    shares = values(told)
    assert moved(told) == set() and told["sets"] == 1
    assert all(shares[cause] == 0 for cause in CAUSES)
    assert shares[CARRIED_OVER] == told["movement"]["value"] != 0
    assert adds_up(told)
    assert all(found == [] for found in told["settings"].values())


@pytest.mark.parametrize(
    "change, cause",
    [
        (FEWER, STAFFING),
        (GROWTH, REQUESTS),
        (ORDER, ORDER_OF_WORK),
        ("decisions.refuse_to_assess={2020-01-01: 0.2, 2021-01-01: 0.6}", AGREEMENT_RATE),
        ("panels.assess.cases={2020-01-01: 12, 2021-01-01: 1}", OTHER),
    ],
)
def test_where_one_cause_moves_all_that_was_not_carried_over_is_its_own(
    small, still, tmp_path, change: str, cause: str
) -> None:
    measure = "timeliness_20w_excl" if cause == ORDER_OF_WORK else "open_assessments"
    told = ask(small, tmp_path / "why", change, measure=measure)
    shares = values(told)
    assert moved(told) == {cause}
    assert shares[cause] != 0
    assert all(shares[other] == 0 for other in CAUSES if other != cause)
    assert adds_up(told)
    # The run without the change shows by itself what was carried over.
    rounded = 0.1 if told["unit"] == "percent" else 0
    assert shares[cause] == pytest.approx(shares["second"] - still[measure, "2021"], abs=rounded)
    assert shares["first"] == pytest.approx(still[measure, "2020"], abs=rounded)


def test_needs_that_change_places_are_need_mix_and_not_requests(small, tmp_path) -> None:
    # 60 % ASD and 40 % SLCN: a fifth more of the one and three tenths fewer of the other are as many.
    swap = ("needs.ASD.growth_per_year=0.2", "needs.SLCN.growth_per_year=-0.3", "demand.base_year=2020")
    told = ask(small, tmp_path / "why", *swap, measure="plans_issued", group="need=ASD")
    assert moved(told) == {NEED_MIX}
    assert values(told)[NEED_MIX] > 0
    what = {each["what"]: (each["before"], each["after"]) for each in told["settings"][NEED_MIX]}
    assert what == {"ASD, per cent of requests": (60.0, 72.0), "SLCN, per cent of requests": (40.0, 28.0)}


def test_in_all_orders_three_causes_share_what_they_do_together(small, tmp_path) -> None:
    told = ask(small, tmp_path / "why", FEWER, GROWTH, ORDER, in_all_orders=True)
    shares = values(told)
    assert moved(told) == {STAFFING, REQUESTS, ORDER_OF_WORK}
    assert told["sets"] == 8 and told["orders"] == "all"
    assert shares[STAFFING] > 0 and shares[REQUESTS] > 0
    assert adds_up(told)
    settings = {each["what"]: (each["before"], each["after"]) for each in told["settings"][STAFFING]}
    assert settings == {"staff_pools.ep.fte": (0.8, 0.4)}
    requests = told["settings"][REQUESTS][0]
    assert requests["after"] == pytest.approx(1.5 * requests["before"], abs=0.1)


# With everything there is.

BUSY = Options(
    replications="1",
    overrides=(
        "run.years=2",
        "staff_pools.ep.order={2020-01-01: first_come, 2021-02-01: twin_track}",
        "staff_pools.casework_officer.fte={2020-01-01: 0.8, 2021-05-01: 1.2}",
    ),
)


@pytest.fixture(scope="module")
def busy(tmp_path_factory) -> dict:
    out = tmp_path_factory.mktemp("busy") / "why"
    return ask(CI_SMALL, out, measure="timeliness_20w_excl", options=BUSY)


def runs_of(told: dict) -> dict[frozenset[str], dict[str, tuple[float, float]]]:
    """Set of causes at work → replication → both figures, as stored."""
    found: dict[frozenset[str], dict[str, tuple[float, float]]] = defaultdict(dict)
    with open(Path(told["folder"]) / "values.csv", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            at_work = frozenset(row["causes_at_work"].split("+")) - {"nothing"}
            found[at_work][row["replication"]] = (float(row["first"]), float(row["second"]))
    return found


def test_all_causes_of_a_busy_service_are_told_and_add_up(busy) -> None:
    assert moved(busy) == set(CAUSES)
    assert {REWORK, TURNOVER} <= moved(busy)
    assert adds_up(busy) and busy["sets"] == 2 * len(CAUSES)


def test_until_the_first_date_every_run_is_the_same(busy) -> None:
    before = {tuple(sorted((n, pair[0]) for n, pair in runs.items())) for runs in runs_of(busy).values()}
    assert len(before) == 1
    after = {tuple(sorted((n, pair[1]) for n, pair in runs.items())) for runs in runs_of(busy).values()}
    assert len(after) > len(CAUSES)


def test_a_share_is_the_mean_of_what_a_cause_adds_in_both_orders(busy) -> None:
    runs, names = runs_of(busy), sorted(CAUSES)
    at_work = {causes: sum(pair[1] for pair in each.values()) / len(each) for causes, each in runs.items()}

    def added(order: list[str], cause: str) -> float:
        before = frozenset(order[: order.index(cause)])
        return at_work[before | {cause}] - at_work[before]

    for row in busy["steps"]:
        if row["id"] in CAUSES:
            both = (added(names, row["id"]) + added(names[::-1], row["id"])) / 2
            assert row["value"] == pytest.approx(both, abs=0.1)


def test_the_same_question_is_answered_from_its_folder(busy) -> None:
    folder = Path(busy["folder"])
    stamp = (folder / movement.TOLD).stat().st_mtime_ns
    again = ask(CI_SMALL, folder, measure="timeliness_20w_excl", options=BUSY)
    assert again["found"] and not busy["found"]
    assert {**again, "found": False} == busy
    assert (folder / movement.TOLD).stat().st_mtime_ns == stamp
    with pytest.raises(InputError, match="already holds run"):
        ask(CI_SMALL, folder, measure="open_assessments", options=BUSY)


def test_a_reader_is_told_every_share_with_its_sign_and_the_page_shows_them(busy) -> None:
    words = movement.in_words(busy)
    page = Path(busy["page"]).read_text(encoding="utf-8")
    for row in busy["steps"]:
        assert row["label"] in words and row["label"] in page
    share = next(row for row in busy["steps"] if row["id"] == STAFFING)["value"]
    assert f"{abs(share):.1f}\u00a0points" in words
    assert "<script" not in page and "src=" not in page and 'href="http' not in page
    assert (Path(busy["folder"]) / "figures" / "movement.svg").read_text(encoding="utf-8").startswith("<svg")


def test_the_table_is_what_is_told_and_ends_where_it_should(busy) -> None:
    with open(Path(busy["folder"]) / "movement.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["value"]) for row in rows] == [row["value"] for row in busy["steps"]]
    assert rows[-2]["running_total"] == rows[-1]["value"]
    stored = json.loads((Path(busy["folder"]) / movement.TOLD).read_text(encoding="utf-8"))
    assert stored["steps"] == busy["steps"]


def test_money_is_shared_out_to_the_penny_between_financial_years(small, tmp_path) -> None:
    told = ask(small, tmp_path / "why", FEWER, "run.years=3", measure="cost", periods=("2020-21", "2021-22"))
    assert told["calendar"] == "financial" and told["held_from"] == "2021-04-01"
    assert adds_up(told)
    pence = [Fraction(str(row["value"])) * 100 for row in told["steps"]]
    assert all(one.denominator == 1 for one in pence)
    # The posts had gone by the first date, so staffing did nothing more.
    assert moved(told) == set()


def test_a_census_holds_causes_from_the_day_after_it(small, tmp_path) -> None:
    told = ask(small, tmp_path / "why", GROWTH, measure="plans_active", periods=("2020", "2021"))
    assert told["held_from"] == "2020-01-17"
    assert adds_up(told)


# What cannot be asked.


@pytest.mark.parametrize(
    "asked, words",
    [
        ({"measure": "open_assesments"}, "no such measure, did you mean 'open_assessments'?"),
        (
            {"periods": ("2019", "2022")},
            "--from: '2019', must be a whole calendar year of the run: 2020 to 2021",
        ),
        ({"periods": ("2019", "2022")}, "--to: '2022', must be"),
        ({"periods": ("2021", "2020")}, "--to: '2020', must come after --from, '2021'"),
        ({"periods": ("2020", "2020")}, "must come after"),
        (
            {"measure": "cost", "periods": ("2020", "2021")},
            "must be a whole financial year of the run: 2020-21",
        ),
        ({"group": "need=autism"}, "--group: 'autism', no such need, valid names: ASD, SLCN"),
        ({"group": "autism"}, "--group: 'autism', write all, or a kind and a name such as need=ASD"),
        ({"calendar": "lunar"}, "--calendar: 'lunar', must be one of academic, calendar, financial"),
    ],
)
def test_a_question_that_cannot_be_asked_is_told_and_nothing_is_run(small, tmp_path, asked, words) -> None:
    with pytest.raises(InputError) as caught:
        ask(small, tmp_path / "why", **asked)
    assert words in str(caught.value)
    assert not (tmp_path / "why").exists()


# The command.


def typed(*words: str) -> tuple[int, str, str]:
    """Exit code, output and errors of the command with these words."""
    app = typer.Typer()
    app.command()(told_plainly(why_command))
    result = CliRunner().invoke(app, list(words))
    return result.exit_code, result.stdout, result.stderr


def test_the_command_tells_the_answer_as_json(small, tmp_path) -> None:
    asked = ("--measure", "requests", "--from", "2020", "--to", "2021", "--replications", "1", "--jobs", "1")
    still = [word for change in STILL for word in ("--set", change)]
    code, output, _ = typed(str(small), *asked, *still, "--out", str(tmp_path / "why"), "--json")
    assert code == 0
    told = json.loads(output)
    assert (told["measure"], told["from"]["period"], told["failed"]) == ("requests", "2020", 0)
    assert adds_up(told)


def test_the_command_ends_with_2_for_a_measure_there_is_not(small) -> None:
    code, output, words = typed(str(small), "--measure", "reqests", "--from", "2020", "--to", "2021")
    assert (code, output) == (2, "")
    assert "did you mean 'requests'?" in words
