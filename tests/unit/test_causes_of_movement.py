"""Which dated settings are of which cause, and what the settings are when a cause is held."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from config_with_everything import EVERYTHING

from experiments.movement.causes import (
    AGREEMENT_RATE,
    BELONGING,
    CAUSES,
    NEED_MIX,
    NEVER_HELD,
    ORDER_OF_WORK,
    OTHER,
    REQUESTS,
    REWORK,
    STAFFING,
    TURNOVER,
    hold,
    named_cause,
    stopped,
)
from experiments.movement.settings_moved import dated
from sim.config.documents import read
from sim.config.fields import ROOT, Kind, kind_of_field
from sim.schedule import Schedule
from sim.settings import Settings

LAST, NEXT, LATER = date(2020, 12, 31), date(2021, 1, 1), date(2022, 6, 1)
MOVING = "{2020-01-01: first_come, 2021-04-01: twin_track}"


@pytest.fixture(scope="module")
def settings(tmp_path_factory) -> Settings:
    """Every section there is, with something of every cause that changes in 2021."""
    text = EVERYTHING.replace("  ep:\n    fte: 6\n", f"  ep:\n    fte: 6\n    order: {MOVING}\n")
    text = text.replace(
        "from: 2020-09-01, count: 2}", "from: 2020-09-01, count: 2}\n      - {from: 2021-09-01, count: 1}"
    )
    path = tmp_path_factory.mktemp("causes") / "small.yaml"
    path.write_text(text, encoding="utf-8")
    changes = [
        "staff_pools.ep.fte={2020-01-01: 6, 2021-04-01: 8}",
        "staff_pools.ep.turnover.leave_per_year={2020-01-01: 0.1, 2021-04-01: 0.2}",
        "staff_pools.ep.turnover.agency.cover={2020-01-01: 0.5, 2021-04-01: 0.8}",
        "decisions.refuse_to_assess={2020-01-01: 0.2, 2021-04-01: 0.3}",
        "disputes.contents.share={2020-01-01: 0.1, 2021-04-01: 0.3}",
        "reviews.held={2020-01-01: 0.9, 2021-04-01: 0.8}",
        "demand.request_rate_multiplier={2020-01-01: 1, 2021-04-01: 1.4}",
    ]
    return read(path, changes).settings("more_eps")


def kinds(kind: Kind, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The path of every dated setting there may be, read from the types."""
    if kind.is_schedule:
        yield path
    elif kind.section is not None:
        for name, field in kind.section.model_fields.items():
            if path or name not in NEVER_HELD:
                yield from kinds(kind_of_field(field), (*path, name))
    elif kind.entries is not None:
        yield from kinds(kind.entries, (*path, "anything"))


KINDS = sorted(kinds(ROOT))


def test_every_dated_setting_is_of_a_cause_or_of_none_by_name() -> None:
    assert len(KINDS) > 100
    unknown = [".".join(path) for path in KINDS if named_cause(path) is None]
    assert unknown == [], "say in experiments/movement/causes.py of which cause they are"


def test_every_line_of_the_list_is_of_some_setting() -> None:
    first = {next(line for line in BELONGING if named_cause(path) and _fits(path, line[0])) for path in KINDS}
    assert [line for line in BELONGING if line not in first] == []


def _fits(path: tuple[str, ...], pattern: str) -> bool:
    """Whether a path fits a pattern, by another way than the program's."""
    expression = re.escape(pattern).replace(r"\*\*", ".+").replace(r"\*", r"[^.]*")
    return re.fullmatch(expression, ".".join(path)) is not None


def differences(one: Any, other: Any) -> set[str]:
    """Paths of the dated settings that differ after the last day."""
    found = dict(dated(other))
    days = (NEXT, date(2021, 4, 1), LATER)
    return {
        ".".join(map(str, path))
        for path, schedule in dated(one)
        if any(schedule.at(day) != found[path].at(day) for day in days)
    }


OF_ITS_OWN = {
    AGREEMENT_RATE: {"decisions.refuse_to_assess"},
    STAFFING: {"staff_pools.ep.fte", "staff_pools.ep.turnover.agency.cover"},
    TURNOVER: {"staff_pools.ep.turnover.leave_per_year", "workforce.turnover_multiplier"},
    REWORK: {"disputes.contents.share", "disputes.multiplier"},
    ORDER_OF_WORK: {"staff_pools.ep.order"},
    OTHER: {"reviews.held", "settings.special.places", "prices.inflation_per_year"},
    REQUESTS: {"demand.request_rate_multiplier"},
    NEED_MIX: set(),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_a_cause_that_is_held_keeps_its_own_settings_and_touches_no_other(settings, cause: str) -> None:
    held = hold(settings, {cause}, LAST)
    found = differences(held, settings)
    assert found - {"demand.shocks"} == OF_ITS_OWN[cause]
    before = dict(dated(settings))
    for path, schedule in dated(held):
        assert schedule.at(LAST) == before[path].at(LAST), path


def test_all_causes_together_leave_nothing_that_moves_but_the_growth_that_is_held_elsewhere(settings) -> None:
    held = hold(settings, CAUSES, LAST)
    moving = {path[0] for path, schedule in dated(held) if schedule.at(LAST) != schedule.at(LATER)}
    assert moving == {"workforce", "disputes", "prices"}  # multipliers and a rate that become 0
    assert held.demand.held.requests_from == held.demand.held.mix_from == NEXT


def test_nothing_held_is_the_very_same_settings(settings) -> None:
    assert hold(settings, (), LAST) is settings


def test_the_settings_given_are_left_as_they_were(settings) -> None:
    before = settings.model_dump()
    hold(settings, CAUSES, LAST)
    assert settings.model_dump() == before


def test_with_staffing_held_nobody_begins_to_train_and_who_trains_goes_on_training(settings) -> None:
    first, second = settings.staff_pools["ep"].trainees
    (kept,) = hold(settings, {STAFFING}, LAST).staff_pools["ep"].trainees
    assert (kept.start, kept.count) == (first.start, first.count)
    end = settings.run.start.year + settings.run.years
    assert kept.start.year + kept.training_years > end > first.start.year + first.training_years
    assert second.start > LAST
    # Those who had finished stay as they are.
    long_after = date(2025, 1, 1)
    assert hold(settings, {STAFFING}, long_after).staff_pools["ep"].trainees == [first, second]


def test_with_all_else_held_later_grants_and_costs_do_not_come(settings) -> None:
    held = hold(settings, {OTHER}, date(2021, 12, 31))
    assert set(settings.account.grants) == {"stability", "valve"}
    assert set(held.account.grants) == {"stability"}
    assert settings.interventions["recruit_eps"].cost and held.interventions["recruit_eps"].cost
    early = hold(settings, {OTHER}, LAST)
    assert early.interventions["recruit_eps"].cost == []
    assert hold(settings, {STAFFING}, LAST).account == settings.account


def test_turnover_and_rework_that_are_cut_already_need_no_holding(settings) -> None:
    off = {name: {"on": False} for name in ("turnover", "disputes")}
    loops = settings.loops.model_copy(
        update={name: getattr(settings.loops, name).model_copy(update=each) for name, each in off.items()}
    )
    cut = settings.model_copy(update={"loops": loops})
    assert hold(cut, {TURNOVER}, LAST).workforce == settings.workforce
    assert hold(cut, {REWORK}, LAST).disputes.multiplier == Schedule.constant(1.0)


def test_what_a_config_holds_from_an_earlier_day_stays_held_from_there(settings) -> None:
    earlier = date(2020, 7, 1)
    held = settings.demand.held.model_copy(update={"requests_from": earlier})
    config = settings.model_copy(update={"demand": settings.demand.model_copy(update={"held": held})})
    found = hold(config, {REQUESTS, NEED_MIX}, LAST).demand.held
    assert (found.requests_from, found.mix_from) == (earlier, NEXT)


def test_a_schedule_stops_at_its_value_of_the_last_day() -> None:
    schedule = Schedule.from_steps({date(2020, 1, 1): 1.0, date(2021, 1, 1): 2.0, date(2022, 1, 1): 3.0})
    assert stopped(schedule, date(2021, 6, 1)).values == (1.0, 2.0)
    assert stopped(schedule, date(2019, 6, 1)).values == (1.0,)
    assert stopped(schedule, date(2022, 1, 1)) is schedule
    still = Schedule.from_steps({date(2020, 1, 1): 1.0, date(2021, 1, 1): 1.0})
    assert stopped(still, date(2020, 6, 1)) is still
