"""What of a return's figures may be written: the definitions with small cells merged or held back.

Each family of figures that add up is protected together, so that nothing held back is a difference of
what is shown. Tables that cross others (new plans by need, leavers by age) are not written: their
shares and rates are in the fitted table, from one set of merged groups.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from experiments.evidence.disclosure import (
    held_back,
    merged_up,
    pooled_counts,
    pooled_within,
    publishable,
    span_label,
)
from experiments.evidence.returns.cases import Return
from experiments.evidence.returns.definitions import (
    BAND_AGES,
    EVERYONE,
    Defined,
    by_group,
    by_series,
    single_ages,
)
from experiments.evidence.returns.families import families
from experiments.evidence.returns.vocabulary import UNKNOWN, Names
from sim.settings import AGE_BANDS, AGES

PUBLISHED, SUPPRESSED = "published", "suppressed"
BANDS = list(AGE_BANDS)


class Released(NamedTuple):
    """One line of `aggregates.csv`; no value where it is held back."""

    series: str
    period: int
    group: str
    value: int | None
    status: str


@dataclass(frozen=True)
class Stock:
    """The plans in force with small cells merged: one table for the aggregates and the config."""

    by_age: list[tuple[list[int], int]]
    """Neighbouring ages and the plans of them together."""
    by_need: dict[str, int]
    by_setting: dict[str, int]
    merged: dict[str, dict[str, str]]
    """By "need" and "setting": which was put into which."""


def stock_of(table: list[Defined], names: Names, threshold: int) -> Stock:
    """The merged margins of the plans in force; empty where there are fewer than the threshold."""
    ages = single_ages(table, "plans")
    pools = pooled_within(ages, BAND_AGES, threshold)
    merged: dict[str, dict[str, str]] = {}
    margins: dict[str, dict[str, int]] = {}
    for kind, parents in (("need", names.need_parents()), ("setting", names.setting_parents())):
        counts = by_group(table, "plans", kind)
        unknown = counts.pop(UNKNOWN, 0)
        counts[parents[UNKNOWN]] = counts.get(parents[UNKNOWN], 0) + unknown
        margins[kind], went = merged_up(counts, parents, threshold)
        went[UNKNOWN] = went.get(parents[UNKNOWN], parents[UNKNOWN])
        merged[kind] = {name: into for name, into in went.items() if name != into}
    by_age = [(pool, sum(ages[age] for age in pool)) for pool in pools]
    return Stock(by_age, margins["need"], margins["setting"], merged)


def release(read: Return, table: list[Defined], stock: Stock, threshold: int) -> list[Released]:
    """The lines of `aggregates.csv`: what may be shown, and what is held back as such."""
    rows = [*_families(read, table, threshold), *_requests_by_age(read, table, threshold)]
    return [*rows, *_stock(read, table, stock, threshold)]


def _families(read: Return, table: list[Defined], threshold: int) -> Iterator[Released]:
    """Figures without groups, a family of sums at a time."""
    for atoms, series in families(read, table, threshold):
        shown = publishable(series, atoms, threshold)
        for name, members in series.items():
            if not name.startswith("("):
                value = sum(atoms.get(atom, 0) for atom in members)
                series_name, _, group = name.partition("|")
                yield _row(series_name, read.year, group or EVERYONE, value, name in shown)


def _row(series: str, period: int, group: str, value: int, shown: bool) -> Released:
    return Released(series, period, group, value if shown else None, PUBLISHED if shown else SUPPRESSED)


def _requests_by_age(read: Return, table: list[Defined], threshold: int) -> Iterator[Released]:
    counts = single_ages(table, "requests")
    pools = pooled_within(counts, BAND_AGES, threshold)
    yield from _by_age(read.year, "requests", counts, pools, threshold)


def _by_age(
    period: int, series: str, counts: list[int], pools: list[list[int]], threshold: int
) -> Iterator[Released]:
    """Pools of ages, and the bands that are whole pools."""
    atoms = {str(age): counts[age] for age in range(AGES)}
    sets = {span_label("age", [str(age) for age in pool]): [str(age) for age in pool] for pool in pools}
    for band, ages in zip(BANDS, BAND_AGES, strict=True):
        sets[f"band={band}"] = [str(age) for age in ages]
    shown = publishable(sets, atoms, threshold)
    for group, members in sets.items():
        value = sum(atoms[age] for age in members)
        if value:
            yield _row(series, period, group, value, group in shown)


def _stock(read: Return, table: list[Defined], stock: Stock, threshold: int) -> Iterator[Released]:
    period, total = read.collection, by_series(table).get("plans", 0)
    yield _row("plans", period, EVERYONE, total, total >= threshold)
    ages = single_ages(table, "plans")
    yield from _by_age(period, "plans", ages, [pool for pool, _ in stock.by_age], threshold)
    for kind, counts in (("need", stock.by_need), ("setting", stock.by_setting)):
        for name, count in counts.items():
            yield _row("plans", period, f"{kind}={name}", count, True)
        yield from _crossed(read, table, kind, stock, threshold)


def _crossed(
    read: Return, table: list[Defined], kind: str, stock: Stock, threshold: int
) -> Iterator[Released]:
    """Plans by need or setting and band, where both margins are shown."""
    bands = pooled_counts([by_group(table, "plans", "band").get(band, 0) for band in BANDS], threshold)
    cells: dict[tuple[str, str], int] = {}
    label = {
        BANDS[place]: span_label("band", [BANDS[each] for each in pool]) for pool in bands for place in pool
    }
    for each in table:
        first, _, second = each.group.partition(",")
        if each.series == "plans" and second and first.startswith(f"{kind}="):
            name = first.removeprefix(f"{kind}=")
            name = stock.merged[kind].get(name, name)
            cell = (f"{kind}={name}", label.get(second.removeprefix("band="), "band=all"))
            cells[cell] = cells.get(cell, 0) + each.value
    hidden = held_back(cells, threshold)
    for (name, band), value in sorted(cells.items()):
        yield _row("plans", read.collection, f"{name},{band}", value, (name, band) not in hidden)
