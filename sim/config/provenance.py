"""The resolved config: one YAML text with everything in it and where each value came from.

It is kept beside the results. Every line ends with the file and line of its value, `--set` or
`default`; a source and a range stay in the value itself. The text can be read as a config again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from pydantic import BaseModel

from sim.config.faults import Place
from sim.config.fields import ABSENT, ROOT, Kind
from sim.config.parameters import is_sourced
from sim.config.yaml_nodes import Node, scalar
from sim.schedule import Schedule

PLAIN_WORD = re.compile(r"[A-Za-z0-9_]+")
DEFAULT = Place("default")
NOTHING: tuple[Any, ...] = ("", {}, [])


def resolved(root: Node) -> str:
    """The whole config as YAML, the same bytes for the same config."""
    return "\n".join(_entries(root.value, ROOT, "")) + "\n"


def _entries(entries: dict[Any, Node], kind: Kind | None, indent: str) -> Iterator[str]:
    for key, node in {**entries, **_defaults(entries, kind)}.items():
        step = kind.child(key) if kind else None
        yield from _entry(f"{indent}{_word(key)}:", node, step[1] if step else None, indent)


def _entry(start: str, node: Node, kind: Kind | None, indent: str) -> Iterator[str]:
    """One key (or dash) with its value, on one line if the value is flat, else indented below."""
    value = node.value
    if _is_flat(node):
        yield f"{start} {flow(node)}  # {node.place.brief}"
    elif isinstance(value, list):
        yield start
        for item in value:
            yield from _item(item, kind.entries if kind else None, indent + "  ")
    elif is_sourced(value):
        yield start
        for name, child in value.items():
            inner = kind if name == "value" else None
            yield from _entry(f"{indent}  {name}:", child, inner, indent + "  ")
    else:
        yield start
        yield from _entries(value, kind, indent + "  ")


def _item(node: Node, kind: Kind | None, indent: str) -> Iterator[str]:
    if _is_flat(node):
        yield f"{indent}- {flow(node)}  # {node.place.brief}"
        return
    lines = _entries(node.value, kind, indent + "  ")
    yield f"{indent}- {next(lines).lstrip()}"
    yield from lines


def _is_flat(node: Node) -> bool:
    """A scalar, a list of scalars, an empty map, or one of the first two with its source."""
    value = node.value
    if isinstance(value, list):
        return all(not isinstance(item.value, (list, dict)) for item in value)
    if not isinstance(value, dict) or not value:
        return True
    return is_sourced(value) and not isinstance(value["value"].value, dict) and _is_flat(value["value"])


def _defaults(entries: dict[Any, Node], kind: Kind | None) -> dict[str, Node]:
    """The settings that a section leaves out, where their default is not simply nothing."""
    if kind is None or kind.section is None:
        return {}
    missing = {}
    for name in kind.names():
        step = None if name in entries else kind.child(name)
        default = step[1].default if step else ABSENT
        if default is ABSENT or default is None or default in NOTHING:
            continue
        missing[name] = _default(default)
    return missing


def _default(value: Any) -> Node:
    if isinstance(value, BaseModel):
        parts = {name: getattr(value, name) for name in type(value).model_fields}
        value = {name: _default(part) for name, part in parts.items() if part not in NOTHING}
    if isinstance(value, Schedule):
        value = value.values[0]
    if isinstance(value, list):
        value = [_default(item) for item in value]
    return Node(value, DEFAULT, DEFAULT)


def flow(node: Node) -> str:
    """A value on one line, as YAML that reads back as the same."""
    value = node.value
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_word(key)}: {flow(child)}" for key, child in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return _word(value)


def _word(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (int, float)):
        return repr(value)
    return value if _needs_no_quotes(value) else json.dumps(value)


def _needs_no_quotes(text: str) -> bool:
    """A bare word that reads back as itself: not `true`, `null`, `012` or a number."""
    try:
        return bool(PLAIN_WORD.fullmatch(text)) and scalar(text) == text
    except ValueError:
        return False
