"""Paths of a config in plain words: `staff_pools.ep.fte` → Educational psychologists: posts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from experiments.reports.wording import DECISIONS, NEEDS, POOLS, SOURCES, inside_sentence, plain_name

NAMES = {"staff_pools": POOLS, "disputes": DECISIONS, "demand": SOURCES | NEEDS}
"""By section, names of entries in words; needs have theirs everywhere."""
NUMBERS = {
    "fte": "posts",
    "agency_fte": "people from agencies",
    "cost_per_fte_year": "pay of a post for a year",
    "agency_cost_per_day": "price of an agency day",
    "price_per_child_year": "price of a place for a year",
    "place_funding_per_year": "funding of a place for a year",
    "request_rate_multiplier": "multiplier of the request rate",
    "leave_per_year": "share who leave in a year",
    "cv": "coefficient of variation",
}
NAMED = ("staff_pools", "settings", "needs", "advice", "panels", "interventions", "scenarios")
"""Sections whose entries have names of their own, so that the section need not be said."""
Configs = tuple[Mapping[str, Any], ...]


def path_in_words(keys: tuple[Any, ...], *configs: Mapping[str, Any]) -> str:
    """What a path is about; a name that one of the configs gives a label is told by the first label."""
    if not keys:
        return "The config as a whole"
    section, *rest = map(str, keys)
    head = plain_name(section)
    if rest and section in NAMED:
        known = NEEDS | NAMES.get(section, {})
        head, rest = _label(section, rest[0], configs) or plain_name(rest[0], known), rest[1:]
    return f"{head}: {', '.join(_word(section, key, configs) for key in rest)}" if rest else head


def _word(section: str, key: str, configs: Configs) -> str:
    known = NUMBERS | NEEDS | NAMES.get(section, {})
    if key.isdecimal() and int(key) < 1000:
        return f"number {int(key) + 1}"
    return known.get(key) or inside_sentence(_label("settings", key, configs)) or key.replace("_", " ")


def _label(section: str, name: str, configs: Configs) -> str:
    """What a config calls an entry of a section; nothing where none of them says."""
    entries = (config.get(section) for config in configs)
    found = (each.get(name) for each in entries if isinstance(each, Mapping))
    labels = (each.get("label") for each in found if isinstance(each, Mapping))
    return next((label for label in labels if isinstance(label, str) and label), "")
