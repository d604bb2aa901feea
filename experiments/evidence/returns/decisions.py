"""Decisions and leaving as rates: what the authority refused, what was withdrawn, who left and when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from experiments.evidence.disclosure import span_label
from experiments.evidence.returns.cases import Case, Return
from experiments.evidence.returns.codes import LEFT_AS
from experiments.evidence.returns.definitions import in_timeliness, in_year
from experiments.evidence.returns.fitted import Fitted, rate, share
from experiments.evidence.returns.groups import one_rate, one_share, share_pools, shares_by
from sim.settings import AGE_BANDS, AGES, age_band

DAYS_A_YEAR = 365.25
BANDS = list(AGE_BANDS)
EDUCATION = "left_education"


def fit_decisions(read: Return, threshold: int) -> Iterator[Fitted]:
    """Shares of the decisions of the year, and withdrawals a year of open cases."""
    yield from _refusals(read, threshold)
    outcomes = [
        case.assessment_outcome
        for case in read.cases
        if in_year(read, case.assessment_decided) and case.assessment_outcome in ("to_issue", "not_to_issue")
    ]
    yield from one_share("refuse_to_issue", outcomes.count("not_to_issue"), len(outcomes), threshold)
    counted = [case for case in read.cases if in_timeliness(read, case)]
    yield from one_share("exception", sum(bool(case.exception) for case in counted), len(counted), threshold)
    first = [case for case in read.cases if _first_plan(read, case)]
    outside = sum(not in_timeliness(read, case) for case in first)
    yield from one_share("outside_timeliness", outside, len(first), threshold)
    yield from _withdrawals(read, threshold)


def _first_plan(read: Return, case: Case) -> bool:
    """A plan of the year that does not follow a refusal put right."""
    put_right = case.outcome == "refused" or case.assessment_outcome == "not_to_issue"
    return case.is_new_plan and in_year(read, case.began) and not put_right


def _refusals(read: Return, threshold: int) -> Iterator[Fitted]:
    decided = [
        case for case in read.cases if in_year(read, case.decided) and case.outcome in ("agreed", "refused")
    ]
    refused = [case for case in decided if case.outcome == "refused"]
    yield from one_share("refuse_to_assess", len(refused), len(decided), threshold)
    for kind, names, name_of in (
        ("band", BANDS, lambda case: age_band(read.age_on(case, case.received or case.decided))),
        ("source", ("school", "parent", "other"), lambda case: case.source or "unknown"),
    ):
        events, n = Counter(map(name_of, refused)), Counter(map(name_of, decided))
        if sum(n[name] for name in names) == len(decided):
            yield from shares_by("refuse_to_assess", kind, names, events, n, threshold)


def _withdrawals(read: Return, threshold: int) -> Iterator[Fitted]:
    """Withdrawals a year of the time for which cases stood open in the year."""
    days, events, people = 0, 0, 0
    for case in read.cases:
        if case.received is None:
            continue
        outcomes = (
            case.decided if case.outcome in ("refused", "withdrawn") else None,
            case.assessment_decided if case.assessment_outcome in ("not_to_issue", "withdrawn") else None,
            case.began,
        )
        closed = min((day for day in outcomes if day), default=None)
        open_days = days_in_year(read, case.received, closed)
        days, people = days + open_days, people + (open_days > 0)
        withdrawn = "withdrawn" in (case.outcome, case.assessment_outcome)
        events += withdrawn and in_year(read, closed)
    yield from one_rate("withdraw_per_year", events, people, days / DAYS_A_YEAR, threshold)


def days_in_year(read: Return, first: date | None, end: date | None) -> int:
    """Days of the calendar year from one day up to, not including, another; open where there is none."""
    start, after = date(read.year, 1, 1), date(read.year + 1, 1, 1)
    return max((min(end or after, after) - max(first or start, start)).days, 0)


def held_plan(case: Case) -> bool:
    return case.has_plan or case.active


def fit_leaving(read: Return, threshold: int) -> Iterator[Fitted]:
    """Rates of each kind of leaving over everybody, and of the end of education by age.

    Ages are on the 31 August before the calendar year. The share is of those who held a plan before
    September and did not leave otherwise.
    """
    holders = [case for case in read.cases if held_plan(case)]
    years = sum(days_in_year(read, case.began, case.ceased) for case in holders) / DAYS_A_YEAR
    kinds = Counter(left_as(read, case) for case in holders)
    for kind in ("left_transfer", "left_needs_met", "left_other"):
        yield from one_rate(f"{kind}_per_year", kinds[kind], len(holders), years, threshold)
    yield from _end_of_education(read, holders, threshold)


def left_as(read: Return, case: Case) -> str | None:
    """How a plan ended in the year; None where it did not."""
    return LEFT_AS.get(case.reason or "", "left_other") if in_year(read, case.ceased) else None


def _end_of_education(read: Return, holders: list[Case], threshold: int) -> Iterator[Fitted]:
    begins, september = date(read.year, 1, 1), date(read.year, 9, 1)
    left, held, days = Counter[int](), Counter[int](), Counter[int]()
    for case in holders:
        age, kind = read.age_on(case, begins), left_as(read, case)
        there = (case.began is None or case.began < september) and days_in_year(read, case.began, case.ceased)
        if there and kind in (None, EDUCATION):
            held[age] += 1
            left[age] += kind == EDUCATION
        days[age] += days_in_year(read, case.began, case.ceased)
    for pool in share_pools([(left[age], held[age]) for age in range(AGES)], threshold):
        members = tuple(map(str, pool))
        events, people, time = (sum(counts[age] for age in pool) for counts in (left, held, days))
        if people:
            group = span_label("age", members)
            yield share("leaving_at_31_august", group, events, people, members)
            yield rate("left_education_per_year", group, events, people, time / DAYS_A_YEAR, members)
