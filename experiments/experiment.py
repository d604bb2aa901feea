"""One run from plan to results folder: run every unit, keep the tables, say what was made of it."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import platform
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from experiments import runner, store, summary
from experiments.plan import Plan, model_version
from experiments.reports.report import write_report
from experiments.task import CHILD_COLUMNS, EVENT_COLUMNS, Result, packed
from sim.measures.measures import MEASURES

YEARLY_COLUMNS = "scenario,draw,replication,calendar,period,measure,group,value"
MONTHLY_COLUMNS = "scenario,draw,replication,month,measure,group,value"
LIBRARIES = ("simpy", "numpy", "scipy", "pandas", "matplotlib", "pydantic", "ruamel.yaml", "joblib", "jinja2")
AUDITS = ("children", "money", "hours", "clock")

Follow = Callable[[Iterable[Result], int], Iterator[Result]]


@dataclass
class Gathered:
    """What is kept in memory of the results while their lines go to the files."""

    replications: summary.Replications = field(default_factory=summary.Replications)
    audit: Counter[str] = field(default_factory=Counter)
    failed: list[Result] = field(default_factory=list)
    succeeded: int = 0
    cpu_by_process: dict[int, float] = field(default_factory=dict)
    peak_mb: float = 0.0

    def add(self, result: Result) -> None:
        if result.process:
            self.cpu_by_process[result.process] = result.process_cpu_seconds
            self.peak_mb = max(self.peak_mb, result.peak_mb)
        if result.failure:
            self.failed.append(result)
            return
        unit = result.unit
        self.replications.add(unit.scenario, unit.draw, unit.replication, result.keys, result.values)
        self.audit.update(result.audit)
        self.succeeded += 1

    def cpu_seconds(self) -> float:
        """Processor time of this process and its workers."""
        others = sum(spent for process, spent in self.cpu_by_process.items() if process != os.getpid())
        return time.process_time() + others


@dataclass(frozen=True)
class Finished:
    """A results folder, and whether it was made now or found complete."""

    folder: Path
    manifest: dict[str, Any]
    found: bool = False
    failed: tuple[Result, ...] = ()


def carry_out(plan: Plan, out: Path | None, jobs: int, follow: Follow, report: bool = True) -> Finished:
    """Run the plan, or return the same run where it is already complete."""
    final = plan.folder(out)
    manifest = store.existing_run(final, plan.run_id)
    if manifest:
        return Finished(final, manifest, found=True)
    started, clock = datetime.now(UTC), time.monotonic()
    with store.Staging(final) as staging:
        gathered = _gather(plan, staging.folder, follow(runner.run(plan, jobs), len(plan.units)))
        manifest = _facts(plan, staging.folder, gathered)
        _write_tables(plan, staging.folder, gathered)
        store.write_manifest(staging.folder, manifest)
        if report and gathered.succeeded:
            write_report(staging.folder)
        manifest |= _course(gathered, started, time.monotonic() - clock)
        store.write_manifest(staging.folder, manifest)
        staging.publish()
    return Finished(final, store.read_manifest(final), failed=tuple(gathered.failed))


def _gather(plan: Plan, folder: Path, results: Iterable[Result]) -> Gathered:
    """Write each result's lines as it comes and keep only what the summary needs."""
    gathered = Gathered()
    parts = {"yearly": "yearly.csv", "monthly": "monthly.csv"}
    heads = {"yearly": f"{YEARLY_COLUMNS}\n".encode(), "monthly": f"{MONTHLY_COLUMNS}\n".encode()}
    if plan.event_log:
        parts |= {"events": "events.csv.gz", "children": "children.csv.gz"}
        heads |= {"events": packed([EVENT_COLUMNS]), "children": packed([CHILD_COLUMNS])}
    files = {part: store.GrowingFile(folder / name) for part, name in parts.items()}
    try:
        for part, head in heads.items():
            files[part].add(head)
        for result in results:
            gathered.add(result)
            for part, file in files.items():
                file.add(getattr(result, part))
    finally:
        for file in files.values():
            file.close()
    return gathered


def _write_tables(plan: Plan, folder: Path, gathered: Gathered) -> None:
    units = {name: measure.unit for name, measure in MEASURES.items()}
    table = gathered.replications.summary(plan.scenarios, units)
    store.write_text(folder / "summary.csv", summary.as_csv(table))
    store.write_text(folder / "config.yaml", plan.document.resolved())
    posterior = plan.document.posterior
    if posterior:
        store.write_bytes(folder / posterior.name, posterior.content)
    if gathered.failed:
        store.write_text(folder / "failed.csv", failures_as_csv(gathered.failed))


def failures_as_csv(failed: Iterable[Result]) -> str:
    """What failed, one line a replication."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["scenario", "draw", "replication", "stage", "message"])
    for result in failed:
        unit, failure = result.unit, result.failure
        if failure:
            message = " ".join(failure.message.split())
            writer.writerow([unit.scenario, unit.draw, unit.replication, failure.stage, message])
    return text.getvalue()


def _facts(plan: Plan, folder: Path, gathered: Gathered) -> dict[str, Any]:
    """What is known of a run whatever the day and the machine."""
    config = plan.document.resolved().encode()
    return {
        "schema_version": store.SCHEMA_VERSION,
        "experiment": plan.name,
        "run_id": plan.run_id,
        "status": "partial" if gathered.failed else "complete",
        "draft": plan.quick,
        "seed": plan.seed,
        "replications": plan.replications,
        "draws": plan.draws,
        "scenarios": list(plan.scenarios),
        "failed": len(gathered.failed),
        "event_log": plan.event_log,
        "audit": {family: gathered.audit.get(family, 0) for family in sorted({*AUDITS, *gathered.audit})},
        "config_sha256": hashlib.sha256(config).hexdigest(),
        "inputs": plan.document.inputs,
        "versions": versions(),
        "git": git_state(),
    }


def _course(gathered: Gathered, started: datetime, wall_seconds: float) -> dict[str, Any]:
    """What depends on the day and the machine."""
    return {
        "started": started.isoformat(timespec="seconds"),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "wall_seconds": round(wall_seconds, 2),
        "cpu_seconds": round(gathered.cpu_seconds(), 2),
        "worker_peak_mb": round(gathered.peak_mb, 1),
    }


def versions() -> dict[str, str]:
    """The model, Python and every library that has a part in the numbers."""
    found = {"model": model_version(), "python": platform.python_version(), "platform": sys.platform}
    for library in LIBRARIES:
        try:
            found[library] = metadata.version(library)
        except metadata.PackageNotFoundError:
            found[library] = "unknown"
    return found


def git_state() -> dict[str, Any] | None:
    """The commit the source stands at, where it is a git checkout."""
    here = Path(__file__).resolve().parents[1]
    if not (here / ".git").exists():
        return None
    try:
        commit = _git(here, "rev-parse", "HEAD")
        return {
            "commit": commit,
            "changed": bool(_git(here, "status", "--porcelain", "--", "sim", "experiments")),
        }
    except (OSError, subprocess.SubprocessError):
        return None


def _git(folder: Path, *arguments: str) -> str:
    asked = ["git", "-C", str(folder), *arguments]
    return subprocess.run(asked, capture_output=True, text=True, check=True, timeout=10).stdout.strip()
