"""The audit is silent on a dispute soundly told, and each planted fault turns it red."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hand_log import DAY, HandLog
from small_settings import small_settings

from sim import event_log as events
from sim.audit.children import audit_children, rows_after_leaving, wrong_lives
from sim.audit.clock import audit_clock, cases_out_of_order
from sim.audit.disputes import wrong_disputes, wrong_reinstatements
from sim.audit.evidence import Evidence

REFUSED, NEW, NOT_ISSUED, NEW_DRAFT, HOLDER = range(5)


def sound_log() -> HandLog:
    """A refusal agreed at mediation, one to issue upheld by the Tribunal, and a plan amended by order."""
    hand = HandLog()
    refused = hand.case(0)
    hand.note(40, refused, events.REFUSED)
    hand.note(60, refused, events.DISPUTED, 20, "refusal_to_assess", "mediation")
    hand.job(refused, "ep", 60, 61, 61.4, 61.5, stage="mediation")
    hand.note(85, refused, events.MEDIATED, 0, "refusal_to_assess", "agreed")
    hand.note(85, refused, events.REOPENED_AS, 1)
    new = hand.child()
    hand.note(85, new, events.REINSTATED, 98)
    steps = (events.AGREED, events.ADVICE_COMPLETE, events.AGREED_TO_ISSUE, events.DRAFT_SENT)
    for day, step in zip((85, 130, 140, 150), steps, strict=True):
        hand.note(day, new, step)
    hand.note(170, new, events.PLAN_ISSUED, 2)
    hand.note(170, new, events.PLACED, 1000, resource="mainstream")
    not_issued = hand.case(0, 40, 90, need="SEMH")
    hand.note(110, not_issued, events.NOT_ISSUED)
    hand.note(150, not_issued, events.DISPUTED, 40, "refusal_to_issue", "certificate")
    hand.note(150, not_issued, events.APPEALED, 0, "refusal_to_issue")
    hand.note(290, not_issued, events.APPEAL_ENDED, 140, "refusal_to_issue", "upheld")
    hand.note(290, not_issued, events.REOPENED_AS, 3)
    new_draft = hand.child("SEMH")
    hand.note(290, new_draft, events.REINSTATED, 77)
    hand.note(290, new_draft, events.AGREED_TO_ISSUE)
    hand.note(320, new_draft, events.DRAFT_SENT)
    holder = hand.holder("mainstream")
    hand.note(100, holder, events.PLAN_AMENDED, 80)
    hand.note(120, holder, events.DISPUTED, 20, "amended", "certificate")
    hand.note(120, holder, events.APPEALED, 0, "amended")
    hand.note(180, holder, events.APPEAL_ENDED, 60, "amended", "conceded")
    hand.note(200, holder, events.PLAN_AMENDED, 20)
    hand.note(200, holder, events.ORDER_MET, -15, "amended")
    return hand


def change(hand: HandLog, child: int, event: str, **fields: object) -> None:
    """Give the row of a child and event another day, value, stage or resource."""
    place = {"child": 1, "stage": 3, "resource": 4, "value": 5}
    for number, entry in enumerate(hand.entries):
        if (entry[1], entry[2]) == (child, event):
            new = list(entry)
            for field, value in fields.items():
                if field == "day":
                    new[0] = round(value * DAY)
                else:
                    new[place[field]] = value
            hand.entries[number] = tuple(new)


def drop(hand: HandLog, child: int, event: str) -> None:
    hand.entries = [entry for entry in hand.entries if (entry[1], entry[2]) != (child, event)]


def all_found(hand: HandLog) -> int:
    evidence, settings = Evidence(hand.build()), small_settings()
    return audit_children(evidence, settings) + audit_clock(evidence, settings)


def test_a_dispute_soundly_told_passes() -> None:
    assert all_found(sound_log()) == 0


FAULTS: dict[str, tuple[Callable[[HandLog], None], Callable[[Evidence], int]]] = {
    "a dispute of what was decided another day": (
        lambda hand: change(hand, REFUSED, events.DISPUTED, value=19),
        wrong_disputes,
    ),
    "a dispute after more than two months": (
        lambda hand: (
            change(hand, NOT_ISSUED, events.DISPUTED, day=175, value=65),
            change(hand, NOT_ISSUED, events.APPEALED, day=175),
            change(hand, NOT_ISSUED, events.APPEAL_ENDED, value=115),
        ),
        wrong_disputes,
    ),
    "a mediation without a dispute": (
        lambda hand: drop(hand, REFUSED, events.DISPUTED),
        wrong_disputes,
    ),
    "a mediation before the dispute": (
        lambda hand: (
            change(hand, REFUSED, events.MEDIATED, day=59),
            change(hand, REFUSED, events.REOPENED_AS, day=59),
        ),
        wrong_disputes,
    ),
    "an appeal without a dispute": (
        lambda hand: drop(hand, HOLDER, events.DISPUTED),
        wrong_disputes,
    ),
    "an appeal that ends without a registration": (
        lambda hand: drop(hand, HOLDER, events.APPEALED),
        wrong_disputes,
    ),
    "an appeal that was registered another day": (
        lambda hand: change(hand, HOLDER, events.APPEAL_ENDED, value=59),
        wrong_disputes,
    ),
    "an appeal that ends twice": (
        lambda hand: hand.note(180, HOLDER, events.APPEAL_ENDED, 60, "amended", "conceded"),
        wrong_disputes,
    ),
    "a plan amended for a family that lost": (
        lambda hand: change(hand, HOLDER, events.APPEAL_ENDED, resource="dismissed"),
        wrong_disputes,
    ),
    "an order met before it was made": (
        lambda hand: change(hand, HOLDER, events.ORDER_MET, day=170),
        wrong_disputes,
    ),
    "a case taken up again for a family that lost": (
        lambda hand: change(hand, NOT_ISSUED, events.APPEAL_ENDED, resource="dismissed"),
        wrong_disputes,
    ),
    "a refusal put right without a case": (
        lambda hand: drop(hand, NOT_ISSUED, events.REOPENED_AS),
        wrong_disputes,
    ),
    "a new file that nothing points at": (
        lambda hand: drop(hand, REFUSED, events.REOPENED_AS),
        wrong_reinstatements,
    ),
    "a refused file that points at two": (
        lambda hand: hand.note(290, NOT_ISSUED, events.REOPENED_AS, NEW),
        wrong_reinstatements,
    ),
    "a pointer at nobody": (
        lambda hand: change(hand, REFUSED, events.REOPENED_AS, value=99),
        wrong_reinstatements,
    ),
    "pointers crossed": (
        lambda hand: (
            change(hand, REFUSED, events.REOPENED_AS, value=NEW_DRAFT),
            change(hand, NOT_ISSUED, events.REOPENED_AS, value=NEW),
        ),
        wrong_reinstatements,
    ),
    "a new file of another need": (
        lambda hand: hand.children.__setitem__(NEW, ("SEMH", *hand.children[NEW][1:])),
        wrong_reinstatements,
    ),
    "a new file begun on another day": (
        lambda hand: change(hand, NEW, events.REINSTATED, day=84),
        wrong_reinstatements,
    ),
    "a new file with the clock of another refusal": (
        lambda hand: change(hand, NEW, events.REINSTATED, value=77),
        wrong_reinstatements,
    ),
    "a child that was never refused": (
        lambda hand: drop(hand, NOT_ISSUED, events.NOT_ISSUED),
        wrong_reinstatements,
    ),
    "a new file opened by a request as well": (
        lambda hand: hand.note(80, NEW, events.REQUESTED),
        wrong_lives,
    ),
    "a new file that skips its advice": (
        lambda hand: drop(hand, NEW, events.ADVICE_COMPLETE),
        cases_out_of_order,
    ),
    "other work for a refused child": (
        lambda hand: hand.job(REFUSED, "ep", 60, 61, stage="draft_plan"),
        rows_after_leaving,
    ),
    "a dispute of a child that has left with its plan": (
        lambda hand: hand.note(110, HOLDER, events.PLAN_CEASED, resource="died"),
        rows_after_leaving,
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_found(fault: str) -> None:
    plant, look = FAULTS[fault]
    hand = sound_log()
    assert look(Evidence(hand.build())) == 0
    plant(hand)
    assert look(Evidence(hand.build())) > 0
