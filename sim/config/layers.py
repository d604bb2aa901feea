"""A config file, the files it extends, what a command adds and the `--set` options, one over another.

A child file's maps merge into its parent's key by key. A list, a sourced number and a number given
by dates are each one thing, so they replace what the parent had.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path as FilePath
from typing import Any

from sim.config.faults import Fault, Path, Place
from sim.config.fields import NoSuchPath, find
from sim.config.parameters import is_sourced, plain
from sim.config.yaml_nodes import Node, parse

LARGEST_BYTES = 5_000_000
DEEPEST_CHAIN = 10


@dataclass
class Layers:
    """One tree out of all layers, the digest of each file read, and the faults so far."""

    root: Node | None = None
    inputs: dict[str, str] = field(default_factory=dict)
    posterior: tuple[str, bytes] | None = None
    """The name and content of the posterior file that the config names."""
    faults: list[Fault] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    """The config files that were read, the one asked for first and what it extends after it."""
    complete: bool = True
    """False when a layer could not be read, so that a missing key means nothing."""

    def fail(self, place: Place, path: str, message: str) -> None:
        self.faults.append(Fault.at(place, path, message))
        self.complete = False


@dataclass(frozen=True)
class Addition:
    """YAML that a command lays over a config, as a file that extends it would; `name` stands for the file."""

    name: str
    text: str


def layered(path: FilePath, overrides: Sequence[str], addition: Addition | None = None) -> Layers:
    """Everything a config says, before anything is checked against the settings."""
    layers = Layers()
    layers.root = _file(layers, path, Place(str(path)), "", ())
    if addition is not None:
        added, faults = parse(addition.text, Place(addition.name, 1, 1))
        layers.faults += faults
        if layers.root is not None and added is not None:
            layers.root = merged(layers.root, added)
    for number, override in enumerate(overrides, 1):
        _override(layers, override, Place("--set", number, 1))
    _read_posterior(layers, path)
    return layers


def _file(
    layers: Layers, path: FilePath, named_at: Place, named_by: str, children: tuple[FilePath, ...]
) -> Node | None:
    """The tree of one file laid over its parents. `children` are the files that led here."""
    text = _text(layers, path, named_at, named_by)
    if text is None:
        return None
    layers.files.append(str(path))
    root, faults = parse(text, Place(str(path), 1, 1))
    layers.faults += faults
    if root is None or not isinstance(root.value, dict):
        if not faults:
            what = "empty, a config is needed" if root is None else "must be a map of names with values"
            layers.fail(Place(str(path), 1, 1), "", what)
        layers.complete = False
        return None
    parent = root.value.pop("extends", None)
    if parent is None:
        return root
    return _over_parent(layers, root, parent, (*children, path))


def _over_parent(layers: Layers, root: Node, parent: Node, chain: tuple[FilePath, ...]) -> Node:
    name = parent.value
    if not isinstance(name, str) or not name:
        layers.fail(parent.place, "extends", "must be the name of another config file")
        return root
    if _leads_elsewhere(name):
        layers.fail(parent.place, "extends", f"{name!r}, must be a path relative to this file")
        return root
    target = FilePath(os.path.normpath(chain[-1].parent / name))
    seen = [path.resolve() for path in chain]
    if target.resolve() in seen:
        circle = [*chain[seen.index(target.resolve()) :], target]
        layers.fail(parent.place, "extends", f"goes in a circle: {' -> '.join(p.name for p in circle)}")
        return root
    if len(chain) > DEEPEST_CHAIN:
        layers.fail(parent.place, "extends", f"a chain of more than {DEEPEST_CHAIN} files, must be shorter")
        return root
    below = _file(layers, target, parent.place, "extends", chain)
    return merged(below, root) if below else root


def _leads_elsewhere(name: str) -> bool:
    """Is this anything but a path from the file it is written in?"""
    return FilePath(name).is_absolute() or name.startswith(("~", "/", "\\")) or "$" in name or ":" in name


def _read_posterior(layers: Layers, config: FilePath) -> None:
    """Read the file of the config's `posterior`, from the folder of the config that names it."""
    section = layers.root.value.get("posterior") if layers.root else None
    node = section.value.get("file") if section and isinstance(section.value, dict) else None
    if node is None or not isinstance(node.value, str) or not node.value:
        return
    if _leads_elsewhere(node.value):
        layers.fail(node.place, "posterior.file", f"{node.value!r}, must be a path relative to this file")
        return
    named_in = FilePath(node.place.file)
    base = named_in if named_in.is_file() else config  # what a command says counts from the config
    path = FilePath(os.path.normpath(base.parent / node.value))
    content = _bytes(layers, path, node.place, "posterior.file")
    if content is not None:
        layers.posterior = (str(path), content)


def _text(layers: Layers, path: FilePath, named_at: Place, named_by: str) -> str | None:
    """The text of a file, or None after saying why there is none."""
    raw = _bytes(layers, path, named_at, named_by)
    return None if raw is None else _decoded(layers, raw, path)


def _bytes(layers: Layers, path: FilePath, named_at: Place, named_by: str) -> bytes | None:
    """What a file holds, with its digest kept, or None after saying why there is none."""
    shown = f"{str(path)!r}, " if named_by else ""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return layers.fail(named_at, named_by, f"{shown}no such file")
    except (IsADirectoryError, PermissionError) as error:
        what = "a folder, name a file in it" if path.is_dir() else f"cannot be read ({error.strerror})"
        return layers.fail(named_at, named_by, shown + what)
    except OSError as error:
        return layers.fail(named_at, named_by, f"{shown}cannot be read ({error.strerror})")
    if len(raw) > LARGEST_BYTES:
        return layers.fail(named_at, named_by, f"{shown}{len(raw)} bytes, must be under {LARGEST_BYTES}")
    name = path.name if path.name not in layers.inputs else f"{path.parent.name}/{path.name}"
    layers.inputs[name] = hashlib.sha256(raw).hexdigest()
    return raw


def _decoded(layers: Layers, raw: bytes, path: FilePath) -> str | None:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        return layers.fail(Place(str(path), line, column), "", "not UTF-8 text, save the file as UTF-8")


def merged(below: Node, above: Node) -> Node:
    """`above` laid over `below`."""
    if not (_is_open_map(below) and _is_open_map(above)):
        return replace(above, below=below)
    entries = dict(below.value)
    for key, node in above.value.items():
        entries[key] = merged(entries[key], node) if key in entries else node
    return Node(entries, above.place, above.key_place)


def _is_open_map(node: Node) -> bool:
    value = node.value
    return (
        isinstance(value, dict) and not is_sourced(value) and not any(isinstance(key, date) for key in value)
    )


def _override(layers: Layers, override: str, place: Place) -> None:
    """Put the value of one `PATH=VALUE` into the tree."""
    path, equals, text = override.partition("=")
    path = path.strip()
    if not equals or not path:
        layers.faults.append(Fault.at(place, "", f"{override!r}, write it as PATH=VALUE"))
        return
    value, faults = parse(text, Place("--set", place.line, len(override) - len(text) + 1))
    layers.faults += [Fault(f.file, f.line, f.column, f.path or path, f.message) for f in faults]
    if layers.root is None or value is None:
        if value is None and not faults:
            layers.faults.append(Fault.at(place, path, "blank, write a value after ="))
        return
    try:
        keys = find(path, plain(layers.root).data).keys
    except NoSuchPath as unknown:
        layers.faults.append(Fault.at(place, "", str(unknown)))
        return
    value.key_place = place
    _put(layers.root, keys, value)


def _put(root: Node, keys: Path, value: Node) -> None:
    node = root
    for key in keys[:-1]:
        entries: Any = inside(node).value
        if isinstance(entries, dict) and key not in entries:
            entries[key] = Node({}, value.place, value.key_place)
        node = entries[key]
    entries = inside(node).value
    is_there = keys[-1] in entries if isinstance(entries, dict) else True
    value.below = entries[keys[-1]] if is_there else None
    entries[keys[-1]] = value


def inside(node: Node) -> Node:
    """The table itself where a sourced form wraps one."""
    return node.value["value"] if isinstance(node.value, dict) and is_sourced(node.value) else node
