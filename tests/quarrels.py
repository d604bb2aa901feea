"""Disputes for a quiet authority: nobody disputes anything until a test says who does and how it ends."""

from __future__ import annotations

from typing import Any

from quiet_authority import PLENTY
from small_settings import task

from sim.settings import DECISIONS

ACT, MEETING, SETTLED, HEARING = 20, 25, 60, 100
"""Days: until the family acts, to the meeting, to a settlement, to the hearing."""

AGREES = {"share": 1.0, "mediate": 1.0, "agreed": 1.0}
DISAGREES = {"share": 1.0, "mediate": 1.0, "agreed": 0.0}
CONCEDED = {"share": 1.0, "mediate": 0.0, "conceded": 1.0}
GIVES_UP = {"share": 1.0, "mediate": 0.0, "withdrawn": 1.0}
WINS = {"share": 1.0, "mediate": 0.0, "upheld": 1.0}
LOSES = {"share": 1.0, "mediate": 0.0, "upheld": 0.0}


def with_disputes(config: dict[str, Any], **disputed: dict[str, float]) -> None:
    """Families dispute these kinds of decision, with these chances; what is not given is 0."""
    nobody = dict.fromkeys(
        ("share", "mediate", "agreed", "appeal_after_mediation", "withdrawn", "conceded", "upheld"), 0.0
    )
    config["disputes"] = {
        **{kind: nobody | disputed.get(kind, {}) for kind in DECISIONS},
        "rather": {"mainstream": {"special": 1.0}},
        "act": {"days": ACT},
        "mediation": {"days": MEETING},
        "hearing": {"days": HEARING},
        "settled": {"days": SETTLED},
        "mediation_tasks": [task("tribunal_officer", 4)],
        "appeal_tasks": [task("tribunal_officer", 5)],
        "hearing_tasks": [task("tribunal_officer", 6)],
        "mediation_price": 0,
        "appeal_price": 0,
        "hearing_price": 0,
    }
    config["staff_pools"]["tribunal_officer"] = {"fte": PLENTY, "cost_per_fte_year": 45_000}
