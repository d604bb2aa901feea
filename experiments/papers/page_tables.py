"""The tables of a paper's page and their rows as data, with numbers written as sentences write them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from experiments.change_wording import intervention_in_parts
from experiments.papers import wording
from experiments.papers.claims import NO_NUMBER, NOT_SIMULATED, Judged
from experiments.papers.one_paper import Found
from experiments.papers.trials import Swing
from experiments.path_wording import path_in_words
from experiments.reports.tables import Cell, Table
from experiments.reports.wording import NEEDS, plain_name, say
from sim.config.faults import Key
from sim.config.faults import Path as Keys
from sim.config.paper_figures import number_of, scale_of
from sim.config.tables import member

CLAIMS = ["paper", "claim", "label", "claimed", "unit", "mean", "p10", "p90", "inside", "verdict"]
ASSUMPTIONS = ["paper", "assumption", "label", "low", "high", "at_low", "at_high", "swing", "unit"]
ALTERED = ["paper", "alteration", "claim", "replication", "as_drawn", "altered", "unit"]


def claims_data(found: Iterable[Found]) -> pd.DataFrame:
    """One row a claim. The band of fewer than ten replications is their range."""
    rows = [
        (
            *(each.prepared.name, claim.name, claim.label, claim.claimed, claim.unit or claim.words),
            *(_known(claim.mean), _known(claim.low), _known(claim.high), claim.inside, claim.verdict),
        )
        for each in found
        for claim in each.claims
    ]
    return pd.DataFrame(rows, columns=CLAIMS)


def assumptions_data(found: Iterable[Found]) -> pd.DataFrame:
    """One row an uncertain number that was tried, those of a paper by how much hangs on them."""
    rows = []
    for each in found:
        names, ends = names_of(each), ends_of(each)
        rows += [
            (
                *(each.prepared.name, swing.path, names[swing.path], *map(str, ends[swing.path])),
                *(_known(swing.at_low), _known(swing.at_high), _known(swing.swing), _unit(each.headline)),
            )
            for swing in each.tried.swings
        ]
    return pd.DataFrame(rows, columns=ASSUMPTIONS)


def altered_data(found: Iterable[Found]) -> pd.DataFrame:
    """One row a replication: the headline's answer as the paper has it and with the mechanism altered."""
    rows = []
    for each in found:
        pairs = zip(each.tried.as_drawn, each.tried.altered, strict=True)
        what = (each.prepared.name, each.paper.perturbed.label, each.paper.headline)
        rows += [
            (*what, number, _known(before), _known(after), _unit(each.headline))
            for number, (before, after) in enumerate(pairs, start=1)
        ]
    return pd.DataFrame(rows, columns=ALTERED)


def _unit(claim: Judged) -> str:
    return claim.unit or claim.words


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def keys_of(found: Found) -> dict[str, Keys]:
    """Dotted path → keys, of every uncertain number of the config."""
    ranges = found.prepared.plan.document.plain.ranges
    return {".".join(map(str, path)): path for path in ranges}


def names_of(found: Found) -> dict[str, str]:
    """Every assumption in words; the second that would have one name has its path behind it."""
    data, keys = found.prepared.plan.document.plain.data, keys_of(found)
    names: dict[str, str] = {}
    for path in [*(swing.path for swing in found.tried.swings), *found.tried.left_out]:
        name = wording.days_in_words(wording.assumption_name(keys[path], data))
        names[path] = f"{name} ({_apart(keys[path], data)})" if name in names.values() else name
    return names


def _apart(path: Keys, data: Any) -> str:
    """What tells two assumptions of one name apart: the day of the change, or else the whole path."""
    day = member(data, (*path[:4], "from")) if len(path) > 4 else None
    return f"from {wording.end_in_words(day)}" if day is not None else ".".join(map(str, path))


def ends_of(found: Found) -> dict[str, tuple[Any, Any]]:
    """Both ends of every range that was tried, as the config writes them."""
    ranges, keys = found.prepared.plan.document.plain.ranges, keys_of(found)
    return {
        swing.path: (ranges[keys[swing.path]].at("low"), ranges[keys[swing.path]].at("high"))
        for swing in found.tried.swings
    }


def claims_table(found: Found) -> Table:
    """Every claim with what the paper prints, what the simulation gives, and the verdict."""
    rows = [(claim.label, _claim_cells(claim)) for claim in found.claims]
    head = ["Claim", "The paper says", "The simulation gives", "The claim is"]
    band = wording.band_name(found.replications)
    answered = (claim.simulated for claim in found.paper.claims.values())
    years = any(each and each.appraisal == "pay_back_year" for each in answered)
    mean = "Mean (of years of pay-back the middle one)" if years else "Mean"
    caption = f"{mean}, and below it the {band}"
    return Table("claims-table", "Every claim", caption, head, rows)


def _claim_cells(claim: Judged) -> list[Cell]:
    said: Cell = ("no number",)
    if claim.figure is not None:
        said = (wording.printed(claim.figure),)
        if claim.claimed is not None and claim.unit and (claim.unit == "GBP" or not _as_printed(claim)):
            said += (f"({wording.amount(claim.claimed, claim)})",)
    if not claim.is_simulated:
        return [said, ("not simulated",), (NOT_SIMULATED,)]
    given: Cell = ("not known",)
    if not math.isnan(claim.low):
        given = (wording.about(claim.mean, claim), f"({wording.span(claim.low, claim.high, claim)})")
        if claim.never:
            given += (f"never in {say(100 * claim.never, 'percent')}",)
    return [said, given, ("without a number" if claim.verdict == NO_NUMBER else claim.verdict,)]


def _as_printed(claim: Judged) -> bool:
    """Is what is compared the printed figure itself, in pounds where it is printed in thousands?"""
    figure = claim.figure
    number = number_of(figure.printed) if figure else None
    if figure is None or number is None or claim.claimed is None:
        return False
    return any(
        math.isclose(abs(claim.claimed), abs(number) * scale) for scale in (1.0, scale_of(figure.unit))
    )


def to_bear_in_mind(found: Found) -> list[tuple[str, str]]:
    """Claims with what their author says of them: why they are not simulated, or what to bear in mind."""
    return [(claim.label, claim.why) for claim in found.claims if claim.why not in ("", NO_NUMBER)]


def swings_table(found: Found) -> Table:
    """Every assumption that was tried, by how much the headline moves with it."""
    names, ends, claim = names_of(found), ends_of(found), found.headline
    rows = [(names[swing.path], _swing_cells(swing, ends[swing.path], claim)) for swing in found.tried.swings]
    head = ["Assumption", "Low end", "High end", "Headline at the low end", "At the high end", "Difference"]
    caption = "The headline claim’s answer with each uncertain number at both ends of its range"
    return Table("assumptions", "Every assumption that was tried", caption, head, rows)


def _swing_cells(swing: Swing, ends: tuple[Any, Any], claim: Judged) -> list[Cell]:
    answers = (swing.at_low, swing.at_high)
    size = abs(swing.swing) if np.isfinite(swing.swing) else math.nan
    return [
        *((wording.end_in_words(end),) for end in ends),
        *((wording.about(answer, claim),) for answer in answers),
        (wording.about(size, claim) if size else "none",),
    ]


def figures_table(found: Found) -> Table:
    """Every figure the paper prints, and where it stands."""
    rows: list[tuple[str, list[Cell]]] = [
        (
            figure_name(name),
            [
                (wording.printed(figure),),
                (figure.period or "none",),
                (figure.where,),
                (figure.note or "none",),
            ],
        )
        for name, figure in found.paper.figures.items()
    ]
    head = ["Figure", "Printed", "Of", "Where", "To bear in mind"]
    return Table("figures", "Printed figures", "As the paper prints them", head, rows)


def figure_name(name: str) -> str:
    """A figure's name in words: Saving 2019/20; SEMH growth; Population 0 to 4, 2016."""
    text = re.sub(r"\b(\d{4}) (\d\d)\b", r"\1/\2", name.replace("_", " "))
    text = re.sub(r"\b(\d{1,2}) (\d{1,2}) (\d{4})\b", r"\1 to \2, \3", text)
    words = [word.upper() if word.upper() in NEEDS else word for word in text.split()]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


def own_interventions(found: Found) -> dict[str, Any]:
    """The interventions of the proposal as the config writes them, by name."""
    plan = found.prepared.plan
    written = plan.document.data.get("interventions") or {}
    return {name: written[name] for name in plan.interventions(found.paper.option)}


def interventions_in_words(found: Found) -> list[tuple[str, list[str]]]:
    """What the proposal does, an entry an intervention, with a text for each change and cost."""
    data = found.prepared.plan.document.plain.data
    return [
        (
            intervention.get("label") or plain_name(name),
            [wording.days_in_words(each) for each in _parts(intervention, data)],
        )
        for name, intervention in own_interventions(found).items()
    ]


def _parts(intervention: Any, data: Any) -> list[str]:
    def name_of(path: str) -> str:
        return f"“{path_in_words(tuple(path.split('.')), data)}”"

    return intervention_in_parts(intervention, name_of) or ["does nothing"]


def scenario_label(found: Found, name: str) -> str:
    """A scenario by its label, or by its name where it has none."""
    scenarios: dict[Key, Any] = found.prepared.plan.document.plain.data["scenarios"]
    return (scenarios[name] or {}).get("label") or plain_name(name)


def drawn_claims(claims: Sequence[Judged]) -> list[Judged]:
    """The claims that have a number on both sides, to be drawn."""
    return [each for each in claims if each.is_quantified and math.isfinite(each.low)]
