"""A paper's forecast drawn across the fan of the simulation: which points are joined, and the numbers."""

from __future__ import annotations

from datetime import date
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from experiments.papers import fan
from experiments.papers.answers import Answers
from experiments.papers.drawing import NARROW, WIDE
from sim.settings import Paper


def claim(figure: str, year: str, times: float = 1.0, **simulated: Any) -> dict[str, Any]:
    answer = {
        "scenario": "baseline",
        "measure": "plans_active",
        "calendar": "calendar",
        "periods": [year],
        **simulated,
    }
    return {"label": f"{figure} in {year}", "figure": figure, "times": times, "simulated": answer}


def paper(claims: dict[str, Any]) -> Paper:
    printed = {"now": 1_000, "first": 900, "last": 1_500, "needs": 300}
    return Paper.model_validate(
        {
            "title": "Plans",
            "council": "Smallshire",
            "meeting": date(2021, 9, 1),
            "asks": "Nothing",
            "option": "more",
            "headline": "end",
            "figures": {name: {"printed": float(each), "where": "table"} for name, each in printed.items()},
            "claims": claims,
            "perturbed": {"label": "Otherwise", "set": {"run.years": 1}},
        }
    )


CLAIMS = {
    "start": claim("first", "2020"),
    "end": claim("last", "2022"),
    "now": claim("now", "2021"),
    "more_of_now": claim("now", "2022", times=1.5),
    "growth": claim("last", "2022", since="2020"),
    "difference": claim("last", "2022", against="more"),
    "another_scenario": claim("last", "2022", scenario="more"),
    "one_need": claim("needs", "2022", group="need=ASD"),
    "a_flow": claim("last", "2022", measure="requests"),
    "nothing": {"label": "No number", "why": "none is printed"},
}
VALUES = {"2020": [880.0, 920.0], "2021": [1_000.0, 1_100.0], "2022": [1_200.0, 1_400.0]}


@pytest.fixture
def answers() -> Answers:
    """Two replications of the baseline and of another scenario, for all and for one need."""
    values = {
        (scenario, "calendar", year, "plans_active", group): np.array(numbers)
        for scenario in ("baseline", "more")
        for group in ("all", "need=ASD")
        for year, numbers in VALUES.items()
    }
    return Answers((1, 2), values)


def test_points_of_one_number_are_joined_and_those_of_one_figure_by_themselves(answers) -> None:
    (found,) = fan.fans_of(paper(CLAIMS), answers)
    assert found.lines == (((2020, 900.0), (2022, 1_500.0)), ((2021, 1_000.0), (2022, 1_500.0)))
    assert found.years == (2020, 2021, 2022)
    assert found.low.tolist() == [880, 1_000, 1_200]
    assert found.mean.tolist() == [900, 1_050, 1_300]
    assert found.high.tolist() == [920, 1_100, 1_400]


def test_a_single_point_is_no_forecast(answers) -> None:
    alone = {name: each for name, each in CLAIMS.items() if name not in ("start", "now")}
    assert fan.fans_of(paper(alone), answers) == []


def test_the_table_beside_it_holds_every_number(answers) -> None:
    (found,) = fan.fans_of(paper(CLAIMS), answers)
    assert fan.table_of(found, "range").rows == [
        ("2020", [("900",), ("880",), ("920",), ("900",)]),
        ("2021", [("1,050",), ("1,000",), ("1,100",), ("1,000",)]),
        ("2022", [("1,300",), ("1,200",), ("1,400",), ("1,500", "1,500")]),
    ]


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_drawing_names_the_last_years_numbers_and_says_what_it_shows(answers, size) -> None:
    (found,) = fan.fans_of(paper(CLAIMS), answers)
    words = fan.in_words(found, "range")
    assert "from 900 in 2020 to 1,300 in 2022 (range 1,200 to 1,400)" in words
    assert "The paper: from 1,000 in 2021 to 1,500 in 2022." in words
    drawing = fan.draw_fan(found, found.meaning, words, size)
    texts = ["".join(each.itertext()).strip() for each in ElementTree.fromstring(drawing).iter()]
    assert texts.count("1,300") and texts.count("1,500") >= 2
    assert any(words in text for text in texts)
    assert drawing == fan.draw_fan(found, found.meaning, words, size)
