"""Where a value of a config comes from: the layers that wrote it, and the changes that touch it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from sim.config.documents import Document
from sim.config.faults import Path, Place
from sim.config.fields import ABSENT, find, kind_at
from sim.config.interventions import Listed, list_changes
from sim.config.layers import inside
from sim.config.parameters import is_sourced
from sim.config.tables import copied, member
from sim.config.yaml_nodes import Node, nested
from sim.schedule import Schedule


@dataclass(frozen=True)
class Written:
    """What one layer says at a path, and where; `source` is its own or that of the table around it."""

    value: Any
    place: Place
    source: str = ""


@dataclass(frozen=True)
class Touch:
    """A change of a scenario that bears on a path, and where it is written."""

    place: Place
    made: Listed

    @property
    def intervention(self) -> str:
        """Whose change it is; empty for one of the scenario's own."""
        return str(self.made.origin[1]) if self.made.origin[0] == "interventions" else ""


def written(root: Node, keys: Path) -> list[Written]:
    """What every layer says at a path, the uppermost first; nothing where no layer has it."""
    return list(_written(root, keys, ()))


def _written(node: Node, keys: Path, around: tuple[Node, ...]) -> Iterator[Written]:
    if keys:
        child = _child(node, keys[0])
        if child is not None:
            yield from _written(child, keys[1:], (node, *around))
    else:
        yield Written(nested(node), node.key_place, _source(node, around))
    if node.below is not None:
        yield from _written(node.below, keys, around)


def _child(node: Node, key: Any) -> Node | None:
    entries = inside(node).value
    if isinstance(entries, dict):
        return entries.get(key)
    is_there = isinstance(entries, list) and isinstance(key, int) and key < len(entries)
    return entries[key] if is_there else None


def _source(node: Node, around: tuple[Node, ...]) -> str:
    """The nearest source that the same file gives: another file's says nothing of this value."""
    if isinstance(node.value, dict) and is_sourced(node.value) and "source" in node.value:
        return str(node.value["source"].value)
    for each in around:
        said: Node | None = each.value.get("source") if isinstance(each.value, dict) else None
        while said is not None:
            if said.place.file == node.place.file:
                return str(said.value)
            said = said.below
    return ""


def touching(document: Document, scenario: str, keys: Path) -> list[Touch]:
    """The changes of a scenario at a path, above it or below it, in the order in which they are made."""
    data = copied(document.plain.data)
    found = []
    for each in list_changes(data, scenario):
        changed = find(each.change.path, data).keys
        shorter = min(len(changed), len(keys))
        if changed[:shorter] == keys[:shorter]:
            found.append(Touch(document.plain.key_place(each.origin), each))
    return found


def default_at(keys: Path) -> Any:
    """What a setting is where no file says it, as a config would write it; None where nothing is."""
    kind = kind_at(keys)
    return None if kind is None or kind.default is ABSENT else as_written(kind.default)


def as_written(value: Any) -> Any:
    """Settings as a config writes them: keys by their names in files, dated numbers by their dates."""
    if isinstance(value, BaseModel):
        fields = type(value).model_fields.items()
        return {field.alias or name: as_written(getattr(value, name)) for name, field in fields}
    if isinstance(value, Schedule):
        steps = dict(zip(value.dates, value.values, strict=True))
        return value.values[0] if value.is_constant else steps
    if isinstance(value, dict):
        return {key: as_written(each) for key, each in value.items()}
    return [as_written(each) for each in value] if isinstance(value, (list, tuple)) else value


def in_settings(settings: Any, keys: Path) -> Any:
    """What settings hold at a path of a config; None where there is nothing."""
    for key in keys:
        if isinstance(settings, BaseModel):
            fields = type(settings).model_fields.items()
            settings = getattr(settings, next(name for name, field in fields if (field.alias or name) == key))
        else:
            settings = member(settings, (key,))
    return settings
