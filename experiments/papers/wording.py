"""A paper's claims, answers and assumptions in sentences, each worked out from the numbers it speaks of."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from experiments.change_wording import value_in_words
from experiments.papers.claims import (
    ABOVE,
    BELOW,
    FEWEST_FOR_PERCENTILES,
    INSIDE,
    NO_NUMBER,
    NOT_KNOWN,
    NOT_SIMULATED,
    Judged,
)
from experiments.papers.trials import Tried
from experiments.path_wording import path_in_words
from experiments.reports.wording import MINUS, NO_BREAK, day_name, inside_sentence, listed, plain_name, say
from sim.config.faults import Key, Path
from sim.config.tables import member
from sim.settings import Figure

BAND = f"80{NO_BREAK}% band"
PARTS = {
    "value": "",
    "from": ", when it starts",
    "until": ", when it ends",
    "ramp": ", how long it takes to arrive",
    "slip": ", how late it comes",
    "delivered_share": ", how much of it is delivered",
    "decay": ", how fast it fades",
}
"""What an uncertain part of a change is, after the words for what it changes."""
WHOLE = {"slip": "how late all of it comes", "optimism_bias": "optimism bias"}
A_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
COSTS = {"one_off": "cost, once", "per_year": "cost a year", "from": "when its cost starts"}


def printed(figure: Figure) -> str:
    """A figure as the paper prints it: 274 thousand pounds; 1 October 2015; Year 2."""
    value = figure.printed
    shown = f"{value:,.12g}".replace("-", MINUS) if isinstance(value, float) else day_name(value)
    return f"{shown} {figure.unit}".strip() if isinstance(value, float) else shown


def days_in_words(text: str) -> str:
    """A text in which each 2020-04-01 is 1 April 2020."""
    return A_DAY.sub(lambda found: day_name(date.fromisoformat(found[0])), text)


def end_in_words(end: Any) -> str:
    """An end of a range with three figures: 0.171; 1 April 2020; 26 weeks."""
    short = isinstance(end, float) and 0 < abs(end) < 100
    return days_in_words(value_in_words(float(f"{end:.3g}") if short else end))


def amount(value: float, judged: Judged) -> str:
    """A number in the unit of a claim; infinity is a sum that is never paid back."""
    if math.isinf(value):
        return "never"
    text = _millions(value) if judged.unit == "GBP" and abs(value) >= 999_500 else say(value, judged.unit)
    return f"{text} {judged.words}" if judged.words and math.isfinite(value) else text


def about(value: float, judged: Judged) -> str:
    """The same for what a simulation gives: pounds below 10,000 with two figures."""
    few = judged.unit == "GBP" and 0 < abs(value) < 10_000
    return amount(float(f"{value:.2g}") if few else value, judged)


def span(low: float, high: float, judged: Judged) -> str:
    """Both ends of a band, with the unit said once."""
    first = about(low, judged).removesuffix(f" {judged.words}") if judged.words else about(low, judged)
    return f"{first} to {about(high, judged)}"


def _millions(value: float) -> str:
    """Pounds with three figures, so that 1.05 million is not said as 1.1."""
    size = abs(value) / 1e6
    digits = max(2 - math.floor(math.log10(size)), 0)
    text = f"{size:,.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{MINUS if value < 0 else ''}£{text}{NO_BREAK}million"


def band_name(replications: int) -> str:
    """What the band is called: with few replications it is their range."""
    if replications >= FEWEST_FOR_PERCENTILES:
        return BAND
    return f"range of {replications} replication{'' if replications == 1 else 's'}"


def verdict(judged: Judged, replications: int) -> str:
    """One claim beside its answer, and how it stands to it."""
    if judged.verdict == NOT_SIMULATED:
        return f"Not simulated: {judged.why}."
    if judged.verdict == NOT_KNOWN:
        return f"The paper claims {amount(judged.claimed or 0.0, judged)}; no replication has an answer."
    given = f"simulation gives {answer(judged, replications)}"
    if judged.verdict == NO_NUMBER:
        return f"The paper puts no number to it; the {given}."
    place = {
        INSIDE: "inside it",
        ABOVE: "above it",
        BELOW: "below it",
    }[judged.verdict]
    return f"The paper claims {amount(judged.claimed or 0.0, judged)}; the {given}. The claim lies {place}."


def answer(judged: Judged, replications: int) -> str:
    """Mean and band, and how often a sum is never paid back."""
    if math.isnan(judged.low):
        return "no answer"
    ends = span(judged.low, judged.high, judged)
    text = f"{about(judged.mean, judged)} ({band_name(replications)} {ends})"
    if judged.never == 1:
        return "no pay-back within the run in any replication"
    return f"{text}, never in {say(100 * judged.never, 'percent')} of replications" if judged.never else text


def tally(claims: Sequence[Judged], replications: int) -> str:
    """How many claims hold, how many do not, how many cannot be asked."""
    counted = {name: sum(each.verdict == name for each in claims) for name in (INSIDE, ABOVE, BELOW)}
    asked = sum(counted.values())
    parts = []
    if asked:
        places = [f"{number} {name}" for name, number in counted.items() if number]
        number, where = places[0].split(" ", 1)
        places[0] = f"{number} {'lies' if number == '1' else 'lie'} {where}"
        told = f"Of {_many(asked, 'claim')} with a number, {listed(places)} ({band_name(replications)})"
        parts.append(told)
    silent = sum(each.verdict == NO_NUMBER for each in claims)
    absent = sum(each.verdict in (NOT_SIMULATED, NOT_KNOWN) for each in claims)
    if silent:
        parts.append(f"{_many(silent, 'claim')} {'has' if silent == 1 else 'have'} no number")
    if absent:
        parts.append(f"{_many(absent, 'claim')} {'is' if absent == 1 else 'are'} not answered")
    return "; ".join(parts) + "."


def _many(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def assumption_name(path: Path, data: Mapping[str, Any]) -> str:
    """An uncertain number in words, of an intervention by what it changes."""
    if path[0] not in ("interventions", "scenarios"):
        return path_in_words(path, data)
    return f"{short_label(path, data)}: {_part(path, data)}"


def short_label(path: Path, data: Mapping[str, Any]) -> str:
    """What an intervention or a scenario is called, up to where its label goes into detail."""
    labels = {
        str(name): str((each or {}).get("label") or plain_name(str(name)))
        for name, each in (member(data, path[:1]) or {}).items()
    }
    for breaks in (r"[:,;] | \(", r"[,;] | \("):
        short = {name: re.split(breaks, label)[0].removesuffix(" and") for name, label in labels.items()}
        own = short[str(path[1])]
        if list(short.values()).count(own) == 1:
            return own
    return labels[str(path[1])]


def _part(path: Path, data: Mapping[str, Any]) -> str:
    section, rest = path[2], path[3:]
    if not rest:
        return WHOLE.get(str(section), str(section))
    if section == "cost":
        return COSTS.get(str(rest[-1]), "cost")
    if section == "set":
        return f"sets {rest[-1]}"
    changed = str(member(data, (*path[:4], "path")))
    keys: tuple[Key, ...] = tuple(changed.split("."))
    words = inside_sentence(path_in_words(keys, data))
    return f"{'elsewhere, ' if section == 'displaces' else ''}{words}{PARTS.get(str(path[4]), '')}"


def most(tried: Tried, headline: Judged, names: Mapping[str, str], ends: Mapping[str, Any]) -> str:
    """Which assumption the headline hangs on most, and what comes next; a draft may not have tried all."""
    swings = tried.swings
    moving = [each for each in swings if each.swing]
    if not moving:
        return "The headline answer is the same at both ends of every assumption that was tried."
    first = moving[0]
    low, high = (end_in_words(end) for end in ends[first.path])
    every = len(swings) + len(tried.left_out)
    were = "was" if len(swings) == 1 else "were"
    beginning = f"{len(swings)} of {every} assumptions {were} tried. " if tried.left_out else ""
    text = (
        f"{beginning}Most hangs on “{names[first.path]}”: with {low} the headline comes to "
        f"{about(first.at_low, headline)}, with {high} to {about(first.at_high, headline)}."
    )
    following = [
        f"“{names[each.path]}” moves it by {about(abs(each.swing), headline)}" for each in moving[1:3]
    ]
    return f"{text} {listed(following)}." if following else text


def altered(tried: Tried, headline: Judged, label: str) -> str:
    """What becomes of the headline when the mechanism is altered."""
    before, after = float(np.mean(tried.as_drawn)), float(np.mean(tried.altered))
    count = len(tried.altered)
    runs = "the same replication" if count == 1 else f"the same {count} replications"
    if not differs(tried):
        return f"{label}: the headline does not move ({about(before, headline)} in {runs})."
    return (
        f"{label}: in {runs} the headline comes to {about(after, headline)} "
        f"instead of {about(before, headline)}, so it follows from the mechanism."
    )


def differs(tried: Tried) -> bool:
    """Does the altered mechanism give another answer in any replication?"""
    return not np.array_equal(tried.as_drawn, tried.altered, equal_nan=True)


def optimism(interventions: Mapping[str, Any]) -> str:
    """Whether optimism bias is allowed for in what the proposal does; zero is said openly."""
    if not interventions:
        return "Nothing is proposed here, so there is no optimism to allow for."
    central = {
        name: bias.get("value", 0) if isinstance(bias, Mapping) else bias
        for name, bias in ((name, each.get("optimism_bias", 0)) for name, each in interventions.items())
    }
    none = [
        f"“{interventions[name].get('label') or plain_name(name)}”" for name in central if not central[name]
    ]
    if not none:
        return "Optimism bias is allowed for in everything the proposal does."
    return (
        f"Optimism bias is zero in {listed(none)}: effects and costs there are taken as the config has them."
    )
