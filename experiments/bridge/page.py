"""The page of a bridge: for each measure a waterfall with the table it is drawn from."""

from __future__ import annotations

import math
from typing import Any

from markupsafe import Markup

from experiments.bridge import wording
from experiments.bridge.figures import RUN
from experiments.bridge.parts import Bridge
from experiments.bridge.steps import Walk
from experiments.reports import waterfall
from experiments.reports.report import environment
from experiments.reports.stored_results import StoredResults

TEMPLATE = "bridge.html.j2"


def name_of(walk: Walk) -> str:
    """What a walk's drawing and section are called; the same on any day."""
    over = "_whole_run" if walk.figure.calendar == RUN else ""
    return f"bridge_{walk.figure.measure}{over}"


def drawings(walks: list[Walk]) -> dict[str, tuple[str, str]]:
    """Name → the drawings for wide and for narrow screens, as SVG text."""
    return {
        name_of(walk): waterfall.both(
            _steps(walk),
            walk.figure.unit,
            name_of(walk),
            wording.headline(walk),
            wording.description(walk),
        )
        for walk in walks
    }


def _steps(walk: Walk) -> list[waterfall.Step]:
    """What is drawn: levels without ranges, which are those of the whole service, and shares with theirs."""
    first, *parts, last = walk.steps
    ends = [waterfall.Step(step.label, walk.as_told(step.mean)) for step in (first, last)]
    shares = [
        waterfall.Step(
            step.label,
            walk.as_told(step.mean),
            walk.as_told(step.estimates["p10"]),
            walk.as_told(step.estimates["p90"]),
        )
        for step in parts
    ]
    return [ends[0], *shares, ends[1]]


def page_of(
    bridge: Bridge,
    results: StoredResults,
    walks: list[Walk],
    drawn: dict[str, tuple[str, str]],
    cautions: list[str],
) -> str:
    """The page as HTML."""
    sections = [_section(walk, drawn[name_of(walk)]) for walk in walks]
    return (
        environment()
        .get_template(TEMPLATE)
        .render(
            results=results,
            facts=results.facts,
            scenario=results.scenario_label(bridge.scenario),
            baseline=results.scenario_label(results.scenarios[0]),
            parts=bridge.parts,
            sections=sections,
            cautions=cautions,
            method=wording.method(bridge),
            scenarios=len(bridge.names),
            replications=len(walks[0].figure.draws) if walks else 0,
        )
    )


def _section(walk: Walk, drawn: tuple[str, str]) -> dict[str, Any]:
    name = name_of(walk)
    return {
        "name": name,
        "headline": wording.headline(walk),
        "sentence": wording.sentence(walk),
        "label": walk.figure.label,
        "wide": Markup(drawn[0]),
        "narrow": Markup(drawn[1]),
        "table": wording.table(walk, f"{name}-table"),
        "has_ranges": math.isfinite(walk.together.estimates["p10"]),
    }
