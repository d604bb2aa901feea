"""One fitted number with its sample: what leaves a return, and how shares and rates get their intervals."""

from __future__ import annotations

from dataclasses import dataclass, fields

from scipy.stats import binomtest, chi2

CONFIDENCE = 0.95
DIGITS = 4


@dataclass(frozen=True)
class Fitted:
    """A parameter of a group of people: value and interval, of how many people, events and years.

    `members` are the ages, bands, needs or settings that the group puts together.
    """

    parameter: str
    group: str
    value: float
    low: float | None
    high: float | None
    n: int
    events: int | None
    """None where it would show how few people are not among them."""
    unit: str
    method: str
    exposure_years: float | None = None
    members: tuple[str, ...] = ()


COLUMNS = [each.name for each in fields(Fitted) if each.name != "members"]
WILSON = "share, Wilson's interval"
EXACT = "rate, exact Poisson interval"
COUNT = "count"


def share(parameter: str, group: str, events: int, n: int, members: tuple[str, ...] = ()) -> Fitted:
    """A share of people with Wilson's interval."""
    bounds = binomtest(events, n).proportion_ci(CONFIDENCE, "wilson")
    low, high = min(bounds.low, events / n), max(bounds.high, events / n)
    return Fitted(parameter, group, events / n, low, high, n, events, "share", WILSON, None, members)


def rate(
    parameter: str, group: str, events: int, n: int, years: float, members: tuple[str, ...] = ()
) -> Fitted:
    """Events a person-year with the exact interval of a Poisson count."""
    low, high = (bound / years for bound in poisson_interval(events))
    return Fitted(parameter, group, events / years, low, high, n, events, "a year", EXACT, years, members)


def count(parameter: str, group: str, number: int, unit: str, members: tuple[str, ...] = ()) -> Fitted:
    """A count of the return itself: no sample, so no interval."""
    return Fitted(parameter, group, number, None, None, number, number, unit, COUNT, None, members)


def poisson_interval(events: int) -> tuple[float, float]:
    """Garwood's interval for the mean of a count."""
    tail = (1 - CONFIDENCE) / 2
    low = chi2.ppf(tail, 2 * events) / 2 if events else 0.0
    return float(low), float(chi2.ppf(1 - tail, 2 * events + 2) / 2)
