"""Numbers of a config that say which printed figure of a council paper they are.

A source with the words `figure NAME` stands for what the paper prints: a number beside it must be that
figure, in pounds where the paper prints thousands or millions, as a share where it prints per cent (or
as what the share leaves or comes to: 0.9 or 1.1 for 10 per cent). Figures may be reckoned with:
`figure block_places_after - figure block_places_before`, `figure price x 52`, `figure contract_value / 4`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from sim.config.faults import Fault, Path, nearest, shown
from sim.config.yaml_nodes import Node
from sim.settings import Figure, Paper

_NAME = r"figure ([A-Za-z][A-Za-z0-9_]*)"
_TERM = rf"(?:{_NAME.replace('(', '(?:')}|\d[\d,]*(?:\.\d+)?)"
_OPERATION = r" ([-+x*/]) "
EXPRESSION = re.compile(rf"(?:{_TERM} [-+x*/] )*{_NAME.replace('(', '(?:')}(?: [-+x*/] {_TERM})*", re.ASCII)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_IN_TEXT = re.compile(r"(?:Year |1:)?(\d+(?:\.\d+)?)", re.ASCII)
_LENGTH = re.compile(r"(\d+(?:\.\d+)?) (day|week|month|year)s?", re.ASCII)
_UNITS = {"thousand": 1e3, "million": 1e6, "per cent": 0.01}
_ALIKE = 1e-9


class Given(NamedTuple):
    """A number of a config, or the number of a length of time with its word."""

    number: float
    word: str = ""


def number_of(printed: float | date | str) -> float | None:
    """A printed figure as a number: `Year 2` is 2, `1:4` is 4; None for dates and other words."""
    if isinstance(printed, (int, float)) and not isinstance(printed, bool):
        return float(printed)
    match = _IN_TEXT.fullmatch(printed.strip()) if isinstance(printed, str) else None
    return float(match[1]) if match else None


def day_of(printed: float | date | str) -> date | None:
    """A printed figure as a day; a month such as `April 2018` is its first day."""
    if isinstance(printed, date):
        return printed
    month, _, year = str(printed).partition(" ")
    if month not in _MONTHS or not re.fullmatch(r"[12]\d{3}", year, re.ASCII):
        return None
    return date(int(year), _MONTHS.index(month) + 1, 1)


def scale_of(unit: str) -> float:
    """What a printed number is multiplied by to be in pounds, or a share."""
    return next((scale for word, scale in _UNITS.items() if unit.startswith(word)), 1.0)


def figure_faults(root: Node, paper: Paper, file: str) -> Iterator[Fault]:
    """Numbers that are not the figure their source names, and names that are no figure.

    A name is only held to be a slip in the `file` the paper stands in: elsewhere the word is a word.
    """
    for path, node in _sourced(root, ()):
        source = node.value["source"]
        given = list(_given(node))
        for match in EXPRESSION.finditer(source.value):
            names = re.findall(_NAME, match[0])
            unknown = [name for name in names if name not in paper.figures]
            if unknown and source.place.file == file:
                message = f"{unknown[0]!r}, no such figure of the paper{nearest(unknown[0], paper.figures)}"
                yield Fault.at(source.place, (*path, "source"), message)
            elif not unknown and not _is_there(match[0], names, paper.figures, given):
                yield Fault.at(source.place, (*path, "source"), _message(match[0], names, paper, given))


def _sourced(node: Node, path: Path) -> Iterator[tuple[Path, Node]]:
    """Every map with a source that names a figure; the paper itself is left out."""
    if isinstance(node.value, dict):
        source = node.value.get("source")
        if source is not None and isinstance(source.value, str) and "figure " in source.value:
            yield path, node
        for key, child in node.value.items():
            if (*path, key) != ("paper",):
                yield from _sourced(child, (*path, key))
    elif isinstance(node.value, list):
        for position, child in enumerate(node.value):
            yield from _sourced(child, (*path, position))


def _given(node: Node, top: bool = True) -> Iterator[Given | date]:
    """The numbers, lengths of time and days a source covers: what has a source of its own is left out."""
    value = node.value
    if isinstance(value, dict):
        if top or "source" not in value:
            for key, child in value.items():
                if key not in ("source", "quality"):
                    yield from _given(child, False)
    elif isinstance(value, list):
        for child in value:
            yield from _given(child, False)
    elif isinstance(value, date):
        yield value
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield Given(float(value))
    elif isinstance(value, str) and (match := _LENGTH.fullmatch(value.strip())):
        yield Given(float(match[1]), match[2])


def _is_there(
    expression: str, names: list[str], figures: Mapping[str, Figure], given: list[Given | date]
) -> bool:
    first = figures[names[0]]
    day = day_of(first.printed) if expression == f"figure {names[0]}" else None
    if day is not None:
        return day in given
    allowed = list(_allowed(expression, names, figures))
    return any(
        math.isclose(abs(each.number), abs(value), rel_tol=_ALIKE, abs_tol=_ALIKE)
        for each in given
        if isinstance(each, Given) and (not each.word or first.unit.startswith(each.word))
        for value in allowed
    )


def _allowed(expression: str, names: list[str], figures: Mapping[str, Figure]) -> Iterator[float]:
    """What an expression may come to: as printed, and in pounds and shares."""
    for scaled in (False, True):
        numbers = {}
        for name in names:
            number = number_of(figures[name].printed)
            if number is None:
                return
            numbers[name] = number * (scale_of(figures[name].unit) if scaled else 1.0)
        value = _reckoned(expression, numbers)
        yield value
        if scaled and expression == f"figure {names[0]}" and scale_of(figures[names[0]].unit) < 1:
            yield from (1 - value, 1 + value)


def _reckoned(expression: str, numbers: Mapping[str, float]) -> float:
    """The value of an expression; multiplying and dividing come before adding and taking away."""
    parts = re.split(_OPERATION, expression)
    total, product = 0.0, _value(parts[0], numbers)
    for operation, term in zip(parts[1::2], parts[2::2], strict=True):
        value = _value(term, numbers)
        if operation in "x*":
            product *= value
        elif operation == "/":
            product = product / value if value else math.nan
        else:
            total, product = total + product, value if operation == "+" else -value
    return total + product


def _value(term: str, numbers: Mapping[str, float]) -> float:
    return numbers[term[7:]] if term.startswith("figure ") else float(term.replace(",", ""))


def _message(expression: str, names: list[str], paper: Paper, given: list[Any]) -> str:
    printed = " and ".join(
        f"{_printed(paper.figures[name].printed)} {paper.figures[name].unit}".strip()
        for name in dict.fromkeys(names)
    )
    found = ", ".join(_told(each) for each in given[:4]) or "none"
    more = ", ..." if len(given) > 4 else ""
    return f"{expression} is {printed}; the numbers here are {found}{more}"


def _printed(printed: float | date | str) -> str:
    return f"{printed:.12g}" if isinstance(printed, float) else shown(printed)


def _told(each: Given | date) -> str:
    return str(each) if isinstance(each, date) else f"{each.number:.12g} {each.word}".strip()
