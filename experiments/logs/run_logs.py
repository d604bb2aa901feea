"""A run's own event log, read back from its results folder a piece at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from ruamel.yaml import YAML

from experiments import store
from experiments.errors import InputError
from experiments.logs.activities import NAMES
from experiments.logs.case_logs import CaseLog, divided_into_files
from sim.event_log import REOPENED_AS
from sim.service.demand import first_of_month

ROWS_AT_ONCE = 500_000
EVENTS, CHILDREN = "events.csv.gz", "children.csv.gz"
TEXTS = ("scenario", "event", "stage", "resource", "unit", "need", "district", "source", "origin")


@dataclass(frozen=True)
class RunLog:
    """The event log of one scenario of a run, its config and its calendar."""

    folder: Path
    scenario: str
    facts: dict[str, Any]

    @cached_property
    def config(self) -> dict[str, Any]:
        path = self.folder / "config.yaml"
        if not path.is_file():
            raise InputError(f"{path}: missing, must be in the results folder")
        return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))

    @property
    def start(self) -> date:
        return self.config["run"]["start"]

    @cached_property
    def end(self) -> date:
        """The day after the last of the run."""
        return first_of_month(self.start, round(self.config["run"]["years"] * 12))

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    def events(self, replication: int) -> pd.DataFrame:
        """All rows of one replication in the order of time: minute, child, event, stage, resource, value.

        `child` is -1 where a row is about nobody. Raises InputError if the replication is not there.
        """
        columns = ["replication", "minute", "child", "event", "stage", "resource", "value"]
        parts = [
            part[part["replication"] == replication].drop(columns="replication")
            for part in self._pieces(EVENTS, columns)
        ]
        found = pd.concat(parts)
        if found.empty:
            raise InputError(f"--replication: {replication} is not in the event log of {self.scenario!r}")
        found["child"] = found["child"].fillna(-1).astype(np.int64)
        return found.sort_values("minute", kind="stable").reset_index(drop=True)

    def all_events(self, wanted: Collection[str]) -> pd.DataFrame:
        """Rows of these events of children, of every replication, with its number, in the order of time."""
        columns = ["replication", "minute", "child", "event", "stage", "resource", "value"]
        parts = [
            part[part["event"].isin(wanted)].dropna(subset="child") for part in self._pieces(EVENTS, columns)
        ]
        found = pd.concat(parts).astype({"child": np.int64})
        return found.sort_values(["replication", "minute"], kind="stable").reset_index(drop=True)

    def children(self) -> pd.DataFrame:
        """Replication, child, need, cohort and origin of every child."""
        return pd.concat(self._pieces(CHILDREN, ["replication", "child", "need", "cohort", "origin"]))

    def _pieces(self, name: str, columns: list[str]) -> Iterator[pd.DataFrame]:
        """The scenario's rows of a file, a piece at a time."""
        wanted = ["scenario", *columns]
        pieces = pd.read_csv(
            self.folder / name,
            usecols=wanted,
            dtype={column: str for column in wanted if column in TEXTS},
            keep_default_na=False,
            na_values={"child": [""]},
            chunksize=ROWS_AT_ONCE,
        )
        for piece in pieces:
            yield piece.loc[piece["scenario"] == self.scenario, columns]


def run_log(folder: Path, scenario: str | None = None) -> RunLog:
    """The event log of a results folder; the baseline's unless another scenario is asked for."""
    facts = store.read_manifest(folder)
    if not facts.get("event_log") or not (folder / EVENTS).is_file():
        raise InputError(f"{folder}: has no event log; make the run again with --event-log")
    scenarios = list(facts["scenarios"])
    if scenario is not None and scenario not in scenarios:
        raise InputError(f"--scenario: {scenario!r} is not in the run; it has {', '.join(scenarios)}")
    return RunLog(Path(folder), scenario or scenarios[0], facts)


def simulated_logs(run: RunLog, activities: Collection[str] = tuple(NAMES)) -> dict[int, CaseLog]:
    """A case log of each replication, by its number, with only these steps."""
    events = run.all_events({*NAMES, REOPENED_AS})
    return {
        int(replication): simulated_log(rows, run, activities)
        for replication, rows in events.groupby("replication")
    }


def simulated_log(events: pd.DataFrame, run: RunLog, activities: Collection[str]) -> CaseLog:
    """The case log of one replication's rows. A file taken up again belongs to the case it came from."""
    links = events[events["event"] == REOPENED_AS]
    root = dict(zip(links["value"].tolist(), links["child"].tolist(), strict=True))
    kept = events[events["event"].isin([each for each in NAMES if each in activities])]
    steps = pd.DataFrame(
        {
            "case": [_root(child, root) for child in kept["child"].tolist()],
            "activity": kept["event"].to_numpy(),
            "day": (kept["minute"] // 1440 + run.start.toordinal()).to_numpy(),
        }
    )
    known = tuple(each for each in NAMES if each in activities)
    return CaseLog(run.scenario, divided_into_files(steps), run.start, run.end - timedelta(days=1), known)


def _root(child: int, root: dict[int, int]) -> int:
    """The child with whose file a case began, however often it was taken up again."""
    while child in root:
        child = root[child]
    return child
