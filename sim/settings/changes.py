"""Dated changes, interventions and scenarios."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field

from sim.settings.money import Cost
from sim.settings.numbers import Name, Section


class Change(Section):
    path: str
    operation: Literal["set", "add", "multiply"]
    value: Any
    start: date | None = Field(None, alias="from")
    until: date | None = None
    ramp: str | None = None


class Intervention(Section):
    label: str = ""
    changes: list[Change]
    cost: list[Cost] = []


class Scenario(Section):
    label: str = ""
    interventions: list[Name] = []
    set: dict[str, Any] = {}
