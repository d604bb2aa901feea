"""A quiet authority whose placements are gone through between yearly reviews."""

from __future__ import annotations

from datetime import date
from typing import Any

from histories import History, history
from quiet_authority import quiet_config, quiet_settings, with_plans

TERM = date(2021, 1, 1)


def programme(**terms: Any) -> dict[str, Any]:
    return {"settings": ["mainstream"], "pool": "casework_officer", "hours": 3, "starts_per_week": 2} | terms


def reviewed(plans: int = 6, years: float = 1, **terms: Any) -> dict[str, Any]:
    """A quiet authority in which so many eight-year-olds in mainstream schools are looked at, two a week."""
    config = quiet_config(years=years)
    with_plans(config, {8: plans}, months=(0, 0.1))
    config["case_reviews"] = {"dear": programme(**terms)}
    return config


def cut(fraction: float = 0.25, **terms: Any) -> dict[str, Any]:
    return {"share": 1.0, "fraction": fraction} | terms


def run(config: dict[str, Any]) -> History:
    return history(quiet_settings(config))
