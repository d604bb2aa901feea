"""Config files: read strictly, checked as a whole, and turned into settings for one run.

`read` gives a `Document` or a `ConfigError` that lists every fault of the file. A document then
makes the `Settings` of any scenario and parameter draw quickly, without reading anything again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path as FilePath
from typing import Any

from pydantic import TypeAdapter, ValidationError

from sim.config.calibration import calibration_faults
from sim.config.cautions import warnings
from sim.config.consistency import check
from sim.config.faults import ConfigError, Fault, Path, Place, dotted, nearest
from sim.config.interventions import (
    Problem,
    apply_intervention,
    apply_scenario,
    idle_changes,
    months_after,
    rival_changes,
)
from sim.config.layers import Addition, Layers, layered
from sim.config.papers import paper_faults
from sim.config.parameters import Plain, Range, at_bound, plain, put_all, sample
from sim.config.posterior import JointDraws, beside, posterior_of
from sim.config.provenance import resolved
from sim.config.tables import copied
from sim.config.wording import MISSING, faults_of
from sim.config.yaml_nodes import Node, nested
from sim.settings import Settings


@dataclass(frozen=True)
class Document:
    """A config that was read and found right.

    `inputs` holds the SHA-256 of each file it came from, `warnings` what is probably not meant and
    `posterior` the joint draws of its calibrated parameters, if it names them.
    """

    root: Node
    inputs: dict[str, str]
    plain: Plain
    warnings: list[Fault] = field(default_factory=list)
    posterior: JointDraws | None = None

    @cached_property
    def data(self) -> dict[str, Any]:
        """The config as nested maps, with extended files and overrides in and sourced forms kept."""
        return nested(self.root)

    @cached_property
    def ranges(self) -> dict[str, Range]:
        """The uncertain numbers, by dotted path."""
        return {dotted(path): spread for path, spread in self.plain.ranges.items()}

    @property
    def scenario_names(self) -> list[str]:
        return list(self.plain.data["scenarios"])

    def settings(
        self, scenario: str = "baseline", draw: int | None = None, held: Mapping[Path, Any] | None = None
    ) -> Settings:
        """The settings of one scenario: central values, or parameter draw 1, 2, ...

        What is `held` of the uncertain numbers has that value, whatever the draw gives the others.
        """
        if scenario not in self.scenario_names:
            message = f"{scenario!r}, no such scenario{nearest(scenario, self.scenario_names)}"
            raise ConfigError([Fault("--scenario", 0, 0, "", message)])
        data = copied(self.plain.data)
        if draw is not None:
            seed = data["run"]["seed"]
            known = self.posterior.row(seed, draw) if self.posterior else {}
            sample(data, self.plain.ranges, seed, draw, {**known, **(held or {})})
        else:
            put_all(data, {**(self.posterior.medians() if self.posterior else {}), **(held or {})})
        origins, _ = apply_scenario(data, scenario, rounding=draw is not None)
        try:
            return _validated(data, scenario)
        except ValidationError as error:
            faults = faults_of(error, replace(self.plain, data=data))
            raise ConfigError(_traced(each, scenario, origins, self.plain) for each in faults) from None

    def resolved(self) -> str:
        """The config as YAML that can be read again; each value says where it came from."""
        return resolved(beside(self.root) if self.posterior else self.root)


def read(path: FilePath | str, overrides: Sequence[str] = (), addition: Addition | None = None) -> Document:
    """Read a config with its `extends` and `--set` options, or raise `ConfigError` with every fault."""
    layers = layered(FilePath(path), overrides, addition)
    if layers.root is None:
        raise ConfigError(layers.faults)
    content = plain(layers.root)
    content.files = layers.files
    faults = _all_faults(layers, content)
    if faults:
        raise ConfigError(faults)
    posterior = posterior_of(layers.posterior, content)
    if posterior:
        faults = _bad_at_medians(content, posterior)
    if faults:
        raise ConfigError(faults)
    return Document(layers.root, layers.inputs, content, list(_warnings(content)), posterior)


def _all_faults(layers: Layers, content: Plain) -> list[Fault]:
    faults = [*layers.faults, *content.faults]
    settings, wrong = _settled(content)
    if not layers.complete:
        wrong = [fault for fault in wrong if fault.message != MISSING]
    faults = [*faults, *(fault for fault in wrong if not _is_told(fault, layers.faults, content.faults))]
    if layers.complete:
        faults += _placed(content, check(settings, whole=not wrong))
        faults += calibration_faults(content, settings)
        faults += paper_faults(content, layers.root, settings)
    faults += _bad_interventions(content)
    return faults or _bad_scenarios(content)


def _is_told(fault: Fault, words: list[Fault], forms: list[Fault]) -> bool:
    """Is this the echo of a fault in the same word, or in the sourced form that holds it?"""
    return any(fault.path == told.path for told in words) or any(
        fault.path == told.path or fault.path.startswith(f"{told.path}.") for told in forms
    )


def _settled(content: Plain) -> tuple[Settings, list[Fault]]:
    """The settings, or as many of their sections as are right, with the faults of the others."""
    try:
        return Settings.model_validate(content.data), []
    except ValidationError as error:
        found = error
    known = copied(content.data)
    for each in found.errors(include_url=False, include_input=False):
        if each["type"] == "extra_forbidden":
            _remove(known, each["loc"])
    right = {}
    for name, value in known.items():
        try:
            right[name] = _adapter(name).validate_python(value)
        except (ValidationError, KeyError):
            continue
    settings = Settings.model_construct(None, **right)
    for name in known.keys() - right.keys():
        settings.__dict__.pop(name, None)  # else a wrong section would look like its default
    return settings, list(faults_of(found, content))


@cache
def _adapter(section: str) -> TypeAdapter[Any]:
    return TypeAdapter(Settings.model_fields[section].rebuild_annotation())


def _remove(data: Any, path: Path) -> None:
    for key in path[:-1]:
        data = data[key]
    data.pop(path[-1], None)


def _placed(content: Plain, problems: Iterable[tuple[Path, str]]) -> Iterator[Fault]:
    for path, message in problems:
        yield Fault.at(content.key_place(path), path, message)


def _bad_interventions(content: Plain) -> list[Fault]:
    """Changes that cannot be made, whether a scenario uses them or not, and bad `set` entries."""
    data, problems = copied(content.data), []
    interventions, scenarios = data.get("interventions"), data.get("scenarios")
    for name in interventions if isinstance(interventions, dict) else ():
        problems += apply_intervention(data, name)
    for name in scenarios if isinstance(scenarios, dict) else ():
        problems += apply_scenario(copied(content.data), name)[1]
    return [_fault(content, problem) for problem in dict.fromkeys(problems)]


def _fault(content: Plain, problem: Problem) -> Fault:
    return Fault.at(content.place(problem.path), problem.path, problem.message)


def _bad_scenarios(content: Plain) -> list[Fault]:
    """What a scenario makes wrong, and what goes wrong at the ends of the ranges."""
    faults: list[Fault] = []
    for bound in ("value", "low", "high") if content.ranges else ("value",):
        data = copied(content.data)
        at_bound(data, content.ranges, bound)
        for name in data["scenarios"]:
            told = _faults_in_scenario(content, copied(data), name, bound)
            faults += [_at_its_bound(fault, bound, content) for fault in told]
        if faults:
            break
    return faults


def _bad_at_medians(content: Plain, posterior: JointDraws) -> list[Fault]:
    """What a scenario makes wrong where the calibrated parameters are at their medians."""
    data = copied(content.data)
    put_all(data, posterior.medians())
    faults = (_faults_in_scenario(content, copied(data), name, "value") for name in data["scenarios"])
    return [fault for told in faults for fault in told]


def _faults_in_scenario(content: Plain, data: dict[str, Any], name: str, bound: str) -> list[Fault]:
    central = bound == "value"
    origins, refused = apply_scenario(data, name, rounding=not central)
    if refused:
        return [_fault(content, problem) for problem in refused]
    try:
        settings = _validated(data, name)
    except ValidationError as error:
        faults = list(faults_of(error, replace(content, data=data)))
    else:
        problems = check(settings, stage="scenario" if central else "bound")
        faults = list(_placed(content, problems))
    return [_traced(fault, name, origins, content) for fault in faults]


def _at_its_bound(fault: Fault, bound: str, content: Plain) -> Fault:
    """A fault that only an end of a range has, told where that end is written."""
    for path in content.ranges if bound != "value" else ():
        if dotted(path) == fault.path:
            end = (*path, bound)
            return Fault.at(content.place(end), end, fault.message)
    return fault


def _validated(data: dict[str, Any], scenario: str) -> Settings:
    """Settings with only this scenario. All interventions stay: what they pay from is told in every one."""
    return Settings.model_validate({**data, "scenarios": {scenario: data["scenarios"][scenario]}})


def _traced(fault: Fault, scenario: str, origins: Mapping[Path, Path], content: Plain) -> Fault:
    """A fault that a scenario made, told where the scenario's change is written."""
    for changed, origin in origins.items():
        target = dotted(changed)
        if f"{fault.path}.".startswith(f"{target}.") or f"{target}.".startswith(f"{fault.path}."):
            message = f"in scenario {scenario}, {fault.path}: {fault.message}"
            return Fault.at(content.place(origin), origin, message)
    return fault


def _warnings(content: Plain) -> Iterator[Fault]:
    settings = Settings.model_validate(content.data)
    yield from _placed(content, warnings(settings))
    first = settings.run.start
    idle = idle_changes(content.data, first, months_after(first, settings.run.months))
    for problem in (*idle, *rival_changes(content.data)):
        yield _fault(content, problem)


__all__ = ["Addition", "ConfigError", "Document", "Fault", "Place", "Range", "read"]
