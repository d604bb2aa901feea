"""Numbers with a source and a range, and the parameter draws taken from them.

Anywhere a value may stand, `{value, low, high, source, quality}` may stand instead. The model sees
only the value; `low` and `high` make it an uncertain parameter, drawn from the triangular
distribution by a key of its own, so that a draw is the same whatever else the config holds. In a
change and a cost a date or a length of time may be uncertain too: it is drawn in days, to the day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

from sim import luck
from sim.config.faults import Fault, Key, Path, Place, dotted, nearest, shown
from sim.config.fields import kind_at
from sim.config.tables import put, scale_to_one, shares_of_one
from sim.config.yaml_nodes import Node
from sim.lengths import LENGTH, RULE, in_days

FORM = ("value", "low", "high", "source", "quality")
FIXED = (
    ("run",),
    ("schema_version",),
    ("calibration",),
    ("posterior",),
    ("paper",),
    ("opening", "plans", "by_age"),
    ("opening", "plans", "by_need"),
    ("opening", "plans", "by_setting"),
)
"""Counts and labels that are known, not uncertain."""


MOVABLE = {"interventions": ("changes", "displaces", "cost"), "scenarios": ("changes",)}
"""Lists whose entries may have uncertain dates and lengths of time."""
DATES = ("from", "until", "repaid_on")
LENGTHS = ("ramp", "slip", "decay")
Form = Literal["number", "date", "length"]
End = Literal["value", "low", "high"]
RULES = {
    "number": "must be a number",
    "date": "must be a date such as 2022-04-01",
    "length": RULE,
}


@dataclass(frozen=True)
class Range:
    """An uncertain number: its central value, its bounds and where they come from.

    A date is the number of its day (`date.toordinal`) and a length of time its number of days;
    `texts` holds what the config says of a length: its value, low and high.
    """

    value: float
    low: float
    high: float
    source: str = ""
    quality: str = ""
    form: Form = "number"
    texts: tuple[str, ...] = ()

    def at(self, end: End) -> float | date | str:
        """The central value or a bound, as the config writes it."""
        if self.form == "length":
            return self.texts[("value", "low", "high").index(end)]
        return self.written(getattr(self, end))

    def written(self, number: float) -> float | date | str:
        """What a config would hold for a number of this range."""
        if self.form == "date":
            return date.fromordinal(round(number))
        return f"{round(number)} days" if self.form == "length" else number


@dataclass
class Plain:
    """A config as plain values, with the place of each path and the ranges that were set aside."""

    data: Any = None
    places: dict[Path, Place] = field(default_factory=dict)
    key_places: dict[Path, Place] = field(default_factory=dict)
    ranges: dict[Path, Range] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    """Config files, the uppermost layer first."""

    def overrides(self, path: Path, section: Path) -> bool:
        """Is what stands at `path` written in a layer over the one that holds `section`?"""
        here, there = self.place(path).file, self.place(section).file
        if here == there or there not in self.files:
            return False
        return here not in self.files or self.files.index(here) < self.files.index(there)

    def place(self, path: Path) -> Place:
        """Where a value stands, or the nearest thing around it that is in the file."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places[path]

    def key_place(self, path: Path) -> Place:
        return self.key_places.get(path) or self.place(path)


def is_sourced(entries: Mapping[Any, Any]) -> bool:
    """Does this map stand for its `value`?"""
    return "value" in entries and all(key in FORM for key in entries)


def plain(root: Node) -> Plain:
    """Replace every sourced form by its value, keeping places, ranges and faults beside it."""
    result = Plain()
    result.data = _plain(root, (), result)
    return result


def _plain(node: Node, path: Path, result: Plain) -> Any:
    result.places[path] = node.place
    result.key_places.setdefault(path, node.key_place)
    value = node.value
    if isinstance(value, list):
        return [_plain(item, (*path, position), result) for position, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    if _looks_sourced(value):
        _sourced(value, path, result)
        return _plain(value["value"], path, result)
    _refuse_range_without_value(value, path, result)
    return {key: _plain(child, (*path, key), result) for key, child in value.items()}


def _looks_sourced(entries: dict[Any, Node]) -> bool:
    """Also true for a sourced form with a misspelt key, which is then reported as such."""
    if is_sourced(entries):
        return True
    another = "path" in entries or "measure" in entries  # a change, or a published figure
    return "value" in entries and not another and any(key in FORM[1:] for key in entries)


def _sourced(entries: dict[Any, Node], path: Path, result: Plain) -> None:
    def fault(key: Key, message: str) -> None:
        node = entries[key]
        place = node.place if key in FORM else node.key_place
        result.faults.append(Fault.at(place, (*path, key), message))

    for key in entries:
        if key not in FORM:
            fault(key, f"unknown key{nearest(key, FORM)}")
    for key in ("source", "quality"):
        if key in entries and not isinstance(entries[key].value, str):
            fault(key, f"{shown(entries[key].value)}, must be text")
    bounds = [key for key in ("low", "high") if key in entries]
    if not bounds or not is_sourced(entries):
        return
    if len(bounds) == 1:
        fault(bounds[0], "low and high go together, give both or neither")
        return
    _range(entries, path, result, fault)


def _range(entries: dict[Any, Node], path: Path, result: Plain, fault: Any) -> None:
    told = {key: entries[key].value for key in ("value", "low", "high")}
    if isinstance(told["value"], (dict, list)):
        fault("low", "low and high go with a single number, give each number its own")
        return
    form = _form_at(path, told["value"])
    wrong = [key for key, value in told.items() if not _has_form(value, form)]
    for key in wrong:
        fault(key, f"{shown(told[key])}, {RULES[form]}")
    if wrong:
        return
    value, low, high = (_number(each, form) for each in told.values())
    if any(path[: len(fixed)] == fixed for fixed in FIXED) or (form != "number" and not _movable(path)):
        what = "date" if form == "date" else "number"
        fault("low", f"this {what} is the same in every draw, remove low and high")
    elif not low <= value <= high:
        key = "low" if low > value else "high"
        message = f"must be low <= value <= high, and value is {shown(told['value'])}"
        fault(key, f"{shown(told[key])}, {message}")
    else:
        words = {key: entries[key].value for key in ("source", "quality") if key in entries}
        texts = tuple(told.values()) if form == "length" else ()
        result.ranges[path] = Range(value, low, high, **words, form=form, texts=texts)
        for key in ("low", "high"):
            result.places[*path, key] = entries[key].place


def _form_at(path: Path, value: Any) -> Form:
    """What a range at a path must be of: by its key in a change or a cost, elsewhere by its value."""
    key = _movable(path)
    if key in LENGTHS:
        return "length"
    return "date" if isinstance(value, date) or key in DATES else "number"


def _movable(path: Path) -> str:
    """The key of a date or a length of time of an intervention, a change or a cost; nothing elsewhere."""
    if len(path) == 4 and path[::2] == ("scenarios", "set"):  # an intervention's, by its dotted path
        path = tuple(str(path[3]).split("."))
    if len(path) == 3:
        return "slip" if path[::2] == ("interventions", "slip") else ""
    listed = len(path) == 5 and path[2] in MOVABLE.get(str(path[0]), ())
    return str(path[4]) if listed and path[4] in (*DATES, *LENGTHS) else ""


def _has_form(value: Any, form: Form) -> bool:
    if form == "date":
        return isinstance(value, date)
    if form == "length":
        return isinstance(value, str) and LENGTH.fullmatch(value.strip()) is not None
    return _is_number(value)


def _number(value: Any, form: Form) -> float:
    if form == "number":
        return value
    return value.toordinal() if form == "date" else in_days(value)


def _refuse_range_without_value(entries: dict[Any, Node], path: Path, result: Plain) -> None:
    if entries and all(key in FORM for key in entries) and ("low" in entries or "high" in entries):
        place = result.place(path)
        result.faults.append(Fault.at(place, path, "a range without a value, write {value, low, high}"))


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def at_bound(data: Any, ranges: Mapping[Path, Range], bound: End) -> None:
    """Put every uncertain number at its `value`, its `low` or its `high`."""
    for path, spread in ranges.items():
        put(data, path, spread.at(bound))


def drawn(seed: int, path: Path, spread: Range, draw: int) -> float:
    """What one parameter draw gives an uncertain number by itself: from its triangular distribution.

    Scenarios that hold the same number draw the same, so the name of the scenario is no part of its key.
    """
    place = (path[0], *path[2:]) if path[0] == "scenarios" else path
    u = luck.uniform(luck.key_of(seed, "parameter", dotted(place), draw))
    return luck.triangular(u, spread.low, spread.value, spread.high)


def sample(
    data: Any,
    ranges: Mapping[Path, Range],
    seed: int,
    draw: int,
    known: Mapping[Path, Any] = MappingProxyType({}),
) -> None:
    """Put one parameter draw into `data`: what is `known` of it, and each other number by itself."""
    values = {
        path: known[path] if path in known else spread.written(drawn(seed, path, spread, draw))
        for path, spread in ranges.items()
    }
    put_all(data, values)


def put_all(data: Any, values: Mapping[Path, Any]) -> None:
    """Put numbers into `data`. Shares of one whole are scaled to sum to 1 again."""
    for path, number in values.items():
        kind = kind_at(path)
        put(data, path, round(number) if kind and kind.is_whole else number)
    for _, entries in shares_of_one(data):
        if any(path in values for path in entries):
            scale_to_one(data, entries)
