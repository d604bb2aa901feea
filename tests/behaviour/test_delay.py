"""`send-sim delay`: when an option arrives, and what each month of lateness costs."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from quiet_authority import quiet_config, with_plans
from ruamel.yaml import YAML

from experiments.appraisal.arrival import EVERYTHING, NEVER, arrivals, quarter_ends, told_arrivals
from experiments.appraisal.delay import MONTHS, delay
from experiments.appraisal.lateness import slip_overrides
from experiments.appraisal.wording import delay_in_words
from experiments.errors import InputError
from experiments.plan import Options
from sim.config.documents import Document, read

CHILDREN = 20
OLD, NEW = 36_525, 29_220
"""Pounds a year, £100 and £80 a day."""
SAVED_A_DAY = CHILDREN * (OLD - NEW) / 365.25
FROM = date(2021, 1, 1)
CUT = {"path": "settings.tuition.price_per_child_year", "operation": "set", "value": NEW, "from": FROM}


def config_with(interventions: dict[str, Any], **scenarios: Any) -> dict[str, Any]:
    """Twenty children in tuition for two years in which nothing else happens."""
    config = quiet_config()
    with_plans(config, {7: CHILDREN}, setting="tuition")
    config["settings"]["tuition"]["price_per_child_year"] = OLD
    config["staff_pools"] |= dict.fromkeys(("tribunal_officer", "ot"), config["staff_pools"]["ep"])
    config["staff_pools"] = {name: {**pool, "fte": 1} for name, pool in config["staff_pools"].items()}
    config["prices"]["inflation_per_year"] = 0.0
    config["account"] = {"opening_balance": 0, "allocation_per_year": 1_000_000}
    config["interventions"] = interventions
    config["scenarios"] = {
        "baseline": {},
        **(scenarios or {"option": {"interventions": list(interventions)}}),
    }
    return config


def written(folder: Path, interventions: dict[str, Any], **scenarios: Any) -> Path:
    return saved(folder, config_with(interventions, **scenarios))


def saved(folder: Path, config: dict[str, Any]) -> Path:
    """The config as a file, without the anchors that YAML gives to what is there twice."""
    yaml = YAML(typ="safe")
    yaml.representer.ignore_aliases = lambda _: True
    with open(folder / "quiet.yaml", "w", encoding="utf-8") as file:
        yaml.dump(config, file)
    return folder / "quiet.yaml"


def document(folder: Path, interventions: dict[str, Any], **scenarios: Any) -> Document:
    return read(written(folder, interventions, **scenarios))


def change(**more: Any) -> dict[str, Any]:
    return {**CUT, **more}


def span(value: Any, low: Any, high: Any) -> dict[str, Any]:
    return {"value": value, "low": low, "high": high, "source": "assumed"}


# What a month costs


def months_on(months: int) -> date:
    return date(2021 + months // 12, months % 12 + 1, 1)


def test_a_lower_price_that_comes_late_costs_its_saving_to_the_penny(tmp_path) -> None:
    path = written(tmp_path, {"lower_price": {"changes": [CUT]}})
    told = delay(path, Options(replications="4"), measures=("plans_issued", "dsg_cumulative"), jobs=1)
    cost = {effect["group"]: effect for effect in told["effects"] if effect["measure"] == "cost"}
    assert [row["months"] for row in cost["all"]["by_months"]] == list(MONTHS[1:])
    for row in cost["all"]["by_months"]:
        lost = SAVED_A_DAY * (months_on(row["months"]) - FROM).days
        for name in ("mean", "ci_low", "ci_high", "low", "high"):
            assert row["change"][name] == pytest.approx(lost, abs=0.005)
        assert row["per_month"]["mean"] == pytest.approx(lost / row["months"], abs=0.005)
    assert SAVED_A_DAY * 31 == 12_400
    assert "1 month: +£12,000" in delay_in_words(told)
    assert cost["fund=dsg"]["by_months"] == cost["all"]["by_months"]
    assert set(cost) == {"all", "fund=dsg"}
    issued, balance = (effect for effect in told["effects"] if effect["measure"] != "cost")
    assert issued["by_months"][0]["change"]["mean"] == 0
    # The balance at the end of 2021-22, by when even the latest cut has come.
    for row, late in zip(balance["by_months"], cost["all"]["by_months"], strict=True):
        assert row["change"]["mean"] == pytest.approx(-late["change"]["mean"], abs=0.005)


def test_the_interval_is_wide_where_the_change_is_uncertain(tmp_path) -> None:
    path = written(tmp_path, {"lower_price": {"changes": [change(value=span(NEW, 25_567.5, OLD))]}})
    (cost, *_) = delay(path, Options(replications="4"), "option", jobs=1)["effects"]
    for row in cost["by_months"]:
        assert row["change"]["ci_low"] < row["change"]["mean"] < row["change"]["ci_high"]
        assert 0 < row["change"]["low"] < row["change"]["high"] < 1.5 * SAVED_A_DAY * 31 * row["months"]


def test_one_intervention_may_be_late_and_the_others_in_time(tmp_path) -> None:
    other = {"path": "settings.tuition.price_per_child_year", "operation": "add", "value": -3_652.5}
    interventions = {"lower_price": {"changes": [CUT]}, "rebate": {"changes": [{**other, "from": FROM}]}}
    path = written(tmp_path, interventions)
    told = delay(path, Options(replications="2"), "option", "rebate", jobs=1)
    assert told["late"] == ["rebate"] and told["not_late"] == ["lower_price"]
    row = told["effects"][0]["by_months"][0]
    assert row["change"]["mean"] == pytest.approx(CHILDREN * 10 * 31, abs=0.005)
    assert "Not made late: lower_price." in delay_in_words(told)


def test_wrong_names_are_told_with_the_nearest_right_ones(tmp_path) -> None:
    path = written(tmp_path, {"lower_price": {"changes": [CUT]}})
    with pytest.raises(InputError, match=r"--intervention: 'lower_prise'.*did you mean 'lower_price'"):
        delay(path, Options(), "option", "lower_prise")
    with pytest.raises(InputError, match=r"--measure: 'plans_isued'.*did you mean 'plans_issued'"):
        delay(path, Options(), "option", measures=("plans_isued",))
    with pytest.raises(InputError, match="the nearest is 'option'"):
        delay(path, Options(), "optoin")
    undated = {key: value for key, value in CUT.items() if key != "from"}
    path = written(tmp_path, {"always": {"changes": [undated]}})
    with pytest.raises(InputError, match="no change of its interventions has a date"):
        delay(path, Options(), "option")
    path = written(tmp_path, {"cut": {"changes": [CUT]}}, one={"interventions": ["cut"]}, two={})
    with pytest.raises(InputError, match="name one of one, two"):
        delay(path, Options())


# Lateness as overrides


def late_start(folder: Path, intervention: dict[str, Any], months: int) -> list[date]:
    """When the changes of an intervention begin once it is so many months late."""
    path = written(folder, {"cut": intervention})
    late = read(path, slip_overrides(read(path), "option", ["cut"], months))
    return arrivals(late, "option")["cut"]


def test_lateness_is_added_to_the_slip_that_is_there(tmp_path) -> None:
    plain, own = {"changes": [CUT]}, {"changes": [change(slip="2 months")]}
    assert late_start(tmp_path, plain, 0) == [FROM]
    assert late_start(tmp_path, plain, 3) == [date(2021, 4, 1)]
    assert late_start(tmp_path, {**plain, "slip": "2 months"}, 3) == [date(2021, 6, 1)]
    assert late_start(tmp_path, own, 3) == [date(2021, 6, 1)]
    assert late_start(tmp_path, {**plain, "slip": "10 days"}, 3) == [date(2021, 4, 11)]
    assert late_start(tmp_path, {**own, "slip": "10 days"}, 3) == [date(2021, 6, 11)]


def test_a_slip_that_is_a_range_keeps_its_draws(tmp_path) -> None:
    vague = {"changes": [CUT], "slip": span("0 weeks", "0 weeks", "52 weeks")}
    before, after = (late_start(tmp_path, vague, months) for months in (0, 12))
    assert len(set(before)) > 100
    apart = {(later - earlier).days for earlier, later in zip(before, after, strict=True)}
    assert apart <= {365}
    both = {"changes": [change(slip="3 days")], "slip": span("0 weeks", "0 weeks", "52 weeks")}
    before, after = (late_start(tmp_path, both, months) for months in (0, 12))
    apart = {(later - earlier).days for earlier, later in zip(before, after, strict=True)}
    assert apart == {365}


def test_a_slip_that_the_scenario_gives_itself_is_lengthened_too(tmp_path) -> None:
    own = {"interventions.cut.slip": "2 months", "settings.tuition.transport_share": 0.25}
    path = written(
        tmp_path,
        {"cut": {"changes": [CUT]}},
        prompt={"interventions": ["cut"]},
        slow={"interventions": ["cut"], "set": own},
    )
    late = read(path, slip_overrides(read(path), "slow", ["cut"], 3))
    assert arrivals(late, "slow")["cut"] == [date(2021, 6, 1)]
    assert arrivals(late, "prompt")["cut"] == [FROM]
    assert late.settings("slow").settings["tuition"].transport_share.at(FROM) == 0.25


def test_changes_without_a_date_stay_while_the_dated_ones_move(tmp_path) -> None:
    undated = {"path": "settings.tuition.transport_share", "operation": "set", "value": 0.5}
    path = written(tmp_path, {"cut": {"changes": [undated, CUT], "displaces": [change(operation="add")]}})
    assert slip_overrides(read(path), "option", ["cut"], 3) == [
        "interventions.cut.changes.1.slip=3 months",
        "interventions.cut.displaces.0.slip=3 months",
    ]
    late = read(path, slip_overrides(read(path), "option", ["cut"], 3)).settings("option")
    assert late.settings["tuition"].transport_share.at(FROM) == 0.5
    prices = late.settings["tuition"].price_per_child_year
    assert prices.at(date(2021, 3, 31)) == OLD and prices.at(date(2021, 4, 1)) == NEW + NEW


def test_an_advance_without_a_day_of_its_own_is_paid_back_so_much_later_too(tmp_path) -> None:
    advance = {"fund": "dsg", "one_off": 1000, "repaid_on": date(2021, 6, 1), "repaid_by": "general_fund"}
    dated = {**advance, "from": date(2021, 3, 1)}
    path = written(tmp_path, {"cut": {"changes": [CUT], "cost": [advance, dated]}})
    late = read(path, slip_overrides(read(path), "option", ["cut"], 12)).settings("option")
    undated, with_a_day = late.interventions["cut"].cost
    assert undated.repaid_on == date(2022, 6, 1)
    assert (with_a_day.start, with_a_day.repaid_on) == (date(2021, 3, 1), date(2021, 6, 1))


def test_a_day_of_repayment_that_is_a_range_moves_with_both_its_ends(tmp_path) -> None:
    days = span(date(2021, 6, 1), date(2021, 5, 1), date(2021, 8, 31))
    advance = {"fund": "dsg", "one_off": 1000, "repaid_on": days, "repaid_by": "general_fund"}
    path = written(tmp_path, {"cut": {"changes": [CUT], "cost": [advance]}})
    late = read(path, slip_overrides(read(path), "option", ["cut"], 6))
    moved = late.plain.ranges["interventions", "cut", "cost", 0, "repaid_on"]
    ends = date(2021, 12, 1), date(2021, 11, 1), date(2022, 2, 28)
    assert tuple(moved.at(end) for end in ("value", "low", "high")) == ends


# When it arrives


def test_an_intervention_has_arrived_when_the_last_of_its_changes_is_in_full(tmp_path) -> None:
    ramped = {"changes": [CUT, change(**{"from": date(2021, 3, 1)}, ramp="8 weeks", slip="1 month")]}
    undated = {"changes": [{key: value for key, value in CUT.items() if key != "from"}]}
    over = {"changes": [change(ramp="26 weeks", until=date(2021, 3, 1))]}
    found = arrivals(document(tmp_path, {"ramped": ramped, "undated": undated, "over": over}), "option")
    assert found["ramped"] == [date(2021, 4, 1) + timedelta(weeks=7)]
    assert found["undated"] == [date(2020, 9, 1)]
    assert found["over"] == [NEVER] and found[EVERYTHING] == [NEVER]


def test_the_chance_of_having_arrived_follows_the_range_of_the_start(tmp_path) -> None:
    vague = {"cut": {"changes": [change(**{"from": span(FROM, FROM, date(2021, 12, 31))})]}}
    (told,) = told_arrivals(document(tmp_path, vague), "option")
    assert told["draws"] == 1_000
    chances = {row["date"]: row["probability"] for row in told["by"]}
    # A triangular range whose likeliest day is its first: what is left falls with the square.
    for day in (date(2021, 3, 31), date(2021, 6, 30), date(2021, 9, 30)):
        gone = (day - FROM).days / (date(2021, 12, 31) - FROM).days
        assert chances[day.isoformat()] == pytest.approx(1 - (1 - gone) ** 2, abs=0.04)
    assert chances["2020-12-31"] == 0 and chances["2021-12-31"] == 1
    assert told["first"] < told["early"] < told["middle"] < told["late"] < told["last"]


def test_the_draws_of_an_arrival_are_those_of_the_runs(tmp_path) -> None:
    vague = document(tmp_path, {"cut": {"changes": [CUT], "slip": span("4 weeks", "0 weeks", "40 weeks")}})
    days = arrivals(vague, "option")["cut"]
    for draw in (1, 2, 3):
        prices = vague.settings("option", draw).settings["tuition"].price_per_child_year
        assert prices.at(days[draw - 1]) == NEW
        assert prices.at(days[draw - 1] - timedelta(days=1)) == OLD


def test_quarters_end_inside_the_run() -> None:
    ends = list(quarter_ends(date(2020, 2, 1), date(2021, 1, 1)))
    assert ends == [date(2020, 3, 31), date(2020, 6, 30), date(2020, 9, 30), date(2020, 12, 31)]


# The command


def test_the_command_prints_and_refuses(tmp_path) -> None:
    path = written(tmp_path, {"lower_price": {"changes": [CUT]}})
    asked = [sys.executable, "-m", "experiments", "delay", str(path), "--replications", "2", "--jobs", "1"]
    done = subprocess.run([*asked, "--json"], capture_output=True, encoding="utf-8", check=True)
    told = json.loads(done.stdout)
    assert told["effects"][0]["by_months"][0]["change"]["mean"] == pytest.approx(12_400)
    wrong = subprocess.run([*asked, "--scenario", "x"], capture_output=True, encoding="utf-8", check=False)
    assert wrong.returncode == 2 and "--scenario: 'x'" in wrong.stderr and not wrong.stdout
