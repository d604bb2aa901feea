"""A small run kept with its event log, made once for the tests of one worker."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from experiments import experiment, plan

CONFIG = Path(__file__).resolve().parents[1] / "configs" / "ci_small.yaml"


@cache
def logged_run(*overrides: str, replications: int = 4, event_log: bool = True) -> Path:
    """The results folder of the baseline of the small config: three years, with its event log."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    options = plan.Options(
        scenarios=("baseline",), replications=str(replications), overrides=overrides, event_log=event_log
    )
    made = plan.make(CONFIG, options)
    return experiment.carry_out(made, folder / "run", 1, lambda results, _: iter(results), False).folder
