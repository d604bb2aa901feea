"""What services beside SEND casework cost: care by the week, nights, homes and their carers, and a team.

Homes are paid by the contract, or in-house by their carers and by what else the contract's price paid for.
Staffing fewer beds saves carers only; the rest of a home goes on until it closes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from sim.event_log import (
    CARE_BEGUN,
    CARE_ENDED,
    CARERS_FROM_AGENCY,
    CARERS_IN_POST,
    NIGHTS,
    TEAM_FTE_DAYS,
    Code,
)
from sim.measures.care import stays_in_care
from sim.measures.periods import Months
from sim.measures.records import Rows
from sim.measures.spells import Spells
from sim.money.charges import Account, Charges, charge, charge_once, value_by_day
from sim.money.prices import (
    DAYS_A_YEAR,
    PENCE_A_POUND,
    pence_a_day,
    price_by_day,
    price_steps,
    whole_places,
)
from sim.schedule import Schedule
from sim.settings import Settings, ShortBreaks

WEEKS_A_YEAR = DAYS_A_YEAR / 7
SERVICE_EVENTS = (CARE_BEGUN, CARE_ENDED, NIGHTS, CARERS_IN_POST, CARERS_FROM_AGENCY, TEAM_FTE_DAYS)
LONG_TERM, DIRECT_PAYMENT = "long_term", "direct_payment"
TEAM, TEAM_LINE = "team", "edge_of_care_team"


def care_prices(settings: Settings) -> dict[str, tuple[Account, Schedule]]:
    """The account and the price a week of each kind of care."""
    found = {}
    if settings.short_breaks is not None:
        account = Account("short_breaks_long_term_care", settings.short_breaks.fund, LONG_TERM)
        found[LONG_TERM] = account, settings.short_breaks.breakdown.price_per_week
    if settings.edge_of_care is not None:
        for name, placement in settings.edge_of_care.placements.items():
            account = Account("edge_of_care_placements", settings.edge_of_care.fund, name)
            found[name] = account, placement.price_per_week
    return found


def posts_of_all_beds(terms: ShortBreaks, settings: Settings) -> float:
    """Carers (FTE) whom all homes need with every bed staffed, on the first day."""
    homes = terms.homes.values()
    beds = sum(int(whole_places(home.beds.at(settings.run.start))) for home in homes)
    return sum(home.core_fte for home in homes) + terms.carers.fte_per_bed * beds


def charge_services(
    settings: Settings, found: dict[str, Rows], codes: Sequence[Code], months: Months
) -> Iterator[tuple[Account, Charges]]:
    """What is spent on single children: care, and nights by an assistant."""
    prices = care_prices(settings)
    stays = stays_in_care(found[CARE_BEGUN], found[CARE_ENDED], codes, list(prices))
    for number, (account, price) in enumerate(prices.values()):
        here = Spells(*(column[stays.kind == number] for column in stays))
        here = here._replace(end=np.minimum(here.end, months.days))
        steps = price_steps(price, settings.prices, months.start, months.days)
        yearly = [step._replace(pounds=step.pounds * WEEKS_A_YEAR) for step in steps]
        yield account, charge(here, here.value, yearly)
    if settings.short_breaks is not None:
        yield _charge_nights(settings, settings.short_breaks, found[NIGHTS], codes, months)


def _charge_nights(
    settings: Settings, terms: ShortBreaks, nights: Rows, codes: Sequence[Code], months: Months
) -> tuple[Account, Charges]:
    """Nights by an assistant, at the price of the first day of their week."""
    by_assistant = np.array([code.resource == DIRECT_PAYMENT for code in codes], dtype=bool)[nights.code]
    child, day, number = (column[by_assistant] for column in (nights.child, nights.day, nights.value))
    price = terms.direct_payments.price_per_night
    pounds = price_by_day(price_steps(price, settings.prices, months.start, months.days))
    pence = np.rint(pounds[day] * PENCE_A_POUND).astype(np.int64) * number
    account = Account("short_breaks_direct_payments", terms.fund, DIRECT_PAYMENT)
    return account, charge_once(child.astype(np.int64), day.astype(np.int64), pence)


def service_lines(
    settings: Settings, found: dict[str, Rows], months: Months
) -> Iterator[tuple[Account, np.ndarray]]:
    """What is spent on homes and people, by month."""
    if settings.short_breaks is not None:
        for line, pence in _home_lines(settings, settings.short_breaks, found, months):
            yield Account(f"short_breaks_{line}", settings.short_breaks.fund, "homes"), months.total(pence)
    if settings.edge_of_care is not None:
        team, rows = settings.edge_of_care.team, found[TEAM_FTE_DAYS]
        steps = price_steps(team.cost_per_fte_year, settings.prices, months.start, months.days)
        pence = pence_a_day(price_by_day(steps)[rows.day], rows.value)
        by_month = np.bincount(months.bin_of(rows.day), pence, months.bins)[1:-1].astype(np.int64)
        yield Account(TEAM_LINE, team.fund, TEAM), by_month


def _home_lines(
    settings: Settings, terms: ShortBreaks, found: dict[str, Rows], months: Months
) -> Iterator[tuple[str, np.ndarray]]:
    """Pence by day: the contract, and in-house carers, agency people and everything else."""

    def pounds(price: Schedule) -> np.ndarray:
        return price_by_day(price_steps(price, settings.prices, months.start, months.days))

    def share(schedule: Schedule) -> np.ndarray:
        return value_by_day(schedule, months)

    council, in_house, price = terms.council_terms, share(terms.in_house), pounds(terms.homes_price_per_year)
    pay, agency = pounds(terms.carers.cost_per_fte_year), pounds(terms.carers.agency_cost_per_fte_year)
    dearer = 1 + share(council.pension) + share(council.enhancements)
    dearer = dearer + share(council.own_terms) * share(council.own_terms_pay)
    open_homes = sum(whole_places(share(home.beds)) > 0 for home in terms.homes.values())
    beside = (price - posts_of_all_beds(terms, settings) * pay) * share(terms.other_costs_kept)
    yield "contract", pence_a_day(price * (1 - in_house))
    yield "carers", pence_a_day(in_house * pay * dearer, fte_by_day(found[CARERS_IN_POST], months.days))
    yield "agency", pence_a_day(in_house * agency, fte_by_day(found[CARERS_FROM_AGENCY], months.days))
    yield "other_costs", pence_a_day(in_house * beside * open_homes / len(terms.homes))


def fte_by_day(weekly: Rows, days: int) -> np.ndarray:
    """Thousandths of an FTE on each day, from rows that give a week's sum over its days."""
    lengths = np.diff(weekly.day, append=days)
    return np.repeat(weekly.value // lengths, lengths)
