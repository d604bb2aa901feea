"""Two returns by the published definitions, with what chance alone would make of the difference.

Counts that come from the population are compared as Poisson counts, everything else as shares of what
it is part of, so that a caseload may grow between the two. All lines together keep to one error rate.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from scipy.stats import binomtest, fisher_exact

from experiments.evidence.returns.definitions import EVERYONE, Defined

ERROR = 0.001
COUNTS = (
    "requests",
    "decisions_in_year_agreed",
    "decisions_in_year_refused",
    "plans_issued",
    "assessments_completed",
    "transfers_in",
)
"""Compared as counts."""
WHOLE = {
    "requests_agreed": "requests",
    "requests_refused": "requests",
    "requests_undecided": "requests",
    "requests_withdrawn": "requests",
    "decisions_within_6_weeks": "requests",
    "decisions_after_6_weeks": "requests",
    "assessed_no_plan": "assessments_completed",
    "timeliness_denominator_incl": "plans_issued",
    "timeliness_on_time_incl": "timeliness_denominator_incl",
    "timeliness_denominator_excl": "timeliness_denominator_incl",
    "timeliness_on_time_excl": "timeliness_denominator_excl",
    "left_all": "plans",
    "left_education": "plans",
    "left_needs_met": "plans",
    "left_transfer": "plans",
    "left_other": "plans",
    "reviews_met": "plans",
    "review_decisions": "reviews_met",
    "review_amend": "review_decisions",
    "review_maintain": "review_decisions",
    "review_cease": "review_decisions",
}
"""Series compared as a share → what it is a share of. A group is a share of its own series."""
GROUPED = ("requests", "plans_issued", "plans")
KINDS = ("band=", "need=", "setting=")


class Compared(NamedTuple):
    """One line: a figure of both returns, in the same terms, and how likely chance is to part them so."""

    series: str
    group: str
    first: float
    second: float
    probability: float
    agrees: bool


def compare_definitions(
    first: Sequence[Defined], others: Sequence[Sequence[Defined]], error: float = ERROR
) -> list[Compared]:
    """Compare one return with the mean of others, such as replications, line by line.

    With no real difference all lines agree in all but `error` of such comparisons (Bonferroni; exact
    tests: binomial for counts, Fisher's for shares).
    """
    one, many = _table(first), _sum(others)
    lines = [*_counts(one, many, len(others)), *_shares(one, many)]
    return [
        Compared(series, group, a, b, probability, probability >= error / len(lines))
        for series, group, a, b, probability in lines
    ]


Key = tuple[str, str]
Line = tuple[str, str, float, float, float]


def _table(rows: Sequence[Defined]) -> dict[Key, int]:
    return {(each.series, each.group): each.value for each in rows}


def _sum(tables: Sequence[Sequence[Defined]]) -> dict[Key, int]:
    total: dict[Key, int] = {}
    for rows in tables:
        for key, value in _table(rows).items():
            total[key] = total.get(key, 0) + value
    return total


def _counts(one: dict[Key, int], many: dict[Key, int], replications: int) -> list[Line]:
    lines = []
    for series in COUNTS:
        a, b = one.get((series, EVERYONE), 0), many.get((series, EVERYONE), 0)
        if a + b:
            chance = binomtest(a, a + b, 1 / (1 + replications)).pvalue
            lines.append((series, EVERYONE, float(a), b / replications, float(chance)))
    return lines


def _shares(one: dict[Key, int], many: dict[Key, int]) -> list[Line]:
    pairs = [((series, EVERYONE), (whole, EVERYONE)) for series, whole in WHOLE.items()]
    groups = sorted({key for key in (*one, *many) if key[0] in GROUPED and _is_group(key[1])})
    pairs += [(key, (key[0], EVERYONE)) for key in groups]
    lines = []
    for part, whole in pairs:
        table = [[each.get(part, 0), each.get(whole, 0) - each.get(part, 0)] for each in (one, many)]
        known = all(sum(row) for row in table) and min(min(row) for row in table) >= 0
        if known and table[0][0] + table[1][0]:
            a, b = (row[0] / sum(row) for row in table)
            lines.append((*part, a, b, float(fisher_exact(table).pvalue)))
    return lines


def _is_group(group: str) -> bool:
    return group.startswith(KINDS) and "," not in group


def comparison_in_words(lines: Sequence[Compared]) -> str:
    """The comparison as a table of text, the lines least likely by chance first."""
    head = f"{'series':30} {'group':22} {'first':>10} {'second':>10} {'chance':>8}"
    rows = [
        f"{each.series:30} {each.group:22} {each.first:10.4g} {each.second:10.4g} {each.probability:8.2g}"
        f"{'' if each.agrees else '  differs'}"
        for each in sorted(lines, key=lambda each: each.probability)
    ]
    return "\n".join([head, *rows])
