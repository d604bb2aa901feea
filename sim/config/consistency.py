"""Checks across sections: shares that must sum, totals that must agree, ranges in order.

Each check works on settings whose fields are already right one by one, and yields the path of what
is wrong with what to do about it. The checks of names are in `references.py`, those of disputes,
staff, contracts and the account in `people_and_money.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from sim.config.faults import Path
from sim.config.intervention_checks import advances_are_repaid, changes_end_after_they_start
from sim.config.people_and_money import (
    appeals_end_once,
    bands_stand_for_a_price,
    blocks_are_within_places,
    caseloads_are_carried,
    families_would_rather_have_another_setting,
    grants_know_their_deficit,
    overload_is_known,
    preventive_time_goes_gradually,
)
from sim.config.plan_changes import (
    case_reviews_end_once,
    case_reviews_move_whom_they_look_at,
    statements_are_held,
)
from sim.config.references import (
    Problems,
    districts_named_exist,
    needs_named_exist,
    panels_named_exist,
    pools_named_exist,
    required_panels,
    required_pools,
    scenarios_use_known_interventions,
    settings_named_exist,
    transitions,
)
from sim.config.services import edge_of_care_fits, short_breaks_fit
from sim.config.tables import TOLERANCE, member, more_than_one, shares_of_one
from sim.service.opening import joint_table
from sim.settings import AGE_BANDS, Settings

FIRST_YEAR, LAST_YEAR = 2014, 2100
# Windows keeps these words for devices, so no folder can have such a name.
DEVICE_NAMES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


def check(settings: Settings, whole: bool = True, stage: str = "file") -> list[tuple[Path, str]]:
    """Everything that does not fit together.

    `whole` is False when sections are missing because they have faults of their own; checks that
    need them are then left out. The `stage` is the whole "file", one "scenario" of it, or the
    settings with numbers at the "bound" of their ranges, where shares have not been scaled yet.
    """
    problems: list[tuple[Path, str]] = []
    for each in CHECKS:
        if each.__name__ in LEFT_OUT[stage]:
            continue
        try:
            problems += each(settings)
        except (AttributeError, TypeError):
            if whole:
                raise
    return problems


def something_to_simulate(settings: Settings) -> Problems:
    for section in ("needs", "settings"):
        if not getattr(settings, section):
            yield (section,), "empty, at least one is needed"


def population_has_years(settings: Settings) -> Problems:
    if not settings.authority.population:
        yield ("authority", "population"), "empty, at least one year is needed"


def run_dates(settings: Settings) -> Problems:
    start = settings.run.start
    if start.year < FIRST_YEAR or start.year + settings.run.years > LAST_YEAR:
        yield ("run", "start"), f"{start}, the run must lie between {FIRST_YEAR} and {LAST_YEAR}"


def usable_file_name(settings: Settings) -> Problems:
    if settings.name in DEVICE_NAMES:
        yield ("name",), f"{settings.name!r}, Windows keeps this name for a device; choose another"


def names_differ_by_more_than_case(settings: Settings) -> Problems:
    for path in (
        ("needs",),
        ("advice",),
        ("staff_pools",),
        ("panels",),
        ("settings",),
        ("interventions",),
        ("scenarios",),
        ("authority", "districts"),
        ("demand", "sources"),
        ("account", "grants"),
        ("case_reviews",),
        ("opening", "statements"),
        ("short_breaks", "bands"),
        ("short_breaks", "homes"),
        ("edge_of_care", "placements"),
    ):
        seen: dict[str, str] = {}
        for name in member(settings, path) or {}:
            first = seen.setdefault(name.casefold(), name)
            if first != name:
                yield (*path, name), f"{name!r}, differs from {first!r} only by capital letters"


def baseline_comes_first(settings: Settings) -> Problems:
    first, scenario = next(iter(settings.scenarios.items()), (None, None))
    if scenario is None:
        yield ("scenarios",), "empty, the first scenario must be baseline: {}"
    elif first != "baseline":
        yield ("scenarios", first), f"{first!r}, the first scenario must be named 'baseline'"
    elif scenario.interventions or scenario.changes or scenario.set:
        yield ("scenarios", "baseline"), "the baseline changes nothing, remove its interventions and set"


def shares_sum_to_one(settings: Settings) -> Problems:
    for table, entries in shares_of_one(settings):
        total = math.fsum(member(settings, path) for path in entries)
        if abs(total - 1) > TOLERANCE:
            yield table, f"the shares sum to {total:.6g}, must sum to 1"


def moves_sum_to_at_most_one(settings: Settings) -> Problems:
    for table in transitions(settings):
        for name, moves in member(settings, table).items():
            yield from more_than_one((*table, name), "the shares", list(moves.values()))
    for band, outcome in settings.reviews.outcomes.items():
        shares = [outcome.amend, outcome.cease]
        yield from more_than_one(("reviews", "outcomes", band), "amend and cease", shares)


def families_prefer_another_setting(settings: Settings) -> Problems:
    for choice, row in settings.placement.preference.items():
        if choice in row and max(row[choice].values) > 0:
            path = ("placement", "preference", choice, choice)
            yield path, f"{choice!r}, the authority would name it anyway; leave it out"


def age_bands_are_complete(settings: Settings) -> Problems:
    for path in (("demand", "need_shares"), ("placement", "new_plans"), ("reviews", "outcomes")):
        missing = [band for band in AGE_BANDS if band not in member(settings, path)]
        if missing:
            yield path, f"no {', '.join(missing)}, every age band is needed"


def somebody_asks(settings: Settings) -> Problems:
    if not settings.demand.sources:
        yield ("demand", "sources"), "empty, at least one source of requests is needed"
    if not any(settings.demand.month_weights):
        yield ("demand", "month_weights"), "all 0, at least one month must have requests"


def opening_plans_agree(settings: Settings) -> Problems:
    plans = settings.opening.plans
    totals = {
        "by_age": sum(plans.by_age),
        "by_need": sum(plans.by_need.values()),
        "by_setting": sum(plans.by_setting.values()),
    }
    if len(set(totals.values())) > 1:
        told = ", ".join(f"{name} {total}" for name, total in totals.items())
        yield ("opening", "plans"), f"the totals differ: {told}; they count the same plans"
    if sum(plans.by_age) and not plans.months_since_review:
        yield ("opening", "plans", "months_since_review"), "empty, say how long ago the plans were reviewed"


def opening_table_fits_its_margins(settings: Settings) -> Problems:
    plans = settings.opening.plans
    if not set(plans.by_setting) <= set(settings.settings):
        return
    if len({sum(plans.by_age), sum(plans.by_need.values()), sum(plans.by_setting.values())}) > 1:
        return
    try:
        joint_table(settings)
    except ValueError as fault:
        yield ("opening", "plans"), f"{fault}; look at the ages of the settings and at the seeds"


def families_resemble_somebody(settings: Settings) -> Problems:
    moving_in = settings.demand.transfers_in_per_year
    if any(moving_in.values) and not sum(settings.opening.plans.by_age):
        path = ("demand", "transfers_in_per_year")
        yield path, "families who move in are drawn like the opening plans, and there are none"


def ranges_ascend(settings: Settings) -> Problems:
    opening = settings.opening
    pairs = [(("settings", name, "ages"), each.ages) for name, each in settings.settings.items()]
    pairs += [(("opening", "cases", n, "weeks"), each.weeks) for n, each in enumerate(opening.cases)]
    spans = enumerate(opening.plans.months_since_review)
    pairs += [(("opening", "plans", "months_since_review", n, "months"), each.months) for n, each in spans]
    pairs += [
        (("opening", "statements", name, "ages"), each.ages) for name, each in opening.statements.items()
    ]
    for path, (low, high) in pairs:
        if low > high:
            yield path, f"from {low:g} to {high:g}, the first must not be above the second"


def overflow_goes_somewhere(settings: Settings) -> Problems:
    known = settings.settings
    for name, setting in known.items():
        chain = [name]
        while setting and setting.when_full and setting.when_full.setting not in chain:
            chain.append(setting.when_full.setting)
            setting = known.get(chain[-1])
        closed = setting and setting.when_full and setting.when_full.setting == name
        if closed and name == min(chain):
            circle = " -> ".join([*chain, name])
            yield ("settings", name, "when_full", "setting"), f"goes in a circle: {circle}"


def growth_is_a_share(settings: Settings) -> Problems:
    paths: list[Path] = [("needs", name, "growth_per_year") for name in settings.needs]
    paths.append(("prices", "inflation_per_year"))
    if settings.account:
        paths += [("account", "deflator_per_year"), ("account", "discount_per_year")]
    for path in paths:
        highest = max(member(settings, path).values)
        if highest >= 1:
            yield path, f"{highest:g}, more than doubles every year; write {highest:g} % as {highest / 100:g}"


CHECKS: list[Callable[[Settings], Iterable[tuple[Path, str]]]] = [
    something_to_simulate,
    population_has_years,
    run_dates,
    usable_file_name,
    required_pools,
    required_panels,
    names_differ_by_more_than_case,
    needs_named_exist,
    pools_named_exist,
    panels_named_exist,
    settings_named_exist,
    districts_named_exist,
    scenarios_use_known_interventions,
    baseline_comes_first,
    shares_sum_to_one,
    moves_sum_to_at_most_one,
    families_prefer_another_setting,
    age_bands_are_complete,
    somebody_asks,
    opening_plans_agree,
    opening_table_fits_its_margins,
    families_resemble_somebody,
    ranges_ascend,
    overflow_goes_somewhere,
    growth_is_a_share,
    changes_end_after_they_start,
    advances_are_repaid,
    appeals_end_once,
    families_would_rather_have_another_setting,
    preventive_time_goes_gradually,
    overload_is_known,
    caseloads_are_carried,
    bands_stand_for_a_price,
    blocks_are_within_places,
    grants_know_their_deficit,
    case_reviews_end_once,
    case_reviews_move_whom_they_look_at,
    statements_are_held,
    short_breaks_fit,
    edge_of_care_fits,
]
LEFT_OUT = {
    "file": set(),
    "scenario": {"baseline_comes_first", "opening_table_fits_its_margins"},
    "bound": {"baseline_comes_first", "shares_sum_to_one", "opening_table_fits_its_margins"},
}
