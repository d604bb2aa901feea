"""The log's rows made into stretches of time: cases, plans, placements, waits and overdue reviews.

All are in whole days. A spell runs from its first day up to, not including, its end, so the stock
at the close of a day counts the spells that have begun by then and not ended; a deadline passes at
the close of its day. Where one row a child is enough, arrays have one place for each child.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from sim.calendars import DAY, FINAL_PLAN
from sim.event_log import (
    ADVICE_ASKED,
    ADVICE_COMPLETE,
    ADVICE_RECEIVED,
    AGREED,
    AGREED_TO_ISSUE,
    CASE_CLOSED_BY,
    CASE_STAGES,
    DRAFT_SENT,
    FILE_OPENED_BY,
    OPENING_PLAN,
    PLACE_NOT_WANTED,
    PLACE_WANTED,
    PLACED,
    PLAN_CEASED,
    PLAN_ISSUED,
    PLAN_OPENED_BY,
    REINSTATED,
    REQUESTED,
    REVIEW_DECIDED,
    REVIEW_DUE,
    SENT_ELSEWHERE,
    STAGE_OPENED_BY,
    TRANSFER_DUE,
    TRANSFER_NAMED,
    TRANSFERRED_IN,
    Code,
)
from sim.measures.records import NEVER, Records, Rows, numbers_of

EXCEPTION, OUTSIDE = 1, 2
"""Bits of PLAN_ISSUED's value."""
HALF_YEAR = 182
EP = "ep"
"""The body whose advice has measures of its own."""
SHIFT = 32  # a child or a wait and a minute in one sortable number
MIDDLE = 1 << (SHIFT - 1)


Plans = tuple[np.ndarray, np.ndarray]
"""For each child the days on which its plan began and ceased."""


class Spells(NamedTuple):
    """Stretches of days: child, what the child is in, first day, end, value."""

    child: np.ndarray
    kind: np.ndarray
    first: np.ndarray
    end: np.ndarray
    value: np.ndarray


def is_followed(code: Code) -> bool:
    """Whether spells are made from rows of this code (the others are only counted)."""
    return code.event in FOLLOWED or (code.event in (ADVICE_ASKED, ADVICE_RECEIVED) and code.stage == EP)


@dataclass(frozen=True, slots=True)
class Cases:
    """The day of each step of each child's case, NEVER for a step not taken."""

    opened: dict[str, np.ndarray]  # by stage; the first is the day of the request
    begun: np.ndarray  # by a request, or as the new file of a child who was refused
    overdue: np.ndarray  # at the close of which the time for the plan is over
    closed: np.ndarray
    issued: np.ndarray
    exception: np.ndarray
    outside: np.ndarray

    @property
    def requested(self) -> np.ndarray:
        return self.opened[CASE_STAGES[0]]

    @property
    def wait(self) -> np.ndarray:
        """Days from request to plan; only for those issued a plan after a request."""
        return self.issued - self.requested

    @property
    def has_waited(self) -> np.ndarray:
        return (self.issued < NEVER) & (self.requested < NEVER)

    def stages(self) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
        """Each stage with the days it was opened and closed, by its successor or the case's end.

        The file of a child who was refused begins in a later stage.
        """
        following = [*list(self.opened.values())[1:], self.closed]
        for (stage, opened), after in zip(self.opened.items(), following, strict=True):
            yield stage, opened, np.where(opened < NEVER, np.minimum(after, self.closed), NEVER)


def cases_of(records: Records) -> Cases:
    issued = records.of(PLAN_ISSUED)
    value = np.zeros(records.children, dtype=np.int64)
    value[issued.child] = issued.value
    closed = np.minimum.reduce([records.day_of(event) for event in CASE_CLOSED_BY])
    opened = {stage: records.day_of(event) for event, stage in STAGE_OPENED_BY.items()}
    begun = np.minimum.reduce([records.day_of(event) for event in FILE_OPENED_BY])
    return Cases(
        opened,
        begun,
        plan_due(records, begun),
        np.where(begun < NEVER, closed, NEVER),
        records.day_of(PLAN_ISSUED),
        (value & EXCEPTION) > 0,
        (value & OUTSIDE) > 0,
    )


def plan_due(records: Records, begun: np.ndarray) -> np.ndarray:
    """The last day for each plan: 20 weeks from the request, or what the law gives a reinstated case."""
    due = np.minimum(begun + FINAL_PLAN, NEVER)
    again = records.of(REINSTATED)
    due[again.child] = again.day + again.value
    return due


def plans_of(records: Records) -> Plans:
    """For each child the days its plan began and ceased."""
    opened = np.minimum.reduce([records.day_of(event) for event in PLAN_OPENED_BY])
    return opened, np.where(opened < NEVER, records.day_of(PLAN_CEASED), NEVER)


def placements_of(placed: Rows, ceased: np.ndarray, codes: Sequence[Code], settings: Sequence[str]) -> Spells:
    """Stays in settings: each lasts until the child is placed again or its plan ceases."""
    order = np.argsort(_key(placed.child, placed.minute), kind="stable")
    child, first = placed.child[order], placed.day[order].astype(np.int64)
    following = np.full(len(child), NEVER, dtype=np.int64)
    same = child[1:] == child[:-1]
    following[:-1][same] = first[1:][same]
    end = np.maximum(np.minimum(following, ceased[child]), first)
    setting = numbers_of(codes, "resource", settings)[placed.code[order]]
    return Spells(child, setting, first, end, placed.value[order])


def waits_of(records: Records, gone: np.ndarray, settings: Sequence[str]) -> Spells:
    """Waits for a place: until placed there, no longer wanted, or the child is gone."""
    setting_of = numbers_of(records.codes, "resource", settings)
    wanted, ends = records.of(PLACE_WANTED), [records.of(PLACED), records.of(PLACE_NOT_WANTED)]

    def wait(rows: Rows) -> np.ndarray:
        return rows.child.astype(np.int64) * len(settings) + setting_of[rows.code]

    order = np.argsort(_key(wait(wanted), wanted.minute), kind="stable")
    keys = _key(wait(wanted), wanted.minute)[order]
    child, first = wanted.child[order], wanted.day[order].astype(np.int64)
    end_keys = np.sort(np.concatenate([_key(wait(rows), rows.minute) for rows in ends]))
    end = np.minimum(_next_day(keys, end_keys, "left"), _next_day(keys, keys, "right"))
    end = np.maximum(np.minimum(end, gone[child]), first)
    return Spells(child, setting_of[wanted.code[order]], first, end, wanted.value[order])


def sent_elsewhere_of(
    records: Records, stays: Spells, instead: np.ndarray, settings: Sequence[str]
) -> Spells:
    """Stays of children whose own setting, `kind`, was full; they are in the one it names `instead`.

    They last from the day a child is sent there, though it may have to wait there too.
    """
    sent = records.of(SENT_ELSEWHERE)
    full = numbers_of(records.codes, "resource", settings)[sent.code]
    begun = _key(stays.child.astype(np.int64) * len(settings) + stays.kind, stays.first)
    order = np.argsort(begun, kind="stable")
    wanted = _key(sent.child.astype(np.int64) * len(settings) + instead[full], sent.day)
    place = np.searchsorted(begun[order], wanted)
    arrived = place < len(order)
    arrived[arrived] = begun[order[place[arrived]]] >> SHIFT == wanted[arrived] >> SHIFT
    stay = order[place[arrived]]
    first = sent.day[arrived].astype(np.int64)
    return Spells(sent.child[arrived], full[arrived], first, stays.end[stay], stays.value[stay])


def overdue_reviews_of(records: Records, ceased: np.ndarray) -> Spells:
    """Time past a review's due date without its decision, until the next due date replaces it.

    A decision belongs to the first due date since its meeting, if that comes before the decision
    or within half a year of the meeting; otherwise to the last one before a meeting held late.
    """
    due, decided = records.of(REVIEW_DUE), records.of(REVIEW_DECIDED)
    keys = _key(due.child, due.day)
    order = np.argsort(keys, kind="stable")
    keys, child, first = keys[order], due.child[order], due.day[order].astype(np.int64)
    end = np.minimum(_next_day(keys, keys, "right", 1), ceased[child])
    place = _review_of(keys, decided)
    theirs = place >= 0
    settled = np.full(len(child), NEVER, dtype=np.int64)
    settled[place[theirs][::-1]] = decided.day[theirs][::-1]
    end = np.maximum(np.minimum(end, settled), first)
    return Spells(child, np.zeros(len(child), dtype=np.int64), first, end, due.value[order])


def _review_of(due: np.ndarray, decided: Rows) -> np.ndarray:
    """For each decision, the place of its due date among the sorted keys; -1 if it has none."""
    if not len(due):
        return np.full(len(decided.child), -1)
    meeting = decided.day - decided.value
    latest = np.maximum(decided.day, meeting + HALF_YEAR)
    place = np.searchsorted(due, _key(decided.child, meeting), side="left")
    later = due[np.minimum(place, len(due) - 1)]
    place -= (place == len(due)) | (later > _key(decided.child, latest))
    return np.where((place >= 0) & (due[place] >> SHIFT == decided.child), place, -1)


def phase_transfers_of(records: Records, ceased: np.ndarray) -> Spells:
    """One a legal date: `kind` is the place of its stage in PHASES, `value` 1 if named in time."""
    phase_of = numbers_of(records.codes, "stage", PHASES)
    due, named = records.of(TRANSFER_DUE), records.of(TRANSFER_NAMED)

    def transfer(rows: Rows, day: np.ndarray) -> np.ndarray:
        return _key(rows.child.astype(np.int64) * len(PHASES) + phase_of[rows.code], day)

    in_time = np.sort(transfer(named, named.day - named.value)[named.value <= 0])
    keys = transfer(due, due.day)
    was_named = _next_day(keys, in_time, "left", 1) == due.day
    holds = ceased[due.child] >= due.day
    child, phase, day = due.child[holds], phase_of[due.code][holds], due.day[holds]
    return Spells(child, phase, day, day, was_named[holds].astype(np.int64))


def occupancy(spells: Spells, weight: np.ndarray | None, days: int) -> np.ndarray:
    """For each day of the run the number of spells open at its close, or their weights' sum."""
    first, end = np.clip(spells.first, 0, days), np.clip(spells.end, 0, days)
    change = np.bincount(first, weight, days + 1) - np.bincount(end, weight, days + 1)
    return np.cumsum(change[:-1])


def late_cases_of(cases: Cases) -> Spells:
    """Time past their limit of cases that are to have a plan, or are still open."""
    counted = (cases.issued < NEVER) | (cases.closed == NEVER)
    child = np.flatnonzero(counted & (cases.begun < NEVER))
    first = cases.overdue[child]
    nothing = np.zeros(len(child), dtype=np.int64)
    return Spells(child, nothing, first, np.maximum(first, cases.closed[child]), nothing)


def _key(child: np.ndarray, time: np.ndarray) -> np.ndarray:
    return (child.astype(np.int64) << SHIFT) + (time + np.int64(MIDDLE))


def _next_day(
    keys: np.ndarray, later: np.ndarray, side: Literal["left", "right"], unit: int = DAY
) -> np.ndarray:
    """The day of the next of the sorted `later` of the same child or wait, NEVER if there is none."""
    if not len(later):
        return np.full(len(keys), NEVER, dtype=np.int64)
    place = np.searchsorted(later, keys, side=side)
    found = later[np.minimum(place, len(later) - 1)]
    same = (place < len(later)) & (found >> SHIFT == keys >> SHIFT)
    return np.where(same, ((found & (2 * MIDDLE - 1)) - MIDDLE) // unit, NEVER)


PHASES = ("school_entry", "secondary", "post_16")
FOLLOWED = {
    *(REQUESTED, REINSTATED, AGREED, ADVICE_COMPLETE, AGREED_TO_ISSUE, DRAFT_SENT, *CASE_CLOSED_BY),
    *(OPENING_PLAN, TRANSFERRED_IN, PLAN_CEASED),
    *(REVIEW_DUE, REVIEW_DECIDED, TRANSFER_DUE, TRANSFER_NAMED),
    *(PLACE_WANTED, PLACE_NOT_WANTED, SENT_ELSEWHERE, PLACED),
}
