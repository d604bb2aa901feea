"""An option made later by whole months, as overrides of its config."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sim.config.documents import Document
from sim.config.faults import Path, dotted
from sim.config.own_interventions import adjusted, own_values
from sim.config.parameters import Range
from sim.config.provenance import flow
from sim.config.tables import member
from sim.config.yaml_nodes import Node
from sim.lengths import DAYS_A_MONTH, in_days, months_after, read_length

LISTS = ("changes", "displaces")


def slip_overrides(document: Document, scenario: str, interventions: list[str], months: int) -> list[str]:
    """`--set` options that make interventions of a scenario so many months later.

    They are added to whatever slip the config, or the scenario, gives; what has no date stays. An advance
    that is paid when the intervention begins is paid back so much later too. Months are of the calendar
    unless a slip is written in days or weeks, or is a range: then one is 365.25 / 12 days.
    """
    if not months:
        return []
    later = {
        path: _later(document, scenario, path, months)
        for name in interventions
        for path in _places(document, scenario, name)
    }
    later |= {
        path: _repaid(document, scenario, path, months)
        for name in interventions
        for path in _advances(document, scenario, name)
    }
    own = own_values(document.plain.data, scenario)
    options = [f"{dotted(path)}={text}" for path, text in later.items() if dotted(path) not in own]
    said = {dotted(path): text for path, text in later.items() if dotted(path) in own}
    return [*options, f"scenarios.{scenario}.set={_set(document, scenario, said)}"] if said else options


def can_be_late(document: Document, scenario: str, intervention: str) -> bool:
    """Has it a change with a date?"""
    return bool(_dated(document, scenario, intervention))


def _places(document: Document, scenario: str, name: str) -> list[Path]:
    """The paths of the slips to lengthen: one for all, or one for each change, as the calendar allows."""
    dated, body = _dated(document, scenario, name), _interventions(document, scenario)[name]
    ways = [[(*path, "slip") for path in dated]]
    if len(dated) == sum(len(body.get(kind, ())) for kind in LISTS):
        ways.insert(0, [("interventions", name, "slip")])
    exact = (way for way in ways if all(_is_exact(_said(document, scenario, path)) for path in way))
    return next(exact, ways[0])


def _interventions(document: Document, scenario: str) -> dict[str, Any]:
    """Interventions as the scenario has them."""
    return adjusted(document.plain.data, scenario)[0]


def _dated(document: Document, scenario: str, name: str) -> list[Path]:
    """The paths of an intervention's changes that have a date to start from."""
    body = _interventions(document, scenario)[name]
    return [
        ("interventions", name, kind, place)
        for kind in LISTS
        for place, change in enumerate(body.get(kind, ()))
        if change.get("from") is not None
    ]


def _advances(document: Document, scenario: str, name: str) -> list[Path]:
    """The paths of the days on which advances without a day of their own are paid back."""
    return [
        ("interventions", name, "cost", place, "repaid_on")
        for place, cost in enumerate(_interventions(document, scenario)[name].get("cost", ()))
        if cost.get("from") is None and cost.get("repaid_on") is not None
    ]


def _repaid(document: Document, scenario: str, path: Path, months: int) -> str:
    """The day at a path so many months later, as YAML."""
    day = _said(document, scenario, path)
    if not isinstance(day, Range):
        return str(months_after(day, months))
    ends = {end: months_after(day.at(end), months) for end in ("value", "low", "high")}
    return "{" + ", ".join(f"{end}: {each}" for end, each in ends.items()) + "}"


def _said(document: Document, scenario: str, path: Path) -> Any:
    """What the config says at a path, or the scenario of its own: a range as such, None for nothing."""
    own = own_values(document.plain.data, scenario)
    if dotted(path) in own:
        return own[dotted(path)]
    return document.plain.ranges.get(path) or member(document.plain.data, path)


def _is_exact(slip: str | Range | None) -> bool:
    return slip is None or (isinstance(slip, str) and read_length(slip)[1] == "month")


def _later(document: Document, scenario: str, path: Path, months: int) -> str:
    """The slip at a path made so many months longer, as YAML."""
    slip = _said(document, scenario, path)
    if slip is None:
        return f"{months} months"
    if isinstance(slip, str):
        number = read_length(slip)[0]
        days = in_days(slip) + round(months * DAYS_A_MONTH)
        return f"{number + months} months" if _is_exact(slip) else f"{days} days"
    ends = {end: round(getattr(slip, end)) + round(months * DAYS_A_MONTH) for end in ("value", "low", "high")}
    return "{" + ", ".join(f"{end}: {days} days" for end, days in ends.items()) + "}"


def _set(document: Document, scenario: str, said: dict[str, str]) -> str:
    """All that the scenario sets, with other values at some of its paths."""
    node = document.root.value["scenarios"].value[scenario].value["set"]
    entries = {
        path: Node(said[path], each.place, each.place) if path in said else each
        for path, each in node.value.items()
    }
    return flow(replace(node, value=entries))
