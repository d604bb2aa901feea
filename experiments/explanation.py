"""One value of a config explained: who wrote it, how sure it is, and what each scenario makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.change_wording import LONGEST, intervention_in_words, value_in_words
from experiments.change_wording import in_words as change_in_words
from experiments.errors import InputError
from experiments.path_wording import path_in_words
from experiments.plan import Options, choose, plain_data

if TYPE_CHECKING:
    from sim.config.documents import Document
    from sim.config.fields import Address
    from sim.config.origins import Touch, Written
    from sim.settings import Settings

MOST_STEPS = 6
"""A number that changes on more dates is told in words by its first and last ones."""
WHOLE = 2_000
"""Characters up to which the value that was asked for is told in full."""
ABSENT = "not given"


def explain(config: Path, path: str, options: Options) -> dict[str, Any]:
    """The value at a dotted path, every layer that wrote it, and its course in each scenario.

    A section gives its entries in brief. InputError names the nearest path where there is no such one.
    """
    from sim.config.documents import read
    from sim.config.fields import NoSuchPath, find

    document = read(config, options.as_overrides())
    try:
        address = find(path, document.plain.data)
    except NoSuchPath as unknown:
        raise InputError(f"{config}: {unknown}") from None
    told = {"config": str(config), **_value_at(document, address.keys)}
    names = _entries(document, address)
    if address.keys[0] == "interventions" and len(address.keys) == 2:
        told["words"] = intervention_in_words(document.data["interventions"][address.keys[1]])
    if names:
        return told | {"entries": [_value_at(document, (*address.keys, name)) for name in names]}
    from sim.config.interventions import UNCHANGEABLE

    if address.keys[0] == "interventions":
        return told | {"scenarios": _own_values(document, address.keys, options.scenarios)}
    if address.keys[0] in UNCHANGEABLE:
        return told
    asked = options.scenarios
    scenarios = [name for name in choose(document.scenario_names, asked) if not asked or name in asked]
    return told | {"scenarios": [_in_scenario(document, name, address.keys) for name in scenarios]}


def _value_at(document: Document, keys: tuple[Any, ...]) -> dict[str, Any]:
    """The value before any scenario, with its layers, the uppermost first."""
    from sim.config.faults import dotted
    from sim.config.origins import default_at, written

    layers = written(document.root, keys)
    return {
        "path": dotted(keys),
        "label": path_in_words(keys, document.plain.data),
        "value": plain_data(layers[0].value if layers else default_at(keys)),
        "default": not layers,
        "written": [_layer(each) for each in layers],
        "calibrated": _calibrated(document, keys),
    }


def _layer(layer: Written) -> dict[str, Any]:
    place = layer.place
    return {"file": place.file, "line": place.line, "value": plain_data(layer.value), "source": layer.source}


def _calibrated(document: Document, keys: tuple[Any, ...]) -> dict[str, Any] | None:
    """The posterior's median of a number, and its file; None where the number is not calibrated."""
    posterior = document.posterior
    if posterior is None or keys not in posterior.paths:
        return None
    return {"median": posterior.medians()[keys], "file": posterior.file}


def _entries(document: Document, address: Address) -> list[Any]:
    """The keys of a section, written or by default; nothing for a value, a list of them or dated numbers."""
    from sim.config.tables import keys_of, member

    there = member(document.plain.data, address.keys)
    is_absent = there is None and not address.kind.section
    if address.kind.is_schedule or is_absent:
        return []
    if isinstance(there, list) and not address.kind.holds_sections:
        return []
    names = keys_of(there)
    if address.kind.section and (there is not None or address.kind.needs_nothing):
        names += [name for name in address.kind.names() if name not in names]
    return [name for name in names if name not in ("source", "label")]


def _in_scenario(document: Document, scenario: str, keys: tuple[Any, ...]) -> dict[str, Any]:
    """The value in one scenario at central parameters, and the changes that touch it."""
    from sim.config.origins import in_settings, touching

    settings = document.settings(scenario)
    return {
        "scenario": scenario,
        "values": _steps(in_settings(settings, keys), settings),
        "changes": [_touch(each) for each in touching(document, scenario, keys)],
    }


def _own_values(document: Document, keys: tuple[Any, ...], asked: tuple[str, ...]) -> list[dict[str, Any]]:
    """What a scenario says otherwise of one of its interventions; nothing of those that say nothing."""
    from sim.config.own_interventions import adjusted
    from sim.config.tables import member

    told = []
    for scenario in choose(document.scenario_names, asked):
        interventions, origins, _ = adjusted(document.plain.data, scenario)
        if keys in origins:
            value = plain_data(member(interventions, keys[1:]))
            place = document.plain.key_place(origins[keys])
            change = {"intervention": "", "file": place.file, "line": place.line, "operation": "set"}
            words = f"sets it to {_shown(value)}"
            steps = [{"from": None, "value": value}]
            told.append(
                {
                    "scenario": scenario,
                    "values": steps,
                    "changes": [{**change, "value": value, "words": words}],
                }
            )
    return told


def _touch(touch: Touch) -> dict[str, Any]:
    made = touch.made
    words = change_in_words(made.change)
    if made.slip is not None:
        words += f", all of {touch.intervention} {made.slip} late"
    if made.bias:
        words += f", {value_in_words(made.bias)} of it taken off as optimism bias"
    return {
        "intervention": touch.intervention,
        "file": touch.place.file,
        "line": touch.place.line,
        "operation": made.change.operation,
        "value": plain_data(made.change.value),
        "from": plain_data(made.first_day),
        "words": words,
    }


def _steps(value: Any, settings: Settings) -> list[dict[str, Any]]:
    """The values of the days of the run, each with its first day; None where it holds from the start."""
    from sim.config.origins import as_written
    from sim.lengths import months_after
    from sim.schedule import Schedule

    start = settings.run.start
    end = months_after(start, settings.run.months)
    if not isinstance(value, Schedule):
        return [{"from": None, "value": plain_data(as_written(value))}]
    later = [day for day in value.dates if start < day < end]
    first = {"from": None, "value": value.at(start)}
    return [first, *({"from": day.isoformat(), "value": value.at(day)} for day in later)]


def in_words(told: dict[str, Any]) -> str:
    """The same for a reader."""
    lines = [f"{told['path']}  ({told['label']})", *_value_lines(told)]
    if "entries" in told:
        lines += ["", *_entry_lines(told["entries"])]
    for scenario in told.get("scenarios", ()):
        same = len(scenario["values"]) == 1 and scenario["values"][0]["value"] == told["value"]
        course = "the same" if same else _course(scenario["values"])
        lines += ["", f"In scenario {scenario['scenario']}: {course}"]
        lines += [f"  {_who(each)}: {each['words']}" for each in scenario["changes"]]
    return "\n".join(lines)


def _value_lines(told: dict[str, Any]) -> Iterator[str]:
    if "words" in told:
        yield f"  {told['words']}"
    if "entries" not in told:
        yield f"  {_brief(told, WHOLE)}"
    for number, layer in enumerate(told["written"]):
        value = "" if "entries" in told or number == 0 else f": {_shown(layer['value'])}"
        source = f"; source: {layer['source']}" if layer["source"] else ""
        yield f"  {'over' if number else 'written in'} {place_in_words(layer)}{value}{source}"
    if told["calibrated"]:
        calibrated = told["calibrated"]
        median = value_in_words(_rounded(calibrated["median"]))
        yield f"  calibrated: runs draw it from {calibrated['file']}, the median is {median}"


def _entry_lines(entries: list[dict[str, Any]]) -> Iterator[str]:
    width = max((len(entry["path"]) for entry in entries), default=0)
    for entry in entries:
        where = place_in_words(entry["written"][0]) if entry["written"] else ""
        calibrated = ", calibrated" if entry["calibrated"] else ""
        yield f"  {entry['path']:<{width}}  {_brief(entry)}" + (f"  ({where}{calibrated})" if where else "")


def _brief(told: dict[str, Any], longest: int = LONGEST) -> str:
    if told["value"] is None and told["default"]:
        return ABSENT
    return f"{_shown(told['value'], longest)}{' by default' if told['default'] else ''}"


def _course(values: list[dict[str, Any]]) -> str:
    """12, then 13 from 2021-04-01; a long ramp by its first and last steps."""
    first, *later = ({**step, "value": _rounded(step["value"])} for step in values)
    told = [f"{_shown(step['value'])} from {step['from']}" for step in later]
    if len(told) > MOST_STEPS:
        half = MOST_STEPS // 2
        told = [*told[:half], f"... {len(told) - MOST_STEPS} more steps ...", *told[-half:]]
    return ", ".join([ABSENT if first["value"] is None else _shown(first["value"]), *told])


def _rounded(value: Any) -> Any:
    """The steps of a ramp have no end of decimals."""
    return float(f"{value:.6g}") if isinstance(value, float) else value


def _shown(value: Any, longest: int = LONGEST) -> str:
    return value_in_words(_dated(value), longest)


def _dated(value: Any) -> Any:
    """Plain data with dates as keys again, so that dated numbers read as such."""
    if not isinstance(value, dict):
        return value
    try:
        return {date.fromisoformat(key): _dated(each) for key, each in value.items()}
    except ValueError:
        return {key: _dated(each) for key, each in value.items()}


def _who(change: dict[str, Any]) -> str:
    name = change["intervention"] or "the scenario itself"
    return f"{name} ({place_in_words(change)})"


def place_in_words(place: dict[str, Any]) -> str:
    """cambridgeshire.yaml:12, or `--set`."""
    from sim.config.faults import Place

    return Place(place["file"], place["line"]).brief
