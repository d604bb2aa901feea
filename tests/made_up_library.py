"""A small library of published figures that does not exist, with the questions of the real one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from types import SimpleNamespace

from experiments.errors import InputError

FIRST, LAST = 2015, 2023
NUMBER = 24
"""Enough authorities for a naive forecast to have errors to go by."""
SERIES = ("plans", "requests", "plans_issued", "timeliness_on_time_excl", "timeliness_denominator_excl")


def code_of(number: int) -> str:
    return f"E08009{number:03d}"


@dataclass
class MadeUpLibrary:
    """Figures by (code, series, period); a value of None was suppressed."""

    names: dict[str, str]
    values: dict[tuple[str, str, int], float | None]
    january: int | None = None
    came_from: dict[str, list[str]] = field(default_factory=dict)

    def authorities(self) -> dict[str, str]:
        return dict(self.names)

    def find(self, name_or_code: str) -> str:
        for code, name in self.names.items():
            if name_or_code in (code, name):
                return code
        raise InputError(f"{name_or_code!r}: no authority of that name or code in the library")

    def name(self, code: str) -> str:
        return self.names[code]

    def predecessors(self, code: str) -> list[str]:
        return self.came_from.get(code, [])

    def figure(self, code: str, series: str, period: int, group: str = "all") -> SimpleNamespace | None:
        last = None if self.january is None else self.january - (0 if series == "plans" else 1)
        if (code, series, period) not in self.values or (last is not None and period > last):
            return None
        value = self.values[code, series, period]
        collection = "person" if period >= (2023 if series == "plans" else 2022) else "aggregate"
        return SimpleNamespace(
            value=value, status="suppressed" if value is None else "published", collection=collection
        )

    def known_by(self, january: int) -> MadeUpLibrary:
        return MadeUpLibrary(self.names, self.values, january, self.came_from)

    def put(self, number: int, series: str, years: Iterable[int], value: float | None) -> None:
        for year in years:
            self.values[code_of(number), series, year] = value


def made_up_library(number: int = NUMBER) -> MadeUpLibrary:
    """Authorities of growing size whose figures rise unevenly, the same every time."""
    names = {code_of(each): f"Place {each}" for each in range(number)}
    library = MadeUpLibrary(names, {})
    for each in range(number):
        for year in range(FIRST, LAST + 1):
            wobble = (each * 7 + year * 3) % 11 / 100
            grown = (1.06 + each / 1000) ** (year - FIRST) * (1 + wobble)
            figures = (600 + 40 * each, 90 + 6 * each, 60 + 4 * each)
            for series, size in zip(SERIES, figures, strict=False):
                library.put(each, series, [year], float(round(size * grown)))
            issued = round((60 + 4 * each) * grown)
            library.put(each, "timeliness_denominator_excl", [year], float(issued))
            rate = 0.45 + (each * 5 + year * 7) % 13 / 40
            library.put(each, "timeliness_on_time_excl", [year], float(round(issued * rate)))
    return library
