"""One paper from config to findings: everything is checked before anything runs, and nothing is run twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from experiments import experiment, store
from experiments.errors import ExperimentError, InputError
from experiments.experiment import Finished, Follow
from experiments.papers import trials as trying
from experiments.papers.answers import read_answers
from experiments.papers.appraisals import MEASURES_NEEDED, appraiser
from experiments.papers.claims import Judged, judge, measures_of
from experiments.papers.trials import Swing, Tried
from experiments.plan import Options, Plan, make
from sim.config.faults import Path as Keys
from sim.config.papers import years_named, years_of
from sim.settings import Paper

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Prepared:
    """A paper whose config is right: its run, its trials, and the digest that stands for both."""

    plan: Plan
    paper: Paper
    trials: trying.Trials
    left_out: list[Keys]

    @property
    def name(self) -> str:
        return self.plan.name

    @property
    def digest(self) -> str:
        """Twelve hexadecimal digits that stand for all that decides what is found."""
        decides = [
            self.plan.run_id,
            self.trials.altered.run_id,
            [".".join(map(str, path)) for path in self.trials.paths],
            self.trials.replications,
            own_source(),
        ]
        return hashlib.sha256(json.dumps(decides).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Found:
    """What was found of one paper."""

    prepared: Prepared
    finished: Finished
    claims: list[Judged]
    tried: Tried

    @property
    def paper(self) -> Paper:
        return self.prepared.paper

    @property
    def headline(self) -> Judged:
        return next(each for each in self.claims if each.name == self.paper.headline)

    @property
    def replications(self) -> int:
        return self.prepared.plan.replications


def prepare(config: Path, options: Options) -> Prepared:
    """Read a config with a paper, with its mechanism as it is and altered; nothing is run.

    Raises ConfigError with every fault, and InputError where the config has no paper.
    """
    plan = make(config, options)
    paper = plan.central.paper
    if paper is None:
        raise InputError(f"{config}: has no paper; `send-sim run` runs a config without one")
    _refuse_missing_years(config, paper, plan)
    headline = paper.claims[paper.headline].simulated
    named = (headline.scenario, headline.against) if headline else ()
    altered = make(
        config,
        replace(
            options,
            scenarios=tuple(name for name in named if name),
            overrides=(*options.overrides, *as_overrides(paper.perturbed.set)),
        ),
    )
    return Prepared(plan, paper, *trying.prepare(plan, altered, paper))


def as_overrides(changes: dict[str, Any]) -> list[str]:
    """Paths with values as `--set` takes them."""
    return [f"{path}={_flow(value)}" for path, value in changes.items()]


def _flow(value: Any) -> str:
    """A value on one line of YAML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_flow(key)}: {_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return value.isoformat() if isinstance(value, date) else json.dumps(value)


def _refuse_missing_years(config: Path, paper: Paper, plan: Plan) -> None:
    """A run that another file or an option has cut short may lack the years of a claim."""
    faults = []
    for name, claim in paper.claims.items():
        if claim.simulated is None or not claim.simulated.measure:
            continue
        known = years_of(plan.central.run, claim.simulated.measure, claim.simulated.calendar)
        missing = [year for _, year in years_named(claim.simulated) if year not in known]
        faults += [f"{config}: paper.claims.{name}: {year!r} is no whole year of the run" for year in missing]
    if faults:
        raise InputError("\n".join(faults))


def carry_out(prepared: Prepared, out: Path, jobs: int, follow: Follow, tell: Tell) -> Found:
    """Run what is not there yet under `out`, and judge the claims.

    Raises ExperimentError where a run fails.
    """
    plan = prepared.plan
    folder = out / plan.name / plan.run_id
    tell(f"{plan.name}: {len(plan.units)} runs")
    finished = experiment.carry_out(plan, folder, jobs, follow)
    if finished.failed:
        failure = finished.failed[0].failure
        reason = f"{failure.stage}: {failure.message}" if failure else "no reason given"
        raise ExperimentError(f"{len(finished.failed)} of {len(plan.units)} runs failed, the first {reason}")
    known = read_answers(folder, measures_of(prepared.paper) | MEASURES_NEEDED)
    appraise = appraiser(plan.central)
    claims = judge(prepared.paper, known, appraise)
    cached = out / "papers" / "trials" / f"{plan.name}-{prepared.digest}.json"
    tried = read_tried(cached)
    if tried is None:
        tell(f"{plan.name}: {len(prepared.trials.units)} trials of {_numbers(prepared)}")
        tried = trying.carry_out(prepared.trials, prepared.left_out, known, appraise, jobs, follow)
        store.make_folder(cached.parent)
        store.write_text(cached, json.dumps(_as_data(tried), indent=1) + "\n")
    return Found(prepared, finished, claims, tried)


def _numbers(prepared: Prepared) -> str:
    count = len(prepared.trials.paths)
    return f"{count} assumption{'' if count == 1 else 's'} and an altered mechanism"


def _as_data(tried: Tried) -> dict[str, Any]:
    return {
        "as_drawn": tried.as_drawn.tolist(),
        "altered": tried.altered.tolist(),
        "swings": [[each.path, each.at_low, each.at_high] for each in tried.swings],
        "left_out": tried.left_out,
    }


def read_tried(path: Path) -> Tried | None:
    """Trials that were made before, or None where there are none that can be read."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return Tried(
            np.array(told["as_drawn"], dtype=float),
            np.array(told["altered"], dtype=float),
            [Swing(*each) for each in told["swings"]],
            list(told["left_out"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def own_source() -> str:
    """A digest of this package, which decides how claims are judged and assumptions tried."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode())
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:12]
