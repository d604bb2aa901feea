"""The tables of a return joined into cases."""

from __future__ import annotations

from collections.abc import Iterator

from experiments.evidence.faults import DataError, DataFault
from experiments.evidence.returns.cases import Case, Return, Stay
from experiments.evidence.returns.door import Table
from experiments.evidence.returns.establishments import UNKNOWN, Establishments


def _rows(
    tables: dict[str, Table], links: dict[str, list[int]], name: str
) -> Iterator[tuple[int, int, dict]]:
    """Position, position of the parent and values of each row of a table, if it is there."""
    if name in tables:
        table = tables[name]
        for position, parent in enumerate(links[name]):
            yield position, parent, {each: table.columns[each][position] for each in table.columns}


def join(read: Return, tables: dict[str, Table], links: dict[str, list[int]], places: Establishments) -> None:
    """Make the cases, a request at a time, and hang on them what the other tables say."""
    ages = tables["person"].column("personbirthdate")
    faults: list[DataFault] = []
    for position, person, row in _rows(tables, links, "requests"):
        case = Case(ages[person], rows={"requests": tables["requests"].numbers[position]})
        case.received, case.source = row.get("receiveddate"), row.get("requestsource")
        case.outcome, case.decided = row.get("requestoutcome"), row.get("requestoutcomedate")
        case.request_mediation = row.get("requestmediation") == "yes"
        case.request_tribunal = row.get("requesttribunal") == "yes"
        read.cases.append(case)
    of_assessment = _add_assessments(read, tables, links, faults)
    of_plan = _add_plans(read, tables, links, of_assessment)
    for position, plan, row in _rows(tables, links, "plandetail"):
        case = of_plan[plan]
        if case.named is None or (row.get("placementrank") or 1) == 1:
            case.named = _setting(read, places, tables["plandetail"], position)
    of_active = _add_active(read, tables, links, faults)
    for position, active, row in _rows(tables, links, "placementdetail"):
        table = tables["placementdetail"]
        setting, rank = _setting(read, places, table, position), row.get("placementrank") or 1
        stay = Stay(setting, row.get("entrydate"), row.get("leavingdate"), rank, table.numbers[position])
        of_active[active].stays.append(stay)
    ranks: dict[int, int] = {}
    for _, active, row in _rows(tables, links, "senneed"):
        rank = row.get("sentyperank") or 1
        if rank < ranks.get(active, rank + 1):
            ranks[active], of_active[active].need = rank, row["sentype"]
    if faults:
        raise DataError(faults)


def _setting(read: Return, places: Establishments, table: Table, position: int) -> str:
    setting = places.setting(table, position)
    read.unknown_settings += setting == UNKNOWN
    return setting


def _add_assessments(
    read: Return, tables: dict[str, Table], links: dict[str, list[int]], faults: list[DataFault]
) -> list[Case]:
    table, cases = tables["assessment"], []
    for position, request, row in _rows(tables, links, "assessment"):
        case = read.cases[request]
        if case.assessed:
            rule = f"a second assessment of one request, the first is in row {case.rows['assessment']}"
            faults.append(table.fault(position, "requeststableid", rule))
        case.assessed = True
        case.rows["assessment"] = table.numbers[position]
        case.assessment_outcome = row.get("assessmentoutcome")
        case.assessment_decided = row.get("assessmentoutcomedate")
        case.assessment_mediation = row.get("assessmentmediation") == "yes"
        case.assessment_tribunal = row.get("assessmenttribunal") == "yes"
        case.other_mediation = row.get("othermediation") == "yes"
        case.other_tribunal = row.get("othertribunal") == "yes"
        case.exception = {"yes": True, "no": False}.get(row.get("week20") or "")
        read.says_no_exception |= case.exception is False
        cases.append(case)
    return cases


def _add_plans(
    read: Return, tables: dict[str, Table], links: dict[str, list[int]], of_assessment: list[Case]
) -> list[Case]:
    """A plan that is there in several versions began with the first and ended with the last."""
    cases = []
    for position, assessment, row in _rows(tables, links, "namedplan"):
        case, began, ceased = of_assessment[assessment], row.get("startdate"), row.get("ceasedate")
        if not case.has_plan:
            case.rows["namedplan"] = tables["namedplan"].numbers[position]
            case.began, case.ceased, case.reason = began, ceased, row.get("ceasereason")
        elif began and (case.began is None or began < case.began):
            case.began = began
        elif ceased is None or (case.ceased and ceased > case.ceased):
            case.ceased, case.reason = ceased, row.get("ceasereason")
        case.has_plan = True
        cases.append(case)
    return cases


def _add_active(
    read: Return, tables: dict[str, Table], links: dict[str, list[int]], faults: list[DataFault]
) -> list[Case]:
    table, cases = tables["activeplans"], []
    for position, request, row in _rows(tables, links, "activeplans"):
        case = read.cases[request]
        if case.active:
            rule = f"a second active plan of one request, the first is in row {case.rows['activeplans']}"
            faults.append(table.fault(position, "requeststableid", rule))
        case.active, case.rows["activeplans"] = True, table.numbers[position]
        case.transferred_in = row.get("transferla") is not None
        case.met, case.last_review = row.get("reviewmeeting"), row.get("lastreview")
        case.transfer_due = row.get("phasetransferduedate")
        case.review_outcome = row.get("reviewoutcome")
        draft = row.get("reviewdraft") if case.review_outcome == "amend" else None
        case.review_decided = row.get("reviewoutcomedate") or draft
        cases.append(case)
    return cases
