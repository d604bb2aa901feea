"""Contracts with providers: a row for each contract and time.

setting               the config's setting: inmss, ap, specialist_post16, ...
provider              who holds the contract; used to find contracts that are there twice, then dropped
kind                  block (paid whether filled or not) or spot (paid by child)
places                block: the places bought; spot: children expected, the weight of its price; may be
                      blank for a spot contract that is the setting's only one at the time
price_per_place_year  GBP for one place, or one child, for a year
from, until           first and last day; `until` is blank while the contract goes on

Becomes `settings.<setting>.contract`: block_places by date (the sum), block_price_per_place_year and
spot_price_per_child_year by date (means by places). When the last block ends its places are nought from
the next day, as the file says; prices keep their last value.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import fsum
from pathlib import Path
from typing import Any

from experiments.evidence.columns import Column, day, number, one_of, text
from experiments.evidence.faults import DataFault
from experiments.evidence.tables.base import NOT_RESTATED, Base, at_base_prices, in_prices_of
from experiments.evidence.tables.layer import sourced
from experiments.evidence.tables.reading import Imported, Line, known_as, read_table, refuse
from experiments.evidence.tables.school_places import MOST_PLACES, SETTINGS_CALLED, settings_known
from experiments.evidence.tables.spans import (
    FIRST_DAY,
    LAST_DAY,
    Steps,
    by_date,
    ends_before_it_begins,
    in_force,
    plain_or_dated,
    there_twice,
    turns,
)

BLOCK, SPOT = "block", "spot"
PRICE = "price_per_place_year"


def read_contracts(files: Sequence[Path], base: Base | None = None) -> Imported:
    """Contracts by setting, kind and date."""
    table = read_table(files, _columns(base))
    refuse(
        [
            *ends_before_it_begins(table.lines),
            *there_twice(table.lines, _contract, "provider", "the same provider, setting and kind"),
            *_without_places(table.lines),
        ]
    )
    layer, tidy, words, warnings = {}, [], [], [] if base else [NOT_RESTATED]
    for setting in sorted({line["setting"] for line in table.lines}):
        lines = [line for line in table.lines if line["setting"] == setting]
        terms = _terms(lines, base)
        layer[setting] = {"contract": terms}
        tidy += _tidy(setting, lines)
        words.append(_words(setting, lines))
        warnings += _warnings(setting, lines)
    return Imported(table, {"settings": layer}, tidy, words, warnings)


def _columns(base: Base | None) -> list[Column]:
    dates = day(FIRST_DAY, LAST_DAY)
    return [
        Column("setting", known_as(settings_known(base), SETTINGS_CALLED)),
        Column("provider", text(), aliases=("supplier",)),
        Column("kind", one_of((BLOCK, SPOT)), aliases=("type", "block_or_spot")),
        Column("places", number(1, MOST_PLACES, "places", whole=True), may_be_blank=True),
        Column(PRICE, number(100, 1_000_000, "GBP a year"), aliases=("price", "price_per_child_year")),
        Column("from", dates, aliases=("start_date", "from_date")),
        Column("until", dates, may_be_blank=True, aliases=("end_date", "until_date")),
    ]


def _contract(line: Line) -> tuple[str, str, str]:
    return line["setting"], line["kind"], line["provider"].casefold()


def _without_places(lines: Sequence[Line]) -> list[DataFault]:
    """Blank places of a block, or of a spot contract beside others, where its weight is needed."""
    faults = []
    for line in lines:
        if line["places"] is not None:
            continue
        if line["kind"] == BLOCK:
            faults.append(line.fault("places", "blank, must be the number of places bought"))
        elif _has_company(line, lines):
            rule = "blank, must be the children expected, because the setting has another spot contract then"
            faults.append(line.fault("places", rule))
    return faults


def _has_company(line: Line, lines: Sequence[Line]) -> bool:
    others = [each for each in lines if each["setting"] == line["setting"] and each["kind"] == line["kind"]]
    shared = turns(others)
    return any(len(now) > 1 and line in now for now in (in_force(others, first) for first in shared))


def _terms(lines: Sequence[Line], base: Base | None) -> dict[str, Any]:
    """The contract as the config has it. Where nothing is bought in block, no place is, at the spot price."""
    blocks, spots = ([line for line in lines if line["kind"] == kind] for kind in (BLOCK, SPOT))
    source = _source(lines)
    spot, block = _prices(spots, base), _prices(blocks, base)
    told = f"{source}, means by places {in_prices_of(base)}"
    without = f"{source}: no block contract, so the spot price stands here"
    places: Steps = by_date(blocks, _places) if blocks else {lines[0]["from"]: 0}
    entries = {
        "block_places": sourced(plain_or_dated(places), source),
        f"block_{PRICE}": sourced(plain_or_dated(block or spot), told if blocks else without),
    }
    if spots:
        entries["spot_price_per_child_year"] = sourced(plain_or_dated(spot), told)
    return entries


def _source(lines: Sequence[Line]) -> str:
    return f"contracts with providers ({len({line['provider'].casefold() for line in lines})})"


def _places(lines: Sequence[Line]) -> float:
    return sum(line["places"] for line in lines)


def _prices(lines: Sequence[Line], base: Base | None) -> Steps:
    """Mean price by places from each date, every contract's price taken from its own first day."""

    def mean(now: Sequence[Line]) -> float | None:
        return _mean_price(now, base)

    return by_date(lines, mean)


def _mean_price(lines: Sequence[Line], base: Base | None) -> float | None:
    """Whole pounds; None where there is no contract."""
    if not lines:
        return None
    weights = [line["places"] or 1 for line in lines]  # blank only for a contract that is alone
    pounds = [at_base_prices(line[PRICE], line["from"], base) for line in lines]
    return round(fsum(w * each for w, each in zip(weights, pounds, strict=True)) / fsum(weights))


def _tidy(setting: str, lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Contracts, places and mean price as the file has it, from each date on which something changes."""
    rows = []
    for kind in (BLOCK, SPOT):
        some = [line for line in lines if line["kind"] == kind]
        for first in turns(some):
            now = in_force(some, first)
            known = [line["places"] for line in now]
            places = None if None in known else sum(known)
            row = {"setting": setting, "kind": kind, "from": first, "contracts": len(now), "places": places}
            rows.append(row | {PRICE: _mean_price(now, None)})
    return rows


def _words(setting: str, lines: Sequence[Line]) -> str:
    blocks, spots = ([line for line in lines if line["kind"] == kind] for kind in (BLOCK, SPOT))
    places = ", ".join(f"{total:g} from {first}" for first, total in by_date(blocks, _places).items())
    return f"{setting}: block places {places or 'none'}; spot contracts {len(spots)}"


def _warnings(setting: str, lines: Sequence[Line]) -> list[str]:
    """What ends, as far as the file knows."""
    told = []
    for kind, rule in ((BLOCK, "no block places"), (SPOT, "the last spot price is kept")):
        some = [line for line in lines if line["kind"] == kind]
        last: date | None = max((line["until"] for line in some if line["until"]), default=None)
        if some and all(line["until"] for line in some):
            told.append(f"{setting}: every {kind} contract ends by {last}; {rule} after it")
    return told
