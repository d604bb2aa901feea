"""What will be run: scenarios × parameter draws × replications, and the name all of it goes by.

Replications are numbered from 1 and two share one draw of the uncertain parameters, so the part
of the spread that is chance alone can be told from the part that is not knowing the parameters.
Every scenario meets the same replications, with the same luck, so scenarios are compared in pairs.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.errors import InputError

if TYPE_CHECKING:
    from sim.config.documents import Addition, Document
    from sim.settings import Settings

QUICK_REPLICATIONS = 4
PER_DRAW = 2
TABLE_MAKERS = ("task.py", "summary.py")
"""Modules of this package that decide what the tables say; with `sim` they are the model version."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of work: one replication of one scenario."""

    scenario: str
    draw: int
    replication: int


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for beyond the config itself."""

    scenarios: tuple[str, ...] = ()
    replications: str | None = None
    seed: int | None = None
    overrides: tuple[str, ...] = ()
    quick: bool = False
    event_log: bool = False

    def as_overrides(self) -> list[str]:
        """Options that are shorthand for a path of the config, so that they meet the same checks."""
        if self.quick and self.replications is not None:
            raise InputError("--quick: means 4 replications; leave out --replications")
        asked = str(QUICK_REPLICATIONS) if self.quick else self.replications
        shorthand = {"run.replications": asked, "run.seed": self.seed}
        return [
            *self.overrides,
            *(f"{path}={value}" for path, value in shorthand.items() if value is not None),
        ]


@dataclass(frozen=True)
class Plan:
    """A checked config and everything that will be done with it."""

    document: Document
    scenarios: tuple[str, ...]
    replications: int
    seed: int
    quick: bool = False
    event_log: bool = False
    central: Settings = field(repr=False, kw_only=True)
    """The baseline with every parameter at its central value."""

    @property
    def name(self) -> str:
        return self.central.name

    @property
    def draws(self) -> int:
        return draw_of(self.replications)

    @property
    def units(self) -> list[Unit]:
        """In the order in which results are written."""
        numbers = range(1, self.replications + 1)
        return [Unit(scenario, draw_of(number), number) for scenario in self.scenarios for number in numbers]

    def work(self, units: Iterable[Unit]) -> Iterator[tuple[Unit, Settings, bool]]:
        """Each unit with its settings, made as they are asked for."""
        key, settings = None, self.central
        for unit in units:
            if (unit.scenario, unit.draw) != key:
                key = (unit.scenario, unit.draw)
                settings = self.document.settings(unit.scenario, unit.draw)
            yield unit, settings, self.event_log

    @cached_property
    def run_id(self) -> str:
        """Twelve hexadecimal digits that stand for all that decides the results."""
        decides = {
            "config": plain_data(self.document.data),
            "inputs": sorted(self.document.inputs.values()),
            "seed": self.seed,
            "replications": self.replications,
            "scenarios": self.scenarios,
            "model": model_version(),
            "quick": self.quick,
            "event_log": self.event_log,
        }
        return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()[:12]

    def interventions(self, scenario: str) -> list[str]:
        """What a scenario switches on."""
        return list((self.document.data["scenarios"][scenario] or {}).get("interventions", ()))

    def folder(self, out: Path | None) -> Path:
        return out if out is not None else Path("results") / self.name / self.run_id


def cores() -> int:
    """Processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def draw_of(replication: int) -> int:
    """The parameter draw a replication belongs to: 1, 1, 2, 2, 3 and so on."""
    return (replication + PER_DRAW - 1) // PER_DRAW


def make(config: Path, options: Options, addition: Addition | None = None) -> Plan:
    """Read a config and check every scenario and draw of it; nothing is run."""
    from sim.config.documents import read

    document = read(config, options.as_overrides(), addition)
    scenarios = choose(document.scenario_names, options.scenarios)
    central = document.settings(scenarios[0])
    if central.run.replications == "auto":
        raise InputError("--replications: 'auto' is not available; give a number, such as --replications 20")
    plan = Plan(
        document,
        scenarios,
        central.run.replications,
        central.run.seed,
        options.quick,
        options.event_log,
        central=central,
    )
    check_every_draw(plan)
    return plan


def choose(known: Sequence[str], asked: Sequence[str]) -> tuple[str, ...]:
    """The scenarios asked for, in the order of the config and always with the baseline."""
    from difflib import get_close_matches

    faults = []
    for name in asked:
        if name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0.0)
            faults.append(f"--scenario: {name!r} is not in the config; the nearest is {near[0]!r}")
    if faults:
        raise InputError("\n".join(faults))
    return tuple(name for name in known if not asked or name in asked or name == known[0])


def check_every_draw(plan: Plan) -> None:
    """Every fault of every scenario and draw at once, before anything runs."""
    from sim.config.documents import ConfigError

    faults: dict[str, Any] = {}
    for scenario in plan.scenarios:
        for draw in (None, *range(1, plan.draws + 1)):
            try:
                plan.document.settings(scenario, draw)
            except ConfigError as error:
                faults.update((str(fault), fault) for fault in error.faults)
    if faults:
        raise ConfigError(list(faults.values()))


def model_version() -> str:
    """The release and a digest of the source that makes the numbers."""
    import sim

    return f"{getattr(sim, '__version__', '0')}+{source_digest()}"


def source_digest() -> str:
    """Twelve hexadecimal digits that change whenever the source that makes the numbers does."""
    import sim

    here = Path(__file__).parent
    model = sorted(Path(next(iter(sim.__path__))).rglob("*.py"))
    digest = hashlib.sha256()
    for path in [*model, *(here / name for name in TABLE_MAKERS)]:
        digest.update(f"{path.parent.name}/{path.name}".encode())
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:12]


def plain_data(value: Any) -> Any:
    """Nested config data as JSON has it: text keys, dates written out."""
    if isinstance(value, dict):
        return {str(key): plain_data(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_data(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value
