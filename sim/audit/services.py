"""Services beside SEND casework, walked through child by child and week by week.

Nights given are nights wanted less those unmet, no bed has two children, whoever is needed is there, and
nobody is in two kinds of care, or with a team that has no room. What it all costs is reckoned again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta

import numpy as np

from sim.audit.evidence import NONE, Evidence, Found
from sim.calendars import DAY
from sim.event_log import (
    ASSISTANT_FOUND,
    ASSISTANT_LEFT,
    BEDS_STAFFED,
    CARE_BEGUN,
    CARE_ENDED,
    CARERS_FROM_AGENCY,
    CARERS_IN_POST,
    CARERS_NEEDED,
    JOINED_SERVICE,
    LEFT_SERVICE,
    NIGHTS,
    NIGHTS_WANTED,
    SERVICES,
    TEAM_BEGAN,
    TEAM_ENDED,
    TEAM_FTE_DAYS,
)
from sim.money.charges import Account
from sim.money.prices import inflation, price_steps
from sim.money.services import care_prices, posts_of_all_beds
from sim.settings import Settings, ShortBreaks

TURNS = ((CARE_BEGUN, CARE_ENDED), (ASSISTANT_FOUND, ASSISTANT_LEFT), (TEAM_BEGAN, TEAM_ENDED))
"""What begins and ends by turns."""
WEEK = 7
Week = dict[int, dict[str, int]]  # by day: event → value


def wrong_clients(evidence: Evidence) -> int:
    """Children who join without belonging to a service or the reverse, leave twice or before they join,
    begin what they have begun or end what they have not, or have other nights than they wanted."""
    joined, left = evidence.minute_of(JOINED_SERVICE), evidence.minute_of(LEFT_SERVICE)
    belongs = np.array([origin in SERVICES for origin in evidence.log.children["origin"]], dtype=bool)
    wrong = belongs != (joined < NONE)
    wrong |= (evidence.times(LEFT_SERVICE) > 1) | (left < joined)
    turns = sum(_out_of_turn(evidence, *pair, left) for pair in TURNS)
    return int(wrong.sum()) + turns + _wrong_nights(evidence)


def _out_of_turn(evidence: Evidence, begins: str, ends: str, left: np.ndarray) -> int:
    """Rows that begin what has begun or end what has not, and children who leave without an end."""
    under_way: set[int] = set()
    wrong = 0
    for _, child, code, _ in _rows(evidence.find(begins, ends)):
        beginning = evidence.codes[code].event == begins
        wrong += (child in under_way) == beginning
        (under_way.add if beginning else under_way.discard)(child)
    return wrong + sum(bool(left[child] < NONE) for child in under_way)


def _wrong_nights(evidence: Evidence) -> int:
    """Children and weeks in which nights had and unmet are not those wanted, or nobody could give them."""
    owing: Counter[tuple[int, int]] = Counter()
    assistants: set[int] = set()
    wrong = 0
    for minute, child, code, value in _rows(
        evidence.find(NIGHTS_WANTED, NIGHTS, ASSISTANT_FOUND, ASSISTANT_LEFT)
    ):
        kind = evidence.codes[code]
        if kind.event == NIGHTS_WANTED:
            owing[child, minute] += value
        elif kind.event == NIGHTS:
            owing[child, minute] -= value
            wrong += kind.resource == "direct_payment" and child not in assistants
        else:
            (assistants.add if kind.event == ASSISTANT_FOUND else assistants.discard)(child)
    return wrong + sum(nights != 0 for nights in owing.values())


def wrong_staffing(evidence: Evidence, settings: Settings) -> int:
    """Weeks with more nights in homes than beds, more beds than there are, or too few carers; and cases
    that a team began without room."""
    wrong = 0
    if settings.short_breaks is not None:
        for day, week in _weeks(evidence).items():
            wrong += _wrong_week(evidence, settings.short_breaks, day, week)
    return wrong + _crowded_team(evidence, settings)


def _weeks(evidence: Evidence) -> Week:
    weeks: Week = defaultdict(Counter)
    events = BEDS_STAFFED, CARERS_NEEDED, CARERS_IN_POST, CARERS_FROM_AGENCY
    for minute, _, code, value in _rows(evidence.find(*events)):
        weeks[minute // DAY][evidence.codes[code].event] += value
    for minute, _, code, value in _rows(evidence.find(NIGHTS)):
        if evidence.codes[code].resource == "home":
            weeks[minute // DAY][NIGHTS] += value
    return weeks


def _wrong_week(evidence: Evidence, terms: ShortBreaks, day: int, week: dict[str, int]) -> int:
    days = min(WEEK, evidence.log.days - day)
    date = evidence.log.start + timedelta(days=day)
    homes = terms.homes.values()
    there = [(_whole(home.beds.at(date)), _whole(home.kept_beds.at(date)), home) for home in homes]
    beds = sum(beds - kept for beds, kept, _ in there)
    staffed, rest = divmod(week[BEDS_STAFFED], days)
    fte = sum(home.core_fte + terms.carers.fte_per_bed * kept for beds, kept, home in there if beds)
    needed = round(1000 * (fte + terms.carers.fte_per_bed * staffed)) * days
    return (
        (week[NIGHTS] > week[BEDS_STAFFED])
        + (staffed > beds or rest != 0)
        + (week[CARERS_NEEDED] != needed)
        + (week[CARERS_IN_POST] + week[CARERS_FROM_AGENCY] < week[CARERS_NEEDED])
    )


def _crowded_team(evidence: Evidence, settings: Settings) -> int:
    """Cases begun by a team that had no room for them."""
    if settings.edge_of_care is None:
        return len(evidence.find(TEAM_BEGAN).child)
    team, cases, wrong = settings.edge_of_care.team, 0, 0
    for minute, _, code, _ in _rows(evidence.find(TEAM_BEGAN, TEAM_ENDED)):
        began = evidence.codes[code].event == TEAM_BEGAN
        cases += 1 if began else -1
        fte = team.fte.at(evidence.log.start + timedelta(days=minute // DAY))
        wrong += began and cases > int(fte * team.cases_per_fte + 1e-9)
    return wrong


def _rows(found: Found) -> Iterator[tuple[int, int, int, int]]:
    return zip(*(column.tolist() for column in found), strict=True)


def _whole(beds: float) -> int:
    return int(beds + 1e-9)


Payment = tuple[Account, int, int]  # account, child, pence


def pay_clients(evidence: Evidence, settings: Settings) -> Iterator[Payment]:
    """What each child costs: its stays in care day by day, and its nights by an assistant."""
    prices, days, start = care_prices(settings), evidence.log.days, evidence.log.start
    begun: dict[int, tuple[int, str, int]] = {}
    stays = []
    for minute, child, code, value in _rows(evidence.find(CARE_BEGUN, CARE_ENDED)):
        kind = evidence.codes[code]
        if kind.event == CARE_BEGUN:
            begun[child] = minute // DAY, kind.resource, value
        elif child in begun:
            stays.append((child, *begun.pop(child), minute // DAY))
    stays += [(child, *stay, days) for child, stay in begun.items()]
    steps = {name: price_steps(price, settings.prices, start, days) for name, (_, price) in prices.items()}
    for child, first, name, thousandths, end in stays:
        pence = 0
        for step in steps.get(name, ()):
            rate = round(step.pounds * (365.25 / 7) * 100 / 365.25 * thousandths / 1000)
            pence += max(min(end, step.end) - max(first, step.first), 0) * rate
        if name in prices:
            yield prices[name][0], child, pence
    yield from _pay_nights(evidence, settings)


def _pay_nights(evidence: Evidence, settings: Settings) -> Iterator[Payment]:
    terms = settings.short_breaks
    for minute, child, code, nights in _rows(evidence.find(NIGHTS)) if terms else ():
        if evidence.codes[code].resource == "direct_payment":
            date = evidence.log.start + timedelta(days=minute // DAY)
            price = terms.direct_payments.price_per_night.at(date) * inflation(settings.prices, date)
            account = Account("short_breaks_direct_payments", terms.fund, "direct_payment")
            yield account, child, nights * round(price * 100)


def pay_services(evidence: Evidence, settings: Settings) -> Counter:
    """What homes and a team cost, day by day."""
    total: Counter[Account] = Counter()
    if settings.short_breaks is not None:
        total.update(_pay_homes(evidence, settings, settings.short_breaks))
    if settings.edge_of_care is not None:
        team = settings.edge_of_care.team
        for minute, _, _, fte_days in _rows(evidence.find(TEAM_FTE_DAYS)):
            date = evidence.log.start + timedelta(days=minute // DAY)
            yearly = team.cost_per_fte_year.at(date) * inflation(settings.prices, date)
            total[Account("edge_of_care_team", team.fund, "team")] += round(
                yearly * 100 / 365.25 * fte_days / 1000
            )
    return total


def _pay_homes(evidence: Evidence, settings: Settings, terms: ShortBreaks) -> Counter:
    """The contract for what the provider runs, and for the rest carers, agency people and everything else."""
    total: Counter[Account] = Counter()
    full, carers, more = posts_of_all_beds(terms, settings), terms.carers, terms.council_terms
    weeks = _weeks(evidence)
    week, length = {}, WEEK
    for day in range(evidence.log.days):
        if day in weeks:
            week, length = weeks[day], min(WEEK, evidence.log.days - day)
        date = evidence.log.start + timedelta(days=day)
        level, in_house = inflation(settings.prices, date), terms.in_house.at(date)
        pay = carers.cost_per_fte_year.at(date) * level
        dearer = 1 + more.pension.at(date) + more.enhancements.at(date)
        dearer += more.own_terms.at(date) * more.own_terms_pay.at(date)
        price = terms.homes_price_per_year.at(date) * level
        beside = (price - full * pay) * terms.other_costs_kept.at(date)
        open_homes = sum(_whole(home.beds.at(date)) > 0 for home in terms.homes.values())
        for line, yearly, thousandths in (
            ("contract", price * (1 - in_house), 1000),
            ("carers", in_house * pay * dearer, week.get(CARERS_IN_POST, 0) // length),
            (
                "agency",
                in_house * carers.agency_cost_per_fte_year.at(date) * level,
                week.get(CARERS_FROM_AGENCY, 0) // length,
            ),
            ("other_costs", in_house * beside * open_homes / len(terms.homes), 1000),
        ):
            account = Account(f"short_breaks_{line}", terms.fund, "homes")
            total[account] += round(yearly * 100 / 365.25 * thousandths / 1000)
    return total
