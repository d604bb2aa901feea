"""What waits at the census: open cases by their stage, and reviews without a decision."""

from __future__ import annotations

from experiments.evidence.disclosure import pooled_counts
from experiments.evidence.returns.cases import Case, Return

JUST_DECIDED = 21
"""Days from the decision to issue within which a case is taken to be in drafting: assumed."""
STAGES = ("deciding_to_assess", "advice", "drafting", "finalising")


def is_open(case: Case) -> bool:
    """Whether a request waits for the decision to assess at the census."""
    return case.outcome in (None, "undecided") and case.received is not None and not case.has_plan


def is_waiting(case: Case) -> bool:
    """Whether the last review of a plan in force still waits for its decision."""
    return case.active and case.met is not None and case.review_outcome in (None, "undecided")


def stage_of(read: Return, case: Case) -> str | None:
    """The stage in which a case stands at the census; None where it is over.

    The return does not say whether advice is complete, so a case between the decision to assess and
    the decision to issue counts as waiting for advice.
    """
    if is_open(case):
        return "deciding_to_assess"
    if case.has_plan or case.outcome != "agreed":
        return None
    if case.assessment_outcome in (None, "undecided"):
        return "advice"
    if case.assessment_outcome != "to_issue":
        return None
    since = (read.census - (case.assessment_decided or read.census)).days
    return "drafting" if since <= JUST_DECIDED else "finalising"


def stage_pools(read: Return, threshold: int) -> list[tuple[list[str], list[Case]]]:
    """Neighbouring stages, and the cases in them, pooled until they are not few."""
    cases: dict[str, list[Case]] = {stage: [] for stage in STAGES}
    for case in read.cases:
        stage = stage_of(read, case)
        if stage is not None:
            cases[stage].append(case)
    pools = pooled_counts([len(cases[stage]) for stage in STAGES], threshold)
    stages = [[STAGES[place] for place in pool] for pool in pools]
    return [(names, [case for name in names for case in cases[name]]) for names in stages]
