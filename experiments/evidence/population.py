"""`send-sim import population`: people by single year of age into the evidence library.

Two kinds of file are read: our tidy table (la_code, la, year, kind, age, population), and a table of
mid-year estimates as the Office for National Statistics publishes it, with a column for each age.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from experiments import store
from experiments.errors import InputError
from experiments.evidence.columns import Column, Refused, heading_key, number, one_of, read_rows, text
from experiments.evidence.dfe.geography import ABOLISHED
from experiments.evidence.faults import DataError, DataFault
from experiments.evidence.library_files import OLDEST, POPULATION_FILE, PeopleRow, packed, read_people
from experiments.evidence.sheets import Sheet, content_of, parse_sheet

ESTIMATE, TOTAL = "estimate", "estimate_0_17"
KINDS = (ESTIMATE, TOTAL, "projection")
CHILDREN = "0-17"
MOST_PEOPLE = 100_000_000
KEPT = re.compile(r"E(06|08|09|10|12|92)\d{6}", re.ASCII)
"""Authorities with children's services, regions and England."""
Key = tuple[str, int, str, str]
"""Code, year, kind and age."""


def import_population(files: list[Path], out: Path, year: int | None = None) -> dict[str, Any]:
    """Put population tables into the library in `out`, beside what it has; a later file wins.

    `year` is the mid-year of a published table that does not say it in its name. Returns counts and
    warnings. Raises DataError, with nothing written, where a file is faulty.
    """
    path = out / POPULATION_FILE
    people = {_key(row): row for row in read_people(path)} if path.exists() else {}
    warnings = []
    for file in files:
        found, told = _read(file, year)
        changed = [key for key, row in found.items() if key in people and people[key].people != row.people]
        if changed:
            told.append(f"{file.name}: {len(changed)} figures replaced by other ones")
        people |= found
        warnings += told
    rows = [people[key] for key in sorted(people, key=_in_order)]
    warnings += [*_incomplete(rows), *_breaks(rows), *_overlaps(rows)]
    store.make_folder(out)
    store.write_bytes(path, packed(PeopleRow._fields, map(_written, rows)))
    return _told(rows, warnings, path)


def _key(row: PeopleRow) -> Key:
    return row.code, row.year, row.kind, row.age


def _in_order(key: Key) -> tuple[str, int, str, int]:
    code, year, kind, age = key
    return code, year, kind, -1 if age == CHILDREN else int(age)


def _written(row: PeopleRow) -> list[object]:
    return [*row[:5], int(row.people) if row.people == int(row.people) else row.people]


def _read(file: Path, year: int | None) -> tuple[dict[Key, PeopleRow], list[str]]:
    sheet = parse_sheet(_without_title(content_of(file)), file.name)
    headings = {heading_key(name) for name in sheet.header}
    return _read_tidy(sheet) if {"kind", "age"} <= headings else _read_wide(sheet, year)


def _without_title(content: bytes) -> bytes:
    """The table without the title and notes above its heading; rows keep their numbers."""
    lines = content.split(b"\n")
    heading = next((place for place, line in enumerate(lines[:30]) if _begins_table(line)), 0)
    return b"\n".join([*(b"" for _ in lines[:heading]), *lines[heading:]])


def _begins_table(line: bytes) -> bool:
    return line.lstrip(b"\xef\xbb\xbf").lower().startswith((b"code,", b'"code",'))


def _read_tidy(sheet: Sheet) -> tuple[dict[Key, PeopleRow], list[str]]:
    rows = read_rows(
        sheet,
        [
            Column("la_code", _code),
            Column("la", text()),
            Column("year", _mid_year),
            Column("kind", one_of(KINDS)),
            Column("age", _age),
            Column("population", number(0, MOST_PEOPLE, "people")),
        ],
        unknown="warn",
    )
    found: dict[Key, PeopleRow] = {}
    faults = []
    for position, row in enumerate(rows.rows):
        if row["age"] is None:
            continue
        if (row["age"] == CHILDREN) != (row["kind"] == TOTAL):
            rule = f"a total of ages {CHILDREN} is of the kind {TOTAL}, and nothing else is"
            faults.append(rows.fault(position, "age", f"{row['age']!r}, {rule}"))
        each = PeopleRow(row["la_code"], row["la"], row["year"], row["kind"], row["age"], row["population"])
        if _key(each) in found:
            faults.append(
                rows.fault(position, "age", f"{row['age']!r}, the same place, year, kind and age twice")
            )
        found[_key(each)] = each
    if faults:
        raise DataError(faults)
    return found, rows.warnings


def _read_wide(sheet: Sheet, year: int | None) -> tuple[dict[Key, PeopleRow], list[str]]:
    """A published table: Code, Name, a column for each age; areas that are not ours are left alone."""
    year = year or _year_in(sheet.name)
    ages = [str(age) for age in range(OLDEST + 1)]
    counts = [Column(age, number(0, MOST_PEOPLE, "people")) for age in ages]
    columns = [Column("Code", text()), Column("Name", text()), *counts]
    rows = read_rows(_of_england(sheet), columns, unknown="ignore")
    if not rows.rows:
        raise DataError([DataFault(sheet.name, 0, "Code", "no authority of England in it, must have some")])
    found: dict[Key, PeopleRow] = {}
    for position, row in enumerate(rows.rows):
        people = [PeopleRow(row["Code"], row["Name"], year, ESTIMATE, age, row[age]) for age in ages]
        if _key(people[0]) in found:
            raise DataError([rows.fault(position, "Code", f"{row['Code']!r} twice, must be there once")])
        found |= {_key(each): each for each in people}
    return found, rows.warnings


def _of_england(sheet: Sheet) -> Sheet:
    code = next((place for place, name in enumerate(sheet.header) if heading_key(name) == "code"), None)
    if code is None:
        return sheet
    places = [place for place, row in enumerate(sheet.rows) if KEPT.fullmatch(row[code].strip())]
    rows, numbers = [sheet.rows[place] for place in places], [sheet.numbers[place] for place in places]
    return Sheet(sheet.name, sheet.header, rows, numbers, sheet.warnings)


def _year_in(name: str) -> int:
    years = {int(found) for found in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", name)}
    if len(years) != 1:
        raise InputError(f"{name}: of which mid-year? Give the year, or put it into the file's name")
    return years.pop()


def _code(cell: str) -> str:
    if not KEPT.fullmatch(cell):
        raise Refused("must be the code of an authority, region or England such as E10000003")
    return cell


def _mid_year(cell: str) -> int:
    if not re.fullmatch(r"(19|20)\d\d", cell, re.ASCII):
        raise Refused("must be a mid-year such as 2023")
    return int(cell)


def _age(cell: str) -> str | None:
    """A single year of age, 0-17, or None for an age that is not used."""
    if cell == CHILDREN:
        return cell
    if not re.fullmatch(r"\d{1,3}\+?", cell, re.ASCII):
        raise Refused(f"must be a single year of age such as 7, or {CHILDREN}")
    age = int(cell.rstrip("+"))
    return str(age) if age <= OLDEST and not cell.endswith("+") else None


def _incomplete(rows: list[PeopleRow]) -> list[str]:
    names = {row.code: row.name for row in rows}
    many = Counter((row.code, row.year, row.kind) for row in rows if row.kind != TOTAL)
    return [
        f"{names[code]} {year}, {kind}: {count} of {OLDEST + 1} ages, so the year is not used"
        for (code, year, kind), count in sorted(many.items())
        if count <= OLDEST
    ]


def _breaks(rows: list[PeopleRow]) -> list[str]:
    """Years in which single ages and the totals of ages 0 to 17 differ: one of them was revised."""
    singles: dict[tuple[str, int], float] = defaultdict(float)
    for row in rows:
        if row.kind == ESTIMATE and int(row.age) <= 17:
            singles[row.code, row.year] += row.people
    totals = {(row.code, row.year): row.people for row in rows if row.kind == TOTAL}
    lines = []
    for year in sorted({year for _, year in singles}):
        both = [key for key in singles.keys() & totals.keys() if key[1] == year]
        differ = [key for key in both if singles[key] != totals[key]]
        if differ:
            one, other = sum(singles[key] for key in both), sum(totals[key] for key in both)
            lines.append(
                f"{year}: single ages 0 to 17 make {one:,.0f} and the published totals {other:,.0f}"
                f" ({one / other - 1:+.1%}; {len(differ)} of {len(both)} areas differ). One of them is"
                " revised and the other is not; nothing was scaled, so read no trend across the break"
            )
    return lines


def _overlaps(rows: list[PeopleRow]) -> list[str]:
    names = sorted({row.name for row in rows if row.code in ABOLISHED})
    return [f"abolished authorities overlap their successors: {', '.join(names)}"] if names else []


def _told(rows: list[PeopleRow], warnings: list[str], path: Path) -> dict[str, Any]:
    years: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        years[row.kind].add(row.year)
    return {
        "file": str(path),
        "figures": len(rows),
        "areas": len({row.code for row in rows}),
        "years": {kind: sorted(found) for kind, found in sorted(years.items())},
        "warnings": warnings,
    }


def in_words(told: dict[str, Any]) -> str:
    """What `import_population` returned, for people."""
    lines = [f"{told['figures']:,} figures of {told['areas']} areas: {told['file']}"]
    lines += [f"  {kind}: {', '.join(map(str, years))}" for kind, years in told["years"].items()]
    lines += [f"Warning: {warning}" for warning in told["warnings"]]
    return "\n".join(lines)
