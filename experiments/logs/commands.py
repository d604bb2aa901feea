"""What can be done with logs: compare, export, import. Each says what it did in a dict for `in_words`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from experiments import store
from experiments.errors import InputError
from experiments.logs.animation import export_animation
from experiments.logs.case_logs import read_case_log
from experiments.logs.fits import COLUMNS, fit_log
from experiments.logs.page import write_comparison
from experiments.logs.small_cells import HELD_BACK, POLICY, as_csv
from experiments.logs.witan_counts import import_witan as read_and_count
from experiments.logs.witan_export import export_witan
from experiments.logs.xes import export_xes

__all__ = ["compare", "export", "import_log", "import_witan", "in_words"]
FORMS = {"xes": export_xes, "animation": export_animation, "witan": export_witan}
DURATIONS = "stage_durations.csv"


def compare(run: Path, log: Path, column_map: Path, out: Path, scenario: str | None = None) -> dict[str, Any]:
    """An authority's own log beside a run's: tables and a page in the folder `out`."""
    _must_be_free(out)
    return write_comparison(run, log, column_map, out, scenario)


def export(
    run: Path, form: str, out: Path, scenario: str | None = None, replication: int = 1
) -> dict[str, Any]:
    """A run's event log as a file (xes) or a folder (animation, witan) for other tools."""
    if form not in FORMS:
        raise InputError(f"--form: {form!r}, must be one of {', '.join(FORMS)}")
    _must_be_free(out)
    return FORMS[form](run, scenario, replication, out)


def import_log(log: Path, column_map: Path, out: Path) -> dict[str, Any]:
    """How long each stage takes in an authority's own log, as `stage_durations.csv` in the folder `out`."""
    _must_be_free(out)
    read = read_case_log(log, column_map)
    rows = fit_log(read)
    table = pd.DataFrame(rows, columns=COLUMNS).astype(object)
    with store.Staging(out) as staging:
        store.write_text(staging.folder / DURATIONS, as_csv(table, missing=HELD_BACK))
        staging.publish()
    return {
        "kind": "log import",
        "file": str(out / DURATIONS),
        "from": str(read.first),
        "to": str(read.last),
        "stages": rows,
        "policy": POLICY,
        "warnings": list(read.warnings),
    }


def import_witan(folder: Path, out: Path) -> dict[str, Any]:
    """Counts from a folder of witan.send's files, as tables in the folder `out`."""
    _must_be_free(out)
    return read_and_count(folder, out)


def _must_be_free(out: Path) -> None:
    """Nothing is ever overwritten."""
    if out.exists():
        raise InputError(f"{out}: already exists; choose another --out")


def in_words(told: dict[str, Any]) -> str:
    """What any of these did, for people."""
    words = {
        "comparison": _compared,
        "log import": _log_imported,
        "witan import": _witan_imported,
        "export": _exported,
    }
    return "\n".join([*words[told["kind"]](told), *(f"Note: {each}" for each in told.get("warnings", ()))])


def _compared(told: dict[str, Any]) -> list[str]:
    return [f"Comparison: {told['page']}", *told["findings"]]


def _log_imported(told: dict[str, Any]) -> list[str]:
    lines = [f"Durations of stages from {told['from']} to {told['to']}: {told['file']}"]
    for row in told["stages"]:
        if row["status"] != "fitted":
            lines.append(f"{row['label']}: {row['status']}.")
            continue
        half = "" if row["days_p50"] is None else f"half within {row['days_p50']} days, "
        lines.append(
            f"{row['label']}: {half}mean {row['fitted_mean_days']} days, coefficient of variation "
            f"{row['fitted_cv']} (about {row['cases']} cases)."
        )
    waits = "These times hold the wait for staff and panels too: a config’s own delays are shorter."
    return [*lines, waits, told["policy"]]


def _witan_imported(told: dict[str, Any]) -> list[str]:
    return [
        f"Counts from January {told['first_january']} to January {told['last_january']}: {told['folder']}",
        f"{told['steps']:,} steps of children; {told['plans_at_end']:,} plans at the end.",
        "Many of these counts are small: keep them inside the authority.",
    ]


def _exported(told: dict[str, Any]) -> list[str]:
    where = told.get("file") or told["folder"]
    of_what = f"replication {told['replication']} of {told['scenario']}"
    if told["form"] == "witan":
        januaries = f"January {told['januaries'][0]} to January {told['januaries'][-1]}"
        return [
            f"Files of witan.send, {of_what}, {januaries}: {where}",
            f"Summaries are over {told['replications']} replications; costs are those of {told['costs_of']}.",
        ]
    what = {"xes": "Event log in XES", "animation": "Event log for animations, time in days"}[told["form"]]
    return [f"{what}, {of_what}, {told['children']:,} children, {told['rows']:,} rows: {where}"]
