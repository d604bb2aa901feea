"""Joint draws of calibrated parameters, read from the file that a config names.

The file's header holds dotted paths of uncertain numbers, and each row one draw of all of them. A
parameter draw of a run takes one row, found by its number, so that a draw is the same on any number
of workers; central values are the medians. What has no column is drawn from its own range. A column
whose number a file or `--set` over this config has given anew is left unused.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath
from statistics import median

from sim import luck
from sim.config.faults import ConfigError, Fault, Path, dotted, nearest, shown
from sim.config.fields import NoSuchPath, find
from sim.config.parameters import Plain, Range
from sim.config.yaml_nodes import Node

NUMBER = re.compile(r"-?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?", re.ASCII)
MOST_TOLD = 20


@dataclass(frozen=True)
class JointDraws:
    """Equally likely rows, a value for each path. `content` is the file as it was read."""

    file: str
    content: bytes
    paths: tuple[Path, ...]
    rows: tuple[tuple[float, ...], ...]

    @property
    def name(self) -> str:
        return PurePath(self.file).name

    def row(self, seed: int, draw: int) -> dict[Path, float]:
        """What parameter draw 1, 2, ... takes."""
        u = luck.uniform(luck.key_of(seed, "posterior", draw))
        return dict(zip(self.paths, self.rows[int(u * len(self.rows))], strict=True))

    def medians(self) -> dict[Path, float]:
        return {path: median(row[column] for row in self.rows) for column, path in enumerate(self.paths)}


def posterior_of(named: tuple[str, bytes] | None, content: Plain) -> JointDraws | None:
    """The posterior a config names, or ConfigError with the faults of its file."""
    if named is None:
        return None
    file, raw = named
    changed = list(_changed(raw, content))
    if changed:
        raise ConfigError(changed)
    try:
        lines = raw.decode("ascii").splitlines()
    except UnicodeDecodeError:
        raise ConfigError([Fault(file, 0, 0, "", "not plain text, calibrate again")]) from None
    known = {dotted(path): path for path, spread in content.ranges.items() if spread.form == "number"}
    header = lines[0].split(",") if lines else [""]
    over = {name for name in header if is_overridden(name, ("posterior",), content)}
    faults = list(_faults_of_header(file, [name for name in header if name not in over], known))
    if faults:
        raise ConfigError(faults)
    paths = tuple(None if name in over else known[name] for name in header)
    return _used(JointDraws(file, raw, paths, _rows(file, lines[1:], paths, content.ranges)))


def is_overridden(name: str, section: Path, content: Plain) -> bool:
    """Has a file or `--set` over the one with `section` its own value, or nothing, where `name` was?"""
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        try:
            return content.overrides(find(".".join(parts[:count]), content.data).keys, section)
        except NoSuchPath:
            continue
    return False


def _used(draws: JointDraws) -> JointDraws | None:
    """The columns of numbers that are still uncertain."""
    kept = [column for column, path in enumerate(draws.paths) if path is not None]
    rows = tuple(tuple(row[column] for column in kept) for row in draws.rows)
    paths = tuple(draws.paths[column] for column in kept)
    return replace(draws, paths=paths, rows=rows) if kept else None


def _changed(raw: bytes, content: Plain) -> Iterator[Fault]:
    path = ("posterior", "sha256")
    told, found = content.data["posterior"].get("sha256"), hashlib.sha256(raw).hexdigest()
    if told != found:
        message = f"the file has changed, its SHA-256 is {found}; put it back or calibrate again"
        yield Fault.at(content.place(path), path, message)


def _faults_of_header(file: str, header: list[str], known: Mapping[str, Path]) -> Iterator[Fault]:
    for column, name in enumerate(header, 1):
        if name not in known:
            message = f"{shown(name)}, the config has no such uncertain number{nearest(name, known)}"
            yield Fault(file, 1, column, "", message)
        elif name in header[: column - 1]:
            yield Fault(file, 1, column, name, "written twice, must be there once")


def _rows(
    file: str, lines: list[str], paths: tuple[Path | None, ...], ranges: Mapping[Path, Range]
) -> tuple[tuple[float, ...], ...]:
    rows, faults = [], []
    for line, text in enumerate(lines, 2):
        cells = text.split(",")
        if len(cells) != len(paths) or not text:
            seen = f"{len(cells)} values" if text else "a blank row"
            faults.append(Fault(file, line, 1, "", f"{seen}, must have {len(paths)} as in the header"))
            continue
        told = zip(paths, cells, strict=True)
        rules = [_rule(cell, ranges.get(path)) for path, cell in told]
        faults += [
            Fault(file, line, column, dotted(paths[column - 1] or ()), f"{shown(cells[column - 1])}, {rule}")
            for column, rule in enumerate(rules, 1)
            if rule
        ]
        if not any(rules):
            rows.append(tuple(map(float, cells)))
    if not rows and not faults:
        faults.append(Fault(file, 1, 1, "", "a header and no rows, must have at least one row"))
    if faults:
        raise ConfigError(faults[:MOST_TOLD])
    return tuple(rows)


def _rule(cell: str, spread: Range | None) -> str:
    """The rule that a value breaks, if it does."""
    if not NUMBER.fullmatch(cell) or not math.isfinite(float(cell)):
        return "must be a number"
    if spread and not spread.low <= float(cell) <= spread.high:
        return f"must be between {spread.low:g} and {spread.high:g}, as its range in the config"
    return ""


def beside(root: Node) -> Node:
    """The same config with its posterior in the same folder, as it stands among the results of a run."""
    section = root.value["posterior"]
    file = section.value["file"]
    here = replace(file, value=PurePath(file.value.replace("\\", "/")).name)
    moved = replace(section, value={**section.value, "file": here})
    return replace(root, value={**root.value, "posterior": moved})
