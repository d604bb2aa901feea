"""Moves the seeded baseline, on purpose: `python tests/regression/update_baseline.py`.

Runs the config that `baseline.yaml` names, writes the new means into it and prints what moved.
A change that moves these numbers says so, and why, in its commit message. To watch another number,
add its line to `baseline.yaml` with any mean and run this.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from experiments import experiment, plan, store, verification
from experiments.console import followed, say

BASELINE = Path(__file__).with_name("baseline.yaml")
FIXED_SERVICE = Path(__file__).with_name("fixed_service.yaml")
ROOT = Path(__file__).resolve().parents[2]


def run_baseline(folder: Path, jobs: int = 1, numbers: Path = BASELINE) -> Path:
    """Run the config that a file of numbers names, and return the results folder."""
    golden = verification.read_numbers(numbers)
    overrides = tuple(golden.get("set", ()))
    options = plan.Options(replications=str(golden["replications"]), overrides=overrides)
    made = plan.make(ROOT / golden["config"], options)
    return experiment.carry_out(made, folder / "run", jobs, followed, report=False).folder


def update() -> None:
    with tempfile.TemporaryDirectory() as folder:
        run = run_baseline(Path(folder), plan.cores())
        means = verification.means_of(run)
    lines = BASELINE.read_text(encoding="utf-8").splitlines()
    entries = iter(verification.read_numbers(BASELINE)["numbers"])
    written = []
    for line in lines:
        if line.lstrip().startswith("- {"):
            entry = next(entries)
            mean = means[verification.key_of(entry)]
            if mean != entry["mean"]:
                say(f"{' '.join(verification.key_of(entry))}: {entry['mean']:.12g} -> {mean:.12g}")
            line = re.sub(r"mean: [^}]*", f"mean: {mean:.12g}", line)
        written.append(line)
    store.write_text(BASELINE, "\n".join(written) + "\n")


if __name__ == "__main__":
    update()
