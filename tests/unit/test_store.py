"""Results reach the disk whole or not at all, and nothing is overwritten."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from experiments import store
from experiments.errors import DifferenceError, InputError

FACTS = {"schema_version": 1, "run_id": "abc", "status": "complete"}


def finished_run(folder, run_id="abc", status="complete"):
    folder.mkdir()
    (folder / "yearly.csv").write_bytes(b"scenario,value\nbaseline,1\n")
    store.write_manifest(folder, {**FACTS, "run_id": run_id, "status": status})
    return folder


def test_a_file_is_replaced_whole_and_nothing_is_left_beside_it(tmp_path):
    path = tmp_path / "table.csv"
    store.write_text(path, "first\n")
    store.write_text(path, "second\n")
    assert path.read_bytes() == b"second\n"
    assert os.listdir(tmp_path) == ["table.csv"]


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "table.csv"
    store.write_text(path, "first\n")

    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.write_text(path, "second\n")
    assert path.read_bytes() == b"first\n"
    assert os.listdir(tmp_path) == ["table.csv"]


def test_a_run_appears_at_its_place_in_one_step(tmp_path):
    final = tmp_path / "small" / "abc"
    with store.Staging(final) as staging:
        (staging.folder / "yearly.csv").write_text("x\n")
        assert not final.exists()
        staging.publish()
    assert os.listdir(final) == ["yearly.csv"]
    assert os.listdir(final.parent) == ["abc"]


def test_an_interrupted_run_leaves_nothing(tmp_path):
    final = tmp_path / "abc"
    with pytest.raises(KeyboardInterrupt), store.Staging(final) as staging:
        (staging.folder / "yearly.csv").write_text("x\n")
        raise KeyboardInterrupt
    assert os.listdir(tmp_path) == []


def test_what_a_killed_run_left_is_cleared_by_the_next_one(tmp_path):
    final = tmp_path / "abc"
    dead = tmp_path / ".abc.999999.unfinished"
    dead.mkdir()
    (dead / store.LOCK).touch()
    (dead / "yearly.csv").write_text("half")
    with store.Staging(final) as staging:
        staging.publish()
    assert os.listdir(tmp_path) == ["abc"]


@pytest.mark.skipif(os.name == "nt", reason="uses a POSIX lock")
def test_what_a_living_run_is_filling_is_left_alone(tmp_path):
    living = tmp_path / ".abc.1.unfinished"
    living.mkdir()
    program = (
        "import fcntl, sys; lock = open(sys.argv[1], 'wb'); fcntl.flock(lock, fcntl.LOCK_EX); "
        "print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", program, str(living / store.LOCK)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"held\n"
        store.sweep(tmp_path / "abc")
        assert living.is_dir()
        other.stdin.close()
        other.wait()
    store.sweep(tmp_path / "abc")
    assert not living.exists()


def test_a_run_is_never_put_over_something_else(tmp_path):
    final = tmp_path / "abc"
    with pytest.raises(InputError, match="nothing was overwritten"), store.Staging(final) as staging:
        final.mkdir()
        (final / "notes.txt").write_text("mine")
        staging.publish()
    assert (final / "notes.txt").read_text() == "mine"
    assert os.listdir(tmp_path) == ["abc"]


def test_an_empty_folder_or_none_is_a_free_place(tmp_path):
    (tmp_path / "empty").mkdir()
    assert store.existing_run(tmp_path / "empty", "abc") is None
    assert store.existing_run(tmp_path / "absent", "abc") is None


def test_the_same_run_is_recognised_and_its_files_are_checked(tmp_path):
    folder = finished_run(tmp_path / "abc")
    assert store.existing_run(folder, "abc")["run_id"] == "abc"
    (folder / "yearly.csv").write_text("scenario,value\nbaseline,2\n")
    with pytest.raises(DifferenceError, match=r"yearly\.csv"):
        store.existing_run(folder, "abc")
    (folder / "yearly.csv").unlink()
    with pytest.raises(DifferenceError, match=r"yearly\.csv"):
        store.existing_run(folder, "abc")


@pytest.mark.parametrize(
    ("run_id", "status", "words"),
    [("other", "complete", "holds run other"), ("abc", "partial", "not complete")],
)
def test_another_run_or_a_partial_one_is_refused(tmp_path, run_id, status, words):
    folder = finished_run(tmp_path / "abc", run_id, status)
    with pytest.raises(InputError, match=words):
        store.existing_run(folder, "abc")


def test_a_folder_with_anything_else_in_it_is_refused(tmp_path):
    (tmp_path / "thesis.docx").touch()
    with pytest.raises(InputError, match="no run of this config"):
        store.existing_run(tmp_path, "abc")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "not a results folder"),
        ("{", "damaged"),
        ("[]", "schema_version"),
        ('{"schema_version": 99}', "schema_version 99"),
    ],
)
def test_a_manifest_that_cannot_be_used_is_told_plainly(tmp_path, content, words):
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(InputError, match=words):
        store.read_manifest(tmp_path)
