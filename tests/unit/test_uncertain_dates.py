"""Dates and lengths of time of changes and costs may be uncertain: drawn in whole days, by keyed luck."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from small_config import SMALL, faults_of

from sim import luck
from sim.config.documents import Document, read
from sim.config.parameters import Range

FROM = "{value: 2021-04-01, low: 2021-01-01, high: 2021-12-31, source: assumed}"
SLIP = "{value: 0 weeks, low: 0 weeks, high: 52 weeks, source: assumed}"
CHANGE = "{path: staff_pools.ep.fte, operation: add, value: 3, from: 2021-04-01, ramp: 26 weeks}"
PATH = "interventions.recruit_eps.changes.0"
DRAWS = range(1, 90)


@pytest.fixture
def changed(tmp_path: Path) -> Callable[..., Path]:
    def file(*keys: str, others: tuple[tuple[str, str], ...] = ()) -> Path:
        change = f"{{path: staff_pools.ep.fte, operation: add, value: 3, {', '.join(keys)}}}"
        text = SMALL
        for old, new in ((CHANGE, change), *others):
            assert old in text
            text = text.replace(old, new, 1)
        path = tmp_path / "small.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return file


def begins(document: Document, draw: int | None) -> date:
    """The first day of the only change of the EPs."""
    return document.settings("more_eps", draw).staff_pools["ep"].fte.dates[-1]


def test_a_drawn_date_lies_in_its_range_and_anywhere_in_it(changed) -> None:
    document = read(changed(f"from: {FROM}"))
    assert begins(document, None) == date(2021, 4, 1)
    drawn = [begins(document, draw) for draw in DRAWS]
    assert min(drawn) >= date(2021, 1, 1) and max(drawn) <= date(2021, 12, 31)
    assert len(set(drawn)) > 50
    mean = sum(day.toordinal() for day in drawn) / len(drawn)
    ends = (date(2021, 1, 1), date(2021, 4, 1), date(2021, 12, 31))
    assert mean == pytest.approx(sum(day.toordinal() for day in ends) / 3, abs=3 * 76 / len(drawn) ** 0.5)


def test_a_draw_is_the_quantile_of_its_own_key_to_the_day(changed) -> None:
    document = read(changed(f"from: {FROM}"))
    days = [date(2021, *day).toordinal() for day in ((1, 1), (4, 1), (12, 31))]
    for draw in (1, 7, 23):
        u = luck.uniform(luck.key_of(42, "parameter", f"{PATH}.from", draw))
        assert begins(document, draw).toordinal() == round(luck.triangular(u, *days))


def test_a_drawn_slip_moves_the_date_by_whole_days_within_its_range(changed) -> None:
    document = read(changed("from: 2021-04-01", f"slip: {SLIP}"))
    assert begins(document, None) == date(2021, 4, 1)
    late = [(begins(document, draw) - date(2021, 4, 1)).days for draw in DRAWS]
    assert min(late) >= 0 and max(late) <= 364
    assert len(set(late)) > 50


def test_an_intervention_may_slip_by_an_uncertain_time(changed) -> None:
    slip = ("    label: Recruit", f"    slip: {SLIP}\n    label: Recruit")
    document = read(changed("from: 2021-04-01", others=(slip,)))
    assert len({begins(document, draw) for draw in DRAWS}) > 50


def test_a_scenario_may_say_that_its_own_intervention_is_late_by_an_uncertain_time(changed) -> None:
    path = "interventions.recruit_eps"
    late = (
        "set: {staff_pools.ep.agency_fte: 2}",
        f"set: {{{path}.slip: {SLIP}, {path}.changes.0.from: {FROM}}}",
    )
    document = read(changed("from: 2021-04-01", others=(late,)))
    assert begins(document, None) == date(2021, 4, 1)
    assert len({begins(document, draw) for draw in DRAWS}) > 50


def test_a_draw_of_one_thing_does_not_move_another(changed) -> None:
    alone = read(changed(f"from: {FROM}"))
    first = [begins(alone, draw) for draw in range(1, 9)]
    growth = [alone.settings("more_eps", draw).needs["ASD"].growth_per_year for draw in range(1, 9)]
    both = read(
        changed(f"from: {FROM}", "ramp: {value: 0 weeks, low: 0 weeks, high: 3 months, source: assumed}")
    )
    starts = [both.settings("more_eps", draw).staff_pools["ep"].fte.dates[1] for draw in range(1, 9)]
    assert starts == first
    assert growth == [both.settings("more_eps", draw).needs["ASD"].growth_per_year for draw in range(1, 9)]


def test_a_range_knows_what_the_config_would_write(changed) -> None:
    decay = "decay: {value: 3 months, low: 10 weeks, high: 6 months, source: assumed}"
    ranges = read(changed(f"from: {FROM}", f"slip: {SLIP}", decay)).ranges
    begin, slip, fades = (ranges[f"{PATH}.{key}"] for key in ("from", "slip", "decay"))
    assert [begin.at(end) for end in ("value", "low", "high")] == [
        date(2021, 4, 1),
        date(2021, 1, 1),
        date(2021, 12, 31),
    ]
    assert (slip.at("high"), slip.high, slip.form) == ("52 weeks", 364, "length")
    assert (fades.at("value"), fades.value, fades.at("high"), fades.high) == ("3 months", 91, "6 months", 183)
    assert (begin.written(begin.low + 1), fades.written(91.6)) == (date(2021, 1, 2), "92 days")
    assert begin.high - begin.low == 364
    number = Range(2.0, 1.0, 3.0)
    assert (number.at("low"), number.written(2.5), number.form) == (1.0, 2.5, "number")


def test_costs_and_scenarios_own_changes_may_have_uncertain_dates_too(changed) -> None:
    next_year = FROM.replace("2021", "2022")
    cost = (
        "cost: [{fund: general_fund, one_off: 45_000, per_year: 210_000}]",
        f"cost: [{{fund: nhs, one_off: 9, from: {FROM}, repaid_by: dsg, repaid_on: {next_year}}}]",
    )
    own = ("  more_eps:\n", f"  more_eps:\n    changes: [{CHANGE.replace('2021-04-01', FROM)}]\n")
    document = read(changed("from: 2021-04-01", others=(cost, own)))
    drawn = document.settings("more_eps", 3).interventions["recruit_eps"].cost[0]
    assert date(2021, 1, 1) <= drawn.start <= date(2021, 12, 31) < drawn.repaid_on
    assert "scenarios.more_eps.changes.0.from" in document.ranges


def test_the_resolved_config_reads_back_with_the_same_ranges_and_draws(changed, tmp_path: Path) -> None:
    document = read(changed(f"from: {FROM}", f"slip: {SLIP}"))
    again = tmp_path / "again.yaml"
    again.write_text(document.resolved(), encoding="utf-8")
    resolved = read(again)
    assert resolved.ranges == document.ranges
    assert [begins(resolved, draw) for draw in range(1, 9)] == [
        begins(document, draw) for draw in range(1, 9)
    ]


LENGTH_RULE = "must be a number of days, weeks or months: 26 weeks"


@pytest.mark.parametrize(
    "keys, told",
    [
        (
            ("from: {value: 2021-04-01, low: 3, high: 2021-05-01}",),
            "from.low: 3, must be a date such as 2022-04-01",
        ),
        (
            ("from: {value: 2021-04-01, low: 2021-05-01, high: 2021-06-01}",),
            "from.low: 2021-05-01, must be low <=",
        ),
        (("from: {value: 7, low: 1, high: 9}",), "from.value: 7, must be a date such as 2022-04-01"),
        (
            ("from: 2021-04-01", "slip: {value: 0, low: 0 weeks, high: 3 weeks}"),
            f"slip.value: 0, {LENGTH_RULE}",
        ),
        (
            ("from: 2021-04-01", "slip: {value: 0 weeks, low: 0 weeks, high: late}"),
            f"slip.high: 'late', {LENGTH_RULE}",
        ),
        (
            ("from: 2021-04-01", "ramp: {value: 5 weeks, low: 0 weeks, high: 1 month}"),
            "ramp.high: '1 month', must be low <= value <= high, and value is '5 weeks'",
        ),
    ],
)
def test_a_range_of_the_wrong_kind_is_told(changed, keys: tuple[str, ...], told: str) -> None:
    faults = faults_of(changed(*keys))
    assert any(f"{PATH}.{told}" in fault for fault in faults), faults


@pytest.mark.parametrize(
    "old, new",
    [
        ("start: 2020-01-01,", "start: {value: 2020-01-01, low: 2020-01-01, high: 2020-02-01},"),
        ("base_date: 2020-04-01", "base_date: {value: 2020-04-01, low: 2020-01-01, high: 2020-05-01}"),
    ],
)
def test_a_date_that_is_no_part_of_a_change_or_cost_is_the_same_in_every_draw(changed, old, new) -> None:
    faults = faults_of(changed("from: 2021-04-01", others=((old, new),)))
    assert any("low: this date is the same in every draw, remove low and high" in fault for fault in faults)


def test_an_end_of_a_range_before_the_start_of_the_change_is_told(changed) -> None:
    faults = faults_of(
        changed("from: 2021-04-01", f"until: {FROM.replace('value: 2021-04', 'value: 2021-06')}")
    )
    assert any(f"{PATH}.until.low: 2021-01-01, must be after from, 2021-04-01" in fault for fault in faults)
