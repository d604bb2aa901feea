"""What happens to children on the statutory pathway, one rule at a time."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from histories import History, history
from quiet_authority import quiet_config, quiet_settings, with_plans, with_requests
from small_settings import small_settings

from sim import event_log as events
from sim.calendars import DAY, Calendar, after_closure


def run(config: dict) -> History:
    return history(quiet_settings(config))


@pytest.fixture(scope="module")
def busy() -> History:
    """An authority short of everybody, in which families often withdraw."""
    settings = small_settings(
        run={"years": 3},
        demand={"requests_per_1000": [9] * 16 + [0] * 10},
        decisions={"refuse_to_assess": 0.3, "refuse_to_issue": 0.2, "withdraw_per_year": 0.5},
        staff_pools={
            "ep": {"fte": 1, "cost_per_fte_year": 1},
            "casework_officer": {"fte": 1, "cost_per_fte_year": 1},
        },
        stages={"consultation": {"days": 2}},
    )
    return history(settings)


# Assessment.


def test_with_staff_for_everything_a_plan_takes_the_sum_of_its_delays() -> None:
    config = quiet_config()
    with_requests(config, 60)
    config["advice"]["ep"]["hours"] = 5
    found = run(config)
    calendar = Calendar(found.log.start, 1200)

    def done(day: int) -> int:
        """The morning after a task that came with the post of `day` and takes less than a day."""
        return next(d for d in range(day, day + 9) if calendar.is_working[d]) + 1

    def meeting(day: int, weekday: int) -> int:
        return next(
            d
            for d in range(day, day + 40)
            if calendar.date_of(d).weekday() == weekday and calendar.is_working[d]
        )

    issued = found.day_of(events.PLAN_ISSUED)
    for child, requested in found.day_of(events.REQUESTED).items():
        first_information = max(done(requested), requested + 14)
        agreed = meeting(done(first_information), weekday=1)
        school = calendar.number(after_closure(calendar.date_of(agreed))) + 20
        advice = max(school, done(agreed + 10))
        agreed_to_issue = meeting(done(advice), weekday=3)
        draft = done(agreed_to_issue)
        final = done(draft + 15)
        if final < found.log.days:
            assert issued[child] == final
    assert len(issued) > 60


def test_no_plan_is_final_before_the_family_has_had_fifteen_days(busy: History) -> None:
    drafted, issued = busy.day_of(events.DRAFT_SENT), busy.day_of(events.PLAN_ISSUED)
    assert len(issued) > 50
    assert all(day - drafted[child] >= 15 for child, day in issued.items())


def test_a_refused_child_has_no_plan_no_place_and_no_review(busy: History) -> None:
    refused = {entry.child for entry in busy.of(events.REFUSED, events.NOT_ISSUED)}
    afterwards = busy.of(events.PLAN_ISSUED, events.PLACED, events.PLACE_WANTED, events.REVIEW_DUE)
    assert len(refused) > 50
    assert not refused & {entry.child for entry in afterwards}


def test_a_case_takes_its_steps_in_the_order_of_the_law_and_ends_once(busy: History) -> None:
    steps = [*events.STAGE_OPENED_BY, events.PLAN_ISSUED]
    for child in busy.children("request"):
        taken = [event for event in busy.story(child) if event in steps]
        assert taken == steps[: len(taken)]
        ended = [event for event in busy.story(child) if event in events.CASE_CLOSED_BY]
        assert len(ended) <= 1


def test_a_withdrawal_cancels_what_is_queued_and_never_what_has_started(busy: History) -> None:
    withdrawn = {entry.child: entry.minute for entry in busy.of(events.WITHDRAWN)}
    work: dict[tuple, dict[str, int]] = {}
    for entry in busy.of(events.QUEUED, events.STARTED, events.FINISHED, events.CANCELLED):
        if entry.child in withdrawn:
            work.setdefault((entry.child, entry.stage, entry.resource), {})[entry.event] = entry.minute
    cancelled = [one for one in work.values() if events.CANCELLED in one]
    under_way = [
        (child, one)
        for (child, _, _), one in work.items()
        if one.get(events.STARTED, 0) < withdrawn[child] < one.get(events.FINISHED, 0)
    ]
    assert len(cancelled) > 5
    assert under_way, "nobody withdrew while somebody was at work for the child"
    for (child, _, _), one in work.items():
        assert (events.CANCELLED in one) != (events.STARTED in one)
        assert one.get(events.CANCELLED, withdrawn[child]) == withdrawn[child]
        assert one.get(events.STARTED, 0) <= withdrawn[child]
    assert all(events.CANCELLED not in one for _, one in under_way)


def test_only_a_request_that_is_still_open_can_be_withdrawn(busy: History) -> None:
    ended = {entry.child: entry.minute for entry in busy.of(events.REFUSED, events.NOT_ISSUED)}
    issued = busy.day_of(events.PLAN_ISSUED)
    withdrawn = {entry.child for entry in busy.of(events.WITHDRAWN)}
    assert not withdrawn & (ended.keys() | issued.keys())
    assert {entry.resource for entry in busy.of(events.PLAN_CEASED)} & {"withdrawn"} == set()
    assert not [e for e in busy.entries if e.child in ended and e.minute > ended[e.child]]


def test_nobody_replies_on_the_day_they_are_asked() -> None:
    config = quiet_config()
    with_requests(config, 20)
    config["advice"]["school"]["delay"]["days"] = 0.2
    found = run(config)
    asked = {(e.child, e.stage): e.day for e in found.of(events.ADVICE_ASKED)}
    received = {(e.child, e.stage): e.day for e in found.of(events.ADVICE_RECEIVED)}
    assert len(received) > 20
    assert all(day > asked[one] for one, day in received.items())


def test_open_cases_of_the_opening_caseload_go_on_from_their_stage_and_finish() -> None:
    config = quiet_config()
    config["opening"]["cases"] = [
        {"stage": stage, "weeks": [2, 30], "count": 4} for stage in events.CASE_STAGES
    ]
    found = run(config)
    cases = found.children("opening_case")
    assert len(cases) == 20
    for position, child in enumerate(cases):
        stage = position // 4
        story = [entry for entry in found.of(*events.STAGE_OPENED_BY, events.PLAN_ISSUED, child=child)]
        assert [entry.event for entry in story] == [*events.STAGE_OPENED_BY, events.PLAN_ISSUED]
        assert all(entry.minute < 0 for entry in story[: stage + 1])
        assert all(entry.minute >= 0 for entry in story[stage + 1 :])
        assert story[-1].day < 140


# Reviews and phase transfers.


def test_plans_are_reviewed_every_year_and_decided_in_four_weeks_when_there_is_staff() -> None:
    config = quiet_config(years=3)
    with_plans(config, {7: 40})
    found = run(config)
    for child in found.children("opening_plan"):
        held = [entry.day for entry in found.of(events.REVIEW_HELD, child=child)]
        assert len(held) >= 3
        assert all(0 < later - before <= 365 for before, later in pairwise(held))
    decided = found.of(events.REVIEW_DECIDED)
    assert all(entry.value <= 28 for entry in decided)
    due = found.of(events.REVIEW_DUE)
    assert len(due) >= len(decided) >= 120


def test_phase_transfers_jump_the_queue() -> None:
    config = quiet_config()
    with_plans(config, {age: 40 for age in range(5, 16)}, months=(6, 12))
    config["staff_pools"]["review_officer"]["fte"] = 0.8
    found = run(config)
    queued = {(e.child, e.stage): e.minute for e in found.of(events.QUEUED) if e.day < 365}
    started = {(e.child, e.stage): e.minute for e in found.of(events.STARTED) if e.day < 365}
    annual = [minute for (_, stage), minute in started.items() if stage == "annual_review"]
    transfers = [
        (minute, started.get(key, 365 * DAY)) for key, minute in queued.items() if key[1] == "phase_transfer"
    ]
    waited = sum(begun - asked > DAY for asked, begun in transfers)
    assert len(annual) > 50 and len(transfers) > 50 and waited > 10
    assert not any(asked < minute < begun for minute in annual for asked, begun in transfers)


@pytest.mark.parametrize(
    ("age", "ages", "phase", "limit"),
    [
        (4, [0, 4], "school_entry", date(2021, 2, 15)),
        (10, [0, 25], "secondary", date(2021, 2, 15)),
        (15, [0, 25], "post_16", date(2021, 3, 31)),
    ],
)
def test_a_child_in_its_last_year_is_reviewed_in_autumn_named_in_time_and_moves_on_1_september(
    age: int, ages: list[int], phase: str, limit: date
) -> None:
    config = quiet_config()
    with_plans(config, {age: 30})
    config["settings"]["mainstream"]["ages"] = ages
    config["placement"] |= {phase: {"mainstream": {"special": 1.0}}}
    found = run(config)
    for child in found.children("opening_plan"):
        due = found.of(events.TRANSFER_DUE, child=child)[0]
        named = found.of(events.TRANSFER_NAMED, child=child)[0]
        assert (due.stage, found.date_of(due.day)) == (phase, limit)
        assert named.stage == phase
        assert named.value == named.day - due.day < 0
        autumn = [
            found.date_of(e.day) for e in found.of(events.REVIEW_HELD, child=child) if e.day < named.day
        ]
        assert any(date(2020, 10, 1) <= day <= date(2020, 11, 30) for day in autumn)
        moves = [(found.date_of(e.day), e.resource) for e in found.of(events.PLACED, child=child)]
        assert moves == [(date(2020, 9, 1), "mainstream"), (date(2021, 9, 1), "special")]


def test_a_transfer_that_is_named_after_the_move_was_due_takes_effect_at_once() -> None:
    config = quiet_config()
    with_plans(config, {10: 5})
    config["placement"] |= {"secondary": {"mainstream": {"special": 1.0}}}
    config["staff_pools"]["review_officer"]["fte"] = {date(2020, 9, 1): 0, date(2021, 9, 10): 9}
    found = run(config)
    named, moved = found.day_of(events.TRANSFER_NAMED), found.day_of(events.PLACED, "special")
    assert len(named) == 5
    assert min(named.values()) > found.number(date(2021, 9, 10))
    assert moved == named


def test_a_child_a_year_too_young_or_too_old_has_no_phase_transfer() -> None:
    config = quiet_config(years=1)
    with_plans(config, {9: 10, 11: 10, 14: 10, 16: 10})
    found = run(config)
    assert not found.of(events.TRANSFER_DUE)
