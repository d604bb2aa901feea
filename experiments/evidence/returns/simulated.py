"""The person-level return that a simulated authority would send.

From the event log of a run. Identifiers are counters, birth dates are drawn from the year of birth,
and what says who somebody is stays blank: nobody in it exists. Schools have numbers that the register
does not give; `establishments.csv` beside the tables says what they are.

What the return has no place for: when the plans of the opening day began, and how the reviews of plans
since ended went.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from experiments import store
from experiments.errors import InputError
from experiments.evidence.returns.dialects import MODULES
from experiments.evidence.returns.establishments import FILE
from experiments.evidence.returns.run_events import RunEvents, read_run_events
from experiments.evidence.returns.stories import Story, birth_date
from experiments.evidence.returns.writing import Dialect, Record, as_csv, establishments
from sim.calendars import third_thursday_of_january


def write_return(
    run_folder: Path,
    scenario: str,
    replication: int,
    census: date,
    out: Path,
    dialect: Dialect = "short",
) -> dict[str, int]:
    """Write the return of a census day into the folder `out`; gives the rows of each table.

    The run must have been made with --event-log and hold the whole calendar year before the census.
    Raises InputError where it does not.
    """
    run = read_run_events(run_folder, scenario, replication)
    if not _holds(run, census):
        first = date(census.year - 1, 1, 1)
        needed, there = f"{first} to {census}", f"{run.start} to {run.end}"
        raise InputError(f"{census}: this return needs a run from {needed}, this one has {there}")
    tables = tables_of(run, census, f"{scenario}/{replication}")
    prefix = f"Blade-Export_{census:%d-%m-%Y}_" if dialect == "short" else ""
    store.make_folder(out)
    for name, rows in tables.items():
        store.write_text(out / f"{prefix}{name}.csv", as_csv(name, rows, dialect))
    store.write_text(out / FILE, establishments())
    return {name: len(rows) for name, rows in tables.items()}


def export_return(
    run_folder: Path,
    out: Path,
    scenario: str | None = None,
    replication: int = 1,
    dialect: Dialect = "short",
) -> dict[str, Any]:
    """Write the returns of all years that a run holds whole, each into a folder of its own below `out`.

    Raises InputError where there is none, or where `out` holds something already.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(f"{out}: already exists; choose another --out")
    scenario = scenario or "baseline"
    run = read_run_events(run_folder, scenario, replication)
    years = range(run.start.year + 1, run.end.year + 1)
    held = [census for census in map(third_thursday_of_january, years) if _holds(run, census)]
    if not held:
        raise InputError(f"{run_folder}: {run.start} to {run.end} holds no whole year and census after it")
    rows = {
        str(census.year): write_return(
            run_folder, scenario, replication, census, out / str(census.year), dialect
        )
        for census in held
    }
    return {
        "kind": "sen2 export",
        "out": str(out),
        "scenario": scenario,
        "replication": replication,
        "rows": rows,
    }


def in_words(told: dict[str, Any]) -> str:
    """What the export wrote, for the screen."""
    lines = [f"SEN2 returns of {told['scenario']}, replication {told['replication']}, by collection:"]
    for year, rows in told["rows"].items():
        lines.append(
            f"  {told['out']}/{year}: " + ", ".join(f"{name} {number}" for name, number in rows.items())
        )
    return "\n".join(lines)


def _holds(run: RunEvents, census: date) -> bool:
    """Whether a run has the whole year before a census, and the census."""
    return run.start <= date(census.year - 1, 1, 1) and census <= run.end


def tables_of(run: RunEvents, census: date, seed: str) -> dict[str, list[Record]]:
    """The rows of each table, by COLLECT's names."""
    tables: dict[str, list[Record]] = {name: [] for name in MODULES}
    tables["sen2"].append({"sen2tableid": 1, "year": census.year, "referencedate": census})
    for person in run.people:
        story = Story(person, census)
        if story.is_returned:
            story.write(tables, birth_date(person, census, seed))
    return tables
