"""What a scenario says otherwise of its own interventions: the same option later, longer or weaker.

    scenarios:
      top_ups: {interventions: [top_ups]}
      top_ups_late: {interventions: [top_ups], set: {interventions.top_ups.slip: 7 months}}

Both draw the same uncertain numbers, so what lies between them is the seven months alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.config.faults import Path
from sim.config.fields import NoSuchPath, find
from sim.config.tables import copied, member, put

SECTION = "interventions"


def is_own(path: Any) -> bool:
    """Does this key of a scenario's `set` name a number of an intervention?"""
    return str(path).startswith(f"{SECTION}.")


def own_values(data: Mapping[str, Any], scenario: str) -> dict[str, Any]:
    """What the scenario's `set` says of interventions, by dotted path."""
    settings = member(data, ("scenarios", scenario, "set"))
    entries = settings.items() if isinstance(settings, dict) else ()
    return {str(path): value for path, value in entries if is_own(path)}


def adjusted(data: Mapping[str, Any], scenario: str) -> tuple[Any, dict[Path, Path], dict[Path, str]]:
    """The interventions as the scenario has them, without touching `data`.

    With them, where each number so set is written, and by the place where it is written why one cannot be.
    """
    interventions = copied(data.get(SECTION))
    whole, listed = {**data, SECTION: interventions}, member(data, ("scenarios", scenario, SECTION))
    origins: dict[Path, Path] = {}
    refused: dict[Path, str] = {}
    for path, value in own_values(data, scenario).items():
        origin = ("scenarios", scenario, "set", path)
        try:
            keys = find(path, whole).keys
        except NoSuchPath as unknown:
            refused[origin] = str(unknown)
            continue
        if not isinstance(listed, list) or keys[1] not in listed:
            refused[origin] = f"{path!r}, {keys[1]!r} is none of the scenario's interventions"
            continue
        put(whole, keys, value)
        origins[keys] = origin
    return interventions, origins, refused
