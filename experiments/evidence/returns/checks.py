"""What cannot be true of a return: steps out of their order, dates to come, ages outside 0 to 25.

Every fault is told by file, row and column. The dates themselves are not shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from experiments.evidence.faults import DataError, DataFault
from experiments.evidence.returns.cases import Case, Return

DATES = (
    ("requests", "receiveddate", "received"),
    ("requests", "requestoutcomedate", "decided"),
    ("assessment", "assessmentoutcomedate", "assessment_decided"),
    ("namedplan", "startdate", "began"),
    ("namedplan", "ceasedate", "ceased"),
    ("activeplans", "reviewmeeting", "met"),
    ("activeplans", "reviewoutcomedate", "review_decided"),
    ("activeplans", "lastreview", "last_review"),
)
"""Table, column, and the date of a case that stands there."""
COLUMN_OF = {name: (table, column) for table, column, name in DATES}
IN_ORDER = (
    ("received", "decided", "before the request was received"),
    ("received", "assessment_decided", "before the request was received"),
    ("decided", "assessment_decided", "before the decision to assess"),
    ("received", "began", "before the request was received"),
    ("assessment_decided", "began", "before the decision on the assessment"),
    ("began", "ceased", "before the plan began"),
    ("began", "met", "before the plan began"),
    ("met", "review_decided", "before the review meeting"),
)
"""Of two dates that are both there the second must not be before the first."""
NEEDS_A_DATE = (
    ("outcome", ("agreed", "refused", "withdrawn"), "decided"),
    ("assessment_outcome", ("to_issue", "not_to_issue", "withdrawn"), "assessment_decided"),
)


def check(read: Return) -> None:
    """Raise DataError with everything in the return that cannot be true."""
    faults = [fault for case in read.cases for fault in _faults(read, case)]
    if faults:
        raise DataError(sorted(faults, key=lambda fault: (fault.file, fault.row, fault.column)))


def _faults(read: Return, case: Case) -> Iterator[DataFault]:
    def fault(name: str, rule: str) -> DataFault:
        table, column = COLUMN_OF[name]
        return DataFault(read.files[table], case.rows[table], column, rule)

    yield from (
        fault(later, rule)
        for earlier, later, rule in IN_ORDER
        if _is_before(getattr(case, later), getattr(case, earlier))
    )
    yield from (
        fault(name, f"after the census date, {read.census}")
        for _, _, name in DATES
        if _is_before(read.census, getattr(case, name))
    )
    for outcome, values, name in NEEDS_A_DATE:
        if getattr(case, outcome) in values and getattr(case, name) is None:
            yield fault(name, "blank, an outcome must have its date")
    if case.ceased is None and case.reason is not None:
        yield fault("ceased", "blank, a reason for ceasing must have its date")
    if case.active and case.ceased is not None:
        yield fault("ceased", f"the plan ended, and is among those active on {read.census}")
    yield from _stays(read, case)
    if case.age > 25 and (case.active or case.outcome == "undecided"):
        table = "activeplans" if case.active else "requests"
        column = "activeplanstableid" if case.active else "requeststableid"
        rule = "a person aged over 25 on the 31 August before the census, must be 0 to 25"
        yield DataFault(read.files[table], case.rows[table], column, rule)


def _stays(read: Return, case: Case) -> Iterator[DataFault]:
    for stay in case.stays:
        if _is_before(stay.left, stay.entered):
            yield DataFault(
                read.files["placementdetail"], stay.row, "leavingdate", "before the placement began"
            )
        if _is_before(read.census, stay.entered):
            rule = f"after the census date, {read.census}"
            yield DataFault(read.files["placementdetail"], stay.row, "entrydate", rule)


def _is_before(day: date | None, other: date | None) -> bool:
    return day is not None and other is not None and day < other
