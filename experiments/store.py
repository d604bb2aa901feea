"""Everything that is written to disk, and nothing else writes.

A run is put together in a hidden folder beside the place where it will stand and then renamed
into it, so a reader sees a whole run or none, whenever the power fails. A later start clears
away what a killed one left, and leaves alone what a living one is still filling.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from experiments.errors import DifferenceError, InputError

try:
    import fcntl
except ImportError:  # Windows, where an open file cannot be deleted and so is its own lock
    fcntl = None  # type: ignore[assignment]

MANIFEST = "manifest.json"
SCHEMA_VERSION = 1
READABLE_VERSIONS = (1,)
LOCK = ".lock"


def write_bytes(path: Path, content: bytes) -> None:
    """Replace a file in one step: a crash leaves the old one or the new one, whole."""
    write_pieces(path, [content])


def write_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """The same, for a file that is made a piece at a time."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with open(beside, "wb") as file:
            for piece in pieces:
                file.write(piece)
            _flush(file)
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _flush_folder(path.parent)


def write_text(path: Path, text: str) -> None:
    """Replace a text file in one step, as UTF-8 with plain line feeds on every system."""
    write_bytes(path, text.encode())


def make_folder(path: Path) -> None:
    """A folder and those it lies in; one that is there already is left as it is."""
    path.mkdir(parents=True, exist_ok=True)


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """The manifest is written last: it carries the checksum of every other file."""
    content = {**manifest, "files": checksums(folder)}
    write_text(folder / MANIFEST, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a run folder, or a plain word on why there is none."""
    path = Path(folder) / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise InputError(f"{folder}: not a results folder (no {MANIFEST} in it)") from None
    except ValueError:
        raise InputError(f"{path}: cannot be read as JSON; the file is damaged") from None
    version = manifest.get("schema_version") if isinstance(manifest, dict) else None
    if version not in READABLE_VERSIONS:
        raise InputError(f"{path}: schema_version {version!r}; this version reads {READABLE_VERSIONS[-1]}")
    return manifest


def checksums(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of a run but the manifest and hidden ones, by path within it."""
    names = sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.name != MANIFEST and not path.name.startswith(".")
    )
    return {name: digest_of(folder / name) for name in names}


def digest_of(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def changed_files(folder: Path) -> list[str]:
    """Files of a run that are missing, or are no longer what its manifest says they were."""
    written = read_manifest(folder).get("files", {})
    found = checksums(folder)
    return sorted(name for name, digest in written.items() if found.get(name) != digest)


def existing_run(folder: Path, run_id: str) -> dict[str, Any] | None:
    """The manifest of the same run, complete and unharmed, or None where the place is free.

    Whatever else stands there is refused: nothing is ever overwritten.
    """
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return None
    if not folder.is_dir() or not (folder / MANIFEST).is_file():
        raise InputError(f"{folder}: already exists and is no run of this config; choose another --out")
    manifest = read_manifest(folder)
    if manifest.get("run_id") != run_id:
        raise InputError(f"{folder}: already holds run {manifest.get('run_id')}; choose another --out")
    if manifest.get("status") != "complete":
        raise InputError(f"{folder}: this run is there but is not complete; delete the folder to run again")
    changed = changed_files(folder)
    if changed:
        raise DifferenceError(f"{folder}: changed since the run was made: {', '.join(changed)}")
    return manifest


class Staging:
    """The hidden folder in which one run is put together; use it in a `with`."""

    def __init__(self, final: Path) -> None:
        self.final = final
        self.folder = final.parent / f".{final.name}.{os.getpid()}.unfinished"

    def __enter__(self) -> Staging:
        self.final.parent.mkdir(parents=True, exist_ok=True)
        sweep(self.final)
        self.folder.mkdir()
        self._lock = open(self.folder / LOCK, "wb")
        _hold(self._lock)
        return self

    def __exit__(self, *_: object) -> None:
        """Discards whatever was not published."""
        self._lock.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def publish(self) -> None:
        """Let the run stand at its place, whole, in one step."""
        self._lock.close()
        (self.folder / LOCK).unlink(missing_ok=True)
        _flush_folder(self.folder)
        if self.final.is_dir() and not any(self.final.iterdir()):
            self.final.rmdir()
        if self.final.exists():
            raise InputError(f"{self.final}: something was put there during the run; nothing was overwritten")
        os.rename(self.folder, self.final)
        _flush_folder(self.final.parent)


class GrowingFile:
    """A file of a run written piece by piece, in the order the pieces are given."""

    def __init__(self, path: Path) -> None:
        self._file = open(path, "wb")  # noqa: SIM115 (closed by close)

    def add(self, piece: bytes) -> None:
        self._file.write(piece)

    def close(self) -> None:
        if not self._file.closed:
            _flush(self._file)
            self._file.close()


def sweep(final: Path) -> None:
    """Clear away what killed runs of the same name left behind."""
    for folder in final.parent.glob(f".{final.name}.*.unfinished"):
        if _is_abandoned(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _is_abandoned(folder: Path) -> bool:
    """A living run holds its lock; the system lets go of it when the process dies."""
    lock = folder / LOCK
    try:
        if fcntl is None:
            lock.unlink()
            return True
        with open(lock, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    except OSError:
        return False


def _hold(lock: IO[bytes]) -> None:
    if fcntl is not None:
        with contextlib.suppress(OSError):  # some network drives have no locks
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _flush(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """Make a rename last through a power cut; Windows has no way to ask for it."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
