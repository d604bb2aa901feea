"""Where children are taught: breakdowns, full settings, waiting for a place, plans held back for one."""

from __future__ import annotations

from datetime import date

from histories import History, history
from quiet_authority import quiet_config, quiet_settings, with_plans
from small_settings import by_band

from sim import event_log as events
from sim.model import Model


def run(config: dict) -> History:
    return history(quiet_settings(config))


def test_a_breakdown_leads_to_interim_provision_and_then_to_another_setting() -> None:
    config = quiet_config()
    with_plans(config, {7: 40})
    config["placement"] |= {"breakdown_per_year": {"mainstream": 0.9}, "after_breakdown": {"special": 1.0}}
    found = run(config)
    broken = found.of(events.BREAKDOWN)
    assert len(broken) > 20
    for entry in broken:
        after = [e for e in found.of(events.PLACED, child=entry.child) if e.minute >= entry.minute]
        assert (after[0].minute, after[0].resource) == (entry.minute, "tuition")
        if entry.day < found.log.days - 60:
            assert after[1].resource == "special"
            assert 15 <= after[1].day - entry.day <= 25
            amended = found.of(events.PLAN_AMENDED, child=entry.child)
            assert any(e.minute == after[1].minute for e in amended)


def waiting_config(hold: bool) -> dict:
    """Every new plan names the special school, which has no places until 1 October 2021."""
    config = quiet_config()
    config["demand"]["requests_per_1000"] = [0] * 4 + [12] * 4 + [0] * 18
    config["decisions"]["hold_plan_for_place"] = hold
    config["placement"] |= {"new_plans": by_band({"special": 1.0}), "interim_share": 1.0}
    config["settings"]["special"]["places"] = {
        date(2020, 9, 1): 0,
        date(2021, 10, 1): 15,
        date(2022, 3, 1): 200,
    }
    return config


def test_by_default_a_plan_is_final_without_waiting_for_a_place() -> None:
    no_limit = waiting_config(hold=False)
    no_limit["settings"]["special"]["places"] = None
    full, free = run(waiting_config(hold=False)), run(no_limit)
    assert full.day_of(events.PLAN_ISSUED) == free.day_of(events.PLAN_ISSUED)
    assert full.of(events.PLACE_WANTED) and not free.of(events.PLACE_WANTED)


def test_an_authority_that_holds_plans_back_for_places_issues_them_when_there_are_places() -> None:
    free, held = run(waiting_config(hold=False)), run(waiting_config(hold=True))
    at_once, later = free.day_of(events.PLAN_ISSUED), held.day_of(events.PLAN_ISSUED)
    opened = held.number(date(2021, 10, 1))
    first = [child for child, day in sorted(at_once.items(), key=lambda one: (one[1], one[0]))][:15]
    assert [child for child, day in later.items() if day == opened] == sorted(first)
    assert min(later.values()) == opened
    assert all(later[child] >= at_once[child] for child in later)
    assert held.day_of(events.PLACED, "special") == later


def test_children_wait_for_a_place_in_the_order_of_their_dates_and_new_places_are_filled_at_once() -> None:
    config = waiting_config(hold=False)
    config["settings"]["special"]["places"][date(2022, 3, 1)] = 40
    found = run(config)
    first, second = (found.number(day) for day in (date(2021, 10, 1), date(2022, 3, 1)))
    wanted = [(entry.day, entry.child) for entry in found.of(events.PLACE_WANTED)]
    assert wanted == sorted(wanted)
    waited_by_october = [child for day, child in wanted if day < first]
    waited_by_march = [child for day, child in wanted if day < second]
    placed = found.day_of(events.PLACED, "special")
    assert len(waited_by_march) > 40
    assert [child for child in waited_by_march if placed.get(child) == first] == waited_by_october[:15]
    assert [child for child in waited_by_march if placed.get(child) == second] == waited_by_march[15:40]
    assert len(placed) == 40


def test_a_child_who_waits_for_a_place_keeps_its_claim_through_its_phase_transfer() -> None:
    config = waiting_config(hold=False)
    config["demand"]["requests_per_1000"] = [0] * 10 + [40] + [0] * 15
    found = run(config)
    wanted, placed = found.day_of(events.PLACE_WANTED), found.day_of(events.PLACED, "special")
    opened = found.number(date(2021, 10, 1))
    assert len(wanted) > 10  # all change phase on 1 September, before the places open
    assert sum(day == opened for day in placed.values()) == min(
        15, sum(day < opened for day in wanted.values())
    )


def test_a_family_that_withdraws_gives_up_the_place_kept_for_its_plan() -> None:
    config = waiting_config(hold=True)
    config["settings"]["special"]["places"] = 1
    la = Model(quiet_settings(config), 1).la
    first, second = (la.meet(key, "ASD", 2013, "request") for key in (1, 2))
    la.placing.reserve(first, "special")
    la.placing.reserve(second, "special")
    assert (first.reserved, second.reserved) == (la.placing.places["special"], None)
    la.leavers.leave(first, "withdrawn")
    assert second.reserved is la.placing.places["special"]


def test_children_without_a_school_wait_in_interim_provision() -> None:
    found = run(waiting_config(hold=False))
    for entry in found.of(events.PLACE_WANTED):
        placed = [e.resource for e in found.of(events.PLACED, child=entry.child)]
        assert placed[0] == "tuition"
        assert placed[1:] in ([], ["special"])


def test_a_full_setting_may_send_children_elsewhere_instead_of_letting_them_wait() -> None:
    config = waiting_config(hold=False)
    config["settings"]["special"]["when_full"] = {"setting": "tuition", "share": 1.0}
    found = run(config)
    assert not found.of(events.PLACE_WANTED)
    before_opening = [e for e in found.of(events.PLACED) if e.day < found.number(date(2021, 10, 1))]
    assert {entry.resource for entry in before_opening} == {"tuition"}


def test_a_setting_never_holds_more_than_its_places_and_its_margin() -> None:
    config = waiting_config(hold=False)
    config["settings"]["special"] |= {"places": 10, "over_number": 0.25}
    found = run(config)
    assert len(found.day_of(events.PLACED, "special")) == 12
