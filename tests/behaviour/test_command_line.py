"""What a user types, what comes back, and what it costs to ask."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "configs" / "ci_small.yaml"
HEAVY = ("pandas", "scipy", "matplotlib")
COMMANDS = (
    "run",
    "loops",
    "bridge",
    "explain",
    "diff",
    "appraise",
    "delay",
    "papers",
    "why",
    "check",
    "compare",
    "report",
    "verify",
    "schema",
)


def send_sim(*arguments, cwd, **environment):
    """Run the command as a user would, from another folder."""
    return subprocess.run(
        [sys.executable, "-m", "experiments", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def imported_by(*arguments, cwd):
    """Names of the top-level modules a command imports."""
    program = (
        "import sys; from experiments.command_line import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "sys.stderr.write('\\n'.join(sorted(name.partition('.')[0] for name in sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout
    return set(done.stderr.splitlines())


@pytest.mark.parametrize(
    "arguments", [["--help"], *([command, "--help"] for command in COMMANDS), ["check", CONFIG]]
)
def test_help_and_check_import_nothing_heavy(arguments, tmp_path):
    assert not imported_by(*arguments, cwd=tmp_path) & set(HEAVY)


def test_help_names_every_command(tmp_path):
    done = send_sim("--help", cwd=tmp_path)
    assert done.returncode == 0
    assert all(f"  {command} " in done.stdout for command in COMMANDS)


def test_check_says_what_would_run_and_writes_nothing(tmp_path):
    done = send_sim("check", CONFIG, "--replications", 6, "--seed", 3, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "6 replications of each: 3 draws" in done.stdout
    assert "seed 3" in done.stdout
    assert "Estimate" in done.stdout
    assert os.listdir(tmp_path) == []


def test_check_as_json_names_the_folder_that_run_would_write(tmp_path):
    told = json.loads(send_sim("check", CONFIG, "--quick", "--json", cwd=tmp_path).stdout)
    assert told["replications"] == 4
    assert told["draft"] is True
    assert told["folder"] == f"results/{told['name']}/{told['run_id']}"
    assert set(told["estimate"]) == {"seconds", "memory_mb", "disk_mb"}


def test_anything_that_decides_the_results_changes_the_run_id(tmp_path):
    asked = [
        [],
        ["--seed", 99],
        ["--replications", 6],
        ["--quick"],
        ["--event-log"],
        ["--scenario", "baseline"],
        ["--set", "demand.request_rate_multiplier=1.5"],
    ]
    told = [
        json.loads(send_sim("check", CONFIG, "--json", *options, cwd=tmp_path).stdout) for options in asked
    ]
    assert len({each["run_id"] for each in told}) == len(asked)
    again = json.loads(send_sim("check", CONFIG, "--json", "--jobs", 1, cwd=tmp_path).stdout)
    assert again["run_id"] == told[0]["run_id"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check", "absent.yaml"], "absent.yaml"),
        (["check", CONFIG, "--set", "staff_pools.ep.ftes=3"], "staff_pools.ep.ftes"),
        (["check", CONFIG, "--scenario", "basline"], "'baseline'"),
        (["check", CONFIG, "--replications", "auto"], "--replications"),
        (["check", CONFIG, "--replications", "none"], "run.replications"),
        (["check", CONFIG, "--quick", "--replications", "8"], "--quick"),
        (["run", CONFIG, "--jobs", "0"], "--jobs"),
        (["bridge", CONFIG, "--replications", "1", "--out", f"{CONFIG}/run"], f"{CONFIG}: "),
        (["compare", "absent"], "not a results folder"),
        (["report", "absent"], "not a results folder"),
        (["verify", "absent", "absent"], "not a results folder"),
    ],
)
def test_what_cannot_be_used_is_told_without_a_traceback_and_ends_with_2(arguments, words, tmp_path):
    done = send_sim(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert os.listdir(tmp_path) == []


def test_debug_shows_the_traceback_and_keeps_the_exit_code(tmp_path):
    done = send_sim("check", "absent.yaml", "--debug", cwd=tmp_path)
    assert done.returncode == 2
    assert "Traceback" in done.stderr


def test_a_console_with_few_characters_is_no_reason_to_fail(tmp_path):
    done = send_sim("check", CONFIG, cwd=tmp_path, PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert send_sim("check", "Ærø.yaml", cwd=tmp_path, PYTHONIOENCODING="ascii").returncode == 2


def test_schema_is_json_and_knows_the_sections_of_a_config(tmp_path):
    told = json.loads(send_sim("schema", cwd=tmp_path).stdout)
    assert {"run", "demand", "staff_pools", "scenarios"} <= set(told["properties"])


def test_a_worker_imports_nothing_heavy(tmp_path):
    program = "import sys, experiments.task; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert not set(done.stdout.split()) & set(HEAVY)
