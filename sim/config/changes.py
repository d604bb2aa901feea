"""One dated change, made in the plain data of a config.

A change names a number by its dotted path and sets it, adds to it or multiplies it: from a date that
may slip, until a date, at once or by a ramp, in full or in part, to last or to fade. The engine never
hears of it: it only sees a number that changes on dates.
"""

from __future__ import annotations

from datetime import date, timedelta
from types import NoneType
from typing import Any

from sim.config.faults import shown
from sim.config.fields import ABSENT, Address, NoSuchPath, find
from sim.config.tables import member, put
from sim.lengths import in_months, later
from sim.schedule import Schedule, arrival, moved
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
LAST_YEAR = 2999
"""No change begins later, so that what follows it stays within the calendar."""
_PAST = {"add": "added to", "multiply": "multiplied"}


class Refused(ValueError):
    """A change that cannot be made; `key` is the part of the change that is wrong."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


def apply(data: dict[str, Any], change: Change, rounding: bool = False, bias: float = 0.0) -> Address:
    """Make one change in plain data; Refused if it cannot be made.

    `rounding` makes a drawn value whole where it must be. `bias` is the share by which the effect of a
    number falls short; a word, a switch or a table is changed wholly or not at all.
    """
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
    if address.kind.words and change.operation == "set" and isinstance(change.value, str):
        new = _reworded(now, change)
    elif address.kind.is_schedule and not address.kind.words and _is_number(change.value):
        new = _rescheduled(now, change, address.kind.optional, bias, _end_of_run(data))
    else:
        _refuse_dates(change, address)
        new = _reckoned(now, change, bias)
    partly = bias > 0 or change.delivered_share != 1
    if address.kind.is_whole and isinstance(new, float) and (rounding or partly or new.is_integer()):
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


def _rescheduled(now: Any, change: Change, optional: bool, bias: float, end: date) -> Any:
    """A number given by dates, after the change. What is not a number is reported with the config."""
    first = _first_day(change)
    if now is None and optional:
        if change.operation != "set" or first or change.until or change.delivered_share != 1:
            raise Refused("path", f"{change.path!r}, has no number to start from; give it one first")
        return change.value
    schedule = _schedule(now)
    if schedule is None:
        return now
    ramp = (later(first, change.ramp) - first).days if first and change.ramp else 0
    share = change.delivered_share * (1 - bias)
    there = arrival(first, change.until, ramp, share, _half_life(change), end)
    return schedule.moved(change.operation, change.value, there)


def _first_day(change: Change) -> date | None:
    """The day a change begins, its slip counted; None if it holds for the whole of the run."""
    lengths = {"ramp": change.ramp, "slip": change.slip, "decay": change.decay}
    for key, length in lengths.items():
        if length is not None and change.start is None:
            raise Refused(key, f"{length!r}, a {key} needs a date to start from")
    if change.start is None:
        return None
    if change.start.year > LAST_YEAR:
        raise Refused("from", f"{change.start}, must be no later than {LAST_YEAR}")
    return later(change.start, change.slip)


def _half_life(change: Change) -> float:
    """In months; 0 for a change that does not fade."""
    if change.decay is None:
        return 0.0
    months = in_months(change.decay)
    if months == 0:
        raise Refused("decay", f"{change.decay!r}, must be more than no time at all")
    return months


def _end_of_run(data: Any) -> date:
    """The end of the run or a little after it; a run that is written wrongly is reported with the config."""
    start, years = member(data, ("run", "start")), member(data, ("run", "years"))
    if not isinstance(start, date) or not _is_number(years) or not 0 < years < 100:
        return date.min
    return start + timedelta(days=round(years * 366) + 1) if start.year < LAST_YEAR else date.min


def _reworded(now: Any, change: Change) -> Any:
    """A word given by dates, after the change. Words that are not known are reported with the config."""
    given = {"ramp": change.ramp, "decay": change.decay}
    half = next((key for key, length in given.items() if length is not None), None)
    half = "delivered_share" if half is None and change.delivered_share != 1 else half
    if half:
        raise Refused(half, f"{change.path!r} is a word, which changes at once and wholly; leave {half} out")
    schedule = _schedule(now, of=str)
    if schedule is None:
        return now
    return schedule.changed("set", change.value, _first_day(change), change.until)


def _schedule(now: Any, of: type | tuple[type, ...] = (int, float)) -> Schedule | None:
    """A schedule of numbers, or of words; None for anything else."""

    def fits(value: Any) -> bool:
        return isinstance(value, of) and not isinstance(value, bool)

    if isinstance(now, Schedule):
        return now
    if fits(now):
        return Schedule.constant(now)
    if isinstance(now, dict) and now and all(isinstance(day, date) for day in now):
        return Schedule.from_steps(now) if all(map(fits, now.values())) else None
    return None


def _refuse_dates(change: Change, address: Address) -> None:
    course = {"from": change.start, "until": change.until, "ramp": change.ramp}
    course |= {"slip": change.slip, "decay": change.decay}
    given = next((key for key, value in course.items() if value is not None), None)
    if given is None:
        return
    if address.kind.is_schedule:
        what = f"one of: {', '.join(address.kind.words)}" if address.kind.words else "a number"
        raise Refused("value", f"{shown(change.value)}, must be {what} when the change has dates")
    raise Refused(given, f"{change.path!r} cannot change during a run, remove {', '.join(course)}")


def _reckoned(now: Any, change: Change, bias: float) -> Any:
    """A value that holds for the whole of the run, after the change."""
    numbers = _is_number(now) and _is_number(change.value)
    if change.operation == "set" and not numbers:
        if change.delivered_share != 1:
            message = f"{change.delivered_share:g}, only a number can be set in part: "
            raise Refused("delivered_share", message + f"{change.path!r} is {shown(now)}")
        return change.value
    if not _is_number(change.value):
        raise Refused("value", f"{shown(change.value)}, must be a number to {change.operation}")
    if not numbers:
        message = f"{change.path!r} is {shown(now)}, only a number can be {_PAST[change.operation]}"
        raise Refused("path", message)
    return moved(now, change.operation, change.value, change.delivered_share * (1 - bias))


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
