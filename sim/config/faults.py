"""What is wrong with a config, where it stands, and what to write instead.

Reading never stops at the first mistake: every layer adds `Fault`s, and one `ConfigError` lists
them all, each as `file:line:col: dotted.path: value seen, rule, nearest valid name`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

Key = str | int | date
Path = tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A spot in a file (or in a `--set` option, counted from 1). Line 0 is the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file

    @property
    def brief(self) -> str:
        """`england.yaml:40`, the same wherever the folder lies; an option by its name."""
        if not self.line or self.file.startswith("--"):
            return self.file
        name = re.split(r"[/\\]", self.file)[-1]
        return f"{name}:{self.line}"


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake: its place, the dotted path of the setting and what to do about it."""

    file: str
    line: int
    column: int
    path: str
    message: str

    @classmethod
    def at(cls, place: Place, path: str | Path, message: str) -> Fault:
        text = path if isinstance(path, str) else dotted(path)
        return cls(place.file, place.line, place.column, text, message)

    def __str__(self) -> str:
        where = str(Place(self.file, self.line, self.column))
        return ": ".join(part for part in (where, self.path, self.message) if part)


class ConfigError(Exception):
    """A config that cannot be used. `faults` holds every mistake, in the order of the file."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = distinct(faults)
        super().__init__("\n".join(map(str, self.faults)))

    def __reduce__(self) -> tuple[Any, ...]:
        return ConfigError, (self.faults,)


def distinct(faults: Iterable[Fault]) -> list[Fault]:
    """The first fault of each path and place, so that one slip is told once, sorted by place."""
    first: dict[tuple[Any, ...], Fault] = {}
    for fault in faults:
        unknown = fault.message if not fault.path else ""
        first.setdefault((fault.file, fault.line, fault.column, fault.path, unknown), fault)
    return sorted(first.values(), key=lambda fault: (fault.file, fault.line, fault.column))


def dotted(path: Sequence[Key]) -> str:
    """`("panels", "assess", "cases")` as planners type it: `panels.assess.cases`."""
    return ".".join(str(key) for key in path)


def shown(value: Any) -> str:
    """A value as it is quoted back in a message: short, on one line, without control characters."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return f"a map of {counted(len(value), 'key')}"
    if isinstance(value, (list, tuple)):
        return f"a list of {counted(len(value), 'entry', 'entries')}"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def counted(number: int, one: str, many: str = "") -> str:
    """`1 key`, `2 keys`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def nearest(name: object, known: Iterable[object]) -> str:
    """The end of a message about an unknown name: the closest valid one, or a few valid ones."""
    names = [str(each) for each in known]
    folded = {each.casefold(): each for each in reversed(names)}
    close = get_close_matches(str(name).casefold(), folded, n=1, cutoff=0.6)
    if close:
        return f", did you mean {folded[close[0]]!r}?"
    if not names:
        return ", there are none"
    more = ", ..." if len(names) > 8 else ""
    return f", valid names: {', '.join(names[:8])}{more}"
