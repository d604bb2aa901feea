"""Dated changes to settings: what an intervention, a scenario's `set` and a sweep all are.

A change names a number by its dotted path and sets it, adds to it or multiplies it, from a date,
until a date, at once or by a ramp. The engine never hears of it: it only sees a number that
changes on dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import NoneType
from typing import Any

from pydantic import ValidationError

from sim.config.faults import Key, Path, shown
from sim.config.fields import ABSENT, Address, NoSuchPath, find
from sim.config.tables import member, put
from sim.schedule import Schedule
from sim.settings import Change

UNCHANGEABLE = (
    "run",
    "name",
    "schema_version",
    "extends",
    "calibration",
    "posterior",
    "paper",
    "interventions",
    "scenarios",
)
RAMP = re.compile(r"(\d{1,4}) (day|week|month)s?", re.ASCII)


class Refused(ValueError):
    """A change that cannot be made; `key` is the part of the change that is wrong."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


@dataclass(frozen=True)
class Problem:
    """A change that cannot be made, and the path in the config of what is wrong with it."""

    path: Path
    message: str


def apply_scenario(
    data: dict[str, Any], name: str, rounding: bool = False
) -> tuple[dict[Path, Path], list[Problem]]:
    """Make the changes of a scenario in `data`: its interventions in the order listed, then `set`.

    Gives back where each changed setting's change is written, and the changes that were refused.
    """
    scenario = member(data, ("scenarios", name))
    origins: dict[Path, Path] = {}
    problems: list[Problem] = []
    for origin, change in _changes(data, name, scenario):
        try:
            address = apply(data, change, rounding)
            origins[address.keys] = origin
        except Refused as refused:
            problems.append(Problem(_culprit(origin, refused.key), str(refused)))
    return origins, problems


def apply_intervention(data: dict[str, Any], name: str) -> list[Problem]:
    """Make the changes of one intervention in `data`; gives back those that were refused."""
    problems = []
    for origin, change in _intervention(data, name):
        try:
            apply(data, change)
        except Refused as refused:
            problems.append(Problem(_culprit(origin, refused.key), str(refused)))
    return problems


def _culprit(origin: Path, key: str) -> Path:
    return origin if origin[0] == "scenarios" else (*origin, key)


def _changes(data: dict[str, Any], name: str, scenario: Any) -> Iterator[tuple[Path, Change]]:
    named = member(scenario, ("interventions",))
    for intervention in named if isinstance(named, list) else []:
        yield from _intervention(data, intervention)
    settings = member(scenario, ("set",))
    for path, value in settings.items() if isinstance(settings, dict) else []:
        change = Change.model_construct(path=str(path), operation="set", value=value)
        yield ("scenarios", name, "set", path), change


def _intervention(data: dict[str, Any], name: Key) -> Iterator[tuple[Path, Change]]:
    """The well-formed changes of an intervention; the others are reported with the config."""
    changes = member(data, ("interventions", name, "changes"))
    for position, raw in enumerate(changes if isinstance(changes, list) else []):
        try:
            yield ("interventions", name, "changes", position), Change.model_validate(raw)
        except ValidationError:
            continue


def apply(data: dict[str, Any], change: Change, rounding: bool = False) -> Address:
    """Make one change in plain data. `rounding` makes a drawn value whole where it must be."""
    address = _address(data, change.path)
    around = member(data, address.keys[:-1])
    is_table = isinstance(around, (dict, NoneType)) or (
        isinstance(around, list) and isinstance(address.keys[-1], int)
    )
    if not is_table:
        return address  # A section that is not one: reported with the config.
    now = member(data, address.keys)
    if now is None:
        now = None if address.kind.default is ABSENT else address.kind.default
    if address.kind.is_schedule and _is_number(change.value):
        new = _rescheduled(now, change, address.kind.optional)
    else:
        _refuse_dates(change, address)
        new = _reckoned(now, change)
    if address.kind.is_whole and isinstance(new, float) and (rounding or new.is_integer()):
        new = round(new)
    put(data, address.keys, new)
    return address


def _address(data: dict[str, Any], path: str) -> Address:
    if path.split(".")[0] in UNCHANGEABLE:
        raise Refused("path", f"{path!r}, must be the same in every scenario")
    try:
        return find(path, data)
    except NoSuchPath as unknown:
        raise Refused("path", str(unknown)) from None


def _rescheduled(now: Any, change: Change, optional: bool) -> Any:
    """A number given by dates, after the change. What is not a number is reported with the config."""
    if now is None and optional:
        if change.operation != "set" or change.start or change.until:
            raise Refused("path", f"{change.path!r}, has no number to start from; give it one first")
        return change.value
    schedule = _schedule(now)
    if schedule is None:
        return now
    days = ramp_days(change)
    return schedule.changed(change.operation, change.value, change.start, change.until, days)


def _schedule(now: Any) -> Schedule | None:
    if isinstance(now, Schedule):
        return now
    if _is_number(now):
        return Schedule.constant(now)
    if isinstance(now, dict) and now and all(isinstance(day, date) for day in now):
        return Schedule.from_steps(now) if all(map(_is_number, now.values())) else None
    return None


def _refuse_dates(change: Change, address: Address) -> None:
    dates = {"from": change.start, "until": change.until, "ramp": change.ramp}
    given = next((key for key, value in dates.items() if value is not None), None)
    if given is None:
        return
    if address.kind.is_schedule:
        raise Refused("value", f"{shown(change.value)}, must be a number when the change has dates")
    raise Refused(given, f"{change.path!r} cannot change during a run, remove from, until and ramp")


def _reckoned(now: Any, change: Change) -> Any:
    if change.operation == "set":
        return change.value
    if not _is_number(change.value):
        raise Refused("value", f"{shown(change.value)}, must be a number to {change.operation}")
    if not _is_number(now):
        message = f"{change.path!r} is {shown(now)}, only a number can be {_PAST[change.operation]}"
        raise Refused("path", message)
    return now + change.value if change.operation == "add" else now * change.value


_PAST = {"add": "added to", "multiply": "multiplied"}


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def ramp_days(change: Change) -> int:
    """The length of a ramp written as `26 weeks`, `10 days` or `3 months`."""
    if change.ramp is None:
        return 0
    match = RAMP.fullmatch(change.ramp.strip())
    if match is None:
        raise Refused("ramp", f"{change.ramp!r}, must be a number of days, weeks or months: 26 weeks")
    if change.start is None:
        raise Refused("ramp", f"{change.ramp!r}, a ramp needs a date to start from")
    number, unit = int(match[1]), match[2]
    if unit == "month":
        return (months_after(change.start, number) - change.start).days
    return number * {"day": 1, "week": 7}[unit]


def months_after(day: date, months: int) -> date:
    """The same day of the month so many months on, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))


def idle_changes(data: Mapping[str, Any], first: date, after: date) -> Iterator[Problem]:
    """Changes that do nothing, because they begin after the run or end before it."""
    for name in member(data, ("interventions",)) or {}:
        for origin, change in _intervention(dict(data), name):
            if change.start and change.start >= after:
                message = f"{change.start}, after the end of the run, so it does nothing"
                yield Problem((*origin, "from"), message)
            elif change.until and change.until <= first:
                message = f"{change.until}, before the run begins, so it does nothing"
                yield Problem((*origin, "until"), message)
