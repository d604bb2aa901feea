"""Synthetic releases brought into a library."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from synthetic_release import Table, release_2022, release_2025

from experiments.evidence.dfe.importing import import_dfe
from experiments.evidence.library import Library


def imported(
    folder: Path, old: Mapping[str, Table] | None = None, new: Mapping[str, Table] | None = None
) -> tuple[Library, list[str]]:
    """A library of the releases whose tables are given, and the warnings of the import."""
    files = []
    if old is not None:
        files.append(release_2022(folder / "old.zip", old))
    if new is not None:
        files.append(release_2025(folder / "new.zip", new))
    told = import_dfe(files, folder / "data")
    return Library.read(folder / "data"), told["warnings"]
