"""What may stand at a dotted path of a config, read from the types in `settings/`.

An intervention, a scenario's `set` and `--set` all name a setting by its path. Here a path is
followed through the models, so that a wrong name gets the nearest right one and a number that
cannot move during a run is known before anything runs.
"""

from __future__ import annotations

import re
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from sim.config.faults import Key, Path, dotted, nearest
from sim.schedule import Schedule
from sim.settings import Dated, DatedWord, Settings

ABSENT = PydanticUndefined
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Kind:
    """The type of one place in the config, its limits and its default (`ABSENT` when required)."""

    type: Any
    metadata: tuple[Any, ...] = ()
    default: Any = ABSENT
    optional: bool = False

    @property
    def section(self) -> type[BaseModel] | None:
        return self.type if isinstance(self.type, type) and issubclass(self.type, BaseModel) else None

    @property
    def dated(self) -> Dated | DatedWord | None:
        return next((each for each in self.metadata if isinstance(each, (Dated, DatedWord))), None)

    @property
    def is_schedule(self) -> bool:
        return self.type is Schedule

    @property
    def words(self) -> tuple[str, ...]:
        """The words that a dated word may be; none for anything else."""
        return self.dated.words if isinstance(self.dated, DatedWord) else ()

    @property
    def is_whole(self) -> bool:
        return self.type is int

    @property
    def entries(self) -> Kind | None:
        """What a map or a list holds; None for anything else."""
        return kind_of(get_args(self.type)[-1]) if get_origin(self.type) in (dict, list) else None

    @property
    def holds_plain_entries(self) -> bool:
        """A map of numbers or lists, where a new key is only a new number."""
        entries = self.entries
        return get_origin(self.type) is dict and entries is not None and not entries.holds_sections

    @property
    def holds_sections(self) -> bool:
        return self.section is not None or (self.entries is not None and self.entries.holds_sections)

    @property
    def needs_nothing(self) -> bool:
        """A section whose every key has a default."""
        section = self.section
        return section is not None and not any(each.is_required() for each in section.model_fields.values())

    def names(self, present: Any = None) -> list[str]:
        """The keys that are valid below here, given what is `present` there now."""
        if self.section:
            return [field.alias or name for name, field in self.section.model_fields.items()]
        if isinstance(present, Mapping):
            return [str(key) for key in present]
        if get_origin(self.type) is dict and get_origin(get_args(self.type)[0]) is Literal:
            return list(get_args(get_args(self.type)[0]))
        return [str(each) for each in range(len(present))] if isinstance(present, list) else []

    def child(self, key: Key) -> tuple[Key, Kind] | None:
        """The key as the config holds it (a year is a number, not text) and what stands there."""
        if self.section:
            field = _fields_of(self.section).get(str(key))
            return (key, kind_of_field(field)) if field else None
        origin = get_origin(self.type)
        if origin is list and str(key).isdecimal():
            return int(str(key)), kind_of(get_args(self.type)[0])
        if origin is dict:
            real = _dict_key(get_args(self.type)[0], key)
            return None if real is None else (real, kind_of(get_args(self.type)[1]))
        return None


@cache
def _fields_of(section: type[BaseModel]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in section.model_fields.items()}


def _dict_key(wanted: Any, key: Key) -> Key | None:
    text = str(key)
    if wanted is int:
        return int(text) if text.isdecimal() and text.isascii() else None
    if get_origin(wanted) is Literal:
        return text if text in get_args(wanted) else None
    return text if wanted is str or NAME.fullmatch(text) else None


def kind_of(annotation: Any, metadata: tuple[Any, ...] = (), default: Any = ABSENT) -> Kind:
    """The kind of an annotation, without its `Annotated` and `| None` wrapping."""
    if get_origin(annotation) is Annotated:
        inner, *extra = get_args(annotation)
        return kind_of(inner, (*metadata, *_flat(extra)), default)
    if get_origin(annotation) in (Union, types.UnionType):
        options = [each for each in get_args(annotation) if each is not type(None)]
        optional = len(options) < len(get_args(annotation))
        inner = kind_of(options[0], metadata, default)
        return Kind(inner.type, inner.metadata, default, optional)
    return Kind(annotation, metadata, default)


def kind_of_field(field: FieldInfo) -> Kind:
    return kind_of(field.annotation, tuple(field.metadata), field.get_default(call_default_factory=True))


def _flat(metadata: list[Any]) -> Iterator[Any]:
    for each in metadata:
        yield from each.metadata if isinstance(each, FieldInfo) else (each,)


ROOT = Kind(Settings)


@cache
def kind_at(path: Path) -> Kind | None:
    """What stands at a path of settled keys, whether or not a config has it; None if nothing may."""
    kind: Kind | None = ROOT
    for key in path:
        step = kind.child(key) if kind else None
        kind = step[1] if step else None
    return kind


class NoSuchPath(ValueError):
    """A dotted path that names nothing; the message offers the nearest one that does."""


@dataclass(frozen=True)
class Address:
    """A path that was found: its keys as the config holds them and the kind of its end."""

    keys: Path
    kind: Kind


def find(path: str, data: Any) -> Address:
    """Follow a dotted path through the types and through what this config has.

    A setting with a default may be absent from `data`, and so may an entry in a table of numbers and a
    section in which everything has a default; a pool, panel, setting or other section must exist.
    """
    parts = path.split(".")
    keys: Path = ()
    kind = ROOT
    for position, part in enumerate(parts):
        step = kind.child(part)
        here = _entry(data, step[0]) if step else ABSENT
        last = position == len(parts) - 1
        if step is None or (here is ABSENT and not _may_be_absent(kind, step[1], last)):
            raise NoSuchPath(_advice(path, keys, part, kind, data))
        keys, kind, data = (*keys, step[0]), step[1], here
    return Address(keys, kind)


def _may_be_absent(parent: Kind, child: Kind, last: bool) -> bool:
    if parent.section is None:
        return parent.holds_plain_entries
    if last:
        return True
    if child.default is ABSENT or child.default is None:
        return False
    return child.holds_plain_entries or child.needs_nothing


def _entry(data: Any, key: Key) -> Any:
    if isinstance(data, dict):
        return data.get(key, ABSENT)
    if isinstance(data, list) and isinstance(key, int) and key < len(data):
        return data[key]
    return ABSENT


def _advice(path: str, keys: Path, part: str, kind: Kind, data: Any) -> str:
    before = dotted(keys)
    if kind.section and part in kind.names():
        return f"{path!r}, {before or 'the config'} has no {part!r} to change"
    prefix = f"{before}." if before else ""
    known = [prefix + name for name in kind.names(None if data is ABSENT else data)]
    if not known and not kind.holds_sections:
        return f"{path!r}, no such setting, did you mean {before!r}?"
    return f"{path!r}, no such setting{nearest(prefix + part, known)}"
