"""Disputes are about decisions that were taken, end as they began, and put right what was won.

Written apart from the measures and the ledger, which count and price the same rows.
"""

from __future__ import annotations

import numpy as np

from sim.audit.evidence import NONE, Evidence, Found
from sim.calendars import APPEAL, DAY, WON_ASSESSMENT, WON_PLAN
from sim.event_log import (
    APPEAL_ENDED,
    APPEALED,
    CONVERTED,
    DISPUTED,
    MEDIATED,
    NOT_ISSUED,
    ORDER_MET,
    PLAN_AMENDED,
    PLAN_ISSUED,
    REFUSED,
    REINSTATED,
    REOPENED_AS,
    REVIEW_DECIDED,
    TRANSFER_NAMED,
)

DECIDED_BY = {
    "refusal_to_assess": (REFUSED,),
    "refusal_to_issue": (NOT_ISSUED,),
    "contents": (PLAN_ISSUED, CONVERTED),
    "amended": (PLAN_AMENDED,),
    "placement": (PLAN_ISSUED, PLAN_AMENDED, TRANSFER_NAMED, CONVERTED),
    "ceasing": (REVIEW_DECIDED,),
    "refusal_to_amend": (REVIEW_DECIDED,),
}
"""What each kind of dispute is about."""
REFUSALS = ("refusal_to_assess", "refusal_to_issue")
WON = ("agreed", "conceded", "upheld")


def wrong_disputes(evidence: Evidence) -> int:
    """The number of disputes about nothing or too late, of steps without the one before, and of
    cases taken up again or plans amended though the family had not won."""
    return sum(
        disputes_about_nothing(evidence, kind) + steps_out_of_order(evidence, kind) + unearned(evidence, kind)
        for kind in DECIDED_BY
    ) + forgotten_refusals(evidence)


def disputes_about_nothing(evidence: Evidence, kind: str) -> int:
    """Disputes whose decision was not taken so many days before, or over two months before."""
    disputed, decided = _about(evidence, kind, DISPUTED), evidence.find(*DECIDED_BY[kind])
    in_time = (disputed.value >= 1) & (disputed.value <= APPEAL)
    taken = np.isin(_day_key(disputed, disputed.value), _day_key(decided))
    return int(np.count_nonzero(~(in_time & taken)))


def steps_out_of_order(evidence: Evidence, kind: str) -> int:
    """Mediations and appeals without a dispute before, and ends of appeals not registered so long ago."""
    disputed, appealed = (_about(evidence, kind, event) for event in (DISPUTED, APPEALED))
    ended = _about(evidence, kind, APPEAL_ENDED)
    wrong = sum(_too_many(evidence, _about(evidence, kind, e), disputed) for e in (MEDIATED, APPEALED))
    wrong += _too_many(evidence, ended, appealed)
    since = np.isin(_day_key(ended, ended.value), _day_key(appealed))
    return wrong + int(np.count_nonzero(~since | (ended.value < 0)))


def unearned(evidence: Evidence, kind: str) -> int:
    """Orders met that nobody had made."""
    return _too_many(evidence, _about(evidence, kind, ORDER_MET), _won(evidence, kind))


def forgotten_refusals(evidence: Evidence) -> int:
    """Refusals put right on a day without a case taken up again, or the reverse."""
    won = np.concatenate([_day_key(_won(evidence, kind)) for kind in REFUSALS])
    return len(np.setxor1d(won, _day_key(evidence.find(REOPENED_AS))))


def wrong_reinstatements(evidence: Evidence) -> int:
    """New files of refused children that no refused file points at, or the wrong one, or two.

    The refused file of the same child points at the new one in the minute in which that begins, and
    the kind of the refusal says how long the plan may then take.
    """
    columns = evidence.log.children
    need = np.unique(columns["need"], return_inverse=True)[1]
    cohort = np.array(columns["cohort"], dtype=np.int64)
    new, old = evidence.find(REINSTATED), evidence.find(REOPENED_AS)
    begun, limit = np.full((2, evidence.children), NONE, dtype=np.int64)
    begun[new.child], limit[new.child] = new.minute, new.value
    known = (old.value >= 0) & (old.value < evidence.children)
    pointed_at = np.bincount(old.value[known], minlength=evidence.children)
    wrong = int(np.count_nonzero(~known)) + int(np.count_nonzero(pointed_at != evidence.times(REINSTATED)))
    wrong += int(np.count_nonzero(evidence.times(REOPENED_AS) > 1))
    first, second, minute = old.child[known], old.value[known], old.minute[known]
    refused, not_issued = evidence.minute_of(REFUSED)[first], evidence.minute_of(NOT_ISSUED)[first]
    fits = (need[first] == need[second]) & (cohort[first] == cohort[second])
    fits &= (np.minimum(refused, not_issued) < minute) & (begun[second] == minute)
    fits &= limit[second] == np.where(refused < NONE, WON_ASSESSMENT, WON_PLAN)
    return wrong + int(np.count_nonzero(~fits))


def _about(evidence: Evidence, kind: str, event: str, endings: tuple[str, ...] | None = None) -> Found:
    """Rows of an event about one kind of decision, perhaps with some endings only."""
    rows = evidence.find(event)
    wanted = np.array(
        [code.stage == kind and (endings is None or code.resource in endings) for code in evidence.codes],
        dtype=bool,
    )
    return Found(*(column[wanted[rows.code]] for column in rows))


def _won(evidence: Evidence, kind: str) -> Found:
    parts = [_about(evidence, kind, event, WON) for event in (MEDIATED, APPEAL_ENDED)]
    return Found(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _day_key(rows: Found, before: np.ndarray | int = 0) -> np.ndarray:
    """Child and day, so many days before, in one number."""
    return (rows.child.astype(np.int64) << 32) + rows.minute // DAY - before + 2**31


def _too_many(evidence: Evidence, rows: Found, causes: Found) -> int:
    """Children with more of these rows than of their causes, or with the first of them too early."""
    number, of_causes = (np.bincount(found.child, minlength=evidence.children) for found in (rows, causes))
    first, first_cause = np.full((2, evidence.children), NONE, dtype=np.int64)
    np.minimum.at(first, rows.child, rows.minute)
    np.minimum.at(first_cause, causes.child, causes.minute)
    return int(np.count_nonzero((number > of_causes) | ((number > 0) & (first < first_cause))))
