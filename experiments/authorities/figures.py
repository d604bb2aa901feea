"""One authority's published figures, and England's where its own are missing or too few.

Every estimate says where it comes from. A share of few cases is drawn towards England's: it is
weighed as if `PRIOR_CASES` of England's cases had been added to the authority's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from experiments.errors import InputError
from experiments.evidence.dfe.geography import ENGLAND
from experiments.evidence.library import Library, is_slip

PRIOR_CASES = 50
MISSING = "England's, as the authority's is missing"


@dataclass(frozen=True)
class Estimate:
    """A number, its range if it is uncertain, and where it comes from."""

    value: float
    source: str
    low: float | None = None
    high: float | None = None


@dataclass
class Figures:
    """What was published of one authority about one January, and of England beside it."""

    library: Library
    code: str
    january: int
    national: list[str] = field(default_factory=list)
    """What had to be taken from England, in words."""

    @property
    def name(self) -> str:
        return self.library.name(self.code)

    @property
    def last_year(self) -> int:
        """The last calendar year that is known."""
        return self.january - 1

    def count(self, series: str, period: int, group: str = "all") -> float | None:
        """A published figure; a nought after a year with many is a slip of the return, so not known."""
        found = self.library.value(self.code, series, period, group)
        before = self.library.value(self.code, series, period - 1, group)
        return None if is_slip(found, before) else found

    def england(self, series: str, period: int, group: str = "all") -> float:
        found = self.library.value(ENGLAND, series, period, group)
        if found is None:
            raise InputError(f"the library has no {series} of England for {period}; import the SEN2 release")
        return found

    def source(self, series: str, period: int, group: str = "all") -> str:
        """The release, table and column of a figure."""
        found = self.library.figure(self.code, series, period, group)
        return f"{found.source}, {self.name} {period}" if found else f"not published for {self.name}"

    def share(
        self, part: str, whole: str, periods: Iterable[int], what: str, may_be_none: bool = True
    ) -> Estimate:
        """The share that one series is of another over some years, drawn towards England's.

        Where that `part` is nought cannot be, England's share is taken.
        """
        periods = list(periods)
        known = [year for year in periods if self._both(self.code, part, whole, year)]
        if known and not self._sum(self.code, part, known) and not may_be_none:
            known = []
        everywhere = [year for year in periods if self._both(ENGLAND, part, whole, year)]
        everywhere = everywhere or self._latest_of_england(part, whole)
        if not everywhere:
            raise InputError(f"the library has no {part} and {whole} of England for {periods}")
        rate = self._sum(ENGLAND, part, everywhere) / self._sum(ENGLAND, whole, everywhere)
        if not known:
            self.national.append(what)
            return Estimate(rate, f"{MISSING}; {self._told(ENGLAND, part, everywhere)}")
        cases = self._sum(self.code, whole, known)
        value = (self._sum(self.code, part, known) + PRIOR_CASES * rate) / (cases + PRIOR_CASES)
        told = self._told(self.code, part, known)
        return Estimate(value, f"{told} ({cases:.0f} cases), with {PRIOR_CASES} of England's added")

    def _latest_of_england(self, part: str, whole: str) -> list[int]:
        known = self.library.by_year(ENGLAND, part).keys() & self.library.by_year(ENGLAND, whole).keys()
        return [max(known)] if known else []

    def _both(self, code: str, part: str, whole: str, year: int) -> bool:
        counts = self.library.value(code, part, year), self.library.value(code, whole, year)
        return None not in counts and bool(counts[1])

    def _sum(self, code: str, series: str, years: list[int]) -> float:
        return sum(self.library.value(code, series, year) or 0.0 for year in years)

    def _told(self, code: str, series: str, years: list[int]) -> str:
        found = self.library.figure(code, series, years[-1])
        when = f"{years[0]}-{years[-1]}" if len(years) > 1 else str(years[0])
        return f"{found.source if found else series}, {self.library.name(code)} {when}"


def last_january(library: Library, code: str) -> int:
    """The latest January for which the authority's plans are published."""
    known = library.by_year(code, "plans")
    if not known:
        raise InputError(f"{library.name(code)}: no plans are published for it in the library")
    return max(known)
