"""The bank: what runs of the model gave for each published figure, kept by parameter draw.

Run i has parameter draw i of the config and the luck of replication i, so it is the same on any
machine and any number of workers. Runs are written in batches, each whole or not at all: a killed
calibration goes on where it was.
"""

from __future__ import annotations

import csv
import gc
import io
import json
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Parallel, delayed

from experiments import store
from experiments.calibration.problem import Problem
from experiments.errors import ExperimentError, InputError
from experiments.runner import IDLE_SECONDS
from sim.replication import replicate
from sim.settings import Settings

SCHEMA_VERSION = 1
BATCH = 25
TRIES = 2
LABEL = "bank.json"

Key = tuple[str, str, str, str]
Follow = Callable[[Iterable[Any], int], Iterator[Any]]


class Bank:
    """A folder of runs of one config under one version of the model."""

    def __init__(self, folder: Path, problem: Problem) -> None:
        """Open the folder, or begin it. InputError if it holds something else or is damaged."""
        self.folder, self.problem = folder, problem
        label = {
            "schema_version": SCHEMA_VERSION,
            "bank": problem.bank_id(),
            "figures": [list(key) for key in problem.keys],
        }
        if folder.exists() and any(not path.name.startswith(".") for path in folder.iterdir()):
            _refuse_another(folder, label)
        else:
            store.make_folder(folder)
            store.write_text(folder / LABEL, json.dumps(label, indent=2) + "\n")
        self._runs: dict[int, list[float]] = {}
        for path in sorted(folder.glob("draws-*.csv")):
            self._runs.update(_read(path, len(problem.figures)))

    def __len__(self) -> int:
        return len(self._runs)

    def figures(self, draws: Sequence[int]) -> np.ndarray:
        """A row a draw, a column a figure; NaN where a run had nothing to make it from."""
        rows = [self._runs[draw] for draw in draws]
        return np.array(rows, dtype=float).reshape(len(draws), len(self.problem.figures))

    def fill(self, draws: Sequence[int], jobs: int, follow: Follow) -> None:
        """Run what is missing of these draws, in order."""
        missing = [draw for draw in draws if draw not in self._runs]
        for attempt in range(1, TRIES + 1):
            try:
                self._run(missing, jobs, follow)
                return
            except BrokenProcessPool:
                missing = [draw for draw in missing if draw not in self._runs]
                if attempt == TRIES:
                    message = f"draw {missing[0]}: a worker was killed; perhaps the memory ran out"
                    raise ExperimentError(f"{message}. The same command goes on from here") from None

    def _run(self, draws: list[int], jobs: int, follow: Follow) -> None:
        if not draws:
            return
        runs = follow(simulated(self.problem, draws, jobs), len(draws))
        numbered = zip(draws, runs, strict=True)
        while batch := list(islice(numbered, BATCH)):
            name = f"draws-{batch[0][0]:07d}-{batch[-1][0]:07d}.csv"
            store.write_text(self.folder / name, _as_csv(batch, self.problem.keys))
            self._runs.update(batch)


def simulated(
    problem: Problem, draws: Sequence[int], jobs: int, settings: Callable[[int], Settings] | None = None
) -> Iterator[list[float]]:
    """The figures of a run at each draw, in order, whatever order the workers finish in."""
    settings = settings or problem.settings
    workers = Parallel(n_jobs=jobs, backend="loky", return_as="generator", idle_worker_timeout=IDLE_SECONDS)
    tasks = (delayed(run_once)(settings(draw), draw, problem.keys) for draw in draws)
    for draw, found in zip(draws, workers(tasks), strict=True):
        if isinstance(found, str):
            raise ExperimentError(f"parameter draw {draw}: {found}")
        yield found


def run_once(settings: Settings, replication: int, keys: Sequence[Key]) -> list[float] | str:
    """One run's figures, NaN where it has none; or what went wrong in it."""
    _settle()
    try:
        rows = replicate(settings, replication).yearly
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    found = {row[:4]: row[4] for row in rows}
    return [float(found.get(key, math.nan)) for key in keys]


@cache
def _settle() -> None:
    """Once in a process: what is loaded by now need not be swept through after each run."""
    gc.collect()
    gc.freeze()


def _refuse_another(folder: Path, label: dict[str, Any]) -> None:
    try:
        found = json.loads((folder / LABEL).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise InputError(f"{folder}: not a folder of calibration runs; choose another --out") from None
    if found != label:
        message = "holds calibration runs of another config or model version"
        raise InputError(f"{folder}: {message}; delete it or choose another --out")


def _as_csv(batch: Iterable[tuple[int, list[float]]], keys: Sequence[Key]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["draw", *("/".join(key) for key in keys)])
    for draw, values in batch:
        writer.writerow([draw, *("" if math.isnan(value) else repr(value) for value in values)])
    return text.getvalue()


def _read(path: Path, figures: int) -> dict[int, list[float]]:
    try:
        with open(path, encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))[1:]
        runs = {int(row[0]): [float(cell) if cell else math.nan for cell in row[1:]] for row in rows}
    except (OSError, ValueError, IndexError) as error:
        raise InputError(f"{path}: damaged ({error}); delete this file and start again") from None
    if any(len(values) != figures for values in runs.values()):
        raise InputError(f"{path}: damaged (a row of another length); delete this file and start again")
    return runs
