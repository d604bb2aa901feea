"""`send-sim why`: why did a measure move between two dates?

The folder that is written, whole or not at all, holds

- `movement.csv` the two levels, what was carried over and each cause's share, adding up as they stand;
- `values.csv` both figures of every run; `config.yaml` the config; `figures/movement.svg` the waterfall;
- `why.json` all that is told, and `why.html` the page.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

from experiments import console, plan, runner, store
from experiments.experiment import failures_as_csv
from experiments.movement import page, settings_moved, steps, task, wording
from experiments.movement.question import Period, Question, pose
from experiments.movement.runs import Runs
from experiments.plan import Options
from experiments.reports.report import FIGURES
from experiments.task import Result

SCHEMA_VERSION = 1
TOLD, PAGE, DRAWING = "why.json", "why.html", "movement"
Follow = Callable[[Iterable[Result], int], Iterator[Result]]


def why(
    config: Path,
    options: Options,
    measure: str,
    first: str,
    second: str,
    *,
    group: str = "all",
    calendar: str | None = None,
    in_all_orders: bool = False,
    jobs: int = 1,
    out: Path | None = None,
    follow: Follow = console.followed,
) -> dict[str, Any]:
    """Run what is needed, or find it complete, and tell what each cause did to the measure.

    `first` and `second` name periods as the results do: 2021, or 2021-22. The scenario is the last of
    `options.scenarios`, or the baseline. ConfigError and InputError for what is wrong with config or
    question, with nothing run; ExperimentError if no replication gives both figures.
    """
    runs = prepare(config, options, measure, first, second, group, calendar, in_all_orders)
    identity = identity_of(runs)
    final = out if out is not None else Path("results") / runs.plan.name / f"why-{identity}"
    found = store.existing_run(final, identity) is not None
    if not found:
        results = follow(runner.run(runs, jobs, partial(task.measure, runs.question.keys)), len(runs.units))
        _write(runs, identity, final, *steps.gather(runs, results))
    content = json.loads((final / TOLD).read_text(encoding="utf-8"))
    return {**content, "folder": final.as_posix(), "page": (final / PAGE).as_posix(), "found": found}


def prepare(
    config: Path,
    options: Options,
    measure: str,
    first: str,
    second: str,
    group: str = "all",
    calendar: str | None = None,
    in_all_orders: bool = False,
) -> Runs:
    """The checked question and the runs that answer it; nothing is run yet."""
    made = plan.make(config, options)
    scenario = options.scenarios[-1] if options.scenarios else made.scenarios[0]
    made = replace(made, scenarios=(scenario,))
    question = pose(made.document.settings(scenario), measure, first, second, group, calendar)
    return Runs(made, question, in_all_orders)


def identity_of(runs: Runs) -> str:
    """Twelve hexadecimal digits that stand for all that decides the shares."""
    sources = [*Path(__file__).parent.glob("*.py"), *(Path(__file__).parents[1] / "bridge").glob("shares.py")]
    content = b"".join(path.read_bytes().replace(b"\r\n", b"\n") for path in sorted(sources))
    decides = {
        "plan": runs.plan.run_id,
        "question": plan.plain_data(asdict(runs.question)),
        "in_all_orders": runs.in_all_orders,
        "method": hashlib.sha256(content).hexdigest(),
    }
    return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()[:12]


def _write(runs: Runs, identity: str, final: Path, figures: steps.Figures, failed: list[Result]) -> None:
    """Put the folder in its place, whole."""
    walk = steps.walk(runs, figures)
    told = _told(runs, identity, figures, walk, failed)
    drawings = page.drawings(told, runs.question)
    with store.Staging(final) as staging:
        folder = staging.folder
        store.write_text(folder / "movement.csv", steps.as_csv(told["steps"], runs.question, runs.scenario))
        store.write_text(folder / "values.csv", steps.values_as_csv(runs, figures))
        store.write_text(folder / "config.yaml", runs.plan.document.resolved())
        posterior = runs.plan.document.posterior
        if posterior:
            store.write_bytes(folder / posterior.name, posterior.content)
        if failed:
            store.write_text(folder / "failed.csv", failures_as_csv(failed))
        store.make_folder(folder / FIGURES)
        store.write_text(folder / FIGURES / f"{DRAWING}.svg", drawings[0])
        store.write_text(folder / TOLD, json.dumps(told, indent=1, ensure_ascii=False) + "\n")
        store.write_text(folder / PAGE, page.page_of(told, runs.question, drawings))
        facts = {key: told[key] for key in ("experiment", "run_id", "status", "seed", "draft", "model")}
        store.write_manifest(folder, {"schema_version": store.SCHEMA_VERSION, **facts})
        staging.publish()


def _told(
    runs: Runs, identity: str, figures: steps.Figures, walk: list[steps.Step], failed: list[Result]
) -> dict[str, Any]:
    made, question = runs.plan, runs.question
    table = steps.rows(walk, question)
    together = steps.whole_movement(runs, figures)
    movement = {
        "value": steps.as_number(walk[-1].value - walk[0].value, question.places),
        **{name: steps.as_number(value, question.places) for name, value in together.items()},
    }
    return {
        "schema_version": SCHEMA_VERSION,
        "experiment": made.name,
        "authority": made.central.authority.name,
        "run_id": identity,
        "status": "partial" if failed else "complete",
        "draft": made.quick,
        "seed": made.seed,
        "model": plan.model_version(),
        "scenario": runs.scenario,
        "scenario_label": runs.label,
        "measure": question.measure,
        "unit": question.unit,
        "calendar": question.calendar,
        "group": question.group,
        "from": _period(question.first),
        "to": _period(question.second),
        "held_from": question.held_from.isoformat(),
        "orders": "all" if runs.in_all_orders else "two",
        "sets": len(runs.sets),
        "replications": len(figures.replications),
        "asked_replications": made.replications,
        "failed": len(failed),
        "movement": movement,
        "steps": table,
        "settings": settings_moved.by_cause(made.document.settings(runs.scenario), question),
    }


def _period(period: Period) -> dict[str, Any]:
    return {"period": period.name, "last_day": period.last.isoformat()}


def question_of(told: dict[str, Any]) -> Question:
    """The question that a stored answer is of."""
    from datetime import date

    periods = (
        Period(told[end]["period"], date.fromisoformat(told[end]["last_day"]), 0) for end in ("from", "to")
    )
    return Question(told["measure"], told["group"], told["calendar"], *periods)


def in_words(told: dict[str, Any]) -> str:
    """The same for a reader at a terminal."""
    question = question_of(told)
    lines = [f"{told['authority']}, {told['scenario_label']}: {wording.headline(told, question)}."]
    lines.append(wording.sentence(told, question))
    if told["draft"]:
        lines.append("A draft: too few replications to decide on.")
    if told["found"]:
        lines.append("This was worked out before; nothing was run again.")
    return "\n".join([*lines, "", wording.in_columns(told, question), "", f"Page: {told['page']}"])
