"""What children pay for a fall in cost: an option that is cheaper because they go without is no saving."""

from __future__ import annotations

from typing import NamedTuple

from experiments.reports.stored_results import StoredResults
from experiments.reports.tables import Column, clearly, difference, last_year
from experiments.reports.wording import listed

SPENT = Column("Cost", "cost", calendar="financial")
LATE = Column("Child-weeks without provision", "weeks_without_provision", calendar="financial")
LOST = Column("Child-weeks lost to refusals", "weeks_lost_to_refusals", calendar="financial")
NOT_SPENT = Column("Not spent because plans are late", "cost_not_spent_by_delay", calendar="financial")


class Harm(NamedTuple):
    """A measure, the direction that is worse for children, and the words for it."""

    column: Column
    worse: int
    words: str


HARMS = (
    Harm(Column("", "plans_issued", calendar="financial"), -1, "fewer plans are issued ({})"),
    Harm(Column("", "requests_refused", calendar="financial"), 1, "it refuses more requests ({})"),
    Harm(LATE, 1, "children wait longer ({} child-weeks without provision)"),
    Harm(LOST, 1, "refusals that are overturned take longer to put right ({} child-weeks)"),
    Harm(
        Column("", "wait_request_to_plan_mean", calendar="financial"),
        1,
        "plans take longer ({} weeks from request to plan)",
    ),
    Harm(
        Column("", "open_assessments_over_20w", calendar="financial"),
        1,
        "more assessments are open past 20 weeks ({})",
    ),
    Harm(Column("", "waiting_for_place", calendar="financial"), 1, "more children wait for a place ({})"),
    Harm(Column("", "reviews_overdue", calendar="financial"), 1, "more annual reviews are overdue ({})"),
)


def harms_beside(results: StoredResults, option: str) -> list[str]:
    """Where an option is clearly cheaper, in words what is clearly worse for children with it."""
    if clearly(last_year(results, SPENT), option) >= 0:
        return []
    found = []
    for harm in HARMS:
        rows = last_year(results, harm.column)
        if clearly(rows, option) == harm.worse:
            found.append(harm.words.format(difference(rows, option, rows.loc[option, "unit"]).mean))
    return found


def no_saving(results: StoredResults, option: str) -> str:
    """A warning where an option is clearly cheaper while children are clearly worse off."""
    harms = harms_beside(results, option)
    if not harms:
        return ""
    spent, not_spent = last_year(results, SPENT), last_year(results, NOT_SPENT)
    words = (
        f"“{results.scenario_label(option)}” costs less ({difference(spent, option, 'GBP').mean}) while "
        f"{listed(harms)}"
    )
    if option in not_spent.index:
        words += f"; spending put off by late plans {difference(not_spent, option, 'GBP').mean}"
    return f"{words}. This is not a saving."
