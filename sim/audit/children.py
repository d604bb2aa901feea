"""Every child comes in once, is somewhere while it is here, and leaves no trace after it has left."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from sim.audit.disputes import wrong_reinstatements
from sim.audit.evidence import NONE, Evidence
from sim.audit.services import wrong_clients
from sim.audit.statements import wrong_statements
from sim.calendars import DAY
from sim.event_log import (
    APPEAL_ENDED,
    APPEALED,
    CANCELLED,
    CASE_CLOSED_BY,
    DISPUTED,
    FILE_OPENED_BY,
    FINISHED,
    JOINED_SERVICE,
    LEFT_SERVICE,
    MEDIATED,
    NOT_ISSUED,
    OPENING_PLAN,
    PLACED,
    PLAN_CEASED,
    PLAN_OPENED_BY,
    QUEUED,
    REFUSED,
    REINSTATED,
    REMEDIED,
    REOPENED_AS,
    REPORT_BOUGHT,
    REQUESTED,
    STARTED,
    TRANSFER_DUE,
    TRANSFERRED_IN,
    WITHDRAWN,
    Code,
)
from sim.measures.records import Rows
from sim.measures.spells import placements_of
from sim.settings import Settings

CAME_IN = (REQUESTED, REINSTATED, OPENING_PLAN, TRANSFERRED_IN, JOINED_SERVICE)
LEFT = (REFUSED, NOT_ISSUED, WITHDRAWN, PLAN_CEASED, LEFT_SERVICE)
DISPUTE = (DISPUTED, MEDIATED, APPEALED, APPEAL_ENDED, REOPENED_AS, REMEDIED)
DISPUTE_WORK = (QUEUED, STARTED, FINISHED, CANCELLED, REPORT_BOUGHT)
DISPUTE_STAGES = ("mediation", "appeal", "hearing", "complaint")
"""What may still happen in a refused child's file: it is disputed, and worked on for that."""
BLOCK = 1 << 17


def audit_children(evidence: Evidence, settings: Settings) -> int:
    """The number of children, rows and balances that are wrong."""
    return (
        wrong_lives(evidence)
        + rows_after_leaving(evidence)
        + unbalanced_months(evidence, settings)
        + homeless_plans(evidence)
        + wrong_reinstatements(evidence)
        + wrong_clients(evidence)
        + wrong_statements(evidence, settings)
    )


def strangers(evidence: Evidence) -> int:
    """Rows of children that the log does not describe."""
    child = evidence.rows[:, 1]
    if not len(child) or (child.min() >= -1 and child.max() < evidence.children):
        return 0
    return int(np.count_nonzero((child < -1) | (child >= evidence.children)))


def wrong_lives(evidence: Evidence) -> int:
    """Children not opened once, closed twice, or whose plan ceased without or before its opening."""
    opened, ceased = evidence.minute_of(*PLAN_OPENED_BY), evidence.minute_of(PLAN_CEASED)
    wrong = evidence.times(*CAME_IN) != 1
    closings = evidence.times(*CASE_CLOSED_BY)
    wrong |= (closings > 1) | ((closings > 0) & (evidence.times(*FILE_OPENED_BY) == 0))
    wrong |= evidence.times(PLAN_CEASED) > 1
    wrong |= (ceased < NONE) & (ceased < opened)
    return int(wrong.sum())


def rows_after_leaving(evidence: Evidence) -> int:
    """Rows later than a child's end.

    Work begun before may be finished after it, a person's day is planned in its morning, and the
    legal date of a phase transfer is written down when its review begins. A refusal may be disputed.
    """
    end = np.append(evidence.minute_of(*LEFT), NONE)  # the last place is for nobody's rows
    event_of = np.array([code.event for code in evidence.codes])
    of_dispute = np.array([_is_of_dispute(code) for code in evidence.codes], dtype=bool)
    refused = np.append(evidence.times(REFUSED, NOT_ISSUED) > 0, False)
    late = 0
    for first in range(0, len(evidence.rows), BLOCK):
        block = evidence.rows[first : first + BLOCK]
        after = block[block[:, 0] > end[block[:, 1]]]
        event = event_of[after[:, 2]]
        same_day = after[:, 0] // DAY == end[after[:, 1]] // DAY
        allowed = (event == FINISHED) | (event == TRANSFER_DUE) | ((event == STARTED) & same_day)
        allowed |= of_dispute[after[:, 2]] & refused[after[:, 1]]
        late += int(np.count_nonzero(~allowed))
    return late


def _is_of_dispute(code: Code) -> bool:
    return code.event in DISPUTE or (code.event in DISPUTE_WORK and code.stage in DISPUTE_STAGES)


def unbalanced_months(evidence: Evidence, settings: Settings) -> int:
    """Needs and month ends at which children in are not children out and children inside.

    Rows in and out are counted; the children inside are found one by one, as open cases, as plans and
    in other services, and the plans again as children in settings.
    """
    needs = np.unique(evidence.log.children["need"], return_inverse=True)[1]
    ends = _month_ends(evidence.log.start, evidence.log.days)
    came, left = (_rows_before(evidence, events, needs, ends) for events in (CAME_IN, LEFT))
    cases = _inside(evidence.minute_of(*FILE_OPENED_BY), evidence.minute_of(*CASE_CLOSED_BY), needs, ends)
    plans = _inside(evidence.minute_of(*PLAN_OPENED_BY), evidence.minute_of(PLAN_CEASED), needs, ends)
    clients = _inside(evidence.minute_of(JOINED_SERVICE), evidence.minute_of(LEFT_SERVICE), needs, ends)
    placed = _placed(evidence, settings, needs, ends)
    inside = cases + plans + clients
    return int(np.count_nonzero(came != left + inside) + np.count_nonzero(placed != plans))


def homeless_plans(evidence: Evidence) -> int:
    """Plans whose child was put in no setting when the plan began, and places without a plan."""
    opened = evidence.minute_of(*PLAN_OPENED_BY)
    placed = evidence.minute_of(PLACED)
    without = (opened < NONE) & (placed > opened)
    too_soon = placed // DAY < opened // DAY
    return int(without.sum() + too_soon.sum())


def _month_ends(start: date, days: int) -> np.ndarray:
    """The minute at which each month of the run is over."""
    dates = [start + timedelta(days=day) for day in range(1, days + 1)]
    return np.array([(day - start).days * DAY for day in dates if day.day == 1 or day == dates[-1]])


def _rows_before(
    evidence: Evidence, events: tuple[str, ...], needs: np.ndarray, ends: np.ndarray
) -> np.ndarray:
    found = evidence.find(*events)
    return _before(found.minute, needs[found.child], int(needs.max(initial=0)) + 1, ends)


def _inside(first: np.ndarray, last: np.ndarray, needs: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """By need and month end, those who have come and have not left."""
    count = int(needs.max(initial=0)) + 1
    came = first < NONE
    return _before(first[came], needs[came], count, ends) - _before(last[came], needs[came], count, ends)


def _placed(evidence: Evidence, settings: Settings, needs: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """By need and month end, the stays in settings that the measures and the ledger go by."""
    ceased = evidence.minute_of(PLAN_CEASED) // DAY
    stays = placements_of(Rows(*evidence.find(PLACED)), ceased, evidence.codes, list(settings.settings))
    count = int(needs.max(initial=0)) + 1
    of_stay = needs[stays.child]
    known = stays.kind >= 0
    begun = _before(stays.first[known] * DAY, of_stay[known], count, ends)
    return begun - _before(stays.end[known] * DAY, of_stay[known], count, ends)


def _before(minute: np.ndarray, group: np.ndarray, groups: int, ends: np.ndarray) -> np.ndarray:
    """By group and month end, how many fall before it."""
    month = np.searchsorted(ends, minute, side="right")
    table = np.bincount(group * (len(ends) + 1) + month, minlength=groups * (len(ends) + 1))
    return np.cumsum(table.reshape(groups, -1)[:, :-1], axis=1)
