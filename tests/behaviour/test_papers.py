"""Every council paper is a config without a fault whose answer comes from its mechanism."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from experiments.papers.answers import Answers
from experiments.papers.appraisals import appraiser
from experiments.papers.claims import values_of
from experiments.papers.one_paper import as_overrides
from experiments.papers.papers import NAMES
from experiments.papers.trials import at_work
from sim.config.documents import Document, read
from sim.measures.periods import FIRST_MONTH
from sim.replication import replicate
from sim.settings import Settings, Simulated

CONFIGS = Path(__file__).resolve().parents[2] / "configs"
LONG_RUN, CUT_TO = 6.0, 3.25
"""A run of more years than the first is cut to the second, and the answer read from its last whole year."""


def config_of(name: str) -> Path:
    path = CONFIGS / f"{name}.yaml"
    if not path.is_file():
        pytest.fail(f"{path.name} is not there")
    return path


@pytest.mark.parametrize("name", NAMES)
def test_a_paper_reads_without_a_fault_and_with_nothing_idle(name: str) -> None:
    document = read(config_of(name))
    assert document.warnings == []
    assert document.settings().name == name
    for scenario in document.scenario_names:
        document.settings(scenario, draw=1)


@pytest.mark.parametrize("name", NAMES)
def test_the_answer_moves_when_the_mechanism_is_altered(name: str) -> None:
    path = config_of(name)
    settings = read(path).settings()
    paper = settings.paper
    headline = paper.claims[paper.headline].simulated
    years, headline = shortened(settings, headline)
    before = read(path, [f"run.years={years:g}"])
    after = read(path, [f"run.years={years:g}", *as_overrides(paper.perturbed.set)])
    if headline.against and not headline.appraisal and is_same(before, after, headline.against):
        headline = headline.model_copy(update={"against": None})  # what both answers are less is the same
    assert answer(before, headline) != answer(after, headline)


def is_same(before: Document, after: Document, scenario: str) -> bool:
    return at_work(before.settings(scenario, draw=1)) == at_work(after.settings(scenario, draw=1))


def answer(document: Document, headline: Simulated) -> list[float]:
    """What one replication of each scenario of the headline gives."""
    values = {}
    for scenario in (headline.scenario, headline.against):
        if scenario is not None:
            rows = replicate(document.settings(scenario, draw=1), 1).yearly
            values |= {(scenario, *key): np.array([value]) for *key, value in rows}
    return values_of(headline, Answers((1,), values), appraiser(document.settings())).tolist()


def shortened(settings: Settings, headline: Simulated) -> tuple[float, Simulated]:
    """Years of a run to just past the headline's last year, or fewer with an earlier year."""
    start = settings.run.start
    if headline.appraisal:
        return settings.run.years, headline
    last = max([*headline.periods, headline.since])
    years = min(settings.run.years, after(last, headline.calendar, start))
    if years <= LONG_RUN:
        return years, headline
    whole = date(start.year + int(CUT_TO), FIRST_MONTH[headline.calendar], 1)
    year = whole.year if headline.calendar == "calendar" else whole.year - 1
    label = str(year) if headline.calendar == "calendar" else f"{year}-{(year + 1) % 100:02d}"
    return CUT_TO, headline.model_copy(update={"periods": [label]})


def after(period: str, calendar: str, start: date) -> float:
    """Years from the start of a run to the end of a year, and on past the January of a census."""
    end = date(int(period[:4]) + 1, FIRST_MONTH[calendar], 1)
    return (end.year - start.year) + (end.month - start.month) / 12
