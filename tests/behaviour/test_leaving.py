"""Who leaves, when, and why."""

from __future__ import annotations

from datetime import date

from histories import History, history
from quiet_authority import quiet_config, quiet_settings, with_plans
from small_settings import by_band

from sim import event_log as events
from sim.calendars import DAY
from sim.model import Model


def run(config: dict) -> History:
    return history(quiet_settings(config))


def test_nobody_keeps_a_plan_beyond_the_31_august_of_the_year_in_which_they_turn_25() -> None:
    config = quiet_config(years=3)
    with_plans(config, {22: 5, 23: 5, 24: 5})
    found = run(config)
    left = {(found.date_of(e.day), e.resource) for e in found.of(events.PLAN_CEASED)}
    assert left == {
        (date(2021, 8, 31), "maximum_age"),
        (date(2022, 8, 31), "maximum_age"),
        (date(2023, 8, 31), "maximum_age"),
    }
    for entry in found.of(events.PLAN_CEASED):
        assert found.date_of(entry.day).year - found.log.children["cohort"][entry.child] == 25


def test_a_share_of_young_people_leaves_education_every_31_august() -> None:
    config = quiet_config(years=1)
    with_plans(config, {12: 200, 18: 400})
    config["leaving"]["at_31_august"] = [0] * 16 + [0.3] * 10
    found = run(config)
    left = found.of(events.PLAN_CEASED)
    assert {(found.date_of(e.day), e.resource) for e in left} == {(date(2021, 8, 31), "left_education")}
    assert {2020 - found.log.children["cohort"][e.child] for e in left} == {18}
    assert 85 <= len(left) <= 155  # 120 expected; five standard deviations are 46


def test_the_reason_for_leaving_on_31_august_hangs_on_nobody_else() -> None:
    """A child moves away on the day it would leave education; another's diary entry must not decide."""
    config = quiet_config(years=1.5)
    with_plans(config, {18: 1})
    config["leaving"]["at_31_august"] = [0] * 16 + [1.0] * 10
    reasons = []
    for somebody_else_leaves_too in (False, True):
        model = Model(quiet_settings(config), 1)
        la, that_day = model.la, model.la.day_of(2021, 8, 31)

        def it_will_move(model=model, la=la, that_day=that_day):
            yield model.env.timeout(200 * DAY)
            la.set_clock(model.env.now)
            la.exits.add(that_day, 0, lambda child: la.leavers.leave(child, "moved"), la.children[0])

        if somebody_else_leaves_too:
            la.exits.add(that_day, 64, lambda _nobody: None, None)
        model.env.process(it_will_move())
        reasons += [entry.resource for entry in History(model.run()).of(events.PLAN_CEASED)]
    assert len(reasons) == 2
    assert reasons[0] == reasons[1]


def test_a_plan_that_a_review_ceases_stays_in_force_for_the_two_months_of_appeal() -> None:
    config = quiet_config()
    with_plans(config, {7: 20})
    config["reviews"]["outcomes"] = by_band({"amend": 0.0, "cease": 1.0})
    found = run(config)
    decided = {e.child: e.day for e in found.of(events.REVIEW_DECIDED) if e.stage == "cease"}
    ceased = {e.child: e.day for e in found.of(events.PLAN_CEASED) if e.resource == "ceased_at_review"}
    assert len(ceased) == 20
    assert ceased == {child: day + 61 for child, day in decided.items()}
