"""Names that a config mentions must be names that it defines.

Needs, staff pools, panels, settings and interventions are entries of the config, so a slip in one
of their names is found here, with the nearest name that exists.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sim.config.faults import Key, Path, nearest
from sim.config.tables import member
from sim.settings import Settings, Task

REQUIRED_POOLS = ("ep", "casework_officer", "review_officer", "business_support", "tribunal_officer", "ot")
REQUIRED_PANELS = ("assess", "issue")

Problems = Iterator[tuple[Path, str]]


def required_pools(settings: Settings) -> Problems:
    yield from _required(("staff_pools",), REQUIRED_POOLS, settings.staff_pools)


def required_panels(settings: Settings) -> Problems:
    yield from _required(("panels",), REQUIRED_PANELS, settings.panels)


def _required(path: Path, names: Iterable[str], present: Mapping[Any, Any]) -> Problems:
    for name in names:
        if name not in present:
            yield path, f"no {name!r}, every config needs one"


def needs_named_exist(settings: Settings) -> Problems:
    known = settings.needs
    for path in (
        ("decisions", "refusal_odds_by_need"),
        ("placement", "special_odds"),
        ("opening", "plans", "by_need"),
        ("opening", "plans", "need_by_age_seed"),
        ("opening", "plans", "need_by_setting_seed"),
        *(("demand", "need_shares", band) for band in settings.demand.need_shares),
    ):
        yield from _unknown("need", known, path, member(settings, path))


def pools_named_exist(settings: Settings) -> Problems:
    for path, pool in pools_named(settings):
        yield from _unknown_one("staff pool", settings.staff_pools, path, pool)


def pools_named(settings: Settings) -> Iterator[tuple[Path, str]]:
    for stage, field in type(settings.stages).model_fields.items():
        tasks = getattr(settings.stages, stage)
        for position, task in enumerate(tasks if isinstance(tasks, list) else []):
            if isinstance(task, Task):
                yield ("stages", field.alias or stage, position, "pool"), task.pool
    for name, advice in settings.advice.items():
        if advice.pool is not None:
            yield ("advice", name, "pool"), advice.pool
    yield ("reviews", "pool"), settings.reviews.pool
    for name, programme in settings.case_reviews.items():
        yield ("case_reviews", name, "pool"), programme.pool
    yield from _pools_in_disputes(settings)


def _pools_in_disputes(settings: Settings) -> Iterator[tuple[Path, str]]:
    if settings.disputes is None:
        return
    paths: list[Path] = [("disputes", f"{step}_tasks") for step in ("mediation", "appeal", "hearing")]
    if settings.disputes.complaints:
        paths.append(("disputes", "complaints", "tasks"))
    for path in paths:
        for position, task in enumerate(member(settings, path)):
            yield (*path, position, "pool"), task.pool


def panels_named_exist(settings: Settings) -> Problems:
    for name, setting in settings.settings.items():
        if setting.panel is not None:
            yield from _unknown_one("panel", settings.panels, ("settings", name, "panel"), setting.panel)


def settings_named_exist(settings: Settings) -> Problems:
    for path, name in settings_named(settings):
        yield from _unknown_one("setting", settings.settings, path, name)


def settings_named(settings: Settings) -> Iterator[tuple[Path, str]]:
    """Every mention of a setting: the value at the path, or the path's last key."""
    for table in _tables_by_setting(settings):
        for name in member(settings, table) or {}:
            yield (*table, name), name
    placement = settings.placement
    for field in ("interim_setting", "waiting_setting"):
        yield ("placement", field), getattr(placement, field)
    for position, name in enumerate(placement.special_settings):
        yield ("placement", "special_settings", position), name
    for kind, terms in settings.opening.statements.items():
        for position, name in enumerate(terms.settings):
            yield ("opening", "statements", kind, "settings", position), name
    for programme, terms in settings.case_reviews.items():
        for position, name in enumerate(terms.settings):
            yield ("case_reviews", programme, "settings", position), name
    for name, setting in settings.settings.items():
        if setting.when_full:
            yield ("settings", name, "when_full", "setting"), setting.when_full.setting


def _tables_by_setting(settings: Settings) -> Iterator[Path]:
    for band in settings.placement.new_plans:
        yield ("placement", "new_plans", band)
    yield from (("placement", "breakdown_per_year"), ("placement", "after_breakdown"))
    yield from (("opening", "plans", "by_setting"), ("opening", "plans", "setting_by_age_seed"))
    for need in settings.opening.plans.need_by_setting_seed:
        yield ("opening", "plans", "need_by_setting_seed", need)
    for table in (*transitions(settings), ("disputes", "rather")):
        yield table
        yield from ((*table, name) for name in member(settings, table) or ())


def transitions(settings: Settings) -> Iterator[Path]:
    for name in ("school_entry", "secondary", "post_16", "at_review"):
        yield ("placement", name)
    yield from (("placement", "preference"), ("reviews", "step_down"))
    yield from (("case_reviews", name, "moves") for name in settings.case_reviews)


def districts_named_exist(settings: Settings) -> Problems:
    """And plans for each 1,000 people are given for all districts or for none."""
    known, people = settings.authority.districts, settings.authority.district_population
    path = ("authority", "district_population")
    yield from _unknown("district", known, path, people)
    yield from _unknown(
        "district", known, ("demand", "district_multipliers"), settings.demand.district_multipliers
    )
    for name in known if people else ():
        if name not in people:
            yield path, f"no {name!r}, give the people of every district"
        elif min(people[name].values) <= 0:
            yield (*path, name), "must be more than 0, plans are counted for each 1,000 people"


def scenarios_use_known_interventions(settings: Settings) -> Problems:
    for name, scenario in settings.scenarios.items():
        for position, each in enumerate(scenario.interventions):
            path = ("scenarios", name, "interventions", position)
            yield from _unknown_one("intervention", settings.interventions, path, each)
            if each in scenario.interventions[:position]:
                yield path, f"{each!r}, listed twice; keep one"


def _unknown(what: str, known: Mapping[Any, Any], path: Path, named: Iterable[Key] | None) -> Problems:
    for name in named or ():
        yield from _unknown_one(what, known, (*path, name), name)


def _unknown_one(what: str, known: Mapping[Any, Any], path: Path, name: Key) -> Problems:
    if name not in known:
        yield path, f"{str(name)!r}, no such {what}{nearest(name, known)}"
