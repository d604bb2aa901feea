"""Statements that came in are those converted, those whose holder has left, and those still in force."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import numpy as np

from sim.audit.evidence import NONE, Evidence
from sim.calendars import DAY, FAMILY_COMMENTS, WEEK
from sim.event_log import CONVERSION_BEGUN, CONVERTED, OPENING_PLAN, PLAN_CEASED, STATEMENT
from sim.settings import Settings


def wrong_statements(evidence: Evidence, settings: Settings) -> int:
    """Groups that do not hold what the settings say or do not add up in the end, and transfer reviews out
    of order, of the wrong length or quicker than the law allows."""
    if not settings.opening.statements:
        return sum(len(evidence.find(event).child) for event in (STATEMENT, CONVERSION_BEGUN, CONVERTED))
    return wrong_groups(evidence, settings) + wrong_order(evidence) + wrong_limits(evidence, settings)


def wrong_groups(evidence: Evidence, settings: Settings) -> int:
    """Kinds of which more or fewer came in than the settings say, or than were converted, left or stayed."""
    converted, ceased = evidence.minute_of(CONVERTED), evidence.minute_of(PLAN_CEASED)
    came, done = evidence.find(STATEMENT), evidence.find(CONVERTED)
    wrong = 0
    for kind, terms in settings.opening.statements.items():
        theirs, became = (
            np.array([evidence.codes[code].stage == kind for code in rows.code.tolist()], dtype=bool)
            for rows in (came, done)
        )
        holders = came.child[theirs]
        left = np.count_nonzero((ceased[holders] < NONE) & (converted[holders] == NONE))
        still = np.count_nonzero((ceased[holders] == NONE) & (converted[holders] == NONE))
        wrong += len(holders) != terms.count
        wrong += len(holders) != np.count_nonzero(became) + left + still
    return int(wrong)


def wrong_order(evidence: Evidence) -> int:
    """Children with a step twice, without the one before it, or before its time."""
    steps = (OPENING_PLAN, STATEMENT, CONVERSION_BEGUN, CONVERTED)
    wrong = np.zeros(evidence.children, dtype=bool)
    for before, after in pairwise(steps):
        first, then = evidence.minute_of(before), evidence.minute_of(after)
        wrong |= (evidence.times(after) > 1) | ((then < NONE) & (then < first))
    begun, converted = (evidence.minute_of(event) // DAY for event in (CONVERSION_BEGUN, CONVERTED))
    wrong |= (converted < NONE // DAY) & (converted - begun < FAMILY_COMMENTS)
    return int(wrong.sum())


def wrong_limits(evidence: Evidence, settings: Settings) -> int:
    """Transfer reviews given another time than the settings', and plans late by other days than said."""
    due = np.full(evidence.children, NONE, dtype=np.int64)
    begun, done = evidence.find(CONVERSION_BEGUN), evidence.find(CONVERTED)
    wrong = 0
    for minute, child, code, value in zip(*(column.tolist() for column in begun), strict=True):
        terms = settings.opening.statements.get(evidence.codes[code].stage)
        day = evidence.log.start + timedelta(days=minute // DAY)
        wrong += terms is None or value != round(terms.weeks.at(day) * WEEK)
        due[child] = minute // DAY + value
    return wrong + int(np.count_nonzero(done.minute // DAY - done.value != due[done.child]))
