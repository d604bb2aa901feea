"""The published SEN2 definitions, worked out from a return.

Series and groups are those of the evidence library. A flow is that of the calendar year before the
census, `plans` is what is in force on the census day. After the DfE's releases of person-level returns
(requests and assessments: the outcomes of those received or decided in the year; timeliness: first
plans of the year; reviews: of the plans in force). Nothing is held back here: this table stays in
memory, and `publishing.py` says what of it may be written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from experiments.evidence.returns.cases import Case, Return
from experiments.evidence.returns.codes import LEFT_AS
from sim.calendars import DECIDE_TO_ASSESS, FINAL_PLAN, REVIEW_DECISION
from sim.settings import AGE_BANDS, AGES, age_band

EVERYONE = "all"
SPECIAL = ("state_special", "inmss")


class Defined(NamedTuple):
    """One figure of a return."""

    series: str
    period: int
    group: str
    value: int


def definitions(read: Return) -> list[Defined]:
    """Every figure: (series, period, group, value). A group that nobody is in is left out."""
    counts: dict[tuple[str, int, str], int] = {}
    for series, period, group, number in (
        *_requests(read),
        *_decisions_of_the_year(read),
        *_assessments(read),
        *_timeliness(read),
        *_new_plans(read),
        *_leavers(read),
        *_plans(read),
        *_reviews(read),
        *_moves(read),
        *_disputes(read),
    ):
        counts[series, period, group] = counts.get((series, period, group), 0) + number
    return [Defined(*key, number) for key, number in counts.items()]


def by_series(table: Iterable[Defined], group: str = EVERYONE) -> dict[str, int]:
    """The figures of one group by series."""
    return {each.series: each.value for each in table if each.group == group}


def by_group(table: Iterable[Defined], series: str, kind: str) -> dict[str, int]:
    """The figures of a series by age, band, need, setting or reason."""
    start = f"{kind}="
    return {
        each.group.removeprefix(start): each.value
        for each in table
        if each.series == series and each.group.startswith(start) and "," not in each.group
    }


def in_year(read: Return, day: date | None) -> bool:
    return day is not None and day.year == read.year


def age_groups(age: int) -> tuple[str, str]:
    """The groups of an age: the single year, and the band."""
    return f"age={age}", f"band={age_band(age)}"


def received_in_year(read: Return) -> list[Case]:
    return [case for case in read.cases if in_year(read, case.received)]


def is_on_time(case: Case) -> bool:
    """Within 20 weeks of the request; the day of the request is day 0."""
    return (
        case.began is not None
        and case.received is not None
        and case.began - case.received <= timedelta(FINAL_PLAN)
    )


def in_timeliness(read: Return, case: Case) -> bool:
    """Whether a first plan of the year is in the 20-week count.

    Left out are plans that follow a refusal put right, whose clock is another, and plans of which
    the return does not say whether an exception applies, where it does say so of others.
    """
    if not (case.is_new_plan and in_year(read, case.began)):
        return False
    put_right = case.outcome == "refused" or case.assessment_outcome == "not_to_issue"
    return not put_right and not (case.exception is None and read.says_no_exception)


Row = tuple[str, int, str, int]


def _requests(read: Return) -> Iterator[Row]:
    """Requests received in the year, by what became of them by the census."""
    for case in received_in_year(read):
        assert case.received is not None
        yield "requests", read.year, EVERYONE, 1
        for group in age_groups(read.age_on(case, case.received)):
            yield "requests", read.year, group, 1
        yield f"requests_{case.outcome or 'undecided'}", read.year, EVERYONE, 1
        if case.decided and case.outcome in ("agreed", "refused"):
            within = case.decided - case.received <= timedelta(DECIDE_TO_ASSESS)
            yield f"decisions_{'within' if within else 'after'}_6_weeks", read.year, EVERYONE, 1


def _decisions_of_the_year(read: Return) -> Iterator[Row]:
    """The same by the day of the decision, as it was published to 2021 and as the model counts it."""
    for case in read.cases:
        if in_year(read, case.decided) and case.outcome in ("agreed", "refused"):
            yield f"decisions_in_year_{case.outcome}", read.year, EVERYONE, 1
            if case.received and case.decided and case.decided - case.received <= timedelta(DECIDE_TO_ASSESS):
                yield "decisions_in_year_within_6_weeks", read.year, EVERYONE, 1


def _assessments(read: Return) -> Iterator[Row]:
    for case in read.cases:
        decided = in_year(read, case.assessment_decided)
        if decided and case.assessment_outcome == "not_to_issue":
            yield "assessed_no_plan", read.year, EVERYONE, 1
            yield "assessments_completed", read.year, EVERYONE, 1
        elif decided and case.assessment_outcome == "withdrawn":
            yield "assessments_withdrawn", read.year, EVERYONE, 1
        elif (
            case.outcome == "agreed" and case.assessment_outcome in (None, "undecided") and not case.has_plan
        ):
            yield "assessments_undecided", read.year, EVERYONE, 1
        if case.is_new_plan and in_year(read, case.began):
            yield "assessments_completed", read.year, EVERYONE, 1


def _timeliness(read: Return) -> Iterator[Row]:
    for case in read.cases:
        if not in_timeliness(read, case):
            continue
        for suffix in ("incl",) if case.exception else ("incl", "excl"):
            yield f"timeliness_denominator_{suffix}", read.year, EVERYONE, 1
            if is_on_time(case):
                yield f"timeliness_on_time_{suffix}", read.year, EVERYONE, 1


def _new_plans(read: Return) -> Iterator[Row]:
    for case in read.cases:
        if not (case.is_new_plan and in_year(read, case.began)):
            continue
        assert case.began is not None
        groups = [EVERYONE, *age_groups(read.age_on(case, case.began))]
        groups += [f"{kind}={name}" for kind, name in (("need", case.need), ("setting", case.named)) if name]
        for group in groups:
            yield "plans_issued", read.year, group, 1


def _leavers(read: Return) -> Iterator[Row]:
    for case in read.cases:
        if in_year(read, case.ceased):
            assert case.ceased is not None
            reason = case.reason or "unknown"
            groups = [EVERYONE, f"reason={reason}", *age_groups(read.age_on(case, case.ceased))]
            for group in groups:
                yield "left_all", read.year, group, 1
            yield LEFT_AS.get(reason, "left_other"), read.year, EVERYONE, 1


def _plans(read: Return) -> Iterator[Row]:
    """Plans in force on the census day, by what the child is then."""
    for case in read.cases:
        if not case.active:
            continue
        age = read.age_on(case, read.census)
        band = age_band(age)
        need, setting = case.need or "unknown", case.setting or "unknown"
        groups = [EVERYONE, *age_groups(age), f"need={need}", f"setting={setting}"]
        for group in (*groups, f"need={need},band={band}", f"setting={setting},band={band}"):
            yield "plans", read.collection, group, 1
        if case.transferred_in:
            yield "transfers_in", read.year, EVERYONE, 1


def is_review_expected(read: Return, case: Case) -> bool:
    """Whether a plan has been in force for a year at the census."""
    return case.active and (case.began is None or case.began <= _a_year_before(read.census))


def _a_year_before(day: date) -> date:
    return day - timedelta(365)


def _reviews(read: Return) -> Iterator[Row]:
    """The last review of each plan in force: whether it was due, met and decided, and how."""
    for case in read.cases:
        if not case.active:
            continue
        if is_review_expected(read, case):
            yield "reviews_expected", read.year, EVERYONE, 1
        if not in_year(read, case.met):
            continue
        yield "reviews_met", read.year, EVERYONE, 1
        if case.review_outcome in (None, "undecided"):
            yield "review_decisions_outstanding", read.year, EVERYONE, 1
            continue
        yield "review_decisions", read.year, EVERYONE, 1
        yield f"review_{case.review_outcome}", read.year, EVERYONE, 1
        if case.met and case.review_decided:
            within = case.review_decided - case.met <= timedelta(REVIEW_DECISION)
            yield f"review_decisions_{'within' if within else 'after'}_4w", read.year, EVERYONE, 1


def is_transfer_review(read: Return, case: Case) -> bool:
    """Whether the last review was for a change of phase, which always amends the plan."""
    return case.transfer_due is not None and case.transfer_due >= date(read.collection, 1, 1)


def moves(read: Return, case: Case) -> Iterator[tuple[str, str, date]]:
    """Moves of the year between settings, of a plan in force at the census: from, to and when."""
    stays = sorted((stay for stay in case.stays if stay.entered), key=lambda stay: stay.entered or date.min)
    for before, after in pairwise(stays):
        if before.left and after.entered and in_year(read, after.entered) and before.setting != after.setting:
            yield before.setting, after.setting, after.entered


def _moves(read: Return) -> Iterator[Row]:
    for case in read.cases:
        for before, after, _ in moves(read, case) if case.active else ():
            if before == "mainstream" and after in SPECIAL:
                yield "moves_mainstream_to_special", read.year, EVERYONE, 1
            elif before in SPECIAL and after == "mainstream":
                yield "moves_special_to_mainstream", read.year, EVERYONE, 1


def _disputes(read: Return) -> Iterator[Row]:
    """Mediations and appeals that the return records, of whatever decision."""
    for case in read.cases:
        for mediated, appealed in (
            (case.request_mediation, case.request_tribunal),
            (case.assessment_mediation, case.assessment_tribunal),
            (case.other_mediation, case.other_tribunal),
        ):
            if mediated:
                yield "mediations", read.year, EVERYONE, 1
            if mediated and appealed:
                yield "appeals_after_mediation", read.year, EVERYONE, 1


def single_ages(table: Iterable[Defined], series: str) -> list[int]:
    """A series by single year of age, 0 to 25."""
    counts = {int(age): number for age, number in by_group(table, series, "age").items()}
    return [counts.get(age, 0) for age in range(AGES)]


BAND_AGES = [list(range(low, high + 1)) for low, high in AGE_BANDS.values()]
"""The ages of each band, the youngest band first."""
