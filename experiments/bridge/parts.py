"""The parts of a scenario, and the scenarios in which only some of them are at work.

The parts are the scenario's interventions and, where it changes settings of its own besides, those
changes together as one part more, so that the bridge leads from the baseline to the scenario itself. What
its `set` says of an intervention, such as a slip, goes with that intervention.
The scenarios are laid over the config as if its author had written them; with the same replications
and draws, they meet the same children with the same luck.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from experiments.bridge.shares import every_set, sets_of_two_orders
from experiments.errors import InputError
from experiments.plan import Options, Plan, make
from experiments.reports.wording import listed, on_one_line, plain_name
from sim.config.own_interventions import is_own

if TYPE_CHECKING:
    from sim.config.documents import Document

COMMAND = "send-sim bridge"
OWN = "own-changes"
"""No intervention can have this name: names hold no hyphen."""
OWN_LABEL = "The scenario’s own changes"
MOST_IN_ALL_ORDERS = 4
"""With more parts only two orders are run unless all are asked for."""
MOST_ON_REQUEST = 10


class Part(NamedTuple):
    id: str
    label: str


@dataclass(frozen=True)
class Bridge:
    """A plan of runs that takes a scenario apart."""

    plan: Plan
    scenario: str
    parts: tuple[Part, ...]
    """Sorted by id."""
    in_all_orders: bool
    names: dict[frozenset[str], str]
    """Set of parts → the scenario in which these alone are at work."""

    @property
    def ids(self) -> list[str]:
        return [part.id for part in self.parts]


def plan(config: Path, scenario: str | None, options: Options, in_all_orders: bool = False) -> Bridge:
    """Everything the bridge of one scenario needs to be run; nothing is run yet.

    Without a name the last scenario of those with the most interventions is taken. Raises InputError
    where there is nothing to take apart, where all orders would be too many, or where some parts of
    the scenario cannot be run without the others; ConfigError for faults of the config itself.
    """
    from sim.config.documents import read

    document = read(config, options.as_overrides())
    scenario = _chosen(document, scenario)
    parts = tuple(_parts(document, scenario))
    if not parts:
        raise InputError(f"--scenario: {scenario!r} changes nothing, so there is nothing to take apart")
    if in_all_orders and len(parts) > MOST_ON_REQUEST:
        raise InputError(_too_many(document, len(parts)))
    in_all_orders = in_all_orders or len(parts) <= MOST_IN_ALL_ORDERS
    ids = [part.id for part in parts]
    sets = every_set(ids) if in_all_orders else sets_of_two_orders(ids)
    names = _names(sets, document.scenario_names[0], scenario)
    made = _made(config, document, replace(options, scenarios=tuple(names.values())), names, parts)
    return Bridge(made, scenario, parts, in_all_orders, names)


def _chosen(document: Document, asked: str | None) -> str:
    if asked is not None:
        from experiments.plan import choose

        return choose(document.scenario_names, (asked,))[-1]
    counts = {
        name: len((scenario or {}).get("interventions", ()))
        for name, scenario in document.plain.data["scenarios"].items()
    }
    most = max(counts.values())
    if not most:
        raise InputError("scenarios: none has interventions, so there is nothing to take apart")
    return [name for name, count in counts.items() if count == most][-1]


def _parts(document: Document, scenario: str) -> Iterator[Part]:
    written = document.plain.data["scenarios"][scenario] or {}
    interventions = document.plain.data.get("interventions", {})
    labels = {id_: on_one_line(interventions[id_].get("label") or "") for id_ in _listed(written)}
    found = [Part(id_, label or plain_name(id_)) for id_, label in labels.items()]
    if written.get("changes") or any(not is_own(path) for path in written.get("set") or ()):
        found.append(Part(OWN, OWN_LABEL))
    yield from sorted(found)


def _listed(written: dict) -> list[str]:
    return list(written.get("interventions", ()))


def _too_many(document: Document, parts: int) -> str:
    replications = document.settings().run.replications

    def runs(scenarios: int) -> str:
        each = f", {scenarios * replications:,} runs" if isinstance(replications, int) else ""
        return f"{scenarios:,} scenarios{each}"

    return (
        f"--shapley: all orders of {parts} parts need {runs(2**parts)}; at most {MOST_ON_REQUEST} parts. "
        f"Leave it out for the sorted order and its reverse, {runs(2 * parts)}"
    )


def _names(sets: list[frozenset[str]], baseline: str, scenario: str) -> dict[frozenset[str], str]:
    """The first set is empty and the last is full; those between are numbered in their order."""
    between = {part: f"bridge_{number}" for number, part in enumerate(sets[1:-1], 1)}
    return {sets[0]: baseline, **between, sets[-1]: scenario}


def _made(
    config: Path,
    document: Document,
    options: Options,
    names: dict[frozenset[str], str],
    parts: tuple[Part, ...],
) -> Plan:
    from sim.config.documents import Addition, ConfigError

    *between, scenario = list(names.values())[1:]
    taken = [name for name in between if name in document.scenario_names]
    if taken:
        raise InputError(f"{config}: the scenario {taken[0]!r} must have another name for this command")
    text = "".join(_scenarios(document, scenario, names, {part.id: part.label for part in parts}))
    addition = Addition(COMMAND, f"scenarios:\n{text}") if text else None
    try:
        return make(config, options, addition)
    except ConfigError as error:
        told = f"{config}: the parts of {scenario!r} are run with and without each other, and some cannot be:"
        raise InputError(f"{told}\n{error}") from None


def _scenarios(
    document: Document, scenario: str, names: dict[frozenset[str], str], labels: dict[str, str]
) -> Iterator[str]:
    """A line of YAML for each scenario that the config lacks."""
    from sim.config.provenance import flow

    written = document.root.value["scenarios"].value[scenario].value or {}
    changes = f", changes: {flow(written['changes'])}" if "changes" in written else ""
    for parts, name in list(names.items())[1:-1]:
        label = json.dumps(f"Only: {listed([labels[each] for each in sorted(parts)])}", ensure_ascii=False)
        interventions = ", ".join(sorted(parts - {OWN}))
        own = (changes if OWN in parts else "") + _set(written, parts)
        yield f"  {name}: {{label: {label}, interventions: [{interventions}]{own}}}\n"


def _set(written: dict, parts: frozenset[str]) -> str:
    """Those entries of the scenario's `set` that belong to one of the parts, as YAML."""
    from sim.config.provenance import flow

    entries = {
        path: node
        for path, node in (written["set"].value or {} if "set" in written else {}).items()
        if (str(path).split(".")[1] if is_own(path) else OWN) in parts
    }
    return f", set: {flow(replace(written['set'], value=entries))}" if entries else ""
