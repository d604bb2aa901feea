"""What a config may say but probably does not mean: it is told, and the run goes on."""

from __future__ import annotations

from sim.config.intervention_checks import idle_interventions
from sim.config.people_and_money import idle_parts
from sim.config.plan_changes import idle_case_reviews, idle_statements
from sim.config.references import REQUIRED_POOLS, Problems, pools_named, settings_named
from sim.settings import Settings


def warnings(settings: Settings) -> Problems:
    """What is allowed but has no effect, or is probably a slip of units."""
    yield from _unused(settings)
    yield from idle_parts(settings)
    yield from idle_case_reviews(settings)
    yield from idle_statements(settings)
    yield from idle_interventions(settings)
    last, end = max(settings.authority.population), settings.run.start.year + settings.run.years
    if last < end - 1:
        yield ("authority", "population"), f"ends in {last}, the run goes on; the last year is kept"
    for name, pool in settings.staff_pools.items():
        cost = max(pool.cost_per_fte_year.values)
        if 0 < cost < 1000:
            path = ("staff_pools", name, "cost_per_fte_year")
            yield path, f"{cost:g}, is in pounds a year, not thousands"


def _unused(settings: Settings) -> Problems:
    used = {name for scenario in settings.scenarios.values() for name in scenario.interventions}
    for name in settings.interventions:
        if name not in used:
            yield ("interventions", name), "no scenario uses it"
    pools = {*REQUIRED_POOLS, *(pool for _, pool in pools_named(settings))}
    for name in settings.staff_pools:
        if name not in pools:
            yield ("staff_pools", name), "no stage, advice, review or dispute gives it work"
    reachable = {name for _, name in settings_named(settings)}
    for name in settings.settings:
        if name not in reachable:
            yield ("settings", name), "no child can go there"
    asked = {need for shares in settings.demand.need_shares.values() for need in shares}
    for name in settings.needs:
        if name not in asked:
            yield ("needs", name), "no request has it"
