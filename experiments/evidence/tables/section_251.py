"""Section 251 lines of one authority: a row for each line, phase and financial year, in cash.

authority       its name, the same on every row
financial_year  2023-24
basis           budget or outturn; where a year has an outturn its budget is left out
line            a code, a name or both: 1.2.3, or the words of the statement (see `section_251_lines.py`)
phase           optional; early_years, primary, secondary, special, ap, post_school; blank for all phases
gross, income, net  GBP (not thousands), and net is gross less income
children        optional; children or places paid for on average over the year. Without them a line has
                no price for each child, and none is written

Becomes, for each year: top-ups by setting, INMSS and SEN transport as prices for each child; the
remaining high needs lines (1.2.4 to 1.2.13) as `account.other_spending_per_year`, if all are there (a
line with nothing in it has 0); the high needs block as `account.allocation_per_year`. Place funding, SEN
administration and psychologists are simulated from places and posts: they are in the sums alone.

A total is checked against its lines and then left out, so that nothing is counted twice. Statements are
made under section 251 of the Apprenticeships, Skills, Children and Learning Act 2009.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from math import fsum
from pathlib import Path
from typing import Any

from experiments.evidence.columns import Column, Refused, number, one_of, text
from experiments.evidence.faults import DataFault
from experiments.evidence.tables.base import NOT_RESTATED, Base, in_prices_of, restated
from experiments.evidence.tables.layer import sourced
from experiments.evidence.tables.reading import Imported, Line, known_as, read_table, refuse, same_everywhere
from experiments.evidence.tables.section_251_lines import (
    ALLOCATION,
    BY_CODE,
    HIGH_NEEDS,
    INMSS,
    OTHER,
    OTHER_LINES,
    PARTS,
    PHASES,
    SETTING_OF_PHASE,
    TOP_UP,
    TOTAL,
    TRANSPORT,
    read_line,
)
from experiments.evidence.tables.spans import Steps, plain_or_dated

YEAR = re.compile(r"(20\d\d) ?[-/\u2013]? ?(?:20)?(\d\d)", re.ASCII)
OUTTURN, BUDGET = "outturn", "budget"
PRICED = (TOP_UP, INMSS, TRANSPORT, ALLOCATION)
ROUNDING = 1.0
"""Pounds by which a rounded net may miss gross less income."""


def read_section_251(files: Sequence[Path], base: Base | None = None) -> Imported:
    """High needs and transport lines of an authority by year."""
    table = read_table(files, _columns())
    _, faults = same_everywhere(table.lines, "authority")
    refuse([*faults, *_wrong_nets(table.lines), *_twice(table.lines), *_wrong_totals(table.lines)])
    lines, words = _one_basis(table.lines)
    prices, warnings = _prices(lines, base)
    account, more = _account(lines, base)
    layer = {**prices, **({"account": account} if account else {})}
    restate = [NOT_RESTATED] if base is None and layer else []
    words += [_said(year, lines) for year in sorted({line["financial_year"] for line in lines})]
    return Imported(table, layer, [_row(line) for line in lines], words, [*warnings, *more, *restate])


def _columns() -> list[Column]:
    pounds = number(-1e10, 1e11, "GBP")
    return [
        Column("authority", text(80), aliases=("la_name", "local_authority")),
        Column("financial_year", _year, aliases=("year", "time_period")),
        Column("basis", one_of((BUDGET, OUTTURN)), aliases=("budget_or_outturn",)),
        Column("line", read_line, aliases=("line_code", "main_category")),
        Column("phase", known_as(PHASES), required=False, may_be_blank=True),
        Column("gross", pounds, aliases=("gross_expenditure",)),
        Column("income", pounds),
        Column("net", pounds, aliases=("net_expenditure",)),
        Column("children", number(0.1, 100_000, "children"), required=False, may_be_blank=True),
    ]


def _year(cell: str) -> int:
    """The calendar year in which a financial year begins."""
    match = YEAR.fullmatch(cell)
    if match is None or (int(match[1]) + 1) % 100 != int(match[2]):
        raise Refused("must be a financial year such as 2023-24")
    return int(match[1])


def _first_day(year: int) -> date:
    return date(year, 4, 1)


def year_told(year: int) -> str:
    return f"{year}-{(year + 1) % 100:02}"


# What is wrong between rows.


def _wrong_nets(lines: Sequence[Line]) -> list[DataFault]:
    """Nets that are not gross less income, and nets below nought of what becomes a price."""
    faults = []
    for line in lines:
        expected = line["gross"] - line["income"]
        if abs(expected - line["net"]) > ROUNDING:
            faults.append(
                line.fault("net", f"{line['net']:,.0f}, must be gross less income, {expected:,.0f}")
            )
        elif line["net"] < 0 and BY_CODE[line["line"]].use in PRICED:
            faults.append(line.fault("net", f"{line['net']:,.0f}, must not be below 0 on this line"))
    return faults


def _twice(lines: Sequence[Line]) -> list[DataFault]:
    """Lines that are there twice, or both for all phases together and for some."""
    seen: dict[tuple[Any, ...], Line] = {}
    faults = []
    for line in lines:
        key = (line["financial_year"], line["basis"], line["line"])
        same = seen.setdefault((*key, line["phase"]), line)
        if same is not line:
            faults.append(line.fault("line", f"{line['line']!r}, as on row {same.row}, must be there once"))
        elif line["phase"] is not None and (*key, None) in seen:
            faults.append(_both(line, seen[(*key, None)]))
        elif line["phase"] is None and any(other[:3] == key and other[3] for other in seen):
            faults.append(_both(line, next(seen[other] for other in seen if other[:3] == key and other[3])))
    return faults


def _both(line: Line, other: Line) -> DataFault:
    rule = f"both for all phases and by phase (row {other.row}), must be one of them"
    return line.fault("phase", f"{line['line']}, {rule}")


def _wrong_totals(lines: Sequence[Line]) -> list[DataFault]:
    """Totals without their lines, or of other lines than are there."""
    faults = []
    for line in lines:
        if BY_CODE[line["line"]].use != TOTAL:
            continue
        parts = [each for each in _same_statement(line, lines) if each["line"] in PARTS[line["line"]]]
        found = fsum(each["net"] for each in parts)
        if not parts:
            faults.append(
                line.fault("line", f"{line['line']!r}, a total without its lines, must have them too")
            )
        elif abs(found - line["net"]) > ROUNDING * (len(parts) + 1):
            rule = f"{line['net']:,.0f}, a total, and its lines here come to {found:,.0f}"
            faults.append(line.fault("net", f"{rule}; a line is missing or there twice"))
    return faults


def _same_statement(line: Line, lines: Sequence[Line]) -> list[Line]:
    key = (line["financial_year"], line["basis"])
    return [each for each in lines if (each["financial_year"], each["basis"]) == key]


def _one_basis(lines: Sequence[Line]) -> tuple[list[Line], list[str]]:
    """The lines of each year's outturn, or of its budget where there is no outturn; no totals."""
    outturns = {line["financial_year"] for line in lines if line["basis"] == OUTTURN}
    budgets = {line["financial_year"] for line in lines if line["basis"] == BUDGET}
    kept = [
        line
        for line in lines
        if BY_CODE[line["line"]].use != TOTAL
        and (line["basis"] == OUTTURN or line["financial_year"] not in outturns)
    ]
    told = [
        f"{year_told(year)}: budget left out, the outturn is there" for year in sorted(outturns & budgets)
    ]
    return kept, told


# What becomes of them.


def _prices(lines: Sequence[Line], base: Base | None) -> tuple[dict[str, Any], list[str]]:
    """Prices for each child, by setting, and of transport."""
    groups: dict[str, list[Line]] = {}
    for line in lines:
        name = _priced_as(line)
        if name is not None:
            groups.setdefault(name, []).append(line)
    layer: dict[str, Any] = {}
    warnings = _phaseless(lines)
    for name, some in sorted(groups.items()):
        if name != TRANSPORT and base is not None and name not in base.settings.settings:
            warnings.append(f"{name}: no price is written, {base.path.name} has no such setting")
            continue
        steps, unknown = _by_child(some)
        warnings += [f"{name}: no price for {year_told(year)}, children are not given" for year in unknown]
        if steps and name == TRANSPORT:
            layer["prices"] = {"transport_per_child_year": _price(steps, some, base)}
        elif steps:
            layer.setdefault("settings", {})[name] = {"price_per_child_year": _price(steps, some, base)}
    return layer, warnings


def _phaseless(lines: Sequence[Line]) -> list[str]:
    """Top-ups of all phases together, which are no setting's."""
    found = {line["line"] for line in lines if BY_CODE[line["line"]].use == TOP_UP and not line["phase"]}
    return [f"line {code}: no price is written, it is not given by phase" for code in sorted(found)]


def _priced_as(line: Line) -> str | None:
    """The setting (or transport) whose price a line says something about."""
    use = BY_CODE[line["line"]].use
    if use == TOP_UP:
        return SETTING_OF_PHASE.get(line["phase"])
    return {INMSS: "inmss", TRANSPORT: TRANSPORT}.get(use)


def _by_child(lines: Sequence[Line]) -> tuple[Steps, list[int]]:
    """Net spending for each child from each 1 April, and the years of which children are not known."""
    steps, unknown = {}, []
    for year in sorted({line["financial_year"] for line in lines}):
        some = [line for line in lines if line["financial_year"] == year]
        if any(line["children"] is None for line in some):
            unknown.append(year)
        else:
            children = fsum(line["children"] for line in some)
            steps[_first_day(year)] = fsum(line["net"] for line in some) / children
    return steps, unknown


def _price(steps: Steps, lines: Sequence[Line], base: Base | None) -> dict[str, Any]:
    which = ", ".join(sorted({line["line"] for line in lines}))
    source = f"section 251, {_years(lines)}, lines {which}, net spending by children, {in_prices_of(base)}"
    return sourced(plain_or_dated(restated(steps, base)), source)


def _years(lines: Iterable[Line]) -> str:
    told = sorted({(line["financial_year"], line["basis"]) for line in lines})
    return ", ".join(f"{basis} {year_told(year)}" for year, basis in told)


def _account(lines: Sequence[Line], base: Base | None) -> tuple[dict[str, Any], list[str]]:
    """Lines of the high needs account."""
    allocated = [line for line in lines if BY_CODE[line["line"]].use == ALLOCATION]
    others, warnings = _complete(lines)
    if base is not None and base.settings.account is None and (allocated or others):
        return {}, [f"account: nothing is written, {base.path.name} has no account", *warnings]
    account = {}
    if allocated:
        steps = {_first_day(line["financial_year"]): round(line["net"]) for line in allocated}
        source = f"high needs block, {_years(allocated)}, cash"
        account["allocation_per_year"] = sourced(plain_or_dated(dict(sorted(steps.items()))), source)
    if others:
        sums = _net_by_year(others)
        source = f"section 251, {_years(others)}, lines {', '.join(OTHER_LINES)}, net, {in_prices_of(base)}"
        account["other_spending_per_year"] = sourced(plain_or_dated(restated(sums, base)), source)
    return account, warnings


def _net_by_year(lines: Sequence[Line]) -> Steps:
    years = sorted({line["financial_year"] for line in lines})
    return {_first_day(y): fsum(line["net"] for line in lines if line["financial_year"] == y) for y in years}


def _complete(lines: Sequence[Line]) -> tuple[list[Line], list[str]]:
    """The other high needs lines of the years that have all of them; a year that lacks one has no sum."""
    kept, warnings = [], []
    others = [line for line in lines if BY_CODE[line["line"]].use == OTHER]
    for year in sorted({line["financial_year"] for line in others}):
        some = [line for line in others if line["financial_year"] == year]
        missing = [each for each in OTHER_LINES if each not in {line["line"] for line in some}]
        if missing:
            told = f"lines {', '.join(missing)} are missing; write 0 for a line with nothing in it"
        elif fsum(line["net"] for line in some) < 0:
            told = "its lines come to less than nothing"
        else:
            kept += some
            continue
        warnings.append(f"other_spending_per_year: not written for {year_told(year)}, {told}")
    return kept, warnings


def _row(line: Line) -> dict[str, Any]:
    names = ("basis", "phase", "gross", "income", "net", "children")
    about = BY_CODE[line["line"]]
    row = {"financial_year": year_told(line["financial_year"]), "line": about.code, "name": about.name}
    return row | {name: line[name] for name in names} | {"used_as": about.use}


def _said(year: int, lines: Sequence[Line]) -> str:
    some = [line for line in lines if line["financial_year"] == year]
    pounds = fsum(line["net"] for line in some if line["line"] in HIGH_NEEDS)
    return (
        f"{year_told(year)} ({some[0]['basis']}): {pounds:,.0f} GBP net on high needs lines, {len(some)} rows"
    )
