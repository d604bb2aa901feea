"""Kinds of numbers a config may hold, with the range each must keep, and what every section shares."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler
from pydantic_core import core_schema

from sim.schedule import Schedule

SCHEMA_VERSION = 1
AGES = 26
"""Single years of age 0 to 25 on the 31 August before the academic year (SEN2's convention)."""


class _MayHaveDates:
    """Annotation for a value that may change on dates: it is read into a `Schedule`."""

    what = "value"

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> Any:
        return core_schema.no_info_plain_validator_function(self._read)

    def __get_pydantic_json_schema__(self, _schema: Any, _handler: Any) -> dict[str, Any]:
        one = self._json_schema_of_one()
        by_date = {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": False,
            "patternProperties": {r"^\d{4}-\d{2}-\d{2}$": one},
        }
        return {"anyOf": [one, by_date]}

    def _read(self, raw: Any) -> Schedule:
        for _, rule in self.faults(raw):
            raise ValueError(rule)
        if isinstance(raw, Schedule):
            return raw
        return Schedule.from_steps(raw) if isinstance(raw, dict) else Schedule.constant(raw)

    def faults(self, raw: Any) -> Iterator[tuple[Any, str]]:
        """What is wrong with a value or with dates → values: (the date or None, the rule)."""
        if isinstance(raw, Schedule):
            raw = dict(zip(raw.dates, raw.values, strict=True))
        entries = raw if isinstance(raw, dict) else {None: raw}
        if not entries:
            yield None, f"must be a {self.what}, or dates with {self.what}s; this is empty"
        for day, value in entries.items():
            if day is not None and not isinstance(day, date):
                yield day, "must be a date such as 2022-04-01"
            elif rule := self.rule_broken_by(value):
                yield day, rule


@dataclass(frozen=True)
class Dated(_MayHaveDates):
    """Annotation for a number that may change on dates, with the range each value must keep."""

    low: float = -math.inf
    high: float = math.inf
    what = "number"

    def _json_schema_of_one(self) -> dict[str, Any]:
        number: dict[str, Any] = {"type": "number"}
        if math.isfinite(self.low):
            number["minimum"] = self.low
        if math.isfinite(self.high):
            number["maximum"] = self.high
        return number

    def rule_broken_by(self, value: Any) -> str:
        """What a value must be and is not; nothing if it is right."""
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            return "must be a number"
        return "" if self.low <= value <= self.high else f"must be {self._rule()}"

    def _rule(self) -> str:
        if math.isinf(self.high):
            return f"{self.low:g} or more"
        return f"between {self.low:g} and {self.high:g}"


@dataclass(frozen=True)
class DatedWord(_MayHaveDates):
    """Annotation for one of some words, which may change on dates."""

    words: tuple[str, ...]
    what = "word"

    def _json_schema_of_one(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.words)}

    def rule_broken_by(self, value: Any) -> str:
        """Which words there are, if a value is none of them."""
        return "" if value in self.words else f"must be one of: {', '.join(self.words)}"


Share = Annotated[Schedule, Dated(0, 1)]
Amount = Annotated[Schedule, Dated(0)]
Multiplier = Annotated[Schedule, Dated(0, 100)]
Rate = Annotated[Schedule, Dated(-1, 10)]
Discount = Annotated[Schedule, Dated(-0.5, 10)]
Balance = Annotated[float, Field(ge=-1e11, le=1e11, allow_inf_nan=False)]
Budget = Annotated[Schedule, Dated(0, 100_000_000_000)]
Pounds = Annotated[Schedule, Dated(-100_000_000_000, 100_000_000_000)]
FixedShare = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
FixedAmount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Variation = Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)]
Hours = Annotated[Schedule, Dated(0, 10_000)]
Price = Annotated[Schedule, Dated(0, 100_000_000)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
Fund = Literal["dsg", "general_fund", "nhs", "reserve"]
"""`reserve` is money set aside, such as a transformation fund."""
AgeBand = Literal["under_5", "5_to_10", "11_to_15", "16_to_19", "20_to_25"]
AGE_BANDS: dict[str, tuple[int, int]] = {
    "under_5": (0, 4),
    "5_to_10": (5, 10),
    "11_to_15": (11, 15),
    "16_to_19": (16, 19),
    "20_to_25": (20, 25),
}


BAND_OF_AGE = [band for band, (low, high) in AGE_BANDS.items() for _ in range(low, high + 1)]


def age_band(age: int) -> str:
    """SEN2's five age bands."""
    return BAND_OF_AGE[age]


class Section(BaseModel):
    """A part of the config. `source` says where the numbers of the whole section come from."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, arbitrary_types_allowed=True)
    source: str = ""
