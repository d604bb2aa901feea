"""Small arithmetic of fitted numbers on their way into a config."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from experiments.evidence.returns.fitted import Fitted
from experiments.evidence.tables.layer import sourced
from sim.schedule import Schedule

DIGITS = 5
LATE_SINCE, LONGEST_SINCE = 15, 20
"""Months since the last review from and to which the longest are put."""


def shortened(classes: Sequence[tuple[tuple[int, ...], dict[str, Any]]]) -> list[tuple[tuple[int, ...], Any]]:
    """Classes of months since the last review with their shares, the longest put together.

    The model gives up a decision a year after the review was due, and catches up on opening reviews
    within three months: of a longer time since, it would give up the decision before it is begun.
    """
    spans: dict[tuple[int, ...], list[dict[str, Any]]] = {}
    for (low, high), share in classes:
        span = (low, high) if high <= LONGEST_SINCE else (min(low, LATE_SINCE), LONGEST_SINCE)
        spans.setdefault(span, []).append(share)
    return [
        (span, parts[0] if len(parts) == 1 else _together(parts)) for span, parts in sorted(spans.items())
    ]


def _together(parts: list[dict[str, Any]]) -> dict[str, Any]:
    return sourced(round(math.fsum(part["value"] for part in parts), DIGITS), parts[0]["source"])


def completed(found: Mapping[str, Any], base: Mapping[str, Any] | None) -> dict[str, Any]:
    """A table of a config with what was fitted, and for the rest what the config below has.

    A config may hold a whole table as one thing, and then a part of it would stand for all.
    """
    whole = {name: as_written(each) for name, each in (base or {}).items()}
    for name, each in found.items():
        inside = whole.get(name)
        whole[name] = {**inside, **each} if isinstance(inside, dict) and "value" not in each else each
    return whole


def as_written(value: Any) -> Any:
    """A setting as a config file has it."""
    if isinstance(value, Schedule):
        return value.values[0] if value.is_constant else dict(zip(value.dates, value.values, strict=True))
    if isinstance(value, BaseModel):
        return {
            name: as_written(getattr(value, name)) for name in type(value).model_fields if name != "source"
        }
    return {name: as_written(each) for name, each in value.items()} if isinstance(value, Mapping) else value


def name_in(row: Fitted, kind: str) -> str:
    """The kind's name in a group such as band=under_5,need=ASD."""
    parts: Mapping[str, str] = dict(part.split("=", 1) for part in row.group.split(",") if "=" in part)
    return parts[kind]


def odds(share: float) -> float:
    return share / (1 - share)


def yearly_share(fitted: Fitted) -> Fitted:
    """A rate a year as the share to whom it happens in a year, as a config has it."""
    low, high = (None if each is None else -math.expm1(-each) for each in (fitted.low, fitted.high))
    return replace(fitted, value=-math.expm1(-fitted.value), low=low, high=high)


def down(value: float) -> float:
    return math.floor(value * 10**DIGITS) / 10**DIGITS


def up(value: float) -> float:
    return math.ceil(value * 10**DIGITS) / 10**DIGITS


def rounded(shares: Mapping[str, float]) -> dict[str, float]:
    """Rounded shares that sum to 1; the largest takes up the difference."""
    values = {name: round(share, DIGITS) for name, share in shares.items()}
    largest = max(values, key=lambda name: values[name])
    rest = math.fsum(value for name, value in values.items() if name != largest)
    return {**values, largest: round(1 - rest, DIGITS)}
