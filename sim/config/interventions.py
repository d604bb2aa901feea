"""What a scenario changes: its interventions, its own changes and its `set`, in one order.

All `set` changes of its interventions come first, then all that multiply, then all that add; within
these, interventions come by name and changes as they are listed. So the order in which a scenario lists
its interventions means nothing. The scenario's own `changes` come after them, and its `set` last; only
what `set` says of the interventions themselves comes before all changes (`own_interventions.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import ValidationError

from sim.config.changes import UNCHANGEABLE, Refused, apply
from sim.config.faults import Key, Path
from sim.config.own_interventions import adjusted, is_own
from sim.config.tables import keys_of, member
from sim.lengths import LENGTH, later, months_after
from sim.settings import Change

ORDER = ("set", "multiply", "add")


@dataclass(frozen=True)
class Problem:
    """A change that cannot be made, and the path in the config of what is wrong with it."""

    path: Path
    message: str


@dataclass(frozen=True)
class Listed:
    """A change with the path where it is written, and what its intervention says of all its changes."""

    origin: Path
    change: Change
    slip: str | None = None
    bias: float = 0.0

    @property
    def first_day(self) -> date | None:
        """The day it begins, both slips counted; None if it holds for the whole of the run."""
        start = self.change.start
        return start and later(start, self.change.slip, self.slip)

    def apply(self, data: dict[str, Any], rounding: bool = False) -> Path | Problem:
        """Make the change in plain data: the keys of what it changed, or why it cannot be made."""
        change = self.change
        if self.slip is not None and change.start is None:
            path = (*self.origin[:2], "slip")
            return Problem(path, f"{self.slip!r}, {change.path!r} has no date to start from; give it one")
        if self.slip is not None:
            change = change.model_copy(update={"start": self.first_day, "slip": None})
        try:
            return apply(data, change, rounding, self.bias).keys
        except Refused as refused:
            part = () if self.origin[0] == "scenarios" and self.origin[2] == "set" else (refused.key,)
            return Problem((*self.origin, *part), str(refused))


def apply_scenario(
    data: dict[str, Any], name: str, rounding: bool = False
) -> tuple[dict[Path, Path], list[Problem]]:
    """Make the changes of a scenario in `data`.

    Gives back where each changed setting's last change is written, and the changes that were refused.
    """
    interventions, origins, refused = adjusted(data, name)
    if interventions is not None:
        data["interventions"] = interventions
    problems = [Problem(path, message) for path, message in refused.items()]
    for each in list_changes(data, name):
        done = each.apply(data, rounding)
        if isinstance(done, Problem):
            problems.append(done)
        else:
            origins[done] = each.origin
    return origins, problems


def apply_intervention(data: dict[str, Any], name: str) -> list[Problem]:
    """Make the changes of one intervention in `data`; gives back those that were refused."""
    done = [each.apply(data) for each in _in_order(_of_intervention(data, name))]
    return [each for each in done if isinstance(each, Problem)]


def list_changes(data: Mapping[str, Any], name: str) -> list[Listed]:
    """The well-formed changes of a scenario in the order in which they are made."""
    data = {**data, "interventions": adjusted(data, name)[0]}
    named = member(data, ("scenarios", name, "interventions"))
    known = sorted({each for each in named if isinstance(each, str)} if isinstance(named, list) else ())
    together = [each for intervention in known for each in _of_intervention(data, intervention)]
    own = [Listed(*each) for each in _changes_at(data, ("scenarios", name, "changes"))]
    settings = member(data, ("scenarios", name, "set"))
    for path, value in settings.items() if isinstance(settings, dict) else []:
        if is_own(path):
            continue
        change = Change.model_construct(path=str(path), operation="set", value=value)
        own.append(Listed(("scenarios", name, "set", path), change))
    return [*_in_order(together), *own]


def _in_order(changes: list[Listed]) -> list[Listed]:
    return sorted(changes, key=lambda each: ORDER.index(each.change.operation))


def _of_intervention(data: Mapping[str, Any], name: Key) -> list[Listed]:
    """The changes of an intervention as it lists them, and after them what it displaces."""
    slip, bias = (member(data, ("interventions", name, key)) for key in ("slip", "optimism_bias"))
    slip = slip if isinstance(slip, str) and LENGTH.fullmatch(slip.strip()) else None
    bias = bias if isinstance(bias, (int, float)) and 0 <= bias <= 1 else 0.0
    changes = [Listed(*each, slip, bias) for each in _changes_at(data, ("interventions", name, "changes"))]
    displaced = _changes_at(data, ("interventions", name, "displaces"))
    return [*changes, *(Listed(*each, slip) for each in displaced)]


def _changes_at(data: Mapping[str, Any], path: Path) -> Iterator[tuple[Path, Change]]:
    """The well-formed changes of a list; the others are reported with the config."""
    changes = member(data, path)
    for position, raw in enumerate(changes if isinstance(changes, list) else []):
        try:
            yield (*path, position), Change.model_validate(raw)
        except ValidationError:
            continue


def idle_changes(data: Mapping[str, Any], first: date, after: date) -> list[Problem]:
    """Changes that do nothing, because they begin after the run or end before it, or before they begin."""
    told = [problem for each in _all_changes(data) for problem in _idle(each, first, after)]
    return list(dict.fromkeys(told))


def _all_changes(data: Mapping[str, Any]) -> Iterator[Listed]:
    """Those of every intervention, used or not, and those of every scenario."""
    for name in keys_of(member(data, ("interventions",))):
        yield from _of_intervention(data, name)
    for name in keys_of(member(data, ("scenarios",))):
        yield from list_changes(data, str(name))


def _idle(each: Listed, first: date, after: date) -> Iterator[Problem]:
    begins, until = each.first_day, each.change.until
    slipped = f" ({each.change.start} and its slip)" if begins != each.change.start else ""
    if begins and begins >= after:
        message = f"{begins}{slipped}, after the end of the run, so it does nothing"
        yield Problem((*each.origin, "from"), message)
    elif until and until <= first:
        yield Problem((*each.origin, "until"), f"{until}, before the run begins, so it does nothing")
    elif begins and until and until <= begins:
        message = f"{until}, not after it begins, {begins}{slipped}, so it does nothing"
        yield Problem((*each.origin, "until"), message)


def rival_changes(data: Mapping[str, Any]) -> Iterator[Problem]:
    """Pairs of interventions of one scenario that set one number to different values at the same time."""
    for scenario in keys_of(member(data, ("scenarios",))):
        listed = [each for each in list_changes(data, str(scenario)) if each.origin[0] == "interventions"]
        setting = [each for each in listed if each.change.operation == "set"]
        for place, last in enumerate(setting):
            for other in setting[:place]:
                if _are_rivals(other, last):
                    names = f"{other.origin[1]!r} sets it too, and {last.origin[1]!r} comes after it by name"
                    message = f"{last.change.path!r}, in scenario {scenario} {names}, so it wins"
                    yield Problem((*last.origin, "path"), message)


def _are_rivals(one: Listed, other: Listed) -> bool:
    if one.origin[1] == other.origin[1] or one.change.path != other.change.path:
        return False
    begins = max(one.first_day or date.min, other.first_day or date.min)
    ends = min(one.change.until or date.max, other.change.until or date.max)
    return begins < ends and one.change.value != other.change.value


__all__ = [
    "UNCHANGEABLE",
    "Listed",
    "Problem",
    "Refused",
    "apply",
    "apply_intervention",
    "apply_scenario",
    "idle_changes",
    "list_changes",
    "months_after",
    "rival_changes",
]
