"""Adding up rows and columns of a published table into our groups, and only where that is safe."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from experiments.evidence.dfe.names import band_of
from experiments.evidence.dfe.tables import (
    EVERYBODY,
    NOT_AVAILABLE,
    Figures,
    Key,
    Line,
    Meaning,
    Table,
    Value,
)
from experiments.evidence.library_files import PUBLISHED

ORDER = ("reason", "need", "setting", "age", "band")
"""The order of dimensions in a group of two."""
SUPPRESSED = "suppressed"
HIDING = (SUPPRESSED, NOT_AVAILABLE, "not_applicable")
"""Reasons why there is no figure; the first that any part has is that of the sum."""
BLANK = Value(None, NOT_AVAILABLE)


def added(values: Iterable[Value]) -> Value:
    """The sum, or why there is none: one part that is not published hides it."""
    parts = list(values)
    for status in HIDING:
        if any(part.status == status for part in parts):
            return Value(None, status)
    return Value(sum(part.value or 0 for part in parts), PUBLISHED)


def add_up(table: Table, lines: list[Line], found: Figures) -> None:
    """Put the figures of the rows of a table into `found`."""
    lines = _without_parts(table, lines)
    gaps, collected = _gaps(table, lines), _collected(table, lines)
    parts: dict[Key, list[Value]] = defaultdict(list)
    blanks: dict[Key, list[Value]] = defaultdict(list)
    for line in lines:
        for measure in table.measures:
            if line.meaning.dimension in measure.dimensions:
                columns = [each for each in measure.columns if (line.period, line.label, each) in collected]
                value = added(line.cells[column] or BLANK for column in columns or measure.columns)
                for group in groups_of(line.meaning, measure.part):
                    key = (line.code, line.period, measure.series, group)
                    (parts if columns else blanks)[key].append(value)
                    if columns or key not in found.sources:
                        found.sources[key] = f"{table.name}, {_told(columns or measure.columns)}"
    negative = 0
    for key, values in (blanks | parts).items():
        total = BLANK if gaps.get(key[:2], set()) & set(key[3].split(",")) else added(values)
        negative += (total.value or 0) < 0
        found.values[key] = BLANK if (total.value or 0) < 0 else total
    if negative:
        found.warnings.append(f"{table.name}: {negative} negative counts, read as not available")


def _collected(table: Table, lines: list[Line]) -> set[tuple[int, str, str]]:
    """Periods, labels and columns in which any place has a figure; the others were not collected then,
    and a sum does without them."""
    columns = table.figure_columns()
    return {
        (line.period, line.label, column)
        for line in lines
        for column in columns
        if (cell := line.cells[column]) is not None and cell.status in (PUBLISHED, SUPPRESSED)
    }


def groups_of(meaning: Meaning, part: str) -> list[str]:
    """The groups to which a figure belongs, by what its row and its column count.

    A single age belongs to its band too; beside another dimension it is told by its band alone.
    """
    if meaning == EVERYBODY:
        return [part or "all"]
    own = f"{meaning.dimension}={meaning.key}"
    band = f"band={band_of(meaning.key)}" if meaning.dimension == "age" else own
    if not part:
        return list(dict.fromkeys((own, band)))
    return [",".join(sorted((part, band), key=lambda each: ORDER.index(each.split("=")[0])))]


def _told(columns: Sequence[str]) -> str:
    first, *others = columns
    return f"{first} and {len(others)} more columns" if len(others) > 2 else " + ".join(columns)


def _without_parts(table: Table, lines: list[Line]) -> list[Line]:
    """Rows but those that another row of the same place and period already holds."""
    if not table.combined:
        return lines
    labels: dict[tuple[str, int], set[str]] = defaultdict(set)
    for line in lines:
        labels[line.code, line.period].add(line.label)
    held = {
        (place, part)
        for place, present in labels.items()
        for whole in present & table.combined.keys()
        for part in table.combined[whole]
    }
    return [line for line in lines if ((line.code, line.period), line.label) not in held]


def _gaps(table: Table, lines: list[Line]) -> dict[tuple[str, int], set[str]]:
    """Groups of a place and period that lack a row, where the other rows do not make up the total.

    Where they do, the row is absent because it would be nought.
    """
    expected: dict[tuple[int, str], dict[str, str]] = defaultdict(dict)
    present: dict[tuple[str, int, str], dict[str, Value]] = defaultdict(dict)
    for line in lines:
        expected[line.period, line.meaning.dimension][line.label] = groups_of(line.meaning, "")[-1]
        present[line.code, line.period, line.meaning.dimension][line.label] = line.cells[table.total] or BLANK
    gaps: dict[tuple[str, int], set[str]] = defaultdict(set)
    for (code, period, dimension), rows in present.items():
        everybody = list(present.get((code, period, EVERYBODY.dimension), {}).values())
        absent = {group for label, group in expected[period, dimension].items() if label not in rows}
        if absent and not _makes(rows.values(), everybody):
            gaps[code, period] |= absent
    return gaps


def _makes(parts: Iterable[Value], whole: list[Value]) -> bool:
    values = list(parts)
    return all(each.value is not None for each in (*values, *whole)) and [
        sum(each.value or 0 for each in values)
    ] == [each.value for each in whole]
