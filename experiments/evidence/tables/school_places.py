"""Commissioned places by school: a row for each school, setting and time.

urn         six digits; blank for a school that is still to open
school      the school's name
setting     the config's setting: state_special, resourced_provision, ap, ...
phase       optional; nursery, primary, secondary, all_through, 16_plus
ages        optional; the youngest and the oldest, `4-11` or `4 to 11`
places      commissioned places, a whole number (0 for a school whose places end)
over_number optional; children that the school may take beyond its places, a whole number
from        first day of these places
until       last day, blank while they go on

Becomes `settings.<setting>.places` by date, the sum over schools, and `over_number` as a share of the
places where every school in force says how many it may take. A commissioning year that ends is no
closure, so a setting whose every row ends is refused: leave `until` blank on the last row of a school
that goes on, or give it a row with 0 places.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from experiments.evidence.columns import Column, Refused, day, number, one_of, text
from experiments.evidence.faults import DataFault
from experiments.evidence.tables.base import Base
from experiments.evidence.tables.layer import sourced
from experiments.evidence.tables.reading import Imported, Line, code, known_as, read_table, refuse
from experiments.evidence.tables.spans import (
    FIRST_DAY,
    LAST_DAY,
    Steps,
    by_date,
    ends_before_it_begins,
    in_force,
    plain_or_dated,
    there_twice,
)
from experiments.evidence.vocabulary import SETTINGS
from sim.config.faults import counted

SETTINGS_CALLED = {
    "special": "state_special",
    "special school": "state_special",
    "special academy": "state_special",
    "SEN unit": "resourced_provision",
    "resource base": "resourced_provision",
    "enhanced resource base": "resourced_provision",
    "independent special": "inmss",
    "non-maintained special": "inmss",
    "alternative provision": "ap",
    "pupil referral unit": "ap",
    "further education": "fe",
    "specialist post-16": "specialist_post16",
}
PHASES = ("nursery", "primary", "secondary", "all_through", "16_plus")
OLDEST = 25
AGES = re.compile(r"(\d{1,2}) ?(?:-|\u2013|to) ?(\d{1,2})", re.ASCII)
MONTH = re.compile(r"\d{1,2}-[A-Za-z]{3}|[A-Za-z]{3}-\d{2}", re.ASCII)
MOST_PLACES = 3_000


def settings_known(base: Base | None) -> list[str]:
    return list(dict.fromkeys([*SETTINGS, *(base.settings.settings if base else ())]))


def read_school_places(files: Sequence[Path], base: Base | None = None) -> Imported:
    """Places by setting and date from lists of schools."""
    table = read_table(files, _columns(base))
    refuse(_nameless(table.lines))
    refuse(
        [
            *ends_before_it_begins(table.lines),
            *there_twice(table.lines, _school, "school", "the same school and setting"),
            *_all_over(table.lines),
        ]
    )
    layer, tidy, words, warnings = {}, [], [], []
    for setting in sorted({line["setting"] for line in table.lines}):
        lines = [line for line in table.lines if line["setting"] == setting]
        places, over = by_date(lines, _places), by_date(lines, _over_number)
        layer[setting] = _settings(lines, places, over)
        tidy += _tidy(setting, lines, places)
        words.append(_words(setting, lines, places))
        if any(line["over_number"] is None for line in lines) and "over_number" in table.lines[0].headings:
            warnings.append(f"{setting}: over_number is not written, a row of it is blank")
    return Imported(table, {"settings": layer}, tidy, words, warnings)


def _columns(base: Base | None) -> list[Column]:
    dates = day(FIRST_DAY, LAST_DAY)
    urn = code(r"[1-9]\d{5}", "must be a URN of six digits")
    return [
        Column("urn", urn, may_be_blank=True),
        Column("school", text(), may_be_blank=True, aliases=("school_name", "establishment_name")),
        Column("setting", known_as(settings_known(base), SETTINGS_CALLED), aliases=("provision",)),
        Column("phase", one_of(PHASES), required=False, may_be_blank=True),
        Column("ages", _ages, required=False, may_be_blank=True, aliases=("age_range",)),
        Column("places", number(0, MOST_PLACES, "places", whole=True), aliases=("commissioned_places",)),
        Column("over_number", number(0, 500, "children", whole=True), required=False, may_be_blank=True),
        Column("from", dates, aliases=("start_date", "from_date")),
        Column("until", dates, may_be_blank=True, aliases=("end_date", "until_date")),
    ]


def _ages(cell: str) -> tuple[int, int]:
    """Excel turns 4-11 into a day of November."""
    if MONTH.fullmatch(cell):
        raise Refused("ages that Excel has made a date of; write them as 4 to 11")
    match = AGES.fullmatch(cell)
    if match is None or not int(match[1]) <= int(match[2]) <= OLDEST:
        raise Refused(f"must be the youngest and the oldest age up to {OLDEST}, such as 4 to 11")
    return int(match[1]), int(match[2])


def _nameless(lines: Sequence[Line]) -> list[DataFault]:
    rule = "blank, and so is the school's name; give one of them"
    return [line.fault("urn", rule) for line in lines if line["urn"] is None and line["school"] is None]


def _school(line: Line) -> tuple[str, str, str]:
    return line["setting"], line["urn"] or line["school"].casefold(), line["phase"] or ""


def _all_over(lines: Sequence[Line]) -> list[DataFault]:
    """The last row of each setting of which nothing would be left without anybody having said so."""
    faults = []
    for setting, group in groupby(
        sorted(lines, key=lambda line: line["setting"]), lambda line: line["setting"]
    ):
        rows = list(group)
        if all(line["until"] for line in rows):
            last = max(rows, key=lambda line: line["until"])
            rule = f"{last['until']}, and no place in {setting} would be left; leave it blank if they go on"
            faults.append(last.fault("until", rule))
    return faults


def _places(lines: Sequence[Line]) -> float | None:
    """None while no row holds, which is not the same as no places."""
    return sum(line["places"] for line in lines) if lines else None


def _over_number(lines: Sequence[Line]) -> float | None:
    places = _places(lines)
    return (
        round(sum(line["over_number"] for line in lines) / places, 3) if places and _say_over(lines) else None
    )


def _say_over(lines: Sequence[Line]) -> bool:
    return all(line["over_number"] is not None for line in lines)


def _settings(lines: Sequence[Line], places: Steps, over: Steps) -> dict[str, Any]:
    schools = len({_school(line)[1] for line in lines})
    source = f"places by school, {counted(schools, 'school')}"
    entries = {"places": sourced(plain_or_dated(places), source)}
    if over and _say_over(lines):
        entries["over_number"] = sourced(plain_or_dated(over), f"{source}: children over number by places")
    return entries


def _tidy(setting: str, lines: Sequence[Line], places: Steps) -> list[dict[str, Any]]:
    rows = []
    for first, total in places.items():
        now = in_force(lines, first)
        over = sum(line["over_number"] for line in now) if _say_over(now) else None
        rows.append(
            {"setting": setting, "from": first, "schools": len(now), "places": total, "over_number": over}
        )
    return rows


def _words(setting: str, lines: Sequence[Line], places: Steps) -> str:
    told = ", ".join(f"{total:g} from {first}" for first, total in places.items())
    return f"{setting}: {told} (rows: {len(lines)})"
