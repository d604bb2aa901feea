"""The intervention that the README shows a planner is a whole config: it is checked, it runs, it matters."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from experiments import experiment, plan

ROOT = Path(__file__).resolve().parents[2]
HEADING = "### Adding an intervention needs no Python"


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The README's block as a file beside what it extends."""
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition(HEADING)[2]
    block = re.search(r"```yaml\n(.*?)```", section, re.DOTALL)
    assert block, "the README shows a config under its heading"
    folder = tmp_path_factory.mktemp("planner")
    for pattern in ("*.yaml", "*.csv"):
        for path in (ROOT / "configs").glob(pattern):
            shutil.copy(path, folder)
    path = folder / "my_plan.yaml"
    path.write_text(block[1], encoding="utf-8")
    return path


def test_it_has_ten_lines_and_is_right(config: Path) -> None:
    assert len(config.read_text(encoding="utf-8").splitlines()) == 10
    told = subprocess.run(
        [sys.executable, "-m", "experiments", "check", config.name],
        cwd=config.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert told.returncode == 0, told.stderr
    assert "The config is valid." in told.stdout
    assert "scenario with_team: casework_team" in told.stdout
    assert "warning" not in told.stdout + told.stderr


def test_it_is_dated_priced_and_uncertain(config: Path) -> None:
    made = plan.make(config, plan.Options(replications="2"))
    assert {path for path in made.document.ranges if path.startswith("interventions.")} == {
        "interventions.casework_team.slip",
        "interventions.casework_team.cost.0.one_off",
    }


def test_it_makes_a_difference(config: Path) -> None:
    made = plan.make(config, plan.Options(replications="2", overrides=("run.years=0.75",)))
    out = config.parent / "out"
    experiment.carry_out(made, out, 1, lambda results, _total: iter(results), False)
    table = pd.read_csv(out / "summary.csv")
    rows = table[(table["scenario"] == "with_team") & (table["calendar"] == "calendar")]
    rows = rows[rows["uncertainty"] == "all"].set_index(["measure", "group"])
    differences = rows["diff_mean"].sort_index()
    assert differences["cost", "line=interventions"] > 0
    assert differences["cost", "line=staff"] > 0
    assert differences["staff_hours_available", "pool=casework_officer"] > 0
    assert differences["caseload_per_fte", "pool=casework_officer"] < 0
