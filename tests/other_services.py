"""Services beside SEND casework in a county without any, small enough to be worked out by hand.

February 2021 is four weeks of seven days. Prices of a year are chosen so that a day's is round.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from quiet_authority import quiet_config

from sim.event_log import EventLog
from sim.settings import Settings

FEBRUARY = date(2021, 2, 1)
ONE_MONTH = 1 / 12
A_NIGHT_A_WEEK = 365.25 / 7
POUND_A_DAY = 365.25
"""Pounds a year that are a pound a day."""


def short_breaks(**changed: Any) -> dict[str, Any]:
    """Ten children who want a night a week, one home with four beds, one of them kept, run in-house."""
    section = {
        "opening": 10,
        "opening_ages": [5, 5],
        "joining_per_month": 0,
        "bands": {"all": {"share": 1.0, "nights_per_year": A_NIGHT_A_WEEK}},
        "homes": {"lodge": {"beds": 4, "kept_beds": 1, "core_fte": 2}},
        "homes_price_per_year": 1_000 * POUND_A_DAY,
        "in_house": 1,
        "carers": {
            "fte_per_bed": 1.5,
            "rota_weeks": 2,
            "lead_weeks": 1,
            "vacant": 0.2,
            "cost_per_fte_year": 100 * POUND_A_DAY,
            "agency_cost_per_fte_year": 200 * POUND_A_DAY,
        },
        "direct_payments": {"search": {"days": 0}, "nights_per_year": A_NIGHT_A_WEEK, "price_per_night": 150},
        "breakdown": {"price_per_week": 1_400},
    }
    return merged(section, changed)


def edge_of_care(**changed: Any) -> dict[str, Any]:
    """Five young people, one kind of care at 200 a day for two weeks, and a team without people."""
    section = {
        "opening": 5,
        "referrals_per_year": 0,
        "ages": [13, 13],
        "at_risk_weeks": 52,
        "come_into_care": 1.0,
        "placements": {"home": {"share": 1.0, "price_per_week": 1_400, "weeks": 2}},
        "team": {"cases_per_fte": 2, "weeks": 52, "entry_multiplier": 1.0},
    }
    return merged(section, changed)


def other_kinds(placements: dict[str, Any]) -> dict[str, Any]:
    """Kinds of care instead of the one there is."""
    return {"home": {"share": 0.0}, **placements}


def merged(section: dict[str, Any], changed: dict[str, Any]) -> dict[str, Any]:
    """A section with parts of it replaced: what is a map on both sides is merged."""
    found = dict(section)
    for name, value in changed.items():
        before = found.get(name)
        both = isinstance(value, dict) and isinstance(before, dict)
        found[name] = merged(before, value) if both else value
    return found


def county(
    start: date = FEBRUARY, years: float = ONE_MONTH, prices: float = 0.0, **sections: dict[str, Any]
) -> Settings:
    """Nothing but these services; `prices` is what prices rise by each April."""
    config = quiet_config(start, years)
    for pool in config["staff_pools"].values():
        pool["fte"] = 0
    config["prices"]["inflation_per_year"] = prices
    return Settings.model_validate(config | sections)


def tally(log: EventLog, event: str) -> Counter[str]:
    """The sum of an event's values by resource."""
    found: Counter[str] = Counter()
    for _, _, code, value in log.rows().tolist():
        if log.codes[code].event == event:
            found[log.codes[code].resource] += value
    return found


def rows_of(log: EventLog, *events: str) -> list[tuple[int, int, str, str, int]]:
    """Day, child, stage, resource and value of some events' rows, in the order they were written."""
    return [
        (minute // 1440, child, log.codes[code].stage, log.codes[code].resource, value)
        for minute, child, code, value in log.rows().tolist()
        if log.codes[code].event in events
    ]


def lives(log: EventLog, leave_out: tuple[str, ...] = ()) -> dict[int, list[tuple[int, str, str, str, int]]]:
    """What happened to each child: minute, event, stage, resource and value of its rows."""
    found: dict[int, list[tuple[int, str, str, str, int]]] = {}
    for minute, child, code, value in log.rows().tolist():
        what = log.codes[code]
        if child >= 0 and what.event not in leave_out:
            found.setdefault(child, []).append((minute, what.event, what.stage, what.resource, value))
    return found


def cost_of(yearly: list[tuple[str, str, str, str, float]], line: str) -> float:
    """Pounds of a line over the run's calendar years."""
    wanted = ("calendar", "cost", f"line={line}")
    return sum(row[4] for row in yearly if (row[0], row[2], row[3]) == wanted)


def value_of(
    yearly: list[tuple[str, str, str, str, float]], measure: str, group: str = "all"
) -> float | None:
    """A measure in the run's only calendar year."""
    found = [row[4] for row in yearly if (row[0], row[2], row[3]) == ("calendar", measure, group)]
    return found[0] if found else None
