"""What may move a measure, and what the settings are with some of these causes held.

A cause is held from a day on: what belongs to it stays what it was on the last day before. Nothing is
undone that happened before, and nothing else is touched.

- Requests and their mix are held by `demand.held`: how many ask, or which needs and ages, is what it
  was in the twelve months before. What early help that was lost brings is part of the requests.
- The agreement rate is the shares refused; staffing is posts, agency people, people in training and what
  is bought outside; the order of work is that of pools and panels. Each keeps its value of that day.
- Turnover and rework go on happening, so to hold them is that none begins: nobody gives notice or falls ill
  for long, and no family disputes or complains. Who has given notice goes, a vacant post is filled and a
  dispute under way goes on, as they would have done; no assessment is reinstated and no plan amended but
  for those.
- All other dated numbers (places, prices, hours, shares) are one more cause. Prices stop rising, and
  grants and the own costs of interventions that would come later do not come.

How money is valued (deflator and discount) is no cause of anything.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel

from sim.config.faults import Path
from sim.money.projects import first_day
from sim.schedule import Schedule
from sim.settings import Account, Cost, Intervention, Settings, StaffPool, Trainees

DAYS_A_YEAR = 365.25
REQUESTS, NEED_MIX, AGREEMENT_RATE = "requests", "need_mix", "agreement_rate"
STAFFING, TURNOVER, REWORK, ORDER_OF_WORK = "staffing", "turnover", "rework", "order_of_work"
OTHER = "other"
GROWTH, VALUATION = "requests and need mix", "nobody's"
"""What is of no single cause: it is never kept at its value by itself."""
CAUSES = {
    REQUESTS: "Requests",
    NEED_MIX: "Need mix",
    AGREEMENT_RATE: "Agreement rate",
    STAFFING: "Staffing",
    TURNOVER: "Turnover",
    REWORK: "Rework",
    ORDER_OF_WORK: "Order of work",
    OTHER: "All else that was set to change",
}
BELONGING = (
    ("demand.request_rate_multiplier", REQUESTS),
    ("demand.growth_per_year", REQUESTS),
    ("demand.shocks", REQUESTS),
    ("demand.district_multipliers.*", REQUESTS),
    ("needs.*.growth_per_year", GROWTH),
    ("staff_pools.*.preventive.requests", REQUESTS),
    ("decisions.refuse_to_assess", AGREEMENT_RATE),
    ("decisions.refuse_to_issue", AGREEMENT_RATE),
    ("workforce.fte_growth_per_year", STAFFING),
    ("staff_pools.*.fte", STAFFING),
    ("staff_pools.*.agency_fte", STAFFING),
    ("staff_pools.*.preventive.fte", STAFFING),
    ("staff_pools.*.caseload.fte", STAFFING),
    ("staff_pools.*.bought.share", STAFFING),
    ("staff_pools.*.bought.delay.days", STAFFING),
    ("staff_pools.*.turnover.agency.cover", STAFFING),
    ("staff_pools.*.turnover.agency.budget_per_year", STAFFING),
    ("workforce.turnover_multiplier", TURNOVER),
    ("staff_pools.*.turnover.**", TURNOVER),
    ("disputes.*_price", OTHER),
    ("disputes.complaints.remedy", OTHER),
    ("disputes.**", REWORK),
    ("staff_pools.*.order", ORDER_OF_WORK),
    ("staff_pools.*.on_time_share", ORDER_OF_WORK),
    ("panels.*.order", ORDER_OF_WORK),
    ("panels.*.cases", OTHER),
    ("staff_pools.*.caseload.share_of_plans", OTHER),
    ("staff_pools.*.bought.price", OTHER),
    ("staff_pools.*.cost_per_fte_year", OTHER),
    ("staff_pools.*.agency_cost_per_day", OTHER),
    ("staff_pools.*.trainee_cost_per_year", OTHER),
    ("demand.transfers_in_per_year", OTHER),
    ("decisions.*", OTHER),
    ("authority.district_population.*", OTHER),
    ("account.deflator_per_year", VALUATION),
    ("account.discount_per_year", VALUATION),
    *(
        (f"{section}.**", OTHER)
        for section in (
            *("stages", "advice", "settings", "placement", "reviews", "leaving", "prices", "account"),
            *("case_reviews", "edge_of_care", "short_breaks", "opening"),
        )
    ),
)
"""Dotted paths of dated settings, and the cause that each is of; the first that fits counts. `*` stands
for one key or a part of one, `**` for all that follow."""
NEVER_HELD = ("interventions", "scenarios", "paper", "calibration", "posterior")
"""Sections whose changes have been made by now, or that no run reads."""


def named_cause(path: Path) -> str | None:
    """The cause that a dated setting is of; None for one that `BELONGING` does not know."""
    return next((cause for pattern, cause in BELONGING if _fits(path, pattern.split("."))), None)


def _fits(path: Path, pattern: list[str]) -> bool:
    if pattern[-1] == "**":
        if len(path) < len(pattern):
            return False
        path, pattern = path[: len(pattern) - 1], pattern[:-1]
    return len(path) == len(pattern) and all(map(_key_fits, path, pattern))


def _key_fits(key: Any, wanted: str) -> bool:
    return str(key).endswith(wanted[1:]) if wanted.startswith("*") else str(key) == wanted


def hold(settings: Settings, causes: Collection[str], last: date) -> Settings:
    """The settings of a scenario with these causes held from the day after `last` on."""
    held: Settings = _held(settings, (), frozenset(causes), last)
    for cause in CAUSES:
        if cause in causes and cause in BESIDES:
            held = BESIDES[cause](held, last)
    return held


def _held(value: Any, path: Path, causes: frozenset[str], last: date) -> Any:
    """A section, table or number; the very same where nothing in it is held."""
    if isinstance(value, Schedule):
        return stopped(value, last) if (named_cause(path) or OTHER) in causes else value
    changed = {}
    for key, inner in parts(value):
        if not path and key in NEVER_HELD:
            continue
        new = _held(inner, (*path, key), causes, last)
        if new is not inner:
            changed[key] = new
    if not changed:
        return value
    if isinstance(value, BaseModel):
        return value.model_copy(update=changed)
    if isinstance(value, dict):
        return value | changed
    return [changed.get(place, inner) for place, inner in enumerate(value)]


def parts(value: Any) -> Iterator[tuple[Any, Any]]:
    """Key and value of all that a section, a table or a list holds."""
    if isinstance(value, BaseModel):
        yield from ((name, getattr(value, name)) for name in type(value).model_fields)
    elif isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from enumerate(value)


def stopped(schedule: Schedule, last: date) -> Schedule:
    """A schedule that keeps its value of the day `last` from then on; the very same if it does so anyway."""
    kept = [day for day in schedule.dates if day <= last] or [schedule.dates[0]]
    later = {schedule.at(day) for day in schedule.dates if day > last}
    if later <= {schedule.at(last)}:
        return schedule
    return Schedule.from_steps({day: schedule.at(day) for day in kept})


def _cut(schedule: Schedule, last: date, value: float) -> Schedule:
    """A schedule that has another value from the day after `last` on."""
    return schedule.changed("set", value, last + timedelta(days=1))


def _hold_requests(settings: Settings, last: date) -> Settings:
    return _with_held(settings, "requests_from", last)


def _hold_mix(settings: Settings, last: date) -> Settings:
    return _with_held(settings, "mix_from", last)


def _with_held(settings: Settings, field: str, last: date) -> Settings:
    """What the config itself holds from an earlier day stays held from there."""
    demand, day = settings.demand, last + timedelta(days=1)
    earlier = getattr(demand.held, field)
    held = demand.held.model_copy(update={field: min(day, earlier or day)})
    return settings.model_copy(update={"demand": demand.model_copy(update={"held": held})})


def _hold_trainees(settings: Settings, last: date) -> Settings:
    """Nobody begins to train any more, and who is in training stays in it."""
    pools = {
        name: pool.model_copy(update={"trainees": list(_trainees(pool, settings, last))})
        for name, pool in settings.staff_pools.items()
        if any(trained_on(group) > last for group in pool.trainees)
    }
    return settings.model_copy(update={"staff_pools": settings.staff_pools | pools}) if pools else settings


def _trainees(pool: StaffPool, settings: Settings, last: date) -> Iterator[Trainees]:
    end = settings.run.start + timedelta(days=settings.run.years * DAYS_A_YEAR)
    for group in pool.trainees:
        if trained_on(group) <= last:
            yield group
        elif group.start <= last:
            past_the_run = (end - group.start).days / DAYS_A_YEAR + 1
            yield group.model_copy(update={"training_years": past_the_run})


def trained_on(group: Trainees) -> date:
    """The first day of full work after the training."""
    return group.start + timedelta(days=round(group.training_years * DAYS_A_YEAR))


def _hold_turnover(settings: Settings, last: date) -> Settings:
    if not settings.loops.turnover.on or not any(pool.turnover for pool in settings.staff_pools.values()):
        return settings
    workforce = settings.workforce
    never = _cut(workforce.turnover_multiplier, last, 0.0)
    update = {"workforce": workforce.model_copy(update={"turnover_multiplier": never})}
    return settings.model_copy(update=update)


def _hold_rework(settings: Settings, last: date) -> Settings:
    if settings.disputes is None or not settings.loops.disputes.on:
        return settings
    never = _cut(settings.disputes.multiplier, last, 0.0)
    disputes = settings.disputes.model_copy(update={"multiplier": never})
    return settings.model_copy(update={"disputes": disputes})


def _hold_other(settings: Settings, last: date) -> Settings:
    """Prices stop rising; grants and the own costs of interventions that would come later do not come."""
    prices = settings.prices
    update: dict[str, Any] = {}
    if any(prices.inflation_per_year.values):
        level = _cut(prices.inflation_per_year, last, 0.0)
        update["prices"] = prices.model_copy(update={"inflation_per_year": level})
    if settings.account is not None and any(grant.on > last for grant in settings.account.grants.values()):
        update["account"] = _without_later_grants(settings.account, last)
    later = {name for name, cost in _own_costs(settings) if _begins(settings, name, cost) > last}
    if later:
        kept = {name: _without_later_costs(settings, name, last) for name in later}
        update["interventions"] = settings.interventions | kept
    return settings.model_copy(update=update) if update else settings


def _without_later_grants(account: Account, last: date) -> Account:
    grants = {name: grant for name, grant in account.grants.items() if grant.on <= last}
    return account.model_copy(update={"grants": grants})


def _own_costs(settings: Settings) -> Iterator[tuple[str, Cost]]:
    """What the interventions of the scenario cost in themselves."""
    for name in next(iter(settings.scenarios.values())).interventions:
        yield from ((name, cost) for cost in settings.interventions[name].cost)


def _begins(settings: Settings, name: str, cost: Cost) -> date:
    return first_day(settings.interventions[name], cost, settings.run.start)


def _without_later_costs(settings: Settings, name: str, last: date) -> Intervention:
    intervention = settings.interventions[name]
    cost = [cost for cost in intervention.cost if _begins(settings, name, cost) <= last]
    return intervention.model_copy(update={"cost": cost})


BESIDES: dict[str, Callable[[Settings, date], Settings]] = {
    REQUESTS: _hold_requests,
    NEED_MIX: _hold_mix,
    STAFFING: _hold_trainees,
    TURNOVER: _hold_turnover,
    REWORK: _hold_rework,
    OTHER: _hold_other,
}
"""What holding a cause takes beside keeping its dated settings at their value."""
