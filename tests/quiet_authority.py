"""An authority in which nothing happens by itself, and staff for everything: a test adds what it is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from small_settings import by_band, small_config

from sim.settings import AGES, Settings

PLENTY = 300.0


def quiet_config(start: date = date(2020, 9, 1), years: float = 2) -> dict[str, Any]:
    """No requests, no plans, nobody leaves, no placement breaks down, reviews change nothing."""
    config = small_config()
    config["run"] |= {"start": start, "years": years}
    config["demand"] |= {"requests_per_1000": [0] * AGES}
    config["decisions"] |= dict.fromkeys(
        ("refuse_to_assess", "refuse_to_issue", "withdraw_per_year", "exception", "outside_timeliness"), 0.0
    )
    for pool in config["staff_pools"].values():
        pool["fte"] = PLENTY
    for panel in config["panels"].values():
        panel |= {"cases": 1000, "paper_days": 0, "term_time_only": False}
    config["settings"]["special"] |= {"places": None, "over_number": 0.0}
    config["placement"] |= {"secondary": {}, "at_review": {}, "breakdown_per_year": {}}
    config["placement"]["new_plans"] = by_band({"mainstream": 1.0})
    config["reviews"] |= {"held": 1.0, "outcomes": by_band({"amend": 0.0, "cease": 0.0})}
    config["leaving"] = {
        "at_31_august": [0] * AGES,
        "transferred_out_per_year": 0.0,
        "needs_met_per_year": 0.0,
        "died_per_year": 0.0,
    }
    config["opening"]["cases"] = []
    with_plans(config, {})
    return config


def with_requests(config: dict[str, Any], a_year: float) -> None:
    """So many requests a year, of children aged 5 to 14."""
    config["demand"]["requests_per_1000"] = [0] * 5 + [a_year / 10] * 10 + [0] * 11


def with_plans(
    config: dict[str, Any],
    by_age: dict[int, int],
    setting: str = "mainstream",
    months: Sequence[float] = (0, 6),
) -> None:
    """Plans in force at the start: how many by age, all in one setting, last reviewed so long ago."""
    count = sum(by_age.values())
    config["opening"]["plans"] = {
        "by_age": [by_age.get(age, 0) for age in range(AGES)],
        "by_need": {"ASD": count, "SEMH": 0},
        "by_setting": {setting: count},
        "months_since_review": [{"months": list(months), "share": 1.0}],
    }


def quiet_settings(config: dict[str, Any]) -> Settings:
    return Settings.model_validate(config)
