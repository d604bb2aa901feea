"""The page of a movement: a waterfall, the table it is drawn from, and what was set to move."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from typing import Any

from markupsafe import Markup

from experiments.movement import wording
from experiments.movement.causes import CAUSES
from experiments.movement.question import Question
from experiments.movement.wording import between, say_exactly
from experiments.reports import waterfall
from experiments.reports.report import environment
from experiments.reports.tables import Cell, Table
from experiments.reports.wording import POINTS, day_name

TEMPLATE = "movement.html.j2"
NAME = "movement"
MOST_SETTINGS = 12
"""So many settings of a cause are shown; all are in why.json."""


def drawings(told: dict[str, Any], question: Question) -> tuple[str, str]:
    """The waterfall for wide and for narrow screens, as SVG text."""
    first, *shares, last = told["steps"]
    steps = [
        _step(first, question),
        *(_step(row, question, is_share=True) for row in shares if row["moved"]),
        _step(last, question),
    ]
    title, text = wording.headline(told, question), wording.description(told, question)
    return waterfall.both(steps, question.unit, NAME, title, text)


def _step(row: dict[str, Any], question: Question, is_share: bool = False) -> waterfall.Step:
    """Money is rounded on the drawing as anywhere; all else is told to its last place."""
    words = "" if question.unit == "GBP" else say_exactly(row["value"], question, is_share)
    if not is_share:
        return waterfall.Step(row["label"], row["value"], told=words)
    low, high = (math.nan if row[end] is None else row[end] for end in ("p10", "p90"))
    return waterfall.Step(row["label"], row["value"], low, high, words.removesuffix(POINTS))


def page_of(told: dict[str, Any], question: Question, drawn: tuple[str, str]) -> str:
    """The page as HTML, the same bytes for the same answer."""
    return (
        environment()
        .get_template(TEMPLATE)
        .render(
            told=told,
            headline=wording.headline(told, question),
            sentence=wording.sentence(told, question),
            held_from=day_name(date.fromisoformat(told["held_from"])),
            wide=Markup(drawn[0]),
            narrow=Markup(drawn[1]),
            has_ranges=any(row["p10"] is not None for row in told["steps"]),
            steps=_steps_table(told, question),
            settings=_settings_table(told),
            meanings=[(row["label"], wording.MEANINGS[row["id"]]) for row in told["steps"][1:-1]],
            method=wording.method(told),
        )
    )


def _steps_table(told: dict[str, Any], question: Question) -> Table:
    head = ["Step", "Mean", "Running total", "95\u00a0% interval", "80\u00a0% range"]
    caption = f"{wording.capital(question.label)}: the first level and the shares add up to the second"
    steps = told["steps"]
    rows = [(row["label"], _cells(row, n in (0, len(steps) - 1), question)) for n, row in enumerate(steps)]
    return Table("movement-table", wording.headline(told, question), caption, head, rows)


def _cells(row: dict[str, Any], is_level: bool, question: Question) -> list[Cell]:
    value, total = (
        say_exactly(row["value"], question, not is_level),
        say_exactly(row["running_total"], question),
    )
    if not row["moved"]:
        return [(value,), (total,), ("nothing moved it",), ("",)]
    return [
        (value,),
        (total,),
        (between(row, question, signed=not is_level),),
        (between(row, question, ("p10", "p90"), signed=not is_level),),
    ]


def _settings_table(told: dict[str, Any]) -> Table:
    """What was set to move, cause by cause; the first of many."""
    rows = [row for cause in CAUSES for row in _settings_of(told, cause)]
    headline = "Dated settings, and the requests to be expected"
    caption = "What has another value on the second date"
    return Table("settings-table", headline, caption, ["Setting", "Cause", "First date", "Second date"], rows)


def _settings_of(told: dict[str, Any], cause: str) -> Iterator[tuple[str, list[Cell]]]:
    found = told["settings"][cause]
    for each in found[:MOST_SETTINGS]:
        before, after = (_plain(each[when]) for when in ("before", "after"))
        yield each["what"], [(CAUSES[cause],), (before,), (after,)]
    if len(found) > MOST_SETTINGS:
        yield f"and {len(found) - MOST_SETTINGS} more", [(CAUSES[cause],), ("",), ("",)]


def _plain(value: float | str) -> str:
    return value.replace("_", " ") if isinstance(value, str) else f"{value:,.10g}"
