"""Dated changes, interventions and scenarios."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from sim.lengths import LENGTH, RULE, read_length
from sim.settings.money import Cost
from sim.settings.numbers import FixedShare, Name, Section


def _is_a_length(text: Any) -> str:
    if not isinstance(text, str):
        raise ValueError(RULE)
    read_length(text)
    return text


LengthOfTime = Annotated[
    str,
    BeforeValidator(_is_a_length),
    WithJsonSchema({"type": "string", "pattern": f"^{LENGTH.pattern}$"}),
]


class Change(Section):
    """A change of one number from a date on; times are written `26 weeks`, `10 days`, `7 months`."""

    path: str
    operation: Literal["set", "add", "multiply"]
    value: Any
    start: date | None = Field(None, alias="from")
    until: date | None = None
    ramp: LengthOfTime | None = None
    """How long it takes to arrive in full, in equal weekly steps."""
    slip: LengthOfTime | None = None
    """How much later than `from` it begins; `until` stays where it is."""
    delivered_share: Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)] = 1.0
    """How much of the change is delivered: 0.5 moves the number half of the way."""
    decay: LengthOfTime | None = None
    """Once it has arrived, half of what is left of it is gone after every such time."""


class Intervention(Section):
    """What is done, what it pushes elsewhere and what it costs beyond what the ledger charges anyway."""

    label: str = ""
    changes: list[Change]
    slip: LengthOfTime | None = None
    """How much later all of it begins, on top of each change's own slip. A cost that has a date keeps it."""
    optimism_bias: FixedShare = 0.0
    """Share by which its effects fall short and its own cost runs over (HM Treasury, Green Book)."""
    displaces: list[Change] = []
    """What it pushes elsewhere, such as breakdowns after a cut; not lessened by optimism bias."""
    cost: list[Cost] = []


class Scenario(Section):
    label: str = ""
    interventions: list[Name] = []
    changes: list[Change] = []
    """Dated changes of this scenario alone, after its interventions."""
    set: dict[str, Any] = {}
    """Paths with values, for the whole of the run, after everything else. A number of one of its
    interventions may be among them, such as `interventions.top_ups.slip`: then it is so in this scenario."""
