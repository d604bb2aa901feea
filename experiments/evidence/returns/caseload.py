"""The caseload of the census day: reviews, and cases still open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from experiments.evidence.disclosure import pooled_counts
from experiments.evidence.returns.cases import Case, Return
from experiments.evidence.returns.definitions import in_year, is_review_expected, is_transfer_review
from experiments.evidence.returns.fitted import Fitted, count, share
from experiments.evidence.returns.groups import one_share, shares_by
from experiments.evidence.returns.waiting import is_waiting, stage_of, stage_pools
from sim.settings import AGE_BANDS, age_band

BANDS = list(AGE_BANDS)
MONTHS = (0, 3, 6, 9, 12, 15, 18, 24, 36, 60)
WEEKS = (0, 2, 4, 6, 9, 12, 16, 20, 26, 39, 52, 104)
"""Edges of the classes; what lies beyond the last counts in the last class."""
MOST = 0.8
"""Of the people of a pool: the others may lie outside the run of classes that is shown for it."""
DAYS_A_MONTH = 365.25 / 12


def fit_reviews(read: Return, threshold: int) -> Iterator[Fitted]:
    """Reviews held of those due, what they decided, and what still waits, of the plans in force.

    Reviews for a change of phase are always held and always amend, so they do not count in the shares.
    """
    active = [case for case in read.cases if case.active]
    annual = [case for case in active if not is_transfer_review(read, case)]
    due = [case for case in annual if is_review_expected(read, case)]
    held = sum(case.met is not None and case.met.year >= read.year for case in due)
    yield from one_share("reviews_held", held, len(due), threshold)
    yield from one_share("decision_outstanding", sum(map(is_waiting, active)), len(active), threshold)
    decided = [case for case in annual if case.met and case.review_outcome in ("amend", "maintain", "cease")]
    ceased = [case for case in read.cases if in_year(read, case.ceased) and case.reason == "needs_met"]
    counted = [*decided, *ceased] if len(ceased) >= threshold else decided
    n = Counter(_band(read, case) for case in counted)
    for parameter, cases in (
        ("review_amend", [case for case in decided if case.review_outcome == "amend"]),
        ("review_cease", ceased),
    ):
        events = Counter(_band(read, case) for case in cases)
        if len(cases) >= threshold:
            yield from shares_by(parameter, "band", BANDS, events, n, threshold)
    yield from _months_since_review(read, active, threshold)


def _band(read: Return, case: Case) -> str:
    """The band on the day of the review meeting, or on that on which the plan ended."""
    return age_band(read.age_on(case, case.met or case.ceased or read.census))


def _months_since_review(read: Return, active: list[Case], threshold: int) -> Iterator[Fitted]:
    """Months since the last review of each plan, or since it began where there was none."""
    last = [case.met or case.last_review or case.began for case in active]
    months = [(read.census - day).days / DAYS_A_MONTH for day in last if day]
    counts = in_classes(months, MONTHS)
    pools = pooled_counts(counts, threshold) if len(months) >= threshold else []
    for pool in pools:
        number, span = sum(counts[place] for place in pool), span_of(counts, pool, MONTHS, threshold)
        if number:
            yield share("months_since_review", f"months={'-'.join(span)}", number, len(months), span)


def in_classes(values: list[float], edges: tuple[int, ...]) -> list[int]:
    """How many values lie in each class; those outside are in the nearest."""
    counts = [0] * (len(edges) - 1)
    for value in values:
        inside = [place for place, (low, high) in enumerate(pairwise(edges)) if low <= value < high]
        counts[inside[0] if inside else 0 if value < edges[0] else -1] += 1
    return counts


def span_of(counts: list[int], pool: list[int], edges: tuple[int, ...], threshold: int) -> tuple[str, str]:
    """The narrowest run of a pool's classes that holds most of its people, and no few."""
    enough = max(MOST * sum(counts[place] for place in pool), threshold)
    runs = [(first, last) for first in pool for last in pool if first <= last]
    wide = [run for run in runs if sum(counts[run[0] : run[1] + 1]) >= enough] or [(pool[0], pool[-1])]
    first, last = min(wide, key=lambda run: (edges[run[1] + 1] - edges[run[0]], run))
    return str(edges[first]), str(edges[last + 1])


def fit_open_cases(read: Return, threshold: int) -> Iterator[Fitted]:
    """Cases open at the census by stage and weeks since the request; a stage with few joins the next."""
    for stages, cases in stage_pools(read, threshold):
        in_stage = Counter(stage_of(read, case) for case in cases)
        stage = max(stages, key=lambda each: in_stage[each])
        since = [(read.census - (case.received or case.decided or read.census)).days for case in cases]
        counts = in_classes([days / 7 for days in since], WEEKS)
        for pool in pooled_counts(counts, threshold):
            number, span = sum(counts[place] for place in pool), span_of(counts, pool, WEEKS, threshold)
            if number:
                group = f"stage={stage},weeks={'-'.join(span)}"
                yield count("open_cases", group, number, "cases", (stage, *span))
