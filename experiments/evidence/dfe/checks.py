"""Do published figures agree with each other? What does not is told with the largest difference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from experiments.evidence.dfe.tables import EVERYBODY, Figures, Key, Line, Table, Value
from experiments.evidence.library_files import PUBLISHED

Difference = tuple[float, str]
"""How large, and in words."""


def in_one_line(what: str, differences: list[Difference]) -> list[str]:
    """One line on all differences of a kind with the largest of them; no line where there are none."""
    if not differences:
        return []
    _, largest = max(differences, key=lambda each: (each[0], each[1]))
    many = f"{len(differences)} figures" if len(differences) > 1 else "1 figure"
    return [f"{what}: {many}; the largest {largest}"]


def merged(tables: Iterable[tuple[str, Figures]]) -> Figures:
    """All tables of a release together; where two have the same figure the first stands."""
    whole = Figures()
    for name, table in tables:
        whole.places |= table.places
        whole.warnings += table.warnings
        differ: list[Difference] = []
        for key, value in table.values.items():
            first = whole.values.get(key)
            if first is None or (first.value is None and value.value is not None):
                whole.values[key], whole.sources[key] = value, table.sources[key]
            elif first.value is not None and value.value is not None and first.value != value.value:
                words = f"{in_words(whole, key)}: {value.value:,.10g}, not {first.value:,.10g}"
                differ.append((abs(value.value - first.value), f"{words} as in {whole.sources[key]}"))
        whole.warnings += in_one_line(f"{name}: differs from a table before it, left out", differ)
    return whole


def in_words(figures: Figures, key: Key) -> str:
    code, period, series, group = key
    return f"{figures.places[code].name} {period}, {series} {group}"


def put_right(table: Table, lines: list[Line], found: Figures) -> None:
    """Where an authority's total is its region's total and its own ages say otherwise, take the ages.

    SEN2 2025 has the region's new plans of 2022 in authorities of Yorkshire and The Humber.
    """
    totals = {(line.code, line.period): line for line in lines if line.meaning == EVERYBODY}
    ages: dict[tuple[str, int], list[float | None]] = defaultdict(list)
    for line in lines:
        if line.meaning.dimension == "age":
            ages[line.code, line.period].append(_count(line, table))
    differ: list[Difference] = []
    for (code, period), parts in ages.items():
        whole, region = totals.get((code, period)), totals.get((found.regions.get(code, ""), period))
        if whole is None or region is None or None in parts:
            continue
        seen, own = _count(whole, table), sum(each or 0 for each in parts)
        if seen and seen == _count(region, table) and seen != own:
            whole.cells[table.total] = Value(own, PUBLISHED)
            words = f"{found.places[code].name} {period}, {table.total}: {seen:,.10g}, its ages {own:,.10g}"
            differ.append((abs(seen - own), words))
    what = f"{table.name}: the total of the region in place of the authority's, its ages taken instead"
    found.warnings += in_one_line(what, differ)


def _count(line: Line, table: Table) -> float | None:
    cell = line.cells[table.total]
    return cell.value if cell else None


def do_not_add_up(figures: Figures) -> list[str]:
    """Where the groups of a dimension do not make the published total."""
    differ: dict[tuple[str, str], list[Difference]] = defaultdict(list)
    for (code, period, series, dimensions), parts in _sums(figures).items():
        key = (code, period, series, "all")
        total = figures.values[key].value if key in figures.values else None
        if total is not None and total != parts:
            words = f"{in_words(figures, key)}: {total:,.10g}, its parts {parts:,.10g}"
            differ[series, dimensions].append((abs(total - parts), words))
    return [
        line
        for (series, dimensions), found in sorted(differ.items())
        for line in in_one_line(f"{series} by {dimensions}: parts do not make the total", found)
    ]


def _sums(figures: Figures) -> dict[tuple[str, int, str, str], float]:
    """Sums of all groups of a dimension, or of two; none where a part is suppressed."""
    sums: dict[tuple[str, int, str, str], float] = defaultdict(float)
    hidden = set()
    for (code, period, series, group), value in figures.values.items():
        if group == "all":
            continue
        dimensions = " and ".join(part.split("=")[0] for part in group.split(","))
        key = (code, period, series, dimensions)
        if value.value is not None:
            sums[key] += value.value
        elif value.status == "suppressed":
            hidden.add(key)
    return {key: total for key, total in sums.items() if key not in hidden}
