"""Loops through the staff: workload and leavers, long queues and early help, reports bought outside."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pytest
from histories import History, history
from quiet_authority import quiet_config, quiet_settings, with_plans, with_requests
from small_settings import small_config

from sim import event_log as events
from sim.model import Model
from sim.schedule import Schedule
from sim.service.early_help import EarlyHelp
from sim.settings import Loop

START = date(2020, 1, 1)


def run(config: dict[str, Any]) -> History:
    return history(quiet_settings(config))


def total(found: History, event: str, pool: str, year: int | None = None) -> int:
    return sum(
        row.value
        for row in found.of(event)
        if row.resource == pool and (year is None or found.date_of(row.day).year == year)
    )


# Workload makes people leave (c).


@cache
def leavers(
    requests: int, strength: float = 1.0, usual_caseload: float | None = None, at_most: float = 100.0
) -> int:
    """How many of ten officers, each replaced at once, leave in four years."""
    config = quiet_config(START, years=4)
    with_requests(config, requests)
    config["staff_pools"]["casework_officer"] |= {
        "fte": 10,
        "turnover": {
            "leave_per_year": 0.3,
            "usual_caseload": usual_caseload,
            "usual_utilisation": 0.1,
            "workload_at_most": at_most,
            "notice_days": 0,
            "recruitment": {"days": 0},
        },
    }
    config["loops"] = {"turnover": {"on": True, "strength": strength}}
    return len(run(config).of(events.LEFT_POST))


def test_overworked_officers_leave_more_often() -> None:
    # Some third of their hours is used where a tenth is usual: more than three times the chance.
    assert leavers(600) > 2 * leavers(100)


def test_a_large_caseload_makes_officers_leave_though_few_of_their_hours_are_used() -> None:
    # Some thirty open cases at a time, three for each officer.
    assert leavers(100, usual_caseload=1) > 1.5 * leavers(100)
    assert leavers(100, usual_caseload=10) == leavers(100)


def test_beyond_some_workload_no_more_people_leave() -> None:
    assert leavers(600, at_most=1.0) == leavers(100, strength=0.0)
    assert leavers(600, at_most=1.0) < leavers(600, at_most=2.0) < leavers(600)


def test_at_strength_nought_workload_moves_nobody() -> None:
    assert leavers(600, strength=0) == leavers(100, strength=0) == leavers(100)


def test_somebody_who_leaves_at_the_usual_workload_leaves_at_any_higher_one() -> None:
    assert leavers(100) < leavers(300, strength=0.5) < leavers(600, strength=2)


# A long queue takes the time for early help (a).


def early_help_config(**changed: Any) -> dict[str, Any]:
    """Three psychologists with work for four, and two more for early help."""
    config = quiet_config(START, years=4)
    with_requests(config, 330)
    config["advice"]["ep"] |= {"hours": 17, "cv": 0.5}
    preventive = {"fte": 2, "from_weeks": 4, "full_weeks": 20, "most": 0.9, "requests": 0.5}
    config["staff_pools"]["ep"] |= {"fte": 3, "preventive": preventive | changed}
    return config


@cache
def with_early_help(requests: float = 0.5, on: bool = True, strength: float = 1.0) -> History:
    config = early_help_config(requests=requests)
    config["loops"] = {"preventive_time": {"on": on, "strength": strength}}
    return run(config)


@cache
def without_early_help() -> History:
    config = early_help_config()
    del config["staff_pools"]["ep"]["preventive"]
    return run(config)


def number_asking(found: History, *years: int) -> int:
    return sum(found.date_of(row.day).year in years for row in found.of(events.REQUESTED))


@pytest.mark.parametrize(("weeks", "share"), [(0, 0), (4, 0), (8, 0.225), (12, 0.45), (20, 0.9), (50, 0.9)])
def test_the_share_given_up_rises_evenly_with_the_queue(weeks: float, share: float) -> None:
    la = Model(quiet_settings(early_help_config()), 1).la
    terms = la.settings.staff_pools["ep"].preventive
    early_help = EarlyHelp(la, la.casework.pools["ep"], terms)
    assert early_help.share_given_up(weeks) == pytest.approx(share)


def test_a_long_queue_takes_early_help_and_is_shorter_for_it() -> None:
    taken, fixed = with_early_help(requests=0.0), without_early_help()
    lost, there = (total(taken, e, "ep") for e in (events.PREVENTIVE_LOST, events.PREVENTIVE_MINUTES))
    assert 0.2 < lost / there < 0.9
    hours = [total(found, events.MINUTES_AVAILABLE, "ep") for found in (taken, fixed)]
    assert hours[0] - hours[1] == lost
    finished = [sum(row.resource == "ep" for row in found.of(events.FINISHED)) for found in (taken, fixed)]
    assert finished[0] > 1.1 * finished[1]


def test_what_is_lost_is_never_more_than_there_is() -> None:
    found = with_early_help()
    rows = zip(found.of(events.PREVENTIVE_LOST), found.of(events.PREVENTIVE_MINUTES), strict=True)
    assert all(0 <= lost.value <= there.value for lost, there in rows)


def test_a_year_after_early_help_was_lost_more_families_ask() -> None:
    more, same = with_early_help(), with_early_help(requests=0.0)
    assert number_asking(more, 2020) == number_asking(same, 2020)
    assert number_asking(more, 2022, 2023) > 1.1 * number_asking(same, 2022, 2023)
    lost, there = (total(more, e, "ep", 2021) for e in (events.PREVENTIVE_LOST, events.PREVENTIVE_MINUTES))
    expected = number_asking(same, 2022) * (1 + 0.5 * lost / there)
    assert number_asking(more, 2022) == pytest.approx(expected, rel=0.1)


def test_lost_early_help_adds_requests_and_moves_nobody() -> None:
    def keys(requests: float) -> set[int]:
        model = Model(quiet_settings(early_help_config(requests=requests)), 1)
        model.run()
        return {child.key for child in model.la.children}

    assert keys(0.0) < keys(0.5)


def test_with_the_loop_off_no_early_help_is_given_up() -> None:
    assert with_early_help(on=False).entries == without_early_help().entries


def test_at_strength_nought_lost_early_help_brings_no_requests() -> None:
    assert with_early_help(strength=0.0).entries == with_early_help(requests=0.0).entries


# Reports bought outside (f).


def therapists(loops: dict[str, Any] | None = None, **changed: Any) -> dict[str, Any]:
    """One therapist, and enough requests for three."""
    config = quiet_config(START, years=2)
    with_requests(config, 300)
    config["staff_pools"]["ot"] = {"fte": 0.5, "cost_per_fte_year": 50_000} | changed
    config["advice"]["ot"] = {"pool": "ot", "hours": 6, "delay": {"days": 7}}
    config["loops"] = {"bought_reports": loops or {}}
    return config


BOUGHT = {"waiting_per_fte": 20, "price": 700, "delay": {"days": 21}}


def waiting_at(found: History, minute: int) -> int:
    """Pieces of the therapist's work queued and not begun."""
    rows = [row for row in found.of(events.QUEUED, events.STARTED) if row.resource == "ot"]
    return sum((1 if row.event == events.QUEUED else -1) for row in rows if row.minute < minute)


def test_reports_are_bought_while_more_wait_than_the_pool_can_bear_and_come_after_the_delay() -> None:
    found = run(therapists(bought=BOUGHT))
    bought = found.of(events.REPORT_BOUGHT)
    assert len(bought) > 50
    received = {row.child: row.day for row in found.of(events.ADVICE_RECEIVED) if row.stage == "ot"}
    for row in bought:
        assert (row.stage, row.resource) == ("ot_advice", "ot")
        assert received.get(row.child, row.day + 21) == row.day + 21
        assert waiting_at(found, row.minute + 1) > 20 * 0.5
    queued = {row.child for row in found.of(events.QUEUED) if row.resource == "ot"}
    assert not queued & {row.child for row in bought}
    for day in range(0, found.log.days, 30):
        assert waiting_at(found, day * 1440) <= 10 + 12, "the queue stays about where buying begins"


def test_the_share_bought_is_that_of_the_settings_times_the_strength() -> None:
    """Of a pool that is always overloaded."""

    def bought(share: float, **loop: float) -> float:
        caseload = {"share_of_plans": 1.0, "fte": 1, "recommended": 0, "most": 0}
        config = therapists(loop, caseload=caseload, bought=BOUGHT | {"share": share})
        with_plans(config, {8: 1})
        found = run(config)
        asked = [row for row in found.of(events.ADVICE_ASKED) if row.stage == "ot"]
        return len(found.of(events.REPORT_BOUGHT)) / len(asked)

    assert bought(0.5) == pytest.approx(0.5, abs=0.08)
    assert bought(0.5, strength=0.5) == pytest.approx(0.25, abs=0.08)
    assert bought(0.5, strength=2.0) == bought(1.0) == 1.0


@pytest.mark.parametrize(("most", "is_bought"), [(40, False), (39.9, True)])
def test_a_service_with_a_full_caseload_takes_no_more(most: float, is_bought: bool) -> None:
    caseload = {"share_of_plans": 0.2, "fte": 2, "recommended": 23, "most": most}
    bought = {key: BOUGHT[key] for key in ("price", "delay")}
    config = therapists(caseload=caseload, bought=bought, fte=300)
    with_plans(config, {8: 400})
    config["decisions"]["refuse_to_issue"] = 1.0  # the number of plans stays at 400: 80 for two people
    assert bool(run(config).of(events.REPORT_BOUGHT)) is is_bought


@pytest.mark.parametrize("loop", [{"on": False}, {"strength": 0.0}])
def test_with_the_loop_off_nothing_is_bought(loop: dict[str, Any]) -> None:
    assert run(therapists(loop, bought=BOUGHT)).entries == run(therapists()).entries


# Late reviews (d) and no local place (e).


def test_a_loops_strength_widens_a_multiplier_about_one() -> None:
    half = Schedule.constant(0.5)
    assert Loop().widen(half) is half
    assert Loop(strength=0.5).widen(half).values == (0.75,)
    assert Loop(strength=3.0).widen(half).values == (0.0,)
    assert Loop(on=False).widen(half).values == (1.0,)


def test_with_the_loop_off_children_wait_for_a_full_setting_instead_of_going_elsewhere() -> None:
    def elsewhere(**loop: Any) -> int:
        special = {
            "label": "Special",
            "places": 55,
            "when_full": {"setting": "independent", "share": 0.5},
            "price_per_child_year": 1,
        }
        independent = {"label": "Independent", "price_per_child_year": 1}
        config = small_config()
        config["settings"] |= {"special": special, "independent": independent}
        config["loops"] = {"no_local_place": loop}
        found = history(quiet_settings(config))
        return sum(row.resource == "independent" for row in found.of(events.PLACED))

    assert elsewhere(on=False) == elsewhere(strength=0.0) == 0
    assert 0 < elsewhere(strength=0.5) < elsewhere() < elsewhere(strength=2.0) == elsewhere(strength=9.0)


def reviews_config(**loop: Any) -> dict[str, Any]:
    """Too few review officers, so that most reviews are late and unattended."""
    config = quiet_config(START, years=3)
    with_plans(config, dict.fromkeys(range(5, 12), 60), months=(0, 12))
    config["staff_pools"]["review_officer"]["fte"] = 0.5
    config["reviews"] |= {"unattended_multiplier": 0.2}
    config["reviews"]["outcomes"] = {
        band: {"amend": 0.0, "cease": 0.3} for band in config["reviews"]["outcomes"]
    }
    config["placement"] |= {
        "breakdown_per_year": {"mainstream": 0.03},
        "late_review_breakdown_multiplier": 4.0,
        "after_breakdown": {"mainstream": 1.0},
    }
    config["loops"] = {"late_reviews": loop}
    return config


def test_with_the_loop_off_late_reviews_make_no_difference() -> None:
    def outcomes(config: dict[str, Any]) -> tuple[int, int]:
        found = run(config)
        ceased = [row for row in found.of(events.REVIEW_DECIDED) if row.stage == "cease"]
        return len(ceased), len(found.of(events.BREAKDOWN))

    ceased, broken = zip(*(outcomes(reviews_config(**loop)) for loop in ({}, {"on": False})), strict=True)
    assert ceased[0] < 0.6 * ceased[1]
    assert broken[0] > 1.3 * broken[1]
    as_if = reviews_config()
    as_if["reviews"]["unattended_multiplier"] = 1.0
    as_if["placement"]["late_review_breakdown_multiplier"] = 1.0
    assert run(reviews_config(on=False)).entries == run(as_if).entries


# The slowest step decides.


@cache
def queues(ep: float, casework_officer: float) -> dict[str, float]:
    """Cases that wait for advice and for a draft after three years, and plans issued in the last."""
    config = quiet_config(START, years=3)
    with_requests(config, 260)
    config["advice"]["ep"] |= {"hours": 17, "cv": 0.3}
    # Officers only write drafts.
    config["stages"] |= {"decide_to_assess": [], "decide_to_issue": [], "final_plan": []}
    config["staff_pools"]["ep"]["fte"] = ep
    config["staff_pools"]["casework_officer"]["fte"] = casework_officer
    found = run(config)

    def open_in(opened: str, closed: str) -> int:
        return len(found.of(opened)) - len(found.of(closed))

    return {
        "advice": open_in(events.AGREED, events.ADVICE_COMPLETE),
        "drafting": open_in(events.AGREED_TO_ISSUE, events.DRAFT_SENT),
        "plans": sum(found.date_of(row.day).year == 2022 for row in found.of(events.PLAN_ISSUED)),
    }


def test_more_officers_change_little_while_psychologists_are_too_few() -> None:
    few, more = queues(ep=1.7, casework_officer=0.6), queues(ep=1.7, casework_officer=6)
    assert more["plans"] == pytest.approx(few["plans"], rel=0.05)
    assert more["advice"] == pytest.approx(few["advice"], rel=0.1)
    assert few["advice"] > 100


def test_more_psychologists_move_the_queue_to_drafting_while_officers_are_too_few() -> None:
    before, after = queues(ep=1.7, casework_officer=0.6), queues(ep=6, casework_officer=0.6)
    assert after["advice"] < 0.5 * before["advice"]
    assert after["drafting"] > 100 > 20 > before["drafting"]


def test_more_of_both_clear_the_queue() -> None:
    short, enough = queues(ep=1.7, casework_officer=0.6), queues(ep=6, casework_officer=6)
    assert short["advice"] > 100
    assert enough["advice"] < 30 and enough["drafting"] < 10
    assert enough["plans"] > 1.3 * short["plans"]
