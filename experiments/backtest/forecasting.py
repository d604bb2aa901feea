"""The simulated forecasts: a config frozen at the January, run once a parameter draw, four figures kept.

The draws of an authority stand in one file, written in one step when all of them are there, with the
digest of everything that decides them. A later start skips an authority whose file has the same
digest and makes the others again. An authority that fails is named with its reason; the rest go on.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments import runner, store
from experiments.backtest.freezing import Frozen
from experiments.backtest.targets import TARGETS
from experiments.errors import ExperimentError, InputError
from experiments.plan import Options, Plan, Unit, make
from experiments.task import Failure, Result, perform
from sim.config.documents import ConfigError
from sim.luck import key_of

if TYPE_CHECKING:
    from experiments.evidence.library import Library
    from sim.settings import Settings

MakeConfig = Callable[["Library", str, int], str]
"""Library known at the freeze, code, January → the YAML of a config that starts on that 1 January."""
Follow = Callable[[Iterable[Result], int], Iterator[Result]]

CONFIGS, FORECASTS = "configs", "forecasts"
PAST_THE_CENSUS = 0.25
"""Years that a run goes on after the last 1 January: the census is by the third Thursday."""
MEASURES = {target.measure: target for target in TARGETS.values()}
LIBRARY_OF_CONFIGS = Path(__file__).resolve().parents[2] / "configs"


@dataclass
class Forecasts:
    """The runs of many authorities, in the form the runner takes. `Unit.scenario` is the code."""

    draws: int
    plans: dict[str, Plan] = field(default_factory=dict)

    @property
    def units(self) -> list[Unit]:
        """One replication a draw, the biggest authorities first so that none is left over at the end."""
        return [Unit(code, draw, draw) for code in self.plans for draw in range(1, self.draws + 1)]

    def work(self, units: Iterable[Unit]) -> Iterator[tuple[Unit, Any, bool]]:
        for unit in units:
            plan = self.plans[unit.scenario]
            yield unit, _settings(plan, unit.draw), False


def _settings(plan: Plan, draw: int) -> Settings | Failure:
    try:
        return plan.document.settings(plan.scenarios[0], draw)
    except ConfigError as error:
        return Failure("drawing parameters", str(error))


def forecast_one(unit: Unit, settings: Settings | Failure, keep_log: bool) -> Result:
    """What a worker does: one replication, of which only the figures to be scored are kept."""
    if isinstance(settings, Failure):
        return Result(unit, failure=settings)
    result = perform(unit, settings, keep_log)
    kept = [place for place, key in enumerate(result.keys) if _is_wanted(key)]
    result.keys = [result.keys[place] for place in kept]
    result.values = result.values[kept] if kept else result.values[:0]
    result.yearly = result.monthly = b""
    return result


def _is_wanted(key: str) -> bool:
    calendar, period, measure, group = key.split(",", 3)
    return calendar == "calendar" and measure in MEASURES and group == "all" and period.isdigit()


@dataclass
class Prepared:
    """What is to be run, and what every authority's file must carry to count as done."""

    todo: Forecasts
    digests: dict[str, str] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)


def prepare(
    library: Library, frozen: Frozen, draws: int, seed: int, out: Path, make_config: MakeConfig
) -> Prepared:
    """Write and check the config of everybody asked for; those that have their draws need no run.

    Configs are made from the library as it was known at the freeze, so that none can see further.
    """
    past = library.known_by(frozen.january)
    prepared = Prepared(Forecasts(draws))
    for folder in (CONFIGS, FORECASTS):
        store.make_folder(out / folder)
    for code in sorted(frozen.asked, key=lambda code: (-_size(frozen, code), code)):
        try:
            plan = plan_one(past, frozen, code, seed, out / CONFIGS, make_config)
        except Exception as error:  # whatever is wrong with one authority, the others go on
            kind = "" if isinstance(error, (ExperimentError, ConfigError)) else f"{type(error).__name__}: "
            words = " ".join(str(error).split()).replace(f"{out / CONFIGS}{os.sep}", "")
            prepared.failures[code] = f"config: {kind}{words}"
            continue
        prepared.digests[code] = digest_of(plan, frozen, draws)
        if read_draws(out, code, prepared.digests[code]) is None:
            prepared.todo.plans[code] = plan
    return prepared


def carry_out(prepared: Prepared, frozen: Frozen, jobs: int, out: Path, follow: Follow) -> None:
    """Run what is to be run. Each authority is stored as soon as its last draw is there."""
    todo, units = prepared.todo, prepared.todo.units
    if not units:
        return
    of_one: list[Result] = []
    for result in follow(runner.run(todo, jobs, forecast_one), len(units)):
        of_one.append(result)
        if len(of_one) == todo.draws:
            code = result.unit.scenario
            reason = _keep(frozen, code, of_one, prepared.digests[code], out)
            if reason:
                prepared.failures[code] = reason
            of_one = []


def _size(frozen: Frozen, code: str) -> float:
    """How long a run takes goes by plans and requests."""
    return (frozen.last_value(code, "plans") or 0.0) + 5 * (frozen.last_value(code, "requests") or 0.0)


def plan_one(
    library: Library, frozen: Frozen, code: str, seed: int, folder: Path, make_config: MakeConfig
) -> Plan:
    """Write the config of one authority, read it as any config is read, and check its first day."""
    text = make_config(library, code, frozen.january)
    path = folder / f"{code}.yaml"
    store.write_text(path, text)
    bring_what_it_names(text, folder)
    options = Options(
        replications="2",
        seed=seed_of(code, seed),
        overrides=(f"run.years={frozen.horizons + PAST_THE_CENSUS:g}",),
    )
    plan = make(path, options)
    start = plan.central.run.start
    if start != date(frozen.january, 1, 1):
        raise InputError(f"{path.name}: starts on {start}, must start on {frozen.january}-01-01")
    return plan


def seed_of(code: str, seed: int) -> int:
    """Each authority has luck of its own, so that chance evens out over the league."""
    return key_of("backtest", seed, code) % 2**31


def bring_what_it_names(text: str, folder: Path, shelf: Path = LIBRARY_OF_CONFIGS) -> None:
    """Copy beside a config the files of `configs/` that it extends or takes its posterior from."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        said = YAML(typ="safe", pure=True).load(text)
    except YAMLError:
        return  # told, with its place, when the config is read
    if not isinstance(said, dict):
        return
    posterior = said.get("posterior")
    named = [said.get("extends"), posterior.get("file") if isinstance(posterior, dict) else None]
    for name in named:
        source = shelf / str(name)
        if not isinstance(name, str) or ".." in Path(name).parts or not source.is_file():
            continue
        target, content = folder / name, source.read_bytes()
        if target.is_file() and target.read_bytes() == content:
            continue  # brought for another authority, with what it names itself
        store.make_folder(target.parent)
        store.write_bytes(target, content)
        if source.suffix == ".yaml":
            bring_what_it_names(content.decode(), folder, shelf)


def digest_of(plan: Plan, frozen: Frozen, draws: int) -> str:
    """Twelve hexadecimal digits that stand for the config, the model, the seed and what is kept."""
    decides = [plan.run_id, frozen.january, frozen.horizons, draws, sorted(MEASURES)]
    return hashlib.sha256(json.dumps(decides).encode()).hexdigest()[:12]


def _keep(frozen: Frozen, code: str, results: list[Result], digest: str, out: Path) -> str:
    """Store the draws of one authority, or say why they cannot be used."""
    for result in results:
        if result.failure:
            return f"draw {result.unit.draw}, {result.failure.stage}: {result.failure.message}"
        faults = {family: number for family, number in result.audit.items() if number}
        if faults:
            told = ", ".join(f"{family} {number}" for family, number in sorted(faults.items()))
            return f"draw {result.unit.draw}: the checks of the run found faults ({told})"
    draws = _by_target(frozen, results)
    for target, by_horizon in draws.items():
        if not TARGETS[target].is_rate and any(None in values for values in by_horizon.values()):
            return f"the runs give no {target} for some of the years asked for"
    content = {
        "schema_version": 1,
        "code": code,
        "name": frozen.names[code],
        "january": frozen.january,
        "digest": digest,
        "draws": draws,
    }
    store.write_text(out / FORECASTS / f"{code}.json", json.dumps(content, indent=0) + "\n")
    return ""


def _by_target(frozen: Frozen, results: list[Result]) -> dict[str, dict[str, list[float | None]]]:
    """Target → horizon → one value a draw; None where a draw had nobody to work a rate out for."""
    values = [
        {tuple(key.split(",")[1:3]): value for key, value in zip(result.keys, result.values, strict=True)}
        for result in results
    ]
    kept: dict[str, dict[str, list[float | None]]] = {}
    for target in TARGETS.values():
        for horizon in range(1, frozen.horizons + 1):
            key = (str(target.year(frozen.january, horizon)), target.measure)
            found = [float(f"{each[key]:.12g}") if key in each else None for each in values]
            kept.setdefault(target.name, {})[str(horizon)] = found
    return kept


def read_draws(out: Path, code: str, digest: str) -> dict[str, dict[str, list[float | None]]] | None:
    """The stored draws of one authority, or None where there are none of this digest."""
    try:
        content = json.loads((out / FORECASTS / f"{code}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content["draws"] if isinstance(content, dict) and content.get("digest") == digest else None
