"""The evidence library: published figures of every authority, with the gaps left as gaps.

    library = Library.read(Path("data"))
    library.by_year(library.find("Cambridgeshire"), "requests")

Beside what its names say:

- `plans_issued` counts new plans as `newplans` publishes them; `assessments_completed` is decisions to
  issue and not to issue, so from 2022 the two are close and not the same.
- `left_all` counts plans that ended, transfers to another authority among them. `left_education` is
  leaving school, college or work-based learning.
- `reviews_met` are meetings in the year; `reviews_met_by_census` are the last meetings of plans that had
  a review due, whenever they were held, and decisions are those on them.
- `timeliness_over_52_weeks_incl` and `_excl` are plans that took more than a year.

To activity 2021 and January 2022 authorities filled in counts (`aggregate`); since then the Department
counts records of each child (`person`). Do not read a trend across the break without saying so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from experiments.errors import InputError
from experiments.evidence.columns import heading_key
from experiments.evidence.dfe.geography import ABOLISHED, ENGLAND, predecessors, same_authority
from experiments.evidence.library_files import (
    OLDEST,
    POPULATION_FILE,
    SEN2_FILE,
    STOCKS,
    PeopleRow,
    read_figures,
    read_people,
)

MANY = 30
"""So many in one year are not none in the next."""
YEARS_TO_PROJECT = 3
"""Projections come out about three years after they start (ONS: 2022-based, June 2025)."""
FEWEST_AUTHORITIES = 145
"""England has about 150 authorities; with fewer than these a sum over them is not England."""
AUTHORITY = ("E06", "E08", "E09", "E10")


class Figure(NamedTuple):
    """A published figure, or why there is none."""

    value: float | None
    status: str
    collection: str
    source: str


Figures = dict[tuple[int, str], Figure]
"""The figures of one authority and series by period and group."""


def is_slip(value: float | None, year_before: float | None) -> bool:
    """Is a published nought a slip of the return, because there were many the year before?"""
    return value == 0 and (year_before or 0) >= MANY


class Library:
    """What was published, by authority, series, period and group.

    An authority that only changed its code is one authority, whichever code it is asked by.
    """

    def __init__(
        self, figures: dict[tuple[str, str], Figures], names: dict[str, str], people: People
    ) -> None:
        self._figures = figures
        self._names = names
        self._people = people
        self._january: int | None = None

    @staticmethod
    def read(folder: Path) -> Library:
        """The library in a folder; it may lack population. Raises DataError where it is absent or damaged."""
        figures: dict[tuple[str, str], Figures] = defaultdict(dict)
        names: dict[str, str] = {}
        for row in read_figures(Path(folder) / SEN2_FILE):
            figures[row[0], row[4]][row[3], row[5]] = Figure(*row[6:])
            names[row[0]] = row[1]
        path = Path(folder) / POPULATION_FILE
        return Library(dict(figures), names, People(read_people(path) if path.exists() else ()))

    def known_by(self, january: int) -> Library:
        """As published about that January: its stocks and the activity of the year before.

        Later revisions of those figures are in it: only the latest of each is kept.
        """
        known = Library(self._figures, self._names, self._people)
        known._january = january if self._january is None else min(january, self._january)
        return known

    def authorities(self) -> dict[str, str]:
        """Codes and names of the authorities that have figures and are not abolished, by name."""
        found = {}
        for code, name in sorted(self._names.items(), key=lambda item: (item[1], item[0])):
            newest = next(each for each in same_authority(code) if each in self._names)
            if code == newest and code.startswith(AUTHORITY) and self._stands(code):
                found[code] = name
        return found

    def _stands(self, code: str) -> bool:
        """Has the authority figures, and is it there still, or in the January by which all is known?"""
        first_without, _ = ABOLISHED.get(code, (None, ()))
        if self._january is None:
            return first_without is None
        there_still = first_without is None or self._january < first_without
        return there_still and bool(self.by_year(code, "plans"))

    def find(self, name_or_code: str) -> str:
        """The code of an authority, region or England. Raises InputError with the nearest names."""
        wanted = name_or_code.strip()
        for code in same_authority(wanted.upper()):
            if code in self._names:
                return code
        current = self.authorities()
        others = {code: name for code, name in self._names.items() if code not in current}
        for matches in (_same_name, _has_its_words):
            for names in (current, others):
                found = [code for code, name in names.items() if matches(wanted, name)]
                if len(found) == 1:
                    return found[0]
                if found:
                    each = ", ".join(sorted(names[code] for code in found))
                    raise InputError(f"{wanted!r}: could be {each}")
        near = get_close_matches(wanted.title(), sorted(set(self._names.values())), n=3, cutoff=0.5)
        hint = f"; nearest: {', '.join(near)}" if near else ""
        raise InputError(f"{wanted!r}: no authority of that name or code in the library{hint}")

    def name(self, code: str) -> str:
        """What the authority, region or country is called."""
        return self._names[self.find(code)]

    def figure(self, code: str, series: str, period: int, group: str = "all") -> Figure | None:
        """A figure with its status and source; None where the releases do not have it at all."""
        if not self._is_known(series, period):
            return None
        found = [each[period, group] for each in self._of(code, series) if (period, group) in each]
        return next((each for each in found if each.value is not None), found[0] if found else None)

    def value(self, code: str, series: str, period: int, group: str = "all") -> float | None:
        """A figure, or None where it was not published."""
        found = self.figure(code, series, period, group)
        return found.value if found else None

    def by_year(self, code: str, series: str, group: str = "all") -> dict[int, float]:
        """Published figures by period, in order of time."""
        found = {period: value for period, of, value in self._published(code, series) if of == group}
        return dict(sorted(found.items()))

    def by_group(self, code: str, series: str, period: int, dimension: str) -> dict[str, float]:
        """Published figures of one dimension: "age" gives {"7": 12.0}."""
        start = f"{dimension}="
        return {
            group.removeprefix(start): value
            for at, group, value in self._published(code, series)
            if at == period and group.startswith(start) and "," not in group
        }

    def by_two(
        self, code: str, series: str, period: int, first: str, second: str
    ) -> dict[tuple[str, str], float]:
        """Published figures of two dimensions: "need", "band" gives {("ASD", "5_to_10"): 12.0}."""
        found = {}
        for at, group, value in self._published(code, series):
            if at == period and "," in group:
                keys = dict(part.split("=", 1) for part in group.split(","))
                if keys.keys() == {first, second}:
                    found[keys[first], keys[second]] = value
        return found

    def people(self, code: str) -> dict[int, list[float]]:
        """People of ages 0 to 25 by mid-year: estimates, and projections for years without one.

        Estimates to 2020 were published before the census of 2021 and those since after it.
        """
        return self._people.of(code, self._january)

    def predecessors(self, code: str) -> list[str]:
        """Codes of the authorities that this one came from, and its own older code.

        What an abolished authority published stands under its own code.
        """
        return predecessors(code)

    def _of(self, code: str, series: str) -> list[Figures]:
        keys = [(each, series) for each in same_authority(code)]
        return [self._figures[key] for key in keys if key in self._figures]

    def _published(self, code: str, series: str) -> Iterator[tuple[int, str, float]]:
        """Period, group and value of what was published; those of a newer code come last, and stand."""
        for figures in reversed(self._of(code, series)):
            for (period, group), figure in figures.items():
                if figure.value is not None and self._is_known(series, period):
                    yield period, group, figure.value

    def _is_known(self, series: str, period: int) -> bool:
        return self._january is None or period < self._january + (series in STOCKS)


Years = dict[int, dict[int, float]]
"""People by mid-year and age."""


class People:
    """People by single year of age, of authorities and of England."""

    def __init__(self, rows: Iterable[PeopleRow]) -> None:
        self._years: dict[tuple[str, str], Years] = {}
        for row in rows:
            if row.age.isdecimal():
                years = self._years.setdefault((row.code, row.kind), {})
                years.setdefault(row.year, {})[int(row.age)] = row.people

    def of(self, code: str, january: int | None) -> dict[int, list[float]]:
        """Mid-years with all ages 0 to 25. England is all authorities together where it has no row."""
        found = self._england(january) if code == ENGLAND else {}
        found |= self._joined(code, "projection", january) | self._joined(code, "estimate", january)
        return dict(sorted(found.items()))

    def _joined(self, code: str, kind: str, january: int | None) -> dict[int, list[float]]:
        found = {}
        for each in reversed(same_authority(code)):
            years = self._years.get((each, kind), {})
            whole = {year: ages for year, ages in years.items() if len(ages) == OLDEST + 1}
            for year in _known(sorted(whole), kind, january):
                found[year] = [whole[year][age] for age in range(OLDEST + 1)]
        return found

    def _england(self, january: int | None) -> dict[int, list[float]]:
        """Sums over the authorities of today, for the years in which each has an estimate."""
        codes = {same_authority(code)[0] for code, kind in self._years if kind == "estimate"}
        today = [code for code in codes if code.startswith(AUTHORITY) and code not in ABOLISHED]
        if len(today) < FEWEST_AUTHORITIES:
            return {}
        tables = [self._joined(code, "estimate", january) for code in sorted(today)]
        common = set.intersection(*(set(table) for table in tables))
        return {
            year: [sum(ages) for ages in zip(*(table[year] for table in tables), strict=True)]
            for year in common
        }


def _known(years: list[int], kind: str, january: int | None) -> list[int]:
    """The mid-years that had been published about a January."""
    if january is None:
        return years
    if kind == "projection":
        return years if years and years[0] + YEARS_TO_PROJECT <= january else []
    return [year for year in years if year < january]


def _same_name(wanted: str, name: str) -> bool:
    return heading_key(wanted) == heading_key(name)


def _has_its_words(wanted: str, name: str) -> bool:
    words = _words(wanted)
    return bool(words) and words <= _words(name)


def _words(name: str) -> set[str]:
    return {heading_key(word) for word in name.replace("-", " ").split()} - {"", "of", "and", "the"}
