"""Checks of the sections on disputes, on staff who come and go, on contracts and on the account.

Like those in `consistency.py`, where they are listed: each yields the path of what is wrong with
what to do about it.
"""

from __future__ import annotations

from datetime import date

from sim.config.interventions import months_after
from sim.config.references import Problems
from sim.config.tables import more_than_one
from sim.settings import DECISIONS, Contract, Grant, Settings, StaffPool


def appeals_end_once(settings: Settings) -> Problems:
    for name in DECISIONS if settings.disputes else ():
        dispute = getattr(settings.disputes, name)
        shares = [] if dispute is None else [dispute.withdrawn, dispute.conceded]
        yield from more_than_one(("disputes", name), "withdrawn and conceded", shares)


def families_would_rather_have_another_setting(settings: Settings) -> Problems:
    for named, rather in settings.disputes.rather.items() if settings.disputes else ():
        path = ("disputes", "rather", named)
        if not rather:
            yield path, "empty, say where the family would rather go or leave the setting out"
        if rather.get(named, 0) > 0:
            yield (*path, named), f"{named!r}, a family that disputes it would not rather have it"


def preventive_time_goes_gradually(settings: Settings) -> Problems:
    for name, pool in settings.staff_pools.items():
        given_up = pool.preventive
        if given_up and given_up.full_weeks <= given_up.from_weeks:
            path = ("staff_pools", name, "preventive", "full_weeks")
            yield path, f"{given_up.full_weeks:g}, must be more than from_weeks, {given_up.from_weeks:g}"


def overload_is_known(settings: Settings) -> Problems:
    for name, pool in settings.staff_pools.items():
        path = ("staff_pools", name)
        if pool.bought and pool.bought.waiting_per_fte is None and pool.caseload is None:
            words = "nothing says when the pool is overloaded; give waiting_per_fte, or the pool a caseload"
            yield (*path, "bought"), words
        if pool.caseload and min(pool.caseload.fte.values) <= 0:
            yield (*path, "caseload", "fte"), "must be more than 0, its children have to be somebody's"


def caseloads_are_carried(settings: Settings) -> Problems:
    carriers = carrying_pools(settings)
    for name, pool in settings.staff_pools.items():
        if pool.turnover and pool.turnover.usual_caseload is not None and name not in carriers:
            path = ("staff_pools", name, "turnover", "usual_caseload")
            yield path, f"only {' and '.join(carriers)} carry cases; leave it out"


def carrying_pools(settings: Settings) -> tuple[str, ...]:
    """The pools whose people carry cases: open assessments, and plans."""
    return tuple(dict.fromkeys(("casework_officer", settings.reviews.pool)))


def bands_stand_for_a_price(settings: Settings) -> Problems:
    for name, setting in settings.settings.items():
        if not setting.bands:
            continue
        path = ("settings", name)
        if setting.price_cv > 0:
            yield (*path, "price_cv"), f"{setting.price_cv:g}, give bands or price_cv, not both"
        if min(setting.price_per_child_year.values) <= 0:
            yield (*path, "price_per_child_year"), "must be more than 0, its bands rise with it"


def blocks_are_within_places(settings: Settings) -> Problems:
    for name, setting in settings.settings.items():
        contract, places = setting.contract, setting.places
        if contract and places:
            days = {*contract.block_places.dates, *places.dates}
            too_many = [day for day in sorted(days) if contract.block_places.at(day) > places.at(day)]
            for day in too_many[:1]:
                path = ("settings", name, "contract", "block_places")
                yield path, f"{contract.block_places.at(day):g}, must be within its {places.at(day):g} places"


def grants_know_their_deficit(settings: Settings) -> Problems:
    for name, grant in settings.account.grants.items() if settings.account else ():
        path = ("account", "grants", name)
        if grant.share_of_deficit > 0 and grant.deficit_on is None:
            yield (*path, "share_of_deficit"), "of which day's deficit? give deficit_on"
        if grant.deficit_on and grant.deficit_on >= grant.on:
            yield (*path, "deficit_on"), f"{grant.deficit_on}, must be before the grant, {grant.on}"
        elif grant.share_of_deficit > 0 and _asks_before_the_run(grant, settings):
            first = settings.run.start
            yield (*path, "deficit_on"), f"{grant.deficit_on}, before the run, which starts {first}"


def _asks_before_the_run(grant: Grant, settings: Settings) -> bool:
    start = settings.run.start
    return grant.deficit_on is not None and grant.deficit_on < start <= grant.on


def idle_parts(settings: Settings) -> Problems:
    """What is allowed in these sections but has no effect, or probably not the one that is meant."""
    for name, pool in settings.staff_pools.items():
        yield from _idle_staff(settings, name, pool)
    for name, setting in settings.settings.items():
        path = ("settings", name)
        if max(setting.recouped.values) > 0 and settings.account is None:
            yield (*path, "recouped"), "there is no account that it could be taken off"
        if setting.contract and _buys_nothing(setting.contract):
            yield (*path, "contract"), "no block places and no spot price, so it changes nothing"
    for name, grant in settings.account.grants.items() if settings.account else ():
        yield from _idle_grant(settings, name, grant)


def _idle_staff(settings: Settings, name: str, pool: StaffPool) -> Problems:
    path = ("staff_pools", name)
    for position, trainees in enumerate(pool.trainees):
        if not settings.run.start <= trainees.start < _end(settings):
            yield (*path, "trainees", position, "from"), f"{trainees.start}, outside the run"
    if pool.trainees and max(pool.trainee_cost_per_year.values) == 0:
        yield (*path, "trainees"), "they cost nothing while they train; give trainee_cost_per_year"
    turnover = pool.turnover
    if turnover is None:
        return
    if turnover.handover_hours > 0 and name not in carrying_pools(settings):
        words = f"only {' and '.join(carrying_pools(settings))} have cases to hand over"
        yield (*path, "turnover", "handover_hours"), words
    if turnover.agency and max(pool.agency_cost_per_day.values) == 0:
        yield (*path, "turnover", "agency"), "its people cost nothing; give the pool's agency_cost_per_day"


def _buys_nothing(contract: Contract) -> bool:
    return max(contract.block_places.values) == 0 and contract.spot_price_per_child_year is None


def _idle_grant(settings: Settings, name: str, grant: Grant) -> Problems:
    path = ("account", "grants", name)
    if grant.amount == grant.share_of_deficit == 0:
        yield path, "no amount and no share_of_deficit, so it pays nothing"
    if grant.on < settings.run.start:
        yield (*path, "on"), f"{grant.on}, before the run, so it is not paid"


def _end(settings: Settings) -> date:
    return months_after(settings.run.start, settings.run.months)
