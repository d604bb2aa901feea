"""How a change comes: late, in part, to fade again; and what several interventions make together."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from small_config import SMALL, faults_of, line_of

from sim.config.documents import Document, read
from sim.schedule import Schedule
from sim.settings import Settings

CHANGE = "{path: staff_pools.ep.fte, operation: add, value: 3, from: 2021-04-01, ramp: 26 weeks}"
FTE = "path: staff_pools.ep.fte, operation: add, value: 4, from: 2021-04-01"
SECOND = "  earlier_support:\n"
MORE = "    interventions: [recruit_eps]\n"


@pytest.fixture
def written(tmp_path: Path):
    """The small config with these texts in place of others, read."""

    def document(*pairs: tuple[str, str]) -> Document:
        return read(file(*pairs))

    def file(*pairs: tuple[str, str]) -> Path:
        text = SMALL
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new, 1)
        path = tmp_path / "small.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    document.file = file
    return document


def ep(settings: Settings) -> Schedule:
    return settings.staff_pools["ep"].fte


def with_change(written, change: str, *pairs: tuple[str, str]) -> Schedule:
    return ep(written((CHANGE, change), *pairs).settings("more_eps"))


# Slip


@pytest.mark.parametrize(
    "course", ["", ", ramp: 26 weeks", ", decay: 4 months", ", ramp: 3 months, decay: 9 weeks"]
)
@pytest.mark.parametrize(
    "slip, later", [("5 weeks", "2021-05-06"), ("10 days", "2021-04-11"), ("7 months", "2021-11-01")]
)
def test_a_slip_is_the_same_as_a_later_date(written, course: str, slip: str, later: str) -> None:
    slipped = with_change(written, f"{{{FTE}{course}, slip: {slip}}}")
    assert slipped == with_change(written, f"{{{FTE.replace('2021-04-01', later)}{course}}}")
    assert slipped != with_change(written, f"{{{FTE}{course}}}")


def test_an_end_does_not_slip(written) -> None:
    fte = with_change(written, f"{{{FTE}, slip: 3 months, until: 2021-09-01}}")
    days = [date(2021, 6, 30), date(2021, 7, 1), date(2021, 8, 31), date(2021, 9, 1)]
    assert [fte.at(day) for day in days] == [6, 10, 10, 6]


def test_what_slips_beyond_its_end_never_comes(written) -> None:
    fte = with_change(written, f"{{{FTE}, slip: 9 months, until: 2021-09-01}}")
    assert fte == Schedule.constant(6)


def test_the_slip_of_an_intervention_comes_on_top_of_each_changes_own(written) -> None:
    slip = ("    label: Recruit", "    slip: 2 weeks\n    label: Recruit")
    both = with_change(written, f"{{{FTE}, slip: 1 month}}", slip)
    assert both == with_change(written, f"{{{FTE.replace('2021-04-01', '2021-05-15')}}}")


def test_what_is_displaced_slips_with_its_intervention(written) -> None:
    displaced = (
        f"    slip: 2 weeks\n    displaces: [{{{FTE.replace('value: 4', 'value: -1')}}}]\n    label: Recruit"
    )
    fte = with_change(written, f"{{{FTE}}}", ("    label: Recruit", displaced))
    assert [fte.at(date(2021, 4, day)) for day in (14, 15)] == [6, 9]


# A part of it


def test_half_of_a_dated_change_is_delivered(written) -> None:
    fte = with_change(written, f"{{{FTE}, delivered_share: 0.5}}")
    assert fte.at(date(2021, 4, 1)) == 8


def test_half_of_a_change_for_the_whole_run_is_delivered(written) -> None:
    change = "{path: reviews.report_days, operation: add, value: -4, delivered_share: 0.5}"
    assert written((CHANGE, change)).settings("more_eps").reviews.report_days == 12


def test_part_of_a_change_to_a_whole_number_is_a_whole_number(written) -> None:
    change = "{path: reviews.report_days, operation: set, value: 7, delivered_share: 0.5}"
    assert written((CHANGE, change)).settings("more_eps").reviews.report_days == 10


def test_optimism_takes_its_share_off_the_effect_but_not_off_what_is_displaced(written) -> None:
    bias = (
        "    optimism_bias: 0\n",
        f"    optimism_bias: 0.25\n    displaces: [{{{FTE.replace('4,', '-2,')}}}]\n",
    )
    fte = with_change(written, f"{{{FTE}, delivered_share: 0.5}}", bias)
    assert fte.at(date(2021, 4, 1)) == 6 + 4 * 0.5 * 0.75 - 2


def test_a_policy_in_words_is_made_wholly_whatever_the_optimism(written) -> None:
    change = "{path: decisions.hold_plan_for_place, operation: set, value: true}"
    document = written((CHANGE, change), ("    optimism_bias: 0\n", "    optimism_bias: 0.9\n"))
    assert document.settings("more_eps").decisions.hold_plan_for_place is True


def test_the_share_and_the_optimism_may_be_uncertain(written) -> None:
    share = "delivered_share: {value: 1, low: 0.2, high: 1, source: assumed}"
    document = written((CHANGE, f"{{{FTE}, {share}}}"))
    drawn = [ep(document.settings("more_eps", draw)).at(date(2022, 1, 1)) for draw in range(1, 9)]
    assert len(set(drawn)) == 8
    assert all(6.8 <= fte <= 10 for fte in drawn)


# Together

SETS = "{path: staff_pools.ep.fte, operation: set, value: 10}"
DOUBLES = "{path: staff_pools.ep.fte, operation: multiply, value: 2}"
ADDS = "{path: staff_pools.ep.fte, operation: add, value: 3}"


def test_listing_order_and_who_does_what_change_nothing(written) -> None:
    def fte(first: str, second: str, listed: str) -> Schedule:
        pairs = (
            (SECOND, f"  another:\n    changes: [{second}]\n{SECOND}"),
            (MORE, f"    interventions: {listed}\n"),
        )
        return with_change(written, first, *pairs)

    for first, second in ((ADDS, DOUBLES), (DOUBLES, ADDS)):
        for listed in ("[recruit_eps, another]", "[another, recruit_eps]"):
            assert fte(first, second, listed) == Schedule.constant(15)


def test_a_scenarios_own_changes_come_after_its_interventions_as_listed_and_its_settings_last(
    written,
) -> None:
    own = f"    changes: [{ADDS}, {DOUBLES}]\n"
    assert with_change(written, SETS, (MORE, f"{MORE}{own}")) == Schedule.constant(26)
    last = ("set: {staff_pools.ep.agency_fte: 2}", "set: {staff_pools.ep.fte: 7}")
    assert with_change(written, SETS, (MORE, f"{MORE}{own}"), last) == Schedule.constant(7)


def test_a_scenarios_own_change_may_have_dates(written) -> None:
    own = f"changes: [{{{FTE}, slip: 1 week}}]\n"
    fte = ep(written(("interventions: [recruit_eps]\n", own)).settings("more_eps"))
    assert [fte.at(date(2021, 4, day)) for day in (7, 8)] == [6, 10]


# What is refused

REFUSED = [
    (
        "{path: staff_pools.ep.fte, operation: add, value: 1, slip: 2 weeks}",
        "slip",
        "a slip needs a date to start",
    ),
    (
        "{path: staff_pools.ep.fte, operation: add, value: 1, decay: 2 weeks}",
        "decay",
        "a decay needs a date to start",
    ),
    (f"{{{FTE}, slip: soon}}", "slip", "'soon', must be a number of days, weeks or months: 26 weeks"),
    (f"{{{FTE}, slip: 3}}", "slip", "3, must be a number of days, weeks or months: 26 weeks"),
    (f"{{{FTE}, decay: 0 weeks}}", "decay", "'0 weeks', must be more than no time at all"),
    (f"{{{FTE}, delivered_share: 3}}", "delivered_share", "3, must be between 0 and 2"),
    (
        "{path: decisions.hold_plan_for_place, operation: set, value: true, delivered_share: 0.5}",
        "delivered_share",
        "0.5, only a number can be set in part",
    ),
    (
        "{path: placement.special_settings, operation: set, value: [special], delivered_share: 0.5}",
        "delivered_share",
        "'placement.special_settings' is a list of 2 entries",
    ),
    (
        "{path: reviews.report_days, operation: add, value: 1, decay: 2 weeks}",
        "decay",
        "'reviews.report_days' cannot change during a run, remove from, until, ramp, slip, decay",
    ),
    (
        "{path: settings.inmss.places, operation: set, value: 9, delivered_share: 0.5}",
        "path",
        "has no number to start from",
    ),
    (f"{{{FTE.replace('2021-04-01', '3000-01-01')}}}", "from", "3000-01-01, must be no later than 2999"),
]


@pytest.mark.parametrize("change, key, rule", REFUSED)
def test_a_change_that_cannot_be_made_is_told_with_its_line_and_key(written, change, key, rule) -> None:
    path = written.file((CHANGE, change))
    told = faults_of(path)
    line = line_of(path.read_text(), change)
    assert any(
        fault.startswith(f"small.yaml:{line}:")
        and f"interventions.recruit_eps.changes.0.{key}: " in fault
        and rule in fault
        for fault in told
    ), told


def test_a_scenarios_own_change_that_cannot_be_made_is_told_where_it_stands(written) -> None:
    path = written.file(
        (MORE, f"{MORE}    changes: [{{path: staff_pools.eq.fte, operation: add, value: 1}}]\n")
    )
    (told,) = faults_of(path)
    line = line_of(path.read_text(), "staff_pools.eq")
    assert told.startswith(f"small.yaml:{line}:")
    assert "scenarios.more_eps.changes.0.path: 'staff_pools.eq.fte', no such setting" in told


def test_what_slips_as_a_whole_must_have_dates(written) -> None:
    slip = ("    label: Recruit", "    slip: 2 weeks\n    label: Recruit")
    (told,) = faults_of(written.file((CHANGE, ADDS), slip))
    assert "interventions.recruit_eps.slip: '2 weeks', 'staff_pools.ep.fte' has no date to start from" in told


def test_a_baseline_makes_no_changes_of_its_own(written) -> None:
    (told,) = faults_of(written.file(("baseline: {}", f"baseline: {{changes: [{ADDS}]}}")))
    assert "the baseline changes nothing" in told


def test_an_end_of_a_range_that_cannot_be_made_is_told_at_that_end(written) -> None:
    decay = "decay: {value: 3 months, low: 0 weeks, high: 9 months, source: assumed}"
    (told,) = faults_of(written.file((CHANGE, f"{{{FTE}, {decay}}}")))
    assert "changes.0.decay.low: '0 weeks', must be more than no time at all" in told


# What is odd


def warnings_of(document: Document) -> list[str]:
    return [str(warning) for warning in document.warnings]


def test_a_change_that_slips_out_of_the_run_is_told(written) -> None:
    slip = ("    label: Recruit", "    slip: 9 months\n    label: Recruit")
    change = CHANGE.replace("ramp: 26 weeks", "slip: 26 months")
    (told,) = warnings_of(written((CHANGE, change), slip))
    assert "changes.0.from: 2024-03-01 (2021-04-01 and its slip), after the end of the run" in told


def test_a_change_that_slips_out_of_the_run_in_one_scenario_alone_is_told(written) -> None:
    late = ("set: {staff_pools.ep.agency_fte: 2}", "set: {interventions.recruit_eps.slip: 21 months}")
    (told,) = warnings_of(written(late))
    assert "changes.0.from: 2023-01-01 (2021-04-01 and its slip), after the end of the run" in told


def test_a_change_that_slips_beyond_its_end_is_told(written) -> None:
    (told,) = warnings_of(written((CHANGE, f"{{{FTE}, slip: 9 months, until: 2021-09-01}}")))
    assert "changes.0.until: 2021-09-01, not after it begins, 2022-01-01 (2021-04-01 and its slip)" in told


@pytest.mark.parametrize("second, warned", [("11", True), ("10", False), ("11, until: 2021-01-01", False)])
def test_two_interventions_that_set_one_number_differently_are_told(
    written, second: str, warned: bool
) -> None:
    other = f"  another:\n    changes: [{{path: staff_pools.ep.fte, operation: set, value: {second}}}]\n"
    both = (MORE, "    interventions: [recruit_eps, another]\n")
    first = SETS.replace("10}", "10, from: 2021-04-01}")
    told = warnings_of(written((CHANGE, first), (SECOND, other + SECOND), both))
    assert len(told) == warned
    if warned:
        assert (
            "interventions.recruit_eps.changes.0.path: 'staff_pools.ep.fte', in scenario more_eps" in told[0]
        )
        assert "'another' sets it too, and 'recruit_eps' comes after it by name" in told[0]
    settings = read(written.file((CHANGE, first), (SECOND, other + SECOND), both)).settings("more_eps")
    assert ep(settings).at(date(2022, 1, 1)) == 10
