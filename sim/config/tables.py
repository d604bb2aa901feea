"""Plain nested maps and lists, read and changed by path.

A config is handled in this form between the file and the settings. Some of its tables are shares
of one whole: they are listed here, because they must sum to 1 in the file and again after a draw.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from typing import Any

from pydantic import BaseModel

from sim.config.faults import Key, Path
from sim.schedule import Schedule

SHARES_OF_ONE = (
    "authority.districts.+",
    "demand.need_shares.*.+",
    "demand.sources.+.share",
    "placement.new_plans.*.+",
    "placement.after_breakdown.+",
    "opening.plans.months_since_review.+.share",
    "disputes.rather.*.+",
    "settings.*.bands.+.share",
    "short_breaks.bands.+.share",
    "edge_of_care.placements.+.share",
)
"""Tables whose entries (at `+`) must sum to 1, once for each key at `*`."""
TOLERANCE = 1e-6


def copied(data: Any) -> Any:
    """A copy of maps and lists that may be changed freely."""
    if isinstance(data, dict):
        return {key: copied(value) for key, value in data.items()}
    return [copied(value) for value in data] if isinstance(data, list) else data


def put(data: Any, path: Path, value: Any) -> None:
    """Set one value, making the tables on the way to it where they are absent."""
    for key in path[:-1]:
        if isinstance(data, dict) and data.get(key) is None:
            data[key] = {}
        data = data[key]
    data[path[-1]] = value


def member(data: Any, path: Path) -> Any:
    """What stands at a path of settings or of plain data; None where there is nothing."""
    for key in path:
        if isinstance(data, dict):
            data = data.get(key)
        elif isinstance(data, list) and isinstance(key, int) and key < len(data):
            data = data[key]
        else:
            data = getattr(data, str(key), None) if isinstance(data, BaseModel) else None
    return data


def keys_of(container: Any) -> list[Key]:
    if isinstance(container, dict):
        return list(container)
    return list(range(len(container))) if isinstance(container, list) else []


def shares_of_one(data: Any) -> Iterator[tuple[Path, list[Path]]]:
    """Each table of shares that must sum to 1, with the paths of its entries."""
    for pattern in SHARES_OF_ONE:
        before, _, after = pattern.partition("+")
        for table in _each(data, _keys(before)):
            entries = [(*table, key, *_keys(after)) for key in keys_of(member(data, table))]
            if entries:
                yield table, entries


def _each(data: Any, pattern: Path) -> Iterator[Path]:
    if "*" not in pattern:
        yield pattern
        return
    star = pattern.index("*")
    for key in keys_of(member(data, pattern[:star])):
        yield (*pattern[:star], key, *pattern[star + 1 :])


def _keys(text: str) -> Path:
    return tuple(key for key in text.split(".") if key)


def scale_to_one(data: Any, entries: list[Path]) -> None:
    """Scale the shares at these paths so that they sum to 1."""
    shares = [member(data, path) for path in entries]
    total = math.fsum(shares)
    for path, share in zip(entries, shares, strict=True):
        put(data, path, share / total if total > 0 else share)


def more_than_one(path: Path, what: str, shares: list[Schedule]) -> Iterator[tuple[Path, str]]:
    """A fault if parts of one whole come to more than all of it on some day."""
    for day in sorted({day for share in shares for day in share.dates}):
        total = math.fsum(share.at(day) for share in shares)
        if total > 1 + TOLERANCE:
            when = "" if day == date.min else f" from {day}"
            yield path, f"{what} sum to {total:.6g}{when}, must be 1 or less"
            return
