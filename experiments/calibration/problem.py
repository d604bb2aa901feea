"""What is to be learnt and from what: parameters with their priors, and published figures.

Arrays of parameters have a row a draw and a column a parameter, in the units of the config; arrays of
figures a row a draw and a column a figure, in the units of the measure.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from experiments.errors import InputError
from experiments.plan import Options, model_version, plain_data
from sim import luck
from sim.config.calibration import days_of
from sim.config.documents import Document, read
from sim.config.faults import Path as Keys
from sim.config.faults import dotted
from sim.config.parameters import Range, drawn
from sim.settings import Calibration, Observed, Settings
from sim.settings.calibration import ENDING

LEFT_OUT = ("calibration", "posterior", "scenarios", "interventions", "description")
"""Sections that make no difference to a run of the baseline."""
EDGE = 1e-9
RUNS_A_PARAMETER = 10


@dataclass(frozen=True)
class Parameter:
    """A calibrated number; its prior is triangular from low to high with its peak at the value."""

    path: Keys
    spread: Range

    @property
    def name(self) -> str:
        return dotted(self.path)

    @property
    def prior_variance(self) -> float:
        low, peak, high = self.spread.low, self.spread.value, self.spread.high
        return (low**2 + peak**2 + high**2 - low * peak - low * high - peak * high) / 18

    def prior_quantile(self, share: float) -> float:
        return luck.triangular(share, self.spread.low, self.spread.value, self.spread.high)


@dataclass(frozen=True)
class Problem:
    """A checked config with what it is calibrated by. `document` is without any earlier posterior."""

    document: Document
    parameters: tuple[Parameter, ...]
    figures: tuple[Observed, ...]
    calibration: Calibration
    seed: int

    @property
    def values(self) -> np.ndarray:
        """The published figures."""
        return np.array([figure.value for figure in self.figures], dtype=float)

    @property
    def sds(self) -> np.ndarray:
        """How far each published figure may be off."""
        return np.array([figure.sd for figure in self.figures], dtype=float)

    @property
    def keys(self) -> list[tuple[str, str, str, str]]:
        """Calendar, period, measure and group of each figure, as yearly results have them."""
        return [key_of(figure) for figure in self.figures]

    @property
    def low(self) -> np.ndarray:
        return np.array([each.spread.low for each in self.parameters], dtype=float)

    @property
    def high(self) -> np.ndarray:
        return np.array([each.spread.high for each in self.parameters], dtype=float)

    @property
    def name(self) -> str:
        return str(self.document.data["name"])

    def inputs(self) -> dict[str, str]:
        """The digests of the files of the config; what an earlier calibration wrote is none of them."""
        found = self.document.inputs.items()
        return {name: digest for name, digest in found if not name.endswith(ENDING)}

    def settings(self, draw: int) -> Settings:
        """The baseline at one parameter draw: all uncertain numbers are drawn, calibrated or not."""
        return self.document.settings(self.document.scenario_names[0], draw)

    def parameters_of(self, draws: Sequence[int]) -> np.ndarray:
        """What each draw gives the calibrated parameters."""
        rows = [
            [drawn(self.seed, each.path, each.spread, draw) for each in self.parameters] for draw in draws
        ]
        return np.array(rows, dtype=float).reshape(len(draws), len(self.parameters))

    def errors_of(self, draws: Sequence[int]) -> np.ndarray:
        """How far off the published figure of each draw would be: a normal error of its `sd`."""
        keys = [luck.key_of(self.seed, "calibration error", *key) for key in self.keys]
        rows = [[luck.normal_quantile(luck.uniform(key, draw)) for key in keys] for draw in draws]
        return np.array(rows, dtype=float).reshape(len(draws), len(keys)) * self.sds

    def logits(self, values: np.ndarray) -> np.ndarray:
        """Parameters on a scale without ends, on which those of a prior reach from -inf to inf."""
        share = np.clip((values - self.low) / (self.high - self.low), EDGE, 1 - EDGE)
        return np.log(share / (1 - share))

    def from_logits(self, logits: np.ndarray) -> np.ndarray:
        share = 1 / (1 + np.exp(-np.clip(logits, -30, 30)))
        return self.low + (self.high - self.low) * share

    def bank_id(self) -> str:
        """Twelve hexadecimal digits that stand for all that decides the runs."""
        data = {name: part for name, part in self.document.data.items() if name not in LEFT_OUT}
        data["run"] = {name: part for name, part in data["run"].items() if name != "replications"}
        return digest({"config": plain_data(data), "figures": self.keys, "model": model_version()})


def pose(config: Path, options: Options, runs: int | None = None) -> Problem:
    """Read a config to be calibrated; its run ends with the last published figure."""
    overrides = [*options.as_overrides(), *([] if runs is None else [f"calibration.runs={runs}"])]
    settings = read(config, overrides).settings()
    if settings.calibration is None:
        raise InputError(f"{config}: no calibration section; name its parameters and observed figures there")
    start = settings.run.start
    figures = settings.calibration.observed
    early = [name_of(each) for each in figures if (days_of(each) or (start,))[0] < start]
    if early:
        raise InputError(f"{config}: {', '.join(early)}: before the run begins on {start}")
    months = months_needed(settings)
    document = read(config, [*overrides, f"run.years={months / 12!r}"])
    _refuse_too_few(settings.calibration)
    spreads = {dotted(path): (path, spread) for path, spread in document.plain.ranges.items()}
    fixed = [name for name in settings.calibration.parameters if name not in spreads]
    if fixed:
        raise InputError(
            f"{config}: {', '.join(fixed)}: fixed by this config or --set, so nothing can be learnt"
        )
    return Problem(
        document=replace(document, posterior=None),
        parameters=tuple(Parameter(*spreads[name]) for name in settings.calibration.parameters),
        figures=tuple(settings.calibration.observed),
        calibration=settings.calibration,
        seed=settings.run.seed,
    )


def _refuse_too_few(calibration: Calibration) -> None:
    """Each wave needs some runs for each parameter, and trials need runs to be tried on."""
    fewest = RUNS_A_PARAMETER * (len(calibration.parameters) + 1)
    first = -(-calibration.runs // calibration.waves)
    if first < max(fewest, calibration.authorities):
        need = max(fewest, calibration.authorities) * calibration.waves
        message = f"{calibration.runs}, must be {need} or more for these parameters, waves and authorities"
        raise InputError(f"calibration.runs: {message}")


def months_needed(settings: Settings) -> int:
    """Months from the start of the run to the end of the last year that has a figure."""
    assert settings.calibration is not None
    ends = [days[1] for figure in settings.calibration.observed if (days := days_of(figure))]
    last, start = max(ends), settings.run.start
    return (last.year - start.year) * 12 + last.month - start.month


def key_of(figure: Observed) -> tuple[str, str, str, str]:
    return figure.calendar, str(figure.period), figure.measure, figure.group


def name_of(figure: Observed) -> str:
    """`requests 2021`, `plans_active need=ASD 2022`, as messages and pages say it."""
    group = "" if figure.group == "all" else f" {figure.group}"
    year = f"{figure.period}" if figure.calendar == "calendar" else f"{figure.calendar} {figure.period}"
    return f"{figure.measure}{group} {year}"


def digest(decides: dict[str, Any]) -> str:
    text = json.dumps(decides, sort_keys=True, default=lambda each: date.isoformat(each))
    return hashlib.sha256(text.encode()).hexdigest()[:12]
