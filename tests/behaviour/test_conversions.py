"""Statements become plans: who works on it, in whose turn, by when, and what families may dispute."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hand_log import DAY, HandLog
from histories import History, history
from quarrels import with_disputes
from quiet_authority import quiet_config, quiet_settings, with_plans
from small_settings import small_config, task

from sim import event_log as events
from sim.audit.audit import audit
from sim.audit.evidence import Evidence
from sim.audit.statements import wrong_statements
from sim.calendars import Calendar
from sim.measures.measures import yearly_and_monthly
from sim.model import Model
from sim.money.ledger import reckon
from sim.settings import Settings

START, DEADLINE = date(2015, 1, 1), date(2018, 3, 31)


def statements(count: int, **terms: Any) -> dict[str, Any]:
    return {"count": count, "convert_by": DEADLINE, "advice": {"days": 42}} | terms


def with_statements(by_age: dict[int, int], count: int, hours: float = 10, **terms: Any) -> dict[str, Any]:
    """A quiet authority from 2015 to the end of 2018 in which so many of the plans are statements still."""
    config = quiet_config(START, years=4)
    with_plans(config, by_age, months=(0, 12))
    config["opening"]["statements"] = {"statement": statements(count, **terms)}
    config["stages"]["transfer_review"] = [task("casework_officer", hours)]
    return config


def run(config: dict[str, Any]) -> History:
    return history(quiet_settings(config))


def measured(config: dict[str, Any]) -> dict[tuple[str, str, str], float]:
    """Values by measure, group and period, the audit being silent."""
    settings = quiet_settings(config)
    log = Model(settings, 1).run()
    ledger = reckon(log, settings)
    assert set(audit(log, settings, ledger).values()) == {0}
    yearly, _ = yearly_and_monthly(log, settings, ledger)
    return {(measure, group, period): value for _, period, measure, group, value in yearly}


def test_plans_that_are_no_statements_are_not_converted() -> None:
    config = small_config()
    config["opening"]["statements"] = {"statement": statements(0)}
    assert not History(Model(Settings.model_validate(config), 1).run()).of(events.STATEMENT)
    without = small_config()
    rows = [sorted(Model(Settings.model_validate(one), 1).run().rows().tolist()) for one in (config, without)]
    assert rows[0] == rows[1]


def test_with_ample_staff_all_are_converted_by_the_date_and_in_their_twenty_weeks() -> None:
    found = run(with_statements({7: 60, 8: 40}, 80, hours=5))
    assert len(found.of(events.STATEMENT)) == len(found.day_of(events.CONVERTED)) == 80
    assert all(entry.value <= 0 for entry in found.of(events.CONVERTED))
    assert max(found.date_of(entry.day) for entry in found.of(events.CONVERTED)) <= DEADLINE
    begun, calendar = found.day_of(events.CONVERSION_BEGUN), Calendar(START, 2_000)
    for child, day in found.day_of(events.CONVERTED).items():
        written = calendar.after_working_days(begun[child] + 41, 1)  # as soon as all advice is there
        assert day == written + 1 + 15


def test_with_nobody_to_do_it_none_is_converted() -> None:
    config = with_statements({8: 50}, 50)
    config["staff_pools"]["casework_officer"]["fte"] = 0
    figures = measured(config)
    assert figures["conversions_completed", "all", "2017"] == 0
    assert figures["conversions_outstanding", "all", "2017-18"] == 50
    assert figures["conversions_overdue", "all", "2017-18"] == 50
    assert [figures["statements", "all", str(year)] for year in (2015, 2016, 2017, 2018)] == [50] * 4


def test_each_conversion_takes_its_hours_and_new_advice_where_it_is_needed() -> None:
    config = with_statements({8: 200}, 200, hours=7)
    config["stages"]["transfer_review"].insert(0, task("ep", 4) | {"share": 0.25})
    found = run(config)
    minutes = Counter()
    for entry in found.of(events.FINISHED):
        if entry.stage == "transfer_review":
            minutes[entry.resource] += entry.value
    assert minutes["casework_officer"] == 200 * 7 * 60
    advised = minutes["ep"] / (4 * 60)
    assert advised == int(advised) and 30 < advised < 70


def test_a_review_in_hand_stays_due_when_the_last_transfer_reviews_begin_beside_it() -> None:
    begin_by = date(2016, 3, 1)
    config = with_statements({8: 60}, 60, begin_by=begin_by)
    config["staff_pools"]["review_officer"]["fte"] = 0  # nobody decides what the meetings found
    found, last = run(config), (begin_by - START).days
    began_last = {entry.child for entry in found.of(events.CONVERSION_BEGUN) if entry.day == last}
    in_hand = {e.child: e.day for e in found.of(events.REVIEW_HELD) if e.child in began_last and e.day < last}
    first_due: dict[int, int] = {}
    for entry in sorted(found.of(events.REVIEW_DUE), key=lambda entry: entry.day):
        first_due.setdefault(entry.child, entry.day)
    assert len(in_hand) > 5
    spread = config["reviews"]["meeting_spread_days"] + 1
    assert all(first_due[child] - held <= spread for child, held in in_hand.items())


def test_they_are_spread_over_the_time_until_the_deadline() -> None:
    begun = sorted(_begun(with_statements({6: 300}, 300)))
    last = DEADLINE - timedelta(weeks=20)
    assert begun[-1] <= last
    middle, span = begun[150], (last - START).days
    assert 0.4 < (middle - START).days / span < 0.6
    by_quarter = Counter((day - START).days * 4 // (span + 1) for day in begun)
    assert all(45 < by_quarter[quarter] < 105 for quarter in range(4))


def _begun(config: dict[str, Any]) -> list[date]:
    found = run(config)
    return [found.date_of(entry.day) for entry in found.of(events.CONVERSION_BEGUN)]


def test_children_who_change_phase_are_converted_in_the_half_year_before_it_or_with_it() -> None:
    begun = _begun(with_statements({10: 50}, 50))  # in Year 6 from September 2014: the transfer is under way
    assert set(begun) == {START}
    begun = sorted(_begun(with_statements({9: 50}, 50)))  # Year 6 begins in September 2015
    assert len(begun) == 50 and begun[-1] <= date(2015, 11, 30)
    begun = sorted(_begun(with_statements({8: 50}, 50)))  # and here a year later
    assert date(2016, 4, 1) <= begun[0] < date(2016, 7, 1) and begun[-1] <= date(2016, 11, 30)


def test_the_transfer_review_takes_the_place_of_an_annual_review() -> None:
    def reviews(count: int) -> int:
        return len(run(with_statements({6: 100}, count)).of(events.REVIEW_DECIDED))

    none, all_of_them = reviews(0), reviews(100)
    assert 100 <= none - all_of_them <= 160  # each gives one for it, and the next comes 20 weeks later


def test_what_has_not_begun_begins_when_there_is_only_just_time_left() -> None:
    config = with_statements({6: 40}, 40)
    config["opening"]["plans"]["months_since_review"] = [{"months": [0, 0.1], "share": 1.0}]
    config["opening"]["statements"]["statement"]["convert_by"] = date(2015, 9, 30)  # no review comes before
    begun = _begun(config)
    assert set(begun) == {date(2015, 9, 30) - timedelta(weeks=20)}


def test_an_authority_may_mean_to_begin_all_of_them_earlier() -> None:
    begun = _begun(with_statements({6: 100}, 100, begin_by=date(2016, 12, 31)))
    assert len(begun) == 100 and max(begun) == date(2016, 12, 31)


def test_a_transfer_review_that_is_due_as_it_begins_begins_once() -> None:
    plans = {age: 10 for age in range(4, 19)}
    config = with_statements(plans, 150, weeks=0, begin_by=START, convert_by=date(2015, 1, 2))
    counts = Counter(entry.child for entry in run(config).of(events.CONVERSION_BEGUN))
    assert set(counts.values()) == {1} and len(counts) == 150


def test_a_statement_that_is_late_is_converted_later() -> None:
    config = with_statements({8: 60}, 60, hours=20)
    config["staff_pools"]["casework_officer"]["fte"] = {START: 0.0, date(2018, 4, 1): 2.0}
    figures = measured(config)
    assert figures["conversions_outstanding", "all", "2017-18"] == 60
    assert figures["conversions_completed", "all", "2018"] == 60
    assert figures["conversions_on_time", "all", "2018"] == 0


def test_the_time_for_a_transfer_review_may_change_on_a_date() -> None:
    weeks = {START: 16, date(2015, 9, 1): 20}
    found = run(with_statements({6: 100}, 100, weeks=weeks))
    given = {(found.date_of(e.day) >= date(2015, 9, 1), e.value) for e in found.of(events.CONVERSION_BEGUN)}
    assert given == {(False, 112), (True, 140)}


def test_statements_in_are_converted_gone_or_still_there() -> None:
    config = with_statements({8: 100, 17: 100}, 150)
    config["leaving"] |= {"at_31_august": [0] * 16 + [0.5] * 10, "transferred_out_per_year": 0.2}
    config["staff_pools"]["casework_officer"]["fte"] = 0.05
    settings = quiet_settings(config)
    log = Model(settings, 1).run()
    found = History(log)
    held = set(found.day_of(events.STATEMENT))
    converted, gone = (held & set(found.day_of(event)) for event in (events.CONVERTED, events.PLAN_CEASED))
    still = held - converted - gone
    assert len(held) == 150 and converted and gone - converted and still
    assert set(audit(log, settings, reckon(log, settings)).values()) == {0}
    figures = measured(config)
    assert figures["conversions_outstanding", "all", "2018"] == len(still)
    assert sum(figures["conversions_completed", "all", str(year)] for year in range(2015, 2019)) == len(
        converted
    )


def test_published_plans_hold_statements_but_learning_difficulty_assessments_only_as_plans() -> None:
    config = with_statements({8: 40, 18: 30}, 35, ages=[5, 15])
    config["opening"]["statements"]["assessment"] = statements(
        20, ages=[16, 25], convert_by=date(2016, 12, 31), counted_with_plans=False
    )
    figures = measured(config)
    assert figures["statements", "kind=statement", "2015"] == 35
    assert figures["statements", "kind=assessment", "2015"] == 20
    assert figures["plans_active", "all", "2015"] == 70 - 20
    assert figures["plans_active", "all", "2017"] == 70
    assert figures["plans_active", "setting=mainstream", "2015"] == 50
    assert figures["statements", "kind=assessment", "2017"] == 0 < figures["statements", "all", "2017"]


def test_a_kind_may_be_held_in_some_settings_only() -> None:
    config = with_statements({8: 60}, 0)
    config["opening"]["plans"]["by_setting"] = {"mainstream": 45, "special": 15}
    config["opening"]["statements"]["statement"] |= {"count": 15, "settings": ["special"]}
    found = run(config)
    assert set(found.day_of(events.STATEMENT)) == set(found.day_of(events.PLACED, "special"))


def test_a_family_may_dispute_the_new_plan() -> None:
    config = with_statements({6: 30}, 30)
    with_disputes(config, contents={"share": 1.0, "mediate": 1.0, "agreed": 1.0})
    settings = quiet_settings(config)
    log = Model(settings, 1).run()
    found = History(log)
    assert set(found.day_of(events.ORDER_MET)) == set(found.day_of(events.CONVERTED))
    assert set(audit(log, settings, reckon(log, settings)).values()) == {0}


def test_a_transfer_review_may_name_another_setting_as_an_annual_review_does() -> None:
    config = with_statements({6: 20}, 20)
    config["placement"]["at_review"] = {"mainstream": {"special": 1.0}}
    found = run(config)
    converted, moved = found.day_of(events.CONVERTED), found.day_of(events.PLACED, "special")
    assert set(moved) == set(converted)
    assert all(
        found.date_of(day).month in (1, 4, 9) and day > converted[child] for child, day in moved.items()
    )


def test_conversions_and_new_assessments_compete_for_the_same_officers() -> None:
    def in_time(count: int) -> float:
        config = small_config()
        config["run"] |= {"start": START, "years": 4}
        config["authority"]["population"] = {2015: [1000] * 26}
        config["demand"]["base_year"] = 2015
        config["staff_pools"]["casework_officer"]["fte"] = 0.4
        config["opening"]["statements"] = {"statement": statements(count)}
        config["stages"]["transfer_review"] = [task("casework_officer", 12)]
        return measured(config)["timeliness_20w_incl", "all", "2017"]

    assert in_time(150) < 10 < 90 < in_time(0)


# The audit.

SETTINGS = quiet_settings(with_statements({8: 1}, 1))


def hand_log() -> HandLog:
    hand = HandLog(START, 1461)
    child = hand.holder("mainstream")
    hand.note(0, child, events.STATEMENT, stage="statement")
    hand.note(100, child, events.CONVERSION_BEGUN, 140, stage="statement")
    hand.note(250, child, events.CONVERTED, 10, stage="statement")
    return hand


def change(hand: HandLog, event: str, day: int, value: int, stage: str = "statement") -> None:
    hand.entries = [
        (day * DAY, entry[1], event, stage, "", value) if entry[2] == event else entry
        for entry in hand.entries
    ]


FAULTS: dict[str, Callable[[HandLog], object]] = {
    "converted twice": lambda hand: hand.note(300, 0, events.CONVERTED, 60, stage="statement"),
    "converted before it was begun": lambda hand: change(hand, events.CONVERTED, 99, -141),
    "converted in two weeks": lambda hand: change(hand, events.CONVERTED, 114, -126),
    "said to be in time": lambda hand: change(hand, events.CONVERTED, 250, 0),
    "given more weeks than the law does": lambda hand: change(hand, events.CONVERSION_BEGUN, 100, 147),
    "converted as another kind": lambda hand: change(hand, events.CONVERTED, 250, 10, "assessment"),
    "never a statement": lambda hand: change(hand, events.STATEMENT, 0, 0, "assessment"),
    "one statement too many": lambda hand: hand.note(
        0, hand.holder("mainstream"), events.STATEMENT, stage="statement"
    ),
}


def test_a_conversion_soundly_told_passes() -> None:
    assert wrong_statements(Evidence(hand_log().build()), SETTINGS) == 0


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_in_a_conversion_turns_the_audit_red(fault: str) -> None:
    hand = hand_log()
    FAULTS[fault](hand)
    assert wrong_statements(Evidence(hand.build()), SETTINGS) > 0


def test_conversions_without_statements_turn_the_audit_red() -> None:
    none = quiet_settings(with_statements({8: 1}, 1) | {"opening": quiet_config()["opening"]})
    assert wrong_statements(Evidence(hand_log().build()), none) == 3
