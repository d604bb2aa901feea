"""What is paid on a day, reckoned again row by row: priced events, and late plans paid back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from sim.audit.evidence import NONE, Evidence
from sim.calendars import DAY, FINAL_PLAN
from sim.event_log import (
    APPEAL_ENDED,
    APPEALED,
    MEDIATED,
    PLACED,
    PLAN_ISSUED,
    REINSTATED,
    REMEDIED,
    REPORT_BOUGHT,
    REQUESTED,
    Code,
)
from sim.money.charges import Account
from sim.money.prices import inflation
from sim.schedule import Schedule
from sim.settings import Settings

Payment = tuple[Account, int, int]  # account, child, pence


def pay_happenings(evidence: Evidence, settings: Settings) -> Iterator[Payment]:
    """Every priced event of the run, one after the other."""
    found = evidence.find(MEDIATED, APPEALED, APPEAL_ENDED, REMEDIED, REPORT_BOUGHT)
    for minute, child, code, _ in zip(*(column.tolist() for column in found), strict=True):
        bill = _bill(evidence.codes[code], settings)
        if bill is not None and 0 <= minute < evidence.log.days * DAY:
            account, price = bill
            day = evidence.log.start + timedelta(days=minute // DAY)
            yield account, child, round(price.at(day) * inflation(settings.prices, day) * 100)


def _bill(code: Code, settings: Settings) -> tuple[Account, Schedule] | None:
    """Where the price of an event is charged, and what it is; nothing for one that costs nothing."""
    if code.event == REPORT_BOUGHT:
        bought = settings.staff_pools[code.resource].bought
        return bought and (Account(bought.line, bought.fund, code.resource), bought.price)
    disputes = settings.disputes
    if disputes is None:
        return None
    if code.event == MEDIATED:
        return Account("mediation", "general_fund", "mediation"), disputes.mediation_price
    if code.event == APPEALED:
        return Account("tribunal", "general_fund", "appeals"), disputes.appeal_price
    if code.event == REMEDIED:
        complaints = disputes.complaints
        return complaints and (Account("remedies", "general_fund", "complaints"), complaints.remedy)
    if code.resource in ("upheld", "dismissed"):
        return Account("tribunal", "general_fund", "hearings"), disputes.hearing_price
    return None


def pay_late_plans(
    evidence: Evidence, settings: Settings, stays: dict[str, tuple[np.ndarray, ...]]
) -> tuple[list[Payment], int]:
    """What is paid back for each late plan, and what all of them did not cost while they were late."""
    start, days = evidence.log.start, evidence.log.days
    placed = evidence.find(PLACED)
    first = _first_rows(placed.minute, placed.child, evidence.children)
    paid: list[Payment] = []
    not_spent = 0
    prices: dict[tuple[str, int], float] = {}
    for child, issued, late in _late_plans(evidence):
        row = int(first[child])
        if row < 0 or not 0 <= issued < days:
            continue
        name = evidence.codes[placed.code[row]].resource
        if name not in settings.settings:
            continue
        setting, day = settings.settings[name], start + timedelta(days=issued)
        spot = setting.contract.spot_price_per_child_year if setting.contract else None
        price, thousandths = (
            (setting.price_per_child_year, int(placed.value[row])) if spot is None else (spot, 1000)
        )
        if (name, issued) not in prices:
            prices[name, issued] = price.at(day) * inflation(settings.prices, day)
        if setting.contract is not None:
            late = _days_full(setting.contract.block_places, stays[name], issued - late, issued, start)
        pence = late * round(prices[name, issued] * 100 / 365.25 * thousandths / 1000)
        not_spent += pence
        if settings.account is not None:
            share = settings.account.backdated.at(day)
            paid.append((Account("back_dating", setting.fund, name), child, round(pence * share)))
    return [payment for payment in paid if payment[2]], not_spent


def _days_full(places: Schedule, stays: tuple[np.ndarray, ...], due: int, issued: int, start: date) -> int:
    """Of the days a plan was late, those on which no block place stood free; before the run as on day 0."""
    _, first, end, _ = stays
    full = 0
    for day in (max(day, 0) for day in range(due, issued)):
        there = int(np.count_nonzero((first <= day) & (end > day)))
        full += there >= int(places.at(start + timedelta(days=day)) + 1e-9)
    return full


def _first_rows(minute: np.ndarray, child: np.ndarray, children: int) -> np.ndarray:
    """For each child the place of its earliest row, -1 without one."""
    latest_first = np.argsort(minute, kind="stable")[::-1]
    first = np.full(children, -1, dtype=np.int64)
    first[child[latest_first]] = latest_first  # the last one written down stays: the earliest
    return first


def _late_plans(evidence: Evidence) -> Iterator[tuple[int, int, int]]:
    """Child, day of issue and days late of the plans issued after they were due."""
    asked = evidence.minute_of(REQUESTED)
    due = np.where(asked < NONE, asked // DAY + FINAL_PLAN, NONE)
    again = evidence.find(REINSTATED)
    due[again.child] = again.minute // DAY + again.value
    issued = evidence.find(PLAN_ISSUED)
    late = issued.minute // DAY - due[issued.child]
    for row in np.flatnonzero(late > 0).tolist():
        yield int(issued.child[row]), int(issued.minute[row]) // DAY, int(late[row])
