"""The page of a paper and the page of all of them, in the order a committee reads.

Every sentence and number is made from what was found; nothing is loaded from anywhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from markupsafe import Markup

from experiments.papers import drawing, fan, page_tables, wording
from experiments.papers.answers import read_answers
from experiments.papers.claims import FEWEST_FOR_PERCENTILES, measures_of
from experiments.papers.one_paper import Found
from experiments.plan import model_version
from experiments.reports.report import environment
from experiments.reports.wording import day_name

TEMPLATE, INDEX = "paper.html.j2", "papers.html.j2"


def page_of(found: Found) -> str:
    """The page of one paper as HTML."""
    claims = page_tables.drawn_claims(found.claims)
    swings = [each for each in found.tried.swings if each.swing and np.isfinite(each.swing)]
    context: dict[str, Any] = {
        **summary_of(found),
        "band": wording.band_name(found.replications),
        "few": found.replications < FEWEST_FOR_PERCENTILES,
        "claim_drawings": _claim_drawings(found) if claims else None,
        "claims_table": page_tables.claims_table(found),
        "fans": _fans(found),
        "to_bear_in_mind": page_tables.to_bear_in_mind(found),
        "swing_drawings": _swing_drawings(found) if swings else None,
        "swings_table": page_tables.swings_table(found) if found.tried.swings else None,
        "most_bars": drawing.MOST_BARS,
        "tried": len(found.tried.swings),
        "shown": min(len(swings), drawing.MOST_BARS),
        "trial_replications": found.prepared.trials.replications,
        "as_drawn": wording.about(float(np.mean(found.tried.as_drawn)), found.headline),
        "left_out": [page_tables.names_of(found)[path] for path in found.tried.left_out],
        "findings": found.paper.findings,
        "interventions": page_tables.interventions_in_words(found),
        "optimism": wording.optimism(page_tables.own_interventions(found)),
        "answering": _answering(found),
        "option": page_tables.scenario_label(found, found.paper.option),
        "figures_table": page_tables.figures_table(found),
        "run": found.prepared.plan.central.run,
        "folder": found.finished.folder.as_posix(),
        "run_id": found.prepared.plan.run_id,
        "model": model_version(),
    }
    return environment().get_template(TEMPLATE).render(**context)


def _answering(found: Found) -> str:
    """The label of the scenario that answers the headline; nothing where it is not simulated."""
    simulated = found.paper.claims[found.paper.headline].simulated
    return page_tables.scenario_label(found, simulated.scenario) if simulated else ""


def index_of(found: Sequence[Found], failed: Mapping[str, str]) -> str:
    """The page of all papers: of each what it asks, and what was found in short."""
    papers = [summary_of(each) for each in found]
    context = {"papers": papers, "failed": failed, "model": model_version()}
    return environment().get_template(INDEX).render(**context)


def summary_of(found: Found) -> dict[str, Any]:
    """What is said of a paper in short, on its own page and on that of all."""
    names, ends = page_tables.names_of(found), page_tables.ends_of(found)
    headline, paper = found.headline, found.paper
    return {
        "name": found.prepared.name,
        "page": f"{found.prepared.name}.html",
        "title": paper.title,
        "council": paper.council,
        "meeting": day_name(paper.meeting),
        "asks": paper.asks,
        "draft": found.prepared.plan.quick,
        "replications": found.replications,
        "headline": headline.label,
        "verdict": wording.verdict(headline, found.replications),
        "tally": wording.tally(found.claims, found.replications),
        "most": wording.most(found.tried, headline, names, ends),
        "altered": wording.altered(found.tried, headline, paper.perturbed.label),
    }


def in_data(found: Found) -> dict[str, Any]:
    """The same as plain data, with every claim."""
    claims = page_tables.claims_data([found]).drop(columns="paper")
    records = claims.astype(object).where(claims.notna(), None).to_dict(orient="records")
    return {
        **summary_of(found),
        "run_folder": found.finished.folder.as_posix(),
        "run_id": found.prepared.plan.run_id,
        "found": found.finished.found,
        "differs": wording.differs(found.tried),
        "claims": records,
    }


def tables_of(found: Sequence[Found]) -> dict[str, str]:
    """The CSV files that stand beside the pages, by name."""
    tables = {
        "claims.csv": page_tables.claims_data(found),
        "assumptions.csv": page_tables.assumptions_data(found),
        "perturbed.csv": page_tables.altered_data(found),
    }
    return {
        name: table.to_csv(index=False, float_format="%.12g", lineterminator="\n")
        for name, table in tables.items()
    }


def _claim_drawings(found: Found) -> list[Markup]:
    claims = page_tables.drawn_claims(found.claims)
    told = " ".join(f"{claim.label}: {wording.verdict(claim, found.replications)}" for claim in claims)
    sizes = (drawing.WIDE, drawing.NARROW)
    title = "Claimed and simulated"
    return [Markup(drawing.draw_claims("claims", title, told, claims, size)) for size in sizes]


def _fans(found: Found) -> list[dict[str, Any]]:
    """The forecasts of the paper across the simulation's, each in two sizes with its numbers."""
    measures = measures_of(found.paper)
    answers = read_answers(found.finished.folder, measures)
    band = wording.band_name(found.replications)
    told = []
    for each in fan.fans_of(found.paper, answers):
        words = fan.in_words(each, band)
        drawn = [
            Markup(fan.draw_fan(each, each.meaning, words, size)) for size in (drawing.WIDE, drawing.NARROW)
        ]
        option = page_tables.scenario_label(found, each.scenario)
        told.append({"words": words, "drawn": drawn, "table": fan.table_of(each, band), "scenario": option})
    return told


def _swing_drawings(found: Found) -> list[Markup]:
    names = page_tables.names_of(found)
    moving = [each for each in found.tried.swings if each.swing and np.isfinite(each.swing)]
    bars = [(names[each.path], each) for each in moving[: drawing.MOST_BARS]]
    middle = float(np.mean(found.tried.as_drawn))
    told = summary_of(found)["most"]
    arguments = ("swings", "What the headline hangs on", told, bars, middle, found.headline.unit)
    return [Markup(drawing.draw_swings(*arguments, size)) for size in (drawing.WIDE, drawing.NARROW)]
