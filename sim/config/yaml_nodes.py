"""Strict YAML: text becomes a tree of plain values that remember their line and column.

We take ruamel.yaml's events and decide ourselves what a bare word means, so nothing is guessed:
`yes` and `5%` stay text, `012` and `.nan` are refused, and so are anchors, aliases, tags and a
key written twice.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from sim.config.faults import Fault, Path, Place, shown

DEEPEST = 40
NULLS = {"~", "null", "Null", "NULL"}
TRUTHS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
LEADING_ZERO = re.compile(r"[-+]?0[0-9_]+")
INTEGER = re.compile(r"[-+]?[0-9]+(_[0-9]+)*")
DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(_[0-9]+)*(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
NOT_FINITE = re.compile(r"[-+]?\.inf|\.nan", re.IGNORECASE)


@dataclass(slots=True)
class Node:
    """A value, a map of nodes or a list of nodes, with where it and its key stand."""

    value: Any
    place: Place
    key_place: Place
    below: Node | None = None
    """What a layer underneath has in the same place, which this one replaces."""


def nested(node: Node) -> Any:
    """The plain maps, lists and values of a tree, sourced forms kept."""
    if isinstance(node.value, dict):
        return {key: nested(child) for key, child in node.value.items()}
    return [nested(child) for child in node.value] if isinstance(node.value, list) else node.value


class _Refused(ValueError):
    """A bare word that must not be guessed at."""


def scalar(text: str) -> Any:
    """The value of an unquoted word by the core rules of YAML 1.2, plus dates as 2022-04-01."""
    if text == "":
        raise _Refused("blank, write a value, or {} for an empty section")
    if text in NULLS:
        return None
    if text in TRUTHS:
        return TRUTHS[text]
    if DATE.fullmatch(text):
        return _date(text)
    if LEADING_ZERO.fullmatch(text):
        raise _Refused(f"{text}, a number must not begin with 0; put a code in quotes")
    if INTEGER.fullmatch(text):
        return _integer(text)
    if DECIMAL.fullmatch(text):
        return _decimal(text)
    if NOT_FINITE.fullmatch(text):
        raise _Refused(f"{text}, must be a finite number")
    return text


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _Refused(f"{text}, there is no such date; write year-month-day as 2022-04-01") from None


def _integer(text: str) -> int:
    if len(text) > 40:
        raise _Refused("a number of more than 40 digits, must be smaller")
    return int(text)


def _decimal(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _Refused(f"{shown(text)}, must be a finite number")
    return number


class _Tree:
    """Builds the nodes of one text; faults are gathered as it goes."""

    def __init__(self, text: str, start: Place) -> None:
        self.start = start
        self.faults: list[Fault] = []
        self.events: Iterator[Any] = iter(YAML(typ="safe", pure=True).parse(text))

    def root(self) -> Node | None:
        root = None
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                if root or event.version:
                    message = "write one YAML document, without %YAML or a second ---"
                    self.fault(self.place(event), (), message)
                    return None
                root = self.node(next(self.events), ())
        return root

    def node(self, event: Any, path: Path, key_place: Place | None = None) -> Node:
        place = self.place(event)
        self.refuse_sharing_and_tags(event, path)
        value: Any = None
        if len(path) > DEEPEST:
            self.fault(place, path[:3], f"nested more than {DEEPEST} deep")
            raise RecursionError
        if isinstance(event, ScalarEvent):
            # A blank begins where the next thing stands, so point at its key.
            place = key_place if key_place and not (event.value or event.style) else place
            value = self.scalar(event, path, place)
        elif isinstance(event, MappingStartEvent):
            value = self.mapping(path)
        elif isinstance(event, SequenceStartEvent):
            value = self.sequence(path)
        return Node(value, place, key_place or place)

    def scalar(self, event: Any, path: Path, place: Place) -> Any:
        if event.style is not None:
            return event.value
        try:
            return scalar(event.value)
        except _Refused as refused:
            self.fault(place, path, str(refused))
            return None

    def mapping(self, path: Path) -> dict[Any, Node]:
        entries: dict[Any, Node] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            key, place = self.node(event, path).value, self.place(event)
            is_key = isinstance(key, (str, int, date)) and not isinstance(key, bool)
            child = self.node(next(self.events), (*path, key) if is_key else path, place)
            if not is_key:
                message = "as a key, must be a name, a whole year or a date"
                self.fault(place, (*path, str(key)), f"{shown(key)} {message}")
            elif key in entries:
                first = entries[key].key_place.line
                self.fault(place, (*path, key), f"written twice, the first is on line {first}; keep one")
            else:
                entries[key] = child
        return entries

    def sequence(self, path: Path) -> list[Node]:
        items: list[Node] = []
        while not isinstance(event := next(self.events), SequenceEndEvent):
            items.append(self.node(event, (*path, len(items))))
        return items

    def refuse_sharing_and_tags(self, event: Any, path: Path) -> None:
        place = self.place(event)
        if isinstance(event, AliasEvent):
            self.fault(place, path, f"*{event.anchor}, aliases are not allowed; write the value again")
        elif event.anchor is not None:
            self.fault(place, path, f"&{event.anchor}, anchors are not allowed; remove it")
        elif event.ctag is not None:
            self.fault(place, path, f"{shown(str(event.tag))}, tags are not allowed; remove it")

    def place(self, event: Any) -> Place:
        mark = event.start_mark
        line, column = self.start.line + mark.line, mark.column + 1
        return Place(self.start.file, line, column + (self.start.column - 1 if mark.line == 0 else 0))

    def fault(self, place: Place, path: Path, message: str) -> None:
        self.faults.append(Fault.at(place, path, message))


def parse(text: str, start: Place) -> tuple[Node | None, list[Fault]]:
    """The tree of a text whose first character stands at `start`, and the faults met on the way.

    The tree is None when the text is not YAML at all.
    """
    tree = _Tree(text, start)
    try:
        return tree.root(), tree.faults
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(start.file, start.line + mark.line, mark.column + 1) if mark else start
        return None, [*tree.faults, Fault.at(place, "", _syntax(error))]
    except YAMLError:
        return None, [Fault.at(start, "", "holds characters that are not text; save it as plain UTF-8")]
    except RecursionError:
        return None, tree.faults


def _syntax(error: MarkedYAMLError) -> str:
    problem = error.problem or error.context or ""
    if "'\\t'" in problem:
        return "a tab, indent with spaces"
    if "mapping values are not allowed" in problem:
        return "a second ':' on the line, put text that holds ': ' in quotes"
    if "expected <block end>" in problem:
        return "indented differently from the lines above, line it up with its neighbours"
    return f"not YAML here, {problem.replace('<', '').replace('>', '')}"
