"""The steps of a case come in their legal order, and the days the log claims are those between dates."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from math import floor

import numpy as np

from sim.audit.case_reviews import wrong_price_changes
from sim.audit.disputes import wrong_disputes
from sim.audit.evidence import NONE, Evidence
from sim.calendars import DAY, FAMILY_COMMENTS, FINAL_PLAN, WON_PLAN
from sim.event_log import (
    ADVICE_COMPLETE,
    AGREED,
    AGREED_TO_ISSUE,
    DRAFT_SENT,
    NOT_ISSUED,
    PANEL_HEARD,
    PLAN_ISSUED,
    REFUSED,
    REINSTATED,
    REQUESTED,
    REVIEW_DECIDED,
    REVIEW_HELD,
    TRANSFER_DUE,
    TRANSFER_NAMED,
    WITHDRAWN,
)
from sim.measures.cases import within
from sim.settings import Settings

STEPS = (REQUESTED, AGREED, ADVICE_COMPLETE, AGREED_TO_ISSUE, DRAFT_SENT, PLAN_ISSUED)
ENDS = {REFUSED: (REQUESTED, AGREED), NOT_ISSUED: (ADVICE_COMPLETE, AGREED_TO_ISSUE)}
"""Each refusal comes after one step and instead of the next."""


def audit_clock(evidence: Evidence, settings: Settings) -> int:
    """The number of cases, reviews, transfers and panels that break the order or the dates."""
    return (
        cases_out_of_order(evidence)
        + hurried_plans(evidence)
        + wrong_breaches(evidence)
        + wrong_reviews(evidence)
        + wrong_transfers(evidence)
        + wrong_disputes(evidence)
        + wrong_price_changes(evidence)
        + crowded_panels(evidence, settings)
    )


def cases_out_of_order(evidence: Evidence) -> int:
    """Children with a step twice, without the one before it, or before its time."""
    minute = {event: evidence.minute_of(event).copy() for event in (*STEPS, *ENDS, WITHDRAWN)}
    wrong = np.zeros(evidence.children, dtype=bool)
    for event in minute:
        wrong |= evidence.times(event) > 1
    _fill_in_steps_taken_before(evidence, minute)
    for before, after in pairwise(STEPS):
        wrong |= _breaks(minute[before], minute[after])
    for end, (before, instead) in ENDS.items():
        wrong |= _breaks(minute[before], minute[end])
        wrong |= (minute[end] < NONE) & (minute[instead] < NONE)
    last = np.maximum.reduce([np.where(minute[step] < NONE, minute[step], -NONE) for step in STEPS])
    wrong |= (minute[WITHDRAWN] < NONE) & ((minute[REQUESTED] == NONE) | (minute[WITHDRAWN] < last))
    return int(wrong.sum())


def _fill_in_steps_taken_before(evidence: Evidence, minute: dict[str, np.ndarray]) -> None:
    """A refused child's new file begins after the steps that its first file has taken."""
    again = evidence.find(REINSTATED)
    minute[REQUESTED][again.child] = again.minute
    drafting = again.value == WON_PLAN
    for step in (AGREED, ADVICE_COMPLETE):
        minute[step][again.child[drafting]] = again.minute[drafting]


def _breaks(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    return (after < NONE) & (after < before)


def hurried_plans(evidence: Evidence) -> int:
    """Plans issued before the family has had its 15 days with the draft (reg 13(1))."""
    drafted, issued = evidence.minute_of(DRAFT_SENT), evidence.minute_of(PLAN_ISSUED)
    both = (drafted < NONE) & (issued < NONE)
    return int(np.count_nonzero(issued[both] // DAY - drafted[both] // DAY < FAMILY_COMMENTS))


def wrong_breaches(evidence: Evidence) -> int:
    """Plans that the measures count in time though by the calendar they are late, or the reverse."""
    requested, issued = evidence.minute_of(REQUESTED), evidence.minute_of(PLAN_ISSUED)
    both = (requested < NONE) & (issued < NONE)
    start, end = requested[both] // DAY, issued[both] // DAY
    first = np.datetime64(evidence.log.start)
    in_time = issued_in_20_weeks(first + start, first + end)
    return int(np.count_nonzero(in_time != within(FINAL_PLAN, start, end)))


def issued_in_20_weeks(requested: np.ndarray, issued: np.ndarray) -> np.ndarray:
    """Whether dates of issue are no later than the same weekday 20 weeks after the request."""
    return issued <= requested + np.timedelta64(20, "W")


def wrong_reviews(evidence: Evidence) -> int:
    """Decisions whose meeting, so many days before, was not held; meetings before the run aside."""
    held, decided = evidence.find(REVIEW_HELD), evidence.find(REVIEW_DECIDED)
    day = decided.minute // DAY
    meeting = day - decided.value
    wrong = np.count_nonzero(decided.value < 0)
    inside = meeting > 0
    claimed = _pair(decided.child[inside], meeting[inside])
    return int(wrong) + _missing(claimed, _pair(held.child, held.minute // DAY))


def wrong_transfers(evidence: Evidence) -> int:
    """Settings named for a phase transfer that was not due so many days before."""
    named, due = evidence.find(TRANSFER_NAMED), evidence.find(TRANSFER_DUE)
    stages, stage = evidence.names("stage", named.code)
    due_stage = evidence.names("stage", due.code)[1]
    claimed = _pair(named.child * len(stages) + stage, named.minute // DAY - named.value)
    return _missing(claimed, _pair(due.child * len(stages) + due_stage, due.minute // DAY))


def crowded_panels(evidence: Evidence, settings: Settings) -> int:
    """Panel meetings at which more cases were heard than the panel can take."""
    heard = evidence.find(PANEL_HEARD)
    panels, panel = evidence.names("stage", heard.code)
    meetings, cases = np.unique(_pair(panel, heard.minute // DAY), return_counts=True)
    wrong = 0
    for meeting, number in zip(meetings.tolist(), cases.tolist(), strict=True):
        name, day = panels[meeting >> 32], (meeting & (2**32 - 1)) - 2**31
        limit = settings.panels[name].cases.at(evidence.log.start + timedelta(days=day))
        wrong += number > floor(limit)
    return wrong


def _pair(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Two whole numbers in one."""
    return (first.astype(np.int64) << 32) + second + 2**31


def _missing(claimed: np.ndarray, there: np.ndarray) -> int:
    """How many of the claimed are not there."""
    claimed, there = np.sort(claimed), np.sort(there)
    place = np.searchsorted(there, claimed, side="right") - 1
    return int(np.count_nonzero((place < 0) | (np.append(there, -1)[place] != claimed)))
