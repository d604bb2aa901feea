"""`send-sim bridge`: from the baseline through each intervention's share to the scenario, to the penny."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from small_config import SMALL
from typer.testing import CliRunner

from experiments.bridge import bridge, parts, steps
from experiments.bridge.figures import Figure
from experiments.bridge.parts import OWN, Bridge, Part
from experiments.bridge.shares import every_set, sets_of_two_orders
from experiments.command_line import app
from experiments.console import PLAIN
from experiments.errors import InputError
from experiments.plan import Options

TWO_YEARS = ("run.years=2",)
TENTH_OFF = "{path: settings.mainstream.price_per_child_year, operation: multiply, value: 0.9}"
CUTS = f"""\
  haggle_again:
    label: A tenth off again
    changes: [{TENTH_OFF}]
  haggle:
    label: A tenth off
    changes: [{TENTH_OFF}]
  nothing:
    label: A change that changes nothing
    changes: [{{path: staff_pools.ep.fte, operation: add, value: 0}}]
  fewer_eps:
    changes: [{{path: staff_pools.ep.fte, operation: multiply, value: 0.1}}]
  one_ep_more:
    changes: [{{path: staff_pools.ep.fte, operation: add, value: 1}}]
  on_two_lines:
    label: |
      A label
      | that goes on
    changes: []
scenarios:
"""
SCENARIOS = r"""
  few_eps: {interventions: [fewer_eps]}
  folded:
    label: "Folded\nlabel"
    interventions: [on_two_lines]
  cheaper: {interventions: [nothing, haggle_again, haggle]}
  eps: {interventions: [fewer_eps, one_ep_more]}
  eps_the_other_way_round: {interventions: [one_ep_more, fewer_eps]}
  agency: {set: {staff_pools.ep.agency_fte: {value: 2, low: 1, high: 3, source: assumed}}}
  eps_and_agency:
    interventions: [one_ep_more]
    set: {staff_pools.ep.agency_fte: {value: 2, low: 1, high: 3, source: assumed}}
"""
TEXT = SMALL.replace("scenarios:\n", CUTS) + SCENARIOS


@pytest.fixture(scope="module")
def config(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("config") / "small.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def asked(config, tmp_path_factory):
    """Ask for a bridge as a user would: what is said, and the results folder."""

    def ask(scenario: str, *options: str, replications: int = 2) -> tuple[str, Path]:
        out = tmp_path_factory.mktemp("bridge") / "run"
        arguments = ["bridge", str(config), "--scenario", scenario, "--replications", str(replications)]
        arguments += ["--set", *TWO_YEARS, "--jobs", "1", "--out", str(out), *options]
        done = CliRunner().invoke(app, arguments)
        assert done.exit_code == 0, done.output
        return done.stdout, out

    return ask


@pytest.fixture(scope="module")
def cheaper(asked) -> tuple[str, Path]:
    return asked("cheaper")


def rows_of(folder: Path) -> Iterator[tuple[tuple[str, ...], list[dict[str, str]]]]:
    """The rows of each bridge, as the text they are stored in."""
    with (folder / "bridge.csv").open(encoding="utf-8") as file:
        found = list(csv.DictReader(file))
    keys = ("measure", "unit", "calendar", "period")
    for key in dict.fromkeys(tuple(row[name] for name in keys) for row in found):
        yield key, [row for row in found if tuple(row[name] for name in keys) == key]


def share(folder: Path, measure: str, calendar: str, id_: str) -> Decimal:
    """The mean of one row of a bridge."""
    for key, rows in rows_of(folder):
        if (key[0], key[2]) == (measure, calendar):
            return next(Decimal(row["mean"]) for row in rows if row["id"] == id_)
    raise AssertionError(f"no bridge of {measure}, {calendar}")


def test_every_bridge_adds_up_as_it_is_printed(cheaper) -> None:
    _, folder = cheaper
    bridges = list(rows_of(folder))
    assert len(bridges) == 5
    for key, rows in bridges:
        means = [Decimal(row["mean"]) for row in rows]
        totals = [Decimal(row["running_total"]) for row in rows]
        assert means[0] + sum(means[1:-1]) == means[-1], key
        assert all(
            after == before + mean
            for (before, after), mean in zip(pairwise(totals), means[1:-1], strict=False)
        )
        assert (totals[0], totals[-1]) == (means[0], means[-1])
        assert {-mean.as_tuple().exponent for mean in means} == {2 if key[1] == "GBP" else 1}
        assert [row["step"] for row in rows] == [str(number) for number in range(len(rows))]


def test_a_bridge_ends_where_the_scenario_ends(cheaper) -> None:
    _, folder = cheaper
    with (folder / "yearly.csv").open(encoding="utf-8") as file:
        yearly = [row for row in csv.DictReader(file) if row["group"] == "all" and row["measure"] == "cost"]
    for place, scenario in ((0, "baseline"), (-1, "cheaper")):
        for calendar, over in (("financial", "financial"), ("run", "calendar")):
            values = [
                Decimal(row["value"])
                for row in yearly
                if row["scenario"] == scenario
                and row["calendar"] == over
                and (over == "calendar" or row["period"] == "2020-21")
            ]
            mean = sum(values) / 2
            printed = next(rows for key, rows in rows_of(folder) if key[:3] == ("cost", "GBP", calendar))
            assert abs(Decimal(printed[place]["mean"]) - mean) <= Decimal("0.005")


def test_two_tenths_off_one_price_have_equal_shares_of_what_they_save_together(cheaper) -> None:
    _, folder = cheaper
    one, two = (share(folder, "cost", "run", each) for each in ("haggle", "haggle_again"))
    assert one < -10_000
    assert abs(one - two) <= Decimal("0.01")
    with (folder / "yearly.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if (row["measure"], row["group"]) == ("cost", "all")]
    run = {
        scenario: sum(
            Decimal(row["value"])
            for row in rows
            if row["scenario"] == scenario and row["calendar"] == "calendar"
        )
        for scenario in ("baseline", "bridge_1", "cheaper")
    }
    alone, together = (run[scenario] - run["baseline"] for scenario in ("bridge_1", "cheaper"))
    assert float(together / alone) == pytest.approx(1.9, abs=0.001)
    assert float(one + two) == pytest.approx(float(together / 2), abs=0.011)


def test_an_intervention_that_changes_nothing_has_no_share(cheaper) -> None:
    _, folder = cheaper
    for _, rows in rows_of(folder):
        idle = next(row for row in rows if row["id"] == "nothing")
        assert Decimal(idle["mean"]) == 0


def test_the_only_part_of_a_scenario_has_its_paired_difference_and_that_one_s_interval(asked) -> None:
    _, folder = asked("agency", replications=4)
    with (folder / "summary.csv").open(encoding="utf-8") as file:
        summary = [
            row for row in csv.DictReader(file) if row["scenario"] == "agency" and row["group"] == "all"
        ]
    for (measure, _, calendar, period), rows in rows_of(folder):
        if calendar == "run":
            continue
        [expected] = [
            row
            for row in summary
            if (row["measure"], row["calendar"], row["uncertainty"]) == (measure, calendar, "all")
            and row["period"].removesuffix(" (part)") == period
        ]
        told = {name: float(rows[1][name]) for name in ("mean", "ci_low", "ci_high")}
        for name, value in told.items():
            assert value == pytest.approx(
                float(expected[f"diff_{name}"]), abs=0.1 if measure != "cost" else 0.02
            )
        assert rows[1]["id"] == OWN


def test_the_order_in_which_interventions_are_listed_changes_no_byte(asked) -> None:
    tables = {}
    for name in ("eps", "eps_the_other_way_round"):
        _, folder = asked(name, replications=1)
        text = (folder / "bridge.csv").read_text(encoding="utf-8")
        tables[name] = text.replace("Eps the other way round", "Eps")
    assert tables["eps"] == tables["eps_the_other_way_round"]
    assert share(folder, "open_assessments", "calendar", "fewer_eps") != 0


def test_asking_again_runs_nothing_and_gives_the_same_bytes(config, cheaper) -> None:
    said, folder = cheaper
    before = {path.name: path.read_bytes() for path in folder.rglob("*.*") if path.name != "manifest.json"}
    arguments = ["bridge", str(config), "--scenario", "cheaper", "--replications", "2", "--set", *TWO_YEARS]
    done = CliRunner().invoke(app, [*arguments, "--out", str(folder), "--json"])
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert told["found"] and told["orders"] == "all" and told["scenarios_run"] == 8
    after = {path.name: path.read_bytes() for path in folder.rglob("*.*") if path.name != "manifest.json"}
    assert before == after
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert {"bridge.csv", "bridge.html", "figures/bridge_cost.svg"} <= set(manifest["files"])
    assert bridge.in_words(told).translate(PLAIN).splitlines()[2:] == said.splitlines()[1:]


def test_the_terminal_shows_the_numbers_of_the_table(cheaper) -> None:
    said, folder = cheaper
    for (_, unit, _, _), rows in rows_of(folder):
        pound = "£" if unit == "GBP" else ""
        for row in rows:
            assert f"{pound}{abs(Decimal(row['mean'])):,}" in said


def test_the_page_shows_each_bridge_with_its_table_and_says_what_to_mind(cheaper) -> None:
    _, folder = cheaper
    page = (folder / "bridge.html").read_text(encoding="utf-8")
    plain = page.replace("\u2060", "")
    for (measure, unit, calendar, _), rows in rows_of(folder):
        name = f"bridge_{measure}{'_whole_run' if calendar == 'run' else ''}"
        assert f'<figure id="{name}"' in page
        assert (folder / "figures" / f"{name}.svg").read_text(encoding="utf-8") in page
        for row in rows:
            assert f"{'£' if unit == 'GBP' else ''}{abs(Decimal(row['mean'])):,}<" in plain
    assert "Nothing is taken off for optimism bias: “A tenth off” and “A tenth off again” are" in page
    assert "all 6 orders (Shapley values)" in page
    assert page.count("://") == page.count("http://www.w3.org/")
    assert "<script" not in page and 'lang="en-GB"' in page


def test_a_saving_while_children_are_worse_off_is_called_none(asked) -> None:
    _, folder = asked("few_eps", replications=8)
    page = (folder / "bridge.html").read_text(encoding="utf-8")
    assert "“Few eps” costs less (" in page
    assert "This is not a saving." in page


# Which scenarios are run.


def test_a_label_of_several_lines_is_told_on_one(asked) -> None:
    said, _ = asked("folded", replications=1)
    names = [line.split("  ")[0] for line in said.splitlines()]
    assert names.count("A label | that goes on") == names.count("Folded label") > 0


def planned(config: Path, scenario: str | None, *overrides: str, shapley: bool = False) -> Bridge:
    return parts.plan(config, scenario, Options((), "2", None, (*TWO_YEARS, *overrides)), shapley)


def test_without_a_name_the_last_scenario_with_the_most_interventions_is_taken(config, tmp_path) -> None:
    assert planned(config, None).scenario == "cheaper"
    path = tmp_path / "small.yaml"
    path.write_text(f"{TEXT}  also: {{interventions: [nothing, haggle, fewer_eps]}}\n", encoding="utf-8")
    assert planned(path, None).scenario == "also"


def test_the_scenario_s_own_changes_are_one_part_more_drawn_alike_wherever_they_are(config) -> None:
    made = planned(config, "eps_and_agency")
    assert made.ids == ["one_ep_more", OWN]
    found = {}
    for together, name in made.names.items():
        pool = made.plan.document.settings(name, draw=1).staff_pools["ep"]
        found[together] = (pool.fte.values[0], pool.agency_fte.values[0])
    drawn = found[frozenset({OWN})][1]
    assert 1 < drawn < 3 and drawn != 2
    assert found == {
        frozenset(): (6, 0),
        frozenset({"one_ep_more"}): (7, 0),
        frozenset({OWN}): (6, drawn),
        frozenset({"one_ep_more", OWN}): (7, drawn),
    }


def test_what_a_scenario_says_of_an_intervention_goes_with_that_intervention(tmp_path) -> None:
    path = tmp_path / "small.yaml"
    own = "{interventions.haggle.changes.0.value: 0.5, staff_pools.ep.agency_fte: 2}"
    path.write_text(f"{TEXT}  half: {{interventions: [haggle, one_ep_more], set: {own}}}\n", encoding="utf-8")
    made = planned(path, "half")
    assert made.ids == ["haggle", "one_ep_more", OWN]
    for together, name in made.names.items():
        settings = made.plan.document.settings(name)
        dearer = made.plan.document.settings("baseline").settings["mainstream"].price_per_child_year.values[0]
        pool, price = (
            settings.staff_pools["ep"],
            settings.settings["mainstream"].price_per_child_year.values[0],
        )
        assert price == pytest.approx(dearer * (0.5 if "haggle" in together else 1))
        assert pool.agency_fte.values[0] == (2 if OWN in together else 0)
        assert pool.fte.values[0] == (7 if "one_ep_more" in together else 6)


def many(tmp_path: Path, number: int) -> Path:
    """A config with a scenario of so many interventions."""
    names = [f"price_{place}" for place in range(number)]
    interventions = "".join(f"  {name}: {{changes: [{TENTH_OFF}]}}\n" for name in names)
    path = tmp_path / "many.yaml"
    scenario = f"  many: {{interventions: [{', '.join(names)}]}}\n"
    path.write_text(TEXT.replace("scenarios:\n", f"{interventions}scenarios:\n") + scenario, encoding="utf-8")
    return path


def test_more_than_four_parts_go_in_two_orders_unless_all_are_asked_for(tmp_path) -> None:
    path = many(tmp_path, 5)
    made = planned(path, "many")
    assert not made.in_all_orders
    assert list(made.names) == sets_of_two_orders(made.ids)
    assert len(made.plan.units) == 10 * 2
    asked_for = planned(path, "many", shapley=True)
    assert asked_for.in_all_orders
    assert list(asked_for.names) == every_set(made.ids)
    assert len(asked_for.plan.units) == 32 * 2


def test_all_orders_of_more_than_ten_parts_are_refused_with_what_they_would_take(tmp_path) -> None:
    with pytest.raises(InputError) as refused:
        planned(many(tmp_path, 11), "many", shapley=True)
    assert "11 parts need 2,048 scenarios, 4,096 runs; at most 10 parts" in str(refused.value)
    assert "22 scenarios, 44 runs" in str(refused.value)


def test_a_scenario_that_changes_nothing_cannot_be_taken_apart(config, tmp_path) -> None:
    with pytest.raises(InputError, match="'baseline' changes nothing"):
        planned(config, "baseline")
    with pytest.raises(InputError, match="'cheapr' is not in the config; the nearest is 'cheaper'"):
        planned(config, "cheapr")
    path = tmp_path / "plain.yaml"
    path.write_text(SMALL[: SMALL.index("scenarios:")] + "scenarios: {baseline: {}}\n", encoding="utf-8")
    with pytest.raises(InputError, match="none has interventions"):
        planned(path, None)


def test_a_scenario_of_the_same_name_is_not_written_over(tmp_path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(f"{TEXT}  bridge_1: {{}}\n", encoding="utf-8")
    with pytest.raises(InputError, match="'bridge_1' must have another name"):
        planned(path, "cheaper")


def test_parts_that_cannot_be_run_without_each_other_are_refused_before_anything_runs(tmp_path) -> None:
    refusals = """\
  refuse_more: {changes: [{path: decisions.refuse_to_assess, operation: add, value: 0.9}]}
  refuse_a_tenth: {changes: [{path: decisions.refuse_to_assess, operation: multiply, value: 0.1}]}
"""
    path = tmp_path / "small.yaml"
    scenario = "  strict: {interventions: [refuse_more, refuse_a_tenth]}\n"
    path.write_text(TEXT.replace("scenarios:\n", f"{refusals}scenarios:\n") + scenario, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        planned(path, "strict")
    assert "the parts of 'strict' are run with and without each other" in str(refused.value)
    assert "interventions.refuse_more.changes.0" in str(refused.value)
    assert "decisions.refuse_to_assess: 1.1" in str(refused.value)


# The steps, without a run.


def hand_made(in_all_orders: bool, values: dict[str, list[int]], ids: str) -> steps.Walk:
    """The bridge of open assessments, in tenths, by the letters of the parts that are at work."""
    sets = every_set(ids) if in_all_orders else sets_of_two_orders(ids)
    names = {each: "".join(sorted(each)) for each in sets}
    made = Bridge(None, ids, tuple(Part(id_, id_.upper()) for id_ in ids), in_all_orders, names)
    arrays = {name: np.array(numbers, dtype=object) for name, numbers in values.items()}
    figure = Figure("open_assessments", "calendar", "2021", arrays, np.array([1, 1, 2, 2]))
    return steps.walk(made, figure, "start", "end")


def test_two_orders_of_three_parts_by_hand() -> None:
    values = {"": [100] * 4, "a": [90] * 4, "ab": [60] * 4, "abc": [55] * 4, "c": [99] * 4, "bc": [79] * 4}
    walk = hand_made(False, values, "abc")
    assert [step.mean for step in walk.steps] == [100, -17, -25, -3, 55]
    assert [step.running_total for step in walk.steps] == [100, 83, 58, 55, 55]
    exact = {"a": (-10 - 24) / 2, "b": (-30 - 20) / 2, "c": (-5 - 1) / 2}
    assert [step.estimates["ci_low"] for step in walk.steps[1:-1]] == list(exact.values())


def test_shares_that_round_badly_still_add_up_and_differ_from_run_to_run() -> None:
    values = {"": [0, 0, 0, 0], "a": [1, 0, 0, 0], "b": [0, 1, 0, 0], "ab": [1, 1, 1, 0]}
    walk = hand_made(True, values, "ab")
    assert [step.mean for step in walk.steps] == [0, 1, 0, 1]
    assert walk.steps[1].estimates["p10"] < walk.steps[1].estimates["p90"]
    text = steps.as_csv([walk]).splitlines()
    assert text[2].split(",")[4:8] == ["1", "a", "A", "0.1"]
