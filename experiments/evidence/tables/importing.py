"""Reads one kind of planners' table, and writes a config layer and tidy sums beside each other."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from experiments import store
from experiments.errors import InputError
from experiments.evidence.tables.base import Base, read_base
from experiments.evidence.tables.contracts import read_contracts
from experiments.evidence.tables.establishment import read_establishment
from experiments.evidence.tables.layer import layer_text
from experiments.evidence.tables.reading import Imported
from experiments.evidence.tables.school_places import read_school_places
from experiments.evidence.tables.section_251 import read_section_251
from experiments.evidence.tables.time_diary import read_time_diary

KINDS: dict[str, Callable[[Sequence[Path], Base | None], Imported]] = {
    "establishment": read_establishment,
    "time_diary": read_time_diary,
    "school_places": read_school_places,
    "contracts": read_contracts,
    "section_251": read_section_251,
}
TEMPLATES = Path(__file__).parent / "templates"


def import_table(kind: str, files: list[Path], out: Path, over: Path | None = None) -> dict[str, Any]:
    """Write `<kind>.yaml` (a config layer) and `<kind>.csv` (tidy sums) into the folder `out`.

    `over` is the config that the layer is laid over: the layer then extends it, takes prices to its
    base date, and is checked with it. Raises DataError, InputError or ConfigError with every fault,
    and then nothing is written.
    """
    reader = KINDS.get(kind)
    if reader is None:
        raise InputError(f"{kind!r}, no such table; known: {', '.join(KINDS)}")
    paths = [out / f"{kind}.{ending}" for ending in ("yaml", "csv")]
    _refuse_to_overwrite(paths, [*files, *([over] if over else [])], out)
    base = read_base(over)
    found = reader(files, base)
    warnings = [*found.table.warnings, *found.warnings]
    yaml = _layer(kind, found, warnings, out, base)
    store.make_folder(out)
    store.write_text(paths[0], yaml)
    store.write_text(paths[1], tidy_text(found.tidy))
    return {
        "kind": kind,
        "rows": len(found.table.lines),
        "files": found.table.files,
        "written": [path.as_posix() for path in paths],
        "found": found.words,
        "warnings": warnings,
    }


def in_words(told: dict[str, Any]) -> str:
    """What an import found and wrote, for people."""
    return "\n".join(
        [
            f"{told['kind']}: {told['rows']} rows of {', '.join(told['files'])}",
            *(f"  {line}" for line in told["found"]),
            *(f"warning: {line}" for line in told["warnings"]),
            f"written: {', '.join(told['written'])}",
        ]
    )


def template(kind: str) -> str:
    """The text of a kind's template, a few made-up rows."""
    return (TEMPLATES / f"{kind}.csv").read_text(encoding="utf-8")


def tidy_text(rows: Sequence[dict[str, Any]]) -> str:
    """Rows with the same keys as CSV; what is not known is blank."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _refuse_to_overwrite(paths: Sequence[Path], inputs: Sequence[Path], out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise InputError(f"{out}: a file, must be a folder")
    ours = {path.resolve() for path in paths}
    for path in inputs:
        if path.resolve() in ours:
            raise InputError(f"{path}: would be written over; choose another folder")


def _layer(kind: str, found: Imported, warnings: Sequence[str], out: Path, base: Base | None) -> str:
    """The YAML of the layer, checked together with the config it extends where that is named."""
    if not found.layer:
        raise InputError("\n".join([f"{kind}: nothing to put into a config", *warnings]))
    files = ", ".join(f"{name} (sha256 {digest})" for name, digest in sorted(found.table.files.items()))
    about = [f"A config layer from {kind}: {files}.", *warnings]
    if base is None:
        return layer_text(found.layer, about)
    from sim.config.documents import Addition, read

    read(base.path, addition=Addition(f"{kind}.yaml", layer_text(found.layer, about)))
    extends = os.path.relpath(base.path.resolve(), out.resolve())
    return layer_text(found.layer, about, Path(extends).as_posix())
