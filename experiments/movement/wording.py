"""A movement in words: what moved, by how much, and what each cause did; every number computed."""

from __future__ import annotations

import math
from typing import Any

from experiments.movement.causes import CAUSES
from experiments.movement.question import Question
from experiments.movement.steps import CARRIED_OVER
from experiments.reports.wording import MINUS, NO_BREAK, POINTS, inside_sentence, say, say_change

UNKNOWN = "not known"
MEANINGS = {
    CARRIED_OVER: (
        "what would have come with every cause held: children grow older, plans run on, and the queues of "
        "that day are worked off or grow"
    ),
    "requests": "how many ask, against the twelve months before; families who lost early help are among them",
    "need_mix": "which needs and ages ask, against the twelve months before",
    "agreement_rate": "shares of requests refused, to assess or to issue a plan",
    "staffing": "posts, agency people, people in training, and what is bought outside",
    "turnover": "people who gave notice or fell ill since; held, nobody does, and vacant posts are filled",
    "rework": "disputes and complaints begun since, with the assessments and plans taken up again for them",
    "order_of_work": "which job and which case comes first",
    "other": "places, prices, hours and all other dated numbers; prices rise only with this",
}
"""Cause → what its share is the effect of."""


def say_exactly(value: float | None, question: Question, signed: bool = False) -> str:
    """A figure to the last place that is told of its unit: −£1,234.50, +3.2, 61.4 %."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    sign = MINUS if value < 0 else "+" if signed and value > 0 else ""
    pounds = "£" if question.unit == "GBP" else ""
    return f"{sign}{pounds}{abs(value):,.{question.places}f}{_after(question.unit, signed)}"


def _after(unit: str, signed: bool) -> str:
    if unit == "percent":
        return POINTS if signed else f"{NO_BREAK}%"
    return "" if unit in ("GBP", "count") else f"{NO_BREAK}{unit}"


def between(
    row: dict[str, Any],
    question: Question,
    ends: tuple[str, str] = ("ci_low", "ci_high"),
    signed: bool = True,
) -> str:
    """The ends of an interval of a share or, unsigned, of a level; money to what can be taken in."""
    low, high = (row[end] for end in ends)
    if low is None or high is None:
        return UNKNOWN
    if question.unit == "GBP":
        write = say_change if signed else say
        return f"{write(low, 'GBP')} to {write(high, 'GBP')}"
    first, second = (say_exactly(end, question, signed) for end in (low, high))
    return f"{first.removesuffix(POINTS)} to {second}"


def headline(told: dict[str, Any], question: Question) -> str:
    """What the measure did between the two periods, in a few words."""
    first, second, label = question.first.name, question.second.name, capital(question.label)
    movement = told["movement"]["value"]
    if not movement:
        return f"{label}: the same in {second} as in {first}"
    size = say_exactly(abs(movement), question, True).lstrip("+")
    return f"{label}: {size} {'higher' if movement > 0 else 'lower'} in {second} than in {first}"


def sentence(told: dict[str, Any], question: Question) -> str:
    """From where to where, how sure that is, and which parts are the largest."""
    start, *shares, end = told["steps"]
    levels = [say_exactly(level["value"], question) for level in (start, end)]
    interval = between(told["movement"], question)
    sure = "" if interval == UNKNOWN else f" (95{NO_BREAK}% interval of the movement {interval})"
    largest = sorted((row for row in shares if row["value"]), key=lambda row: -abs(row["value"]))[:2]
    parts = [
        f"{inside_sentence(row['label'])} {say_exactly(row['value'], question, True)}" for row in largest
    ]
    told_parts = f" Most of all by {' and '.join(parts)}." if parts else ""
    return f"It went from {levels[0]} to {levels[1]}{sure}.{told_parts}"


def description(told: dict[str, Any], question: Question) -> str:
    """Every step of the drawing, for readers who cannot see it."""
    start, *shares, end = told["steps"]
    steps = "; ".join(f"{row['label']}: {say_exactly(row['value'], question, True)}" for row in shares)
    levels = [f"{row['label']}: {say_exactly(row['value'], question)}" for row in (start, end)]
    return f"{levels[0]}. {steps}. {levels[1]}."


def capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def method(told: dict[str, Any]) -> str:
    """Which orders the shares are means of, and how many runs that took."""
    moved = [row for row in told["steps"] if row["id"] in CAUSES and row["moved"]]
    count = len(moved)
    if not count:
        return "Nothing was set to move, so one run of each replication told all."
    orders = (
        f"all {math.factorial(count):,} orders of the causes (Shapley values)"
        if told["orders"] == "all" and count > 1
        else "the order of their names and its reverse"
        if count > 1
        else "the only order there is"
    )
    return (
        f"Each replication was run with every cause held from {told['held_from']} on, with all of them at "
        f"work as configured, and with some: {told['sets']} runs with the same children and the same luck. "
        f"What a cause adds depends on which others are at work, so it is the mean over {orders}. In other "
        "orders the shares would differ; their sum would not. A cause that nothing was set to move needs no "
        "run."
    )


def in_columns(told: dict[str, Any], question: Question) -> str:
    """The movement as a table for a terminal."""
    steps = told["steps"]
    lines = [("", "", "95 % interval")]
    for number, row in enumerate(steps):
        is_level = number in (0, len(steps) - 1)
        value = say_exactly(row["value"], question, signed=not is_level)
        interval = "" if is_level else between(row, question) if row["moved"] else "nothing moved it"
        lines.append((row["label"], value, interval))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        f"{name.ljust(widths[0])}  {value.rjust(widths[1])}  {interval}".rstrip()
        for name, value, interval in lines
    )
