"""The steps of a case that a log can hold, in the order of the law, and the stages between them.

Two logs are compared over the steps that both know: where one of them does not keep a step, the
stages before and after it are taken as one.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise
from typing import NamedTuple

from experiments.reports.wording import STAGES, inside_sentence, listed
from sim.event_log import (
    ADVICE_COMPLETE,
    AGREED,
    AGREED_TO_ISSUE,
    CASE_CLOSED_BY,
    CASE_STAGES,
    DRAFT_SENT,
    NOT_ISSUED,
    PLAN_ISSUED,
    REFUSED,
    REINSTATED,
    REQUESTED,
    STAGE_OPENED_BY,
    WITHDRAWN,
)

NAMES = {
    REQUESTED: "Request received",
    REINSTATED: "Assessment reinstated",
    AGREED: "Agreed to assess",
    REFUSED: "Refused to assess",
    ADVICE_COMPLETE: "Advice complete",
    AGREED_TO_ISSUE: "Agreed to issue a plan",
    NOT_ISSUED: "Refused to issue a plan",
    DRAFT_SENT: "Draft plan sent",
    PLAN_ISSUED: "Final plan issued",
    WITHDRAWN: "Request withdrawn",
}
"""What each step is called, in the order that holds for steps of one day."""
PLACE = {activity: place for place, activity in enumerate(NAMES)}
TO_CLOSE, TO_PLAN = "request_to_close", "request_to_plan"
WHOLE = {TO_CLOSE: "Request to the end of the case", TO_PLAN: "Request to final plan"}
"""Times that span several stages."""


class Stage(NamedTuple):
    """One stage, or several that a log cannot tell apart."""

    name: str
    opened_by: str


def stages_between(activities: Collection[str]) -> list[Stage]:
    """The stages that these steps tell apart; one that nothing is known to open is left out."""
    openers = [activity for activity in STAGE_OPENED_BY if activity in activities]
    places = [CASE_STAGES.index(STAGE_OPENED_BY[opener]) for opener in openers]
    spans = pairwise([*places, len(CASE_STAGES)])
    return [
        Stage("+".join(CASE_STAGES[first:end]), opener)
        for opener, (first, end) in zip(openers, spans, strict=True)
    ]


def stage_label(name: str) -> str:
    """`advice+drafting` in plain words."""
    if name in WHOLE:
        return WHOLE[name]
    first, *others = (STAGES[part] for part in name.split("+"))
    return listed([first, *map(inside_sentence, others)])


def not_told_by(activities: Collection[str]) -> list[str]:
    """Ends of a case that a log does not keep: cases that ended so look open in it."""
    return [activity for activity in CASE_CLOSED_BY if activity not in activities]
