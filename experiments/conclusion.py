"""What a run says when it ends: where the report is, three sentences, and anything that failed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from experiments import key_figures
from experiments.experiment import Finished
from experiments.reports import stored_results
from experiments.reports.findings import in_short

MOST_SHOWN = 5
SENTENCES = 3


def of(finished: Finished) -> dict[str, Any]:
    """The end of a run as plain data."""
    manifest, folder = finished.manifest, finished.folder
    report = folder / "report.html"
    told = {
        "experiment": manifest["experiment"],
        "run_id": manifest["run_id"],
        "status": manifest["status"],
        "draft": manifest["draft"],
        "found": finished.found,
        "folder": str(folder),
        "report": str(report) if report.is_file() else None,
        "seed": manifest["seed"],
        "replications": manifest["replications"],
        "scenarios": manifest["scenarios"],
        "failed": manifest["failed"],
        "audit": manifest["audit"],
        "wall_seconds": manifest["wall_seconds"],
        "cpu_seconds": manifest["cpu_seconds"],
    }
    return told | _findings(folder)


def _findings(folder: Path) -> dict[str, Any]:
    """The report's first sentences, so that console and report say the same, and the key figures."""
    totals = key_figures.read_totals(folder)
    if totals.empty:
        return {"sentences": [], "key_figures": []}
    sentences = in_short(stored_results.read(folder))[:SENTENCES]
    last = key_figures.at_the_end(totals).drop(columns=["group", "uncertainty"])
    return {
        "sentences": sentences,
        "key_figures": key_figures.as_records(last),
    }


def in_words(told: dict[str, Any]) -> str:
    """The end of a run for a reader."""
    lines = [f"Report: {told['report']}"] if told["report"] else [f"Results: {told['folder']}"]
    if told["found"]:
        lines.append("This run was made before; its files are unchanged and nothing was run again.")
    if told["draft"]:
        lines.append("A draft: too few replications to decide on.")
    return "\n".join([*lines, *told["sentences"]])


def faults(finished: Finished, debug: bool) -> list[str]:
    """Replications that failed and audits that found something."""
    lines = []
    for result in finished.failed[:MOST_SHOWN]:
        unit, failure = result.unit, result.failure
        if failure:
            words = failure.trace if debug and failure.trace else failure.message
            lines.append(f"{unit.scenario}, replication {unit.replication}, {failure.stage}: {words}")
    if len(finished.failed) > MOST_SHOWN:
        lines.append(f"and {len(finished.failed) - MOST_SHOWN} more")
    if finished.failed:
        runs = "1 run" if len(finished.failed) == 1 else f"{len(finished.failed)} runs"
        lines.append(f"{runs} failed and the others are kept; see {finished.folder / 'failed.csv'}")
    broken = {family: count for family, count in finished.manifest["audit"].items() if count}
    if broken:
        told = ", ".join(f"{family} {count}" for family, count in broken.items())
        lines.append(f"The audit found what cannot be ({told}): do not rely on this run.")
    return lines
