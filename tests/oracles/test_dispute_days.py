"""With certain outcomes and staff for everything, every step of a dispute falls on a day known beforehand."""

from __future__ import annotations

from datetime import date

import pytest
from histories import History, history
from quarrels import (
    ACT,
    AGREES,
    CONCEDED,
    DISAGREES,
    GIVES_UP,
    HEARING,
    LOSES,
    MEETING,
    SETTLED,
    WINS,
    with_disputes,
)
from quiet_authority import quiet_config, quiet_settings, with_plans, with_requests
from small_settings import by_band, task

from sim import event_log as events
from sim.calendars import Calendar, after_closure
from sim.model import Model

REFUSED_EVERYBODY = {"refuse_to_assess": 1.0}


def run(config: dict) -> History:
    return history(quiet_settings(config))


def refusals(**dispute: float) -> History:
    """Twenty requests a year, all refused, and the disputes that follow."""
    config = quiet_config()
    with_requests(config, 20)
    config["decisions"] |= REFUSED_EVERYBODY
    with_disputes(config, refusal_to_assess=dispute)
    return run(config)


def days_after(found: History, event: str, first: str = events.REFUSED) -> dict[int, int]:
    """For each child the days from one event to another."""
    start, end = found.day_of(first), found.day_of(event)
    return {child: day - start[child] for child, day in end.items()}


def working_days_later(found: History, day: int, count: int) -> int:
    calendar = Calendar(found.log.start, found.log.days + 60)
    return calendar.working_days(day + 1, day + 60)[count - 1]


def done(found: History, day: int) -> int:
    """The morning after work of less than a day that came with the post of `day`."""
    return Calendar(found.log.start, found.log.days + 60).working_days(day, day + 30)[0] + 1


# Refusals to assess.


def test_an_agreement_at_mediation_takes_the_refused_child_up_again_on_that_day() -> None:
    found = refusals(**AGREES)
    assert set(days_after(found, events.DISPUTED).values()) == {ACT}
    assert set(days_after(found, events.MEDIATED).values()) == {ACT + MEETING}
    assert set(days_after(found, events.REOPENED_AS).values()) == {ACT + MEETING}
    assert len(found.of(events.REINSTATED)) > 20
    assert {entry.resource for entry in found.of(events.MEDIATED)} == {"agreed"}
    assert not found.of(events.APPEALED)


def test_a_concession_comes_on_the_day_of_the_settlement_and_is_never_heard() -> None:
    found = refusals(**CONCEDED)
    assert {entry.resource for entry in found.of(events.DISPUTED)} == {"certificate"}
    assert set(days_after(found, events.APPEALED).values()) == {ACT}
    ended = found.of(events.APPEAL_ENDED)
    assert {(entry.resource, entry.value) for entry in ended} == {("conceded", SETTLED)}
    assert set(days_after(found, events.REOPENED_AS).values()) == {ACT + SETTLED}
    assert not [entry for entry in found.of(events.QUEUED) if entry.stage == "hearing"]


def test_a_hearing_is_prepared_in_its_last_six_weeks_and_decided_ten_working_days_later() -> None:
    found = refusals(**WINS)
    ended = found.of(events.APPEAL_ENDED)
    assert len(ended) > 15
    for entry in ended:
        hearing = entry.day - entry.value + HEARING
        assert entry.resource == "upheld"
        assert entry.day == working_days_later(found, hearing, 10)
        prepared = [e for e in found.of(events.QUEUED, child=entry.child) if e.stage == "hearing"]
        assert [e.day for e in prepared] == [hearing - 42]
        assert found.of(events.REOPENED_AS, child=entry.child)[0].minute == entry.minute


@pytest.mark.parametrize(
    ("dispute", "ending"),
    [(LOSES, "dismissed"), (GIVES_UP, "withdrawn"), ({**DISAGREES, "appeal_after_mediation": 0.0}, None)],
)
def test_a_refusal_stands_when_the_family_loses_withdraws_or_leaves_it_at_a_mediation(
    dispute: dict, ending: str | None
) -> None:
    found = refusals(**dispute)
    assert len(found.of(events.DISPUTED)) > 20
    assert {entry.resource for entry in found.of(events.APPEAL_ENDED)} == ({ending} if ending else set())
    assert not found.of(events.REOPENED_AS, events.REINSTATED, events.PLAN_ISSUED)


def test_a_mediation_without_agreement_is_followed_by_an_appeal_on_its_day() -> None:
    found = refusals(**DISAGREES | {"appeal_after_mediation": 1.0, "upheld": 1.0})
    assert {entry.resource for entry in found.of(events.MEDIATED)} == {"not_agreed"}
    assert days_after(found, events.APPEALED) == days_after(found, events.MEDIATED)


def test_a_settlement_that_would_come_after_the_hearing_is_heard() -> None:
    config = quiet_config()
    with_requests(config, 20)
    config["decisions"] |= REFUSED_EVERYBODY
    with_disputes(config, refusal_to_assess=CONCEDED | {"upheld": 1.0})
    config["disputes"]["settled"]["days"] = HEARING
    assert {entry.resource for entry in run(config).of(events.APPEAL_ENDED)} == {"upheld"}


def test_a_family_has_two_months_however_long_it_would_wait() -> None:
    config = quiet_config()
    with_requests(config, 20)
    config["decisions"] |= REFUSED_EVERYBODY
    with_disputes(config, refusal_to_assess=AGREES)
    config["disputes"]["act"]["days"] = 100
    assert set(days_after(run(config), events.DISPUTED).values()) == {61}


# What becomes of a child taken up again.


def test_a_reinstated_assessment_starts_with_the_advice_and_takes_the_sum_of_its_delays() -> None:
    found = refusals(**AGREES)
    calendar = Calendar(found.log.start, found.log.days + 400)

    def thursday(day: int) -> int:
        return next(
            d for d in range(day, day + 40) if calendar.date_of(d).weekday() == 3 and calendar.is_working[d]
        )

    issued = found.day_of(events.PLAN_ISSUED)
    for entry in found.of(events.REINSTATED):
        asked = [e.day for e in found.of(events.ADVICE_ASKED, child=entry.child)]
        assert (set(asked), entry.value) == ({entry.day}, 98)
        school = calendar.number(after_closure(calendar.date_of(entry.day))) + 20
        advice = max(school, end_of_two_days(calendar, entry.day + 10))
        final = done(found, done(found, thursday(done(found, advice))) + 15)
        if final < found.log.days:
            assert issued[entry.child] == final
    assert len(issued) > 15


def end_of_two_days(calendar: Calendar, day: int) -> int:
    """The morning after twelve hours of work in days of at most 7.4 hours less leave."""
    return next(d for d in range(day, day + 20) if len(calendar.working_days(day, d)) == 2)


def test_a_refusal_to_issue_put_right_has_a_draft_in_five_weeks_and_a_plan_in_eleven() -> None:
    config = quiet_config()
    with_requests(config, 20)
    config["decisions"] |= {"refuse_to_issue": 1.0}
    with_disputes(config, refusal_to_issue=WINS)
    found = run(config)
    drafted, issued = found.day_of(events.DRAFT_SENT), found.day_of(events.PLAN_ISSUED)
    again = found.of(events.REINSTATED)
    assert len(issued) > 5
    for entry in again:
        assert entry.value == 77
        assert not found.of(events.ADVICE_ASKED, events.PANEL_JOINED, child=entry.child)
        if entry.child in issued:
            assert drafted[entry.child] == done(found, entry.day)
            assert issued[entry.child] == done(found, drafted[entry.child] + 15)


def test_a_child_taken_up_again_is_the_same_child_in_a_new_file() -> None:
    found = refusals(**AGREES)
    old = {entry.value: entry.child for entry in found.of(events.REOPENED_AS)}
    columns = found.log.children
    assert set(old) == set(found.children("reinstated")) and len(old) > 20
    for new, first in old.items():
        for column in ("need", "cohort", "district", "source"):
            assert columns[column][new] == columns[column][first]


def test_the_usual_clocks_of_a_case_taken_up_again_end_with_those_the_law_gives_it() -> None:
    config = quiet_config()
    with_requests(config, 20)
    config["decisions"] |= REFUSED_EVERYBODY
    with_disputes(config, refusal_to_assess=AGREES)
    model = Model(quiet_settings(config), 1)
    begun = {entry.child: entry.day for entry in History(model.run()).of(events.REINSTATED)}
    assert begun
    for child, day in begun.items():
        requested = model.la.children[child].requested
        assert (requested + 16 * 7, requested + 20 * 7) == (day + 10 * 7, day + 14 * 7)


def test_a_case_taken_up_again_is_withdrawn_by_luck_of_its_own() -> None:
    """With the luck of the first file nobody would withdraw sooner than the first file stood open."""
    config = quiet_config()
    with_requests(config, 60)
    config["decisions"] |= REFUSED_EVERYBODY | {"withdraw_per_year": 0.9}
    with_disputes(config, refusal_to_assess=AGREES)
    found = run(config)
    stood_open = days_after(found, events.REFUSED, first=events.REQUESTED)
    first = {entry.value: entry.child for entry in found.of(events.REOPENED_AS)}
    begun = found.day_of(events.REINSTATED)
    sooner = [
        entry.child
        for entry in found.of(events.WITHDRAWN)
        if entry.child in begun and entry.day - begun[entry.child] < stood_open[first[entry.child]]
    ]
    assert sooner


# Plans.


def plans_amended(dispute: dict, kind: str = "amended") -> History:
    config = quiet_config()
    with_plans(config, {7: 20})
    config["reviews"]["outcomes"] = by_band({"amend": 1.0, "cease": 0.0})
    with_disputes(config, **{kind: dispute})
    return run(config)


@pytest.mark.parametrize("dispute", [WINS, CONCEDED, AGREES])
def test_an_amended_plan_won_is_amended_again_within_five_weeks_and_without_a_second_consultation(
    dispute: dict,
) -> None:
    found = plans_amended(dispute)
    met = found.of(events.ORDER_MET)
    assert len(met) >= 15
    won = {entry.child: entry.day for entry in found.of(events.MEDIATED, events.APPEAL_ENDED)[::-1]}
    for entry in {entry.child: entry for entry in met[::-1]}.values():
        assert entry.day == done(found, won[entry.child])
        assert entry.value == entry.day - won[entry.child] - 35
        assert entry.minute in [e.minute for e in found.of(events.PLAN_AMENDED, child=entry.child)]


def test_a_plan_amended_without_a_move_is_not_disputed_about_its_setting() -> None:
    found = plans_amended(WINS, kind="placement")
    assert len(found.of(events.PLAN_AMENDED)) > 15
    assert not found.of(events.DISPUTED)


def new_plans(dispute: dict) -> History:
    config = quiet_config()
    with_requests(config, 20)
    with_disputes(config, placement=dispute)
    return run(config)


@pytest.mark.parametrize(
    ("dispute", "route"), [(WINS, "placement_only"), (CONCEDED, "placement_only"), (AGREES, "mediation")]
)
def test_a_setting_won_is_named_in_two_weeks_and_taken_up_when_schools_are_open(
    dispute: dict, route: str
) -> None:
    found = new_plans(dispute)
    calendar = Calendar(found.log.start, found.log.days + 60)
    met = found.of(events.ORDER_MET)
    assert len(met) > 5
    for entry in met:
        won = found.of(events.APPEAL_ENDED, events.MEDIATED, child=entry.child)[0].day
        assert entry.value == done(found, won) - won - 14
        moved = [(e.resource, e.day) for e in found.of(events.PLACED, child=entry.child)]
        in_term = next(day for day in range(entry.day, entry.day + 60) if calendar.is_term[day])
        assert moved[0][0] == "mainstream"
        if in_term < found.log.days:
            assert moved[1:] == [("special", in_term)]
    assert {entry.resource for entry in found.of(events.DISPUTED)} == {route}


@pytest.mark.parametrize("dispute", [WINS, CONCEDED, AGREES])
@pytest.mark.parametrize("when_full", [None, {"setting": "tuition", "share": 1.0}])
def test_a_full_school_must_admit_a_child_whose_family_has_won_it(
    dispute: dict, when_full: dict | None
) -> None:
    config = quiet_config()
    with_requests(config, 20)
    with_disputes(config, placement=dispute)
    config["settings"]["special"] |= {"places": 0, "over_number": 0.0, "when_full": when_full}
    found = run(config)
    moved = [entry for entry in found.of(events.ORDER_MET) if entry.day < found.log.days - 60]
    assert len(moved) > 4
    for entry in moved:
        assert [e.resource for e in found.of(events.PLACED, child=entry.child)] == ["mainstream", "special"]
    assert not found.of(events.PLACE_WANTED, events.SENT_ELSEWHERE)


def test_a_family_sent_elsewhere_does_not_dispute_the_school_that_was_full() -> None:
    config = quiet_config()
    with_requests(config, 20)
    config["placement"]["new_plans"] = by_band({"special": 1.0})
    config["settings"]["special"] |= {
        "places": 0,
        "over_number": 0.0,
        "when_full": {"setting": "tuition", "share": 1.0},
    }
    with_disputes(config, placement=WINS)
    config["disputes"]["rather"] = {"special": {"tuition": 1.0}}
    found = run(config)
    assert len(found.of(events.SENT_ELSEWHERE)) > 10
    assert not found.of(events.DISPUTED)
    config["disputes"]["rather"] = {"tuition": {"mainstream": 1.0}}
    assert len(run(config).of(events.DISPUTED)) > 5


def test_a_family_may_want_the_child_to_stay_where_it_is_before_a_move() -> None:
    config = quiet_config()
    with_plans(config, {7: 20}, setting="special")
    config["reviews"]["outcomes"] = by_band({"amend": 1.0, "cease": 0.0})
    config["placement"]["at_review"] = {"special": {"mainstream": 1.0}}
    with_disputes(config, placement=AGREES)
    config["disputes"]["rather"] = {"mainstream": {"special": 1.0}}
    config["disputes"] |= {"act": {"days": 5}, "mediation": {"days": 5}}
    found = run(config)
    amended = found.day_of(events.PLAN_AMENDED)
    in_time = [c for c, day in amended.items() if found.date_of(day).month in (2, 5, 6, 9, 10, 11)]
    assert len(in_time) > 3
    settled = found.day_of(events.ORDER_MET)
    for child in in_time:
        before = [e.resource for e in found.of(events.PLACED, child=child) if e.day <= settled[child] + 150]
        assert before == ["special"]


def test_a_setting_that_nobody_would_rather_leave_is_not_disputed() -> None:
    config = quiet_config()
    with_requests(config, 20)
    with_disputes(config, placement=WINS)
    config["placement"]["new_plans"] = by_band({"special": 1.0})
    assert not run(config).of(events.DISPUTED)


def test_a_child_that_wins_another_setting_before_september_moves_straight_there() -> None:
    config = quiet_config()
    with_plans(config, {10: 20})
    config["placement"] |= {"secondary": {"mainstream": {"tuition": 1.0}}}
    with_disputes(config, placement=WINS)
    config["disputes"]["rather"] = {"tuition": {"special": 1.0}}
    found = run(config)
    assert len(found.of(events.ORDER_MET)) == 20
    for child in found.children("opening_plan"):
        moves = [(e.resource, found.date_of(e.day)) for e in found.of(events.PLACED, child=child)]
        assert moves[1:] == [("special", date(2021, 9, 1))]


@pytest.mark.parametrize(
    ("dispute", "outcome"),
    [(None, "ceases"), (LOSES, "ceases later"), (WINS, "goes on"), (AGREES, "goes on")],
)
def test_a_plan_to_be_ceased_stays_in_force_while_the_family_appeals(
    dispute: dict | None, outcome: str
) -> None:
    config = quiet_config(years=1)
    with_plans(config, {7: 20})
    config["reviews"]["outcomes"] = by_band({"amend": 0.0, "cease": 1.0})
    with_disputes(config, **({"ceasing": dispute} if dispute else {}))
    found = run(config)
    decided = {e.child: e.day for e in found.of(events.REVIEW_DECIDED)[::-1]}
    ceased = found.day_of(events.PLAN_CEASED)
    ended = found.day_of(events.APPEAL_ENDED)
    assert len(decided) == 20
    if outcome == "goes on":
        assert not ceased
        assert len(found.of(events.MEDIATED, events.APPEAL_ENDED)) > 10
    elif outcome == "ceases later":
        assert len(ceased) > 10
        assert all(day == ended[child] > decided[child] + 61 for child, day in ceased.items())
    else:
        assert len(ceased) > 15
        assert all(day == decided[child] + 61 for child, day in ceased.items())


def test_a_review_that_leaves_the_plan_as_it_is_may_be_disputed_and_the_plan_is_then_amended() -> None:
    config = quiet_config()
    with_plans(config, {7: 20})
    with_disputes(config, refusal_to_amend=WINS)
    found = run(config)
    met = found.of(events.ORDER_MET)
    assert len(met) >= 15
    assert {entry.stage for entry in found.of(events.DISPUTED)} == {"refusal_to_amend"}
    for entry in met:
        won = entry.day - entry.value - 35
        assert entry.day == done(found, won)
        assert won in [e.day for e in found.of(events.APPEAL_ENDED, child=entry.child)]
    del config["disputes"]["refusal_to_amend"]
    assert not run(config).of(events.DISPUTED)


def test_what_a_plan_says_after_a_phase_transfer_may_be_disputed() -> None:
    config = quiet_config(years=1)
    with_plans(config, {10: 20})
    with_disputes(config, amended=WINS)
    found = run(config)
    named = found.day_of(events.TRANSFER_NAMED)
    disputed = found.of(events.DISPUTED)
    assert len(disputed) > 15
    assert all(entry.day - entry.value == named[entry.child] for entry in disputed)


# Work that is not done in time.


def without_tribunal_officers(**dispute: float) -> History:
    config = quiet_config()
    with_requests(config, 20)
    config["decisions"] |= REFUSED_EVERYBODY
    with_disputes(config, refusal_to_assess=dispute)
    config["staff_pools"]["tribunal_officer"]["fte"] = 0.0
    return run(config)


def test_an_appeal_for_which_nobody_prepares_is_lost() -> None:
    found = without_tribunal_officers(**LOSES)
    ended = found.of(events.APPEAL_ENDED)
    assert len(ended) > 15
    assert {entry.resource for entry in ended} == {"upheld"}
    cancelled = {(entry.child, entry.stage): entry.day for entry in found.of(events.CANCELLED)}
    for entry in ended:
        assert cancelled[entry.child, "appeal"] == entry.day - entry.value + HEARING


def test_a_mediation_that_nobody_arranges_in_thirty_days_becomes_an_appeal() -> None:
    found = without_tribunal_officers(**AGREES | {"upheld": 1.0})
    assert not found.of(events.MEDIATED)
    assert set(days_after(found, events.APPEALED).values()) == {ACT + 30}


def with_an_expert(first: str, second: str, **dispute: float) -> History:
    """Every stage is a task of each pool, and nobody works in the psychologists'."""
    config = quiet_config()
    with_requests(config, 20)
    config["decisions"] |= REFUSED_EVERYBODY
    with_disputes(config, refusal_to_assess=dispute)
    config["staff_pools"]["ep"]["fte"] = 0.0
    for stage in ("mediation", "appeal", "hearing"):
        config["disputes"][f"{stage}_tasks"] = [task(first, 3), task(second, 4)]
    return run(config)


def test_the_tasks_of_a_stage_are_queued_at_once_and_what_nobody_began_is_cancelled_on_its_day() -> None:
    found = with_an_expert("tribunal_officer", "ep", **LOSES)
    ended = found.of(events.APPEAL_ENDED)
    assert len(ended) > 15
    for entry in ended:
        registered = entry.day - entry.value
        for stage, day in (("appeal", registered), ("hearing", registered + HEARING - 42)):
            queued = [e for e in found.of(events.QUEUED, child=entry.child) if e.stage == stage]
            assert [(e.resource, e.day) for e in queued] == [("tribunal_officer", day), ("ep", day)]
        cancelled = [(e.resource, e.day) for e in found.of(events.CANCELLED, child=entry.child)]
        assert cancelled == [("ep", registered + HEARING)] * 2


def test_an_authority_whose_officer_has_begun_does_not_lose_for_want_of_an_expert() -> None:
    ready, not_ready = (
        with_an_expert(*pools, **LOSES) for pools in (("tribunal_officer", "ep"), ("ep", "tribunal_officer"))
    )
    for found, ending in ((ready, "dismissed"), (not_ready, "upheld")):
        assert len(found.of(events.APPEAL_ENDED)) > 15
        assert {entry.resource for entry in found.of(events.APPEAL_ENDED)} == {ending}


def test_a_mediation_is_held_without_the_expert_and_not_without_the_officer() -> None:
    ready, not_ready = (
        with_an_expert(*pools, **AGREES) for pools in (("tribunal_officer", "ep"), ("ep", "tribunal_officer"))
    )
    assert set(days_after(ready, events.MEDIATED).values()) == {ACT + MEETING}
    assert not not_ready.of(events.MEDIATED)
    assert set(days_after(not_ready, events.APPEALED).values()) == {ACT + 30}


@pytest.mark.parametrize(("days", "mediated"), [(30, True), (31, False), (60, False)])
def test_a_family_that_cannot_be_met_in_thirty_days_appeals_with_a_certificate(
    days: int, mediated: bool
) -> None:
    config = quiet_config()
    with_requests(config, 20)
    config["decisions"] |= REFUSED_EVERYBODY
    with_disputes(config, refusal_to_assess=AGREES | {"upheld": 1.0})
    config["disputes"]["mediation"]["days"] = days
    found = run(config)
    event, other = events.MEDIATED, events.APPEALED
    if not mediated:
        event, other = other, event
    assert set(days_after(found, event).values()) == {ACT + 30}
    assert not found.of(other)


def test_a_decision_may_be_heard_sooner_than_others() -> None:
    found = refusals(**WINS | {"hearing": {"days": 50}})
    ended = found.of(events.APPEAL_ENDED)
    assert len(ended) > 15
    for entry in ended:
        assert entry.day == working_days_later(found, entry.day - entry.value + 50, 10)


def test_a_settled_appeal_is_worked_on_no_longer() -> None:
    found = without_tribunal_officers(**CONCEDED)
    cancelled = found.day_of(events.CANCELLED)
    assert len(cancelled) > 15
    assert all(found.day_of(events.APPEALED)[child] + SETTLED == day for child, day in cancelled.items())
