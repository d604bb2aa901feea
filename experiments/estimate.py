"""How long a run will take, and how much memory and disk, before it is started.

An estimate from the size of the authority and a few constants measured by a benchmark. Machines
differ by a factor of two either way, and a long backlog costs more than a short one.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from experiments.console import duration
from experiments.plan import Plan
from sim.settings import Settings

SECONDS_A_REPLICATION = 0.06
SECONDS_A_REQUEST = 5.2e-4
START_AND_REPORT_SECONDS = 6.0
PARENT_MB = 200.0
WORKER_MB = 52.0
WORKER_MB_A_REQUEST = 0.0075
REPORT_MB = 4.0
TABLE_MB_A_GROUP_YEAR = 0.0065
EVENT_MB_A_REQUEST = 9.0e-4


@dataclass(frozen=True)
class Estimate:
    """What the whole run needs, on this many workers."""

    seconds: float
    memory_mb: float
    disk_mb: float


def estimate(plan: Plan, jobs: int) -> Estimate:
    settings = plan.central
    requests = requests_of(settings)
    runs = len(plan.units)
    workers = min(jobs, runs)
    grouped = (settings.needs, settings.settings, settings.staff_pools, settings.authority.districts)
    groups = sum(len(names) for names in grouped)
    disk_mb = REPORT_MB + runs * TABLE_MB_A_GROUP_YEAR * groups * settings.run.years
    if plan.event_log:
        disk_mb += runs * EVENT_MB_A_REQUEST * requests
    seconds = SECONDS_A_REPLICATION + SECONDS_A_REQUEST * requests
    return Estimate(
        seconds=START_AND_REPORT_SECONDS + runs * seconds / workers,
        memory_mb=PARENT_MB + workers * (WORKER_MB + WORKER_MB_A_REQUEST * requests),
        disk_mb=disk_mb,
    )


def requests_of(settings: Settings) -> float:
    """Requests that one replication will have, roughly: what all of the work grows with."""
    demand, start = settings.demand, settings.run.start
    people = settings.authority.population[min(settings.authority.population)]
    rates = zip(people, demand.requests_per_1000, strict=True)
    first_year = sum(number * rate / 1000 for number, rate in rates)
    growth = [need.growth_per_year.at(start) for need in settings.needs.values()]
    yearly = (1 + sum(growth) / max(len(growth), 1)) * (1 + demand.growth_per_year.at(start))
    years = sum(yearly**year for year in range(max(round(settings.run.years), 1)))
    return first_year * demand.request_rate_multiplier.at(start) * years


def prospect(plan: Plan, out: Path | None, jobs: int) -> dict[str, Any]:
    """What `run` would do with this config, and about what it would take."""
    settings = plan.central
    return {
        "name": plan.name,
        "authority": settings.authority.name,
        "start": settings.run.start.isoformat(),
        "years": settings.run.years,
        "scenarios": {name: plan.interventions(name) for name in plan.scenarios},
        "replications": plan.replications,
        "draws": plan.draws,
        "seed": plan.seed,
        "uncertain_parameters": len(plan.document.ranges),
        "draft": plan.quick,
        "warnings": [str(fault) for fault in plan.document.warnings],
        "runs": len(plan.units),
        "jobs": min(jobs, len(plan.units)),
        "run_id": plan.run_id,
        "folder": plan.folder(out).as_posix(),
        "estimate": asdict(estimate(plan, jobs)),
    }


def in_words(told: dict[str, Any]) -> str:
    """The same for a reader."""
    needs = told["estimate"]
    draft = ", a draft" if told["draft"] else ""
    lines = [
        "The config is valid.",
        *(f"warning: {warning}" for warning in told["warnings"]),
        f"{told['name']}: {told['authority']}, {told['years']:g} years from {told['start']}.",
        *(
            f"  scenario {name}: {', '.join(used) or 'no interventions'}"
            for name, used in told["scenarios"].items()
        ),
        f"  {told['replications']} replications of each: {told['draws']} draws of "
        f"{told['uncertain_parameters']} uncertain parameters, seed {told['seed']}{draft}",
        f"  {told['runs']} runs, {told['jobs']} at a time, into {told['folder']}",
        f"Estimate, within a factor of two: {duration(needs['seconds'])}, "
        f"{needs['memory_mb']:,.0f} MB of memory, {max(needs['disk_mb'], 1):,.0f} MB of disk.",
    ]
    return "\n".join(lines)
