"""How two configs differ, each taken with all that it extends.

A key that one config leaves out counts with its default, so that writing a default down is no
difference. A source counts only where the numbers under it are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.change_wording import cost_in_words, intervention_in_words, scenario_in_words, value_in_words
from experiments.change_wording import in_words as change_in_words
from experiments.path_wording import path_in_words
from experiments.plan import plain_data
from sim.config.faults import counted

if TYPE_CHECKING:
    from sim.config.yaml_nodes import Node

NO_DIFFERENCE = "No difference."
ABOUT = ("source", "quality")
"""What is said of numbers, and is no number itself."""
PARTS = {"changes": change_in_words, "displaces": change_in_words, "cost": cost_in_words}
"""Lists of an intervention, and the words for one entry."""
LONG_LIST = 6
LONGEST_TEXT = 100
Keys = tuple[Any, ...]
Told = dict[str, Any]


@dataclass(frozen=True)
class Pair:
    """What two configs have at one path; None where one has nothing."""

    keys: Keys
    a: Node | None
    b: Node | None


def diff(a: Path, b: Path) -> Told:
    """Every change from config `a` to config `b`, extended files included.

    Each has its path, a `kind` (changed, added, removed or source), both sides with file and line, and
    words. ConfigError where a config has faults.
    """
    from sim.config.documents import read

    first, second = read(a), read(b)
    found = _differences(Pair((), first.root, second.root))
    labels = (second.plain.data, first.plain.data)
    changes = [{"label": path_in_words(keys, *labels), **told} for keys, told in found]
    return {"a": str(a), "b": str(b), "same": not changes, "changes": changes}


def _differences(pair: Pair) -> Iterator[tuple[Keys, Told]]:
    """What differs at a path and below it."""
    names = _names(pair)
    found = [] if names is not None else list(_of_values(pair))
    if _is_scenario(pair.keys) and pair.a and pair.b:
        names = ["label"]
    found += [each for name in names or () for each in _differences(_below(pair, name))]
    yield from found
    if all(told["kind"] == "source" for _, told in found):
        yield from _of_sources(pair)


def _is_scenario(keys: Keys) -> bool:
    return len(keys) == 2 and keys[0] == "scenarios"


def _names(pair: Pair) -> list[Any] | None:
    """The keys to go on with below a path; None where it is told as one thing."""
    a, b = (_table(node, pair.keys) for node in (pair.a, pair.b))
    if a is None or b is None or _wording(pair.keys) in (change_in_words, cost_in_words, scenario_in_words):
        return None
    return [name for name in {**a, **b} if name not in ABOUT]


def _wording(keys: Keys) -> Callable[[Any], str]:
    """The words for what stands at a path."""
    if _is_scenario(keys):
        return scenario_in_words
    if keys[:1] == ("interventions",) and len(keys) in (2, 4):
        return intervention_in_words if len(keys) == 2 else PARTS.get(keys[2], _brief)
    return _brief


def _table(node: Node | None, keys: Keys) -> dict[Any, Node] | None:
    """The entries of a table, by key or by place; None for a value."""
    from sim.config.layers import inside

    if node is None:
        return {} if _may_be_left_out(keys) else None
    entries = inside(node).value
    if isinstance(entries, list):
        holds_tables = any(isinstance(inside(item).value, dict) for item in entries)
        return dict(enumerate(entries)) if holds_tables or (not entries and _may_be_left_out(keys)) else None
    is_table = isinstance(entries, dict) and not any(isinstance(key, date) for key in entries)
    return entries if is_table else None


def _may_be_left_out(keys: Keys) -> bool:
    """Is nothing there the same as a table whose entries all have their defaults?"""
    from sim.config.fields import ABSENT, kind_at

    kind = kind_at(keys)
    if kind is None or kind.default is ABSENT or kind.default is None:
        return False
    return kind.needs_nothing or kind.entries is not None


def _below(pair: Pair, name: Any) -> Pair:
    a, b = ((_table(node, pair.keys) or {}).get(name) for node in (pair.a, pair.b))
    return Pair((*pair.keys, name), a, b)


def _of_values(pair: Pair) -> Iterator[tuple[Keys, Told]]:
    """The difference of two values, if there is one."""
    before, after = _value(pair.a, pair.keys), _value(pair.b, pair.keys)
    if _compared(before, pair.keys) == _compared(after, pair.keys):
        return
    kind = "added" if before is None else "removed" if after is None else "changed"
    wording = _wording(pair.keys)
    words = _list_in_words(before, after) if wording is _brief else ""
    sides = [
        {**_place(node), "value": plain_data(value), "words": "" if value is None else wording(value)}
        for node, value in ((pair.a, before), (pair.b, after))
    ]
    yield pair.keys, _told(pair.keys, kind, *sides, words=words)


def _value(node: Node | None, keys: Keys) -> Any:
    """What stands there with its range and source, less what only repeats a default."""
    from sim.config.fields import kind_at
    from sim.config.origins import default_at
    from sim.config.yaml_nodes import nested

    if node is None:
        return default_at(keys)
    value, kind = nested(node), kind_at(keys)
    if not kind or not kind.section or not isinstance(value, dict):
        return value
    return {key: each for key, each in value.items() if _numbers(each) != default_at((*keys, key))}


def _compared(value: Any, keys: Keys) -> Any:
    """What counts of a value: not a scenario's label, nor the order in which it lists interventions."""
    numbers = _numbers(value)
    if not _is_scenario(keys) or numbers is None:
        return numbers
    names = sorted(numbers.pop("interventions", ()))
    numbers.pop("label", None)
    return {**numbers, "interventions": names}


def _numbers(value: Any) -> Any:
    """A value without what is said of it; a number that never changes counts the same however written."""
    from sim.config.parameters import is_sourced

    if isinstance(value, list):
        return [_numbers(each) for each in value]
    if not isinstance(value, dict):
        return value
    if is_sourced(value):
        spread = [value[key] for key in ("low", "high") if key in value]
        return (_numbers(value["value"]), *spread) if spread else _numbers(value["value"])
    if len(value) == 1 and isinstance(next(iter(value)), date):
        return _numbers(next(iter(value.values())))
    return {key: _numbers(each) for key, each in value.items() if key not in ABOUT}


def _of_sources(pair: Pair) -> Iterator[tuple[Keys, Told]]:
    """Numbers that are the same and come from elsewhere."""
    if pair.a is None or pair.b is None:
        return
    before, after = ({**_place(node), "words": _source(node)} for node in (pair.a, pair.b))
    if before["words"] != after["words"]:
        what = "number" if _table(pair.a, pair.keys) is None else "numbers"
        yield pair.keys, _told(pair.keys, "source", before, after, words=what)


def _source(node: Node) -> str:
    """The source that a table or a number gives for itself."""
    said = node.value.get("source") if isinstance(node.value, dict) else None
    return "" if said is None else str(said.value)


def _place(node: Node | None) -> Told:
    return {"file": node.key_place.file, "line": node.key_place.line} if node else {"file": "", "line": 0}


def _told(keys: Keys, kind: str, before: Told, after: Told, words: str = "") -> Told:
    from sim.config.faults import dotted

    return {"path": dotted(keys), "kind": kind, "before": before, "after": after, "words": words}


def _brief(value: Any) -> str:
    text = value_in_words(value)
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 3]}..."


def _list_in_words(before: Any, after: Any) -> str:
    """Two long lists by what differs first; nothing for anything else."""
    lists = isinstance(before, list) and isinstance(after, list) and len(before) == len(after) > LONG_LIST
    if not lists:
        return ""
    apart = [place for place in range(len(before)) if _numbers(before[place]) != _numbers(after[place])]
    first = apart[0]
    change = f"{value_in_words(before[first])} → {value_in_words(after[first])}"
    return f"{len(apart)} of {len(before)} numbers differ, first number {first + 1}: {change}"


def in_words(told: Told) -> str:
    """The same for a reader, a line a change; small numbers that stand on one line are told on one."""
    if told["same"]:
        return NO_DIFFERENCE
    number, shown = len(told["changes"]), _shown_places(told)
    heading = f"{counted(number, 'difference')} from {told['a']} to {told['b']}:"
    groups = [list(group) for _, group in groupby(told["changes"], _beside)]
    lines = [_line(group[0], shown) if len(group) == 1 else _one_line(group, shown) for group in groups]
    return "\n".join([heading, *(f"  {line}" for line in lines)])


def _beside(change: Told) -> Any:
    """The same for changes of entries of one table that stand on the same lines; else unlike any other."""
    if change["kind"] != "changed" or change["words"]:
        return change["path"]
    places = (f"{change[side]['file']}:{change[side]['line']}" for side in ("before", "after"))
    return change["path"].rpartition(".")[0], *places


def _one_line(group: list[Told], shown: Callable[[Told], str]) -> str:
    first = group[0]
    table, label = first["path"].rpartition(".")[0], first["label"].rpartition(", ")[0] or first["label"]
    each = (
        f"{change['path'].rpartition('.')[2]} {change['before']['words']} → {change['after']['words']}"
        for change in group
    )
    return f"{label} ({table}): {', '.join(each)} ({shown(first['before'])} → {shown(first['after'])})"


def _shown_places(told: Told) -> Callable[[Told], str]:
    """How places are told: by the file's name alone, unless two files of the two configs share it."""
    from sim.config.faults import Place

    files = {side["file"] for change in told["changes"] for side in (change["before"], change["after"])}
    names = [Path(file).name for file in sorted(files)]

    def shown(side: Told) -> str:
        alone = names.count(Path(side["file"]).name) == 1
        return Place(side["file"], side["line"]).brief if alone else f"{side['file']}:{side['line']}"

    return shown


def _line(change: Told, shown: Callable[[Told], str]) -> str:
    before, after, kind = change["before"], change["after"], change["kind"]
    about = f"{change['label']} ({change['path']})"
    if kind == "added":
        return f"{about}: added in {shown(after)}: {after['words']}"
    if kind == "removed":
        return f"{about}: no longer there, in {shown(before)} it was: {before['words']}"
    if kind == "source":
        said = (_brief(side["words"]) or "none given" for side in (before, after))
        was, now = (f"{words} in {shown(side)}" for words, side in zip(said, (before, after), strict=True))
        return f"{about}: same {change['words']}, other source: {was} → {now}"
    if change["words"]:
        return f"{about}: {change['words']} ({shown(before)} → {shown(after)})"
    sides = (
        f"{side['words']} {f'in {shown(side)}' if side['file'] else 'by default'}" for side in (before, after)
    )
    return f"{about}: {' → '.join(sides)}"
