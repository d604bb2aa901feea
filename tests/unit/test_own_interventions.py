"""A scenario may say otherwise of its own interventions: the same option later, longer or weaker."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from small_config import SMALL, faults_of, line_of

from sim.config.documents import Document, read

OPTIONS = """\
interventions:
  cut:
    slip: 0 months
    changes:
      - path: settings.mainstream.price_per_child_year
        operation: multiply
        value: {value: 0.9, low: 0.8, high: 1.0, source: assumed}
        from: 2020-09-01
    cost: [{fund: dsg, one_off: 1_000}]
scenarios:
  baseline: {}
  planned: {interventions: [cut]}
  late: {interventions: [cut], set: {interventions.cut.slip: 7 months}}
  brief: {interventions: [cut], set: {interventions.cut.changes.0.until: 2021-01-01}}
  dear: {interventions: [cut], set: {interventions.cut.cost.0.one_off: 5_000, staff_pools.ep.fte: 9}}
"""
TEXT = SMALL[: SMALL.index("interventions:")] + OPTIONS


@pytest.fixture
def document(tmp_path: Path) -> Document:
    path = tmp_path / "small.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return read(path)


def prices(document: Document, scenario: str, draw: int | None = None) -> dict[date, float]:
    schedule = document.settings(scenario, draw).settings["mainstream"].price_per_child_year
    return dict(zip(schedule.dates, schedule.values, strict=True))


def test_the_same_option_begins_later_in_one_scenario_alone(document) -> None:
    before = prices(document, "baseline")[date.min]
    assert prices(document, "planned") == {date.min: before, date(2020, 9, 1): pytest.approx(0.9 * before)}
    assert prices(document, "late") == {date.min: before, date(2021, 4, 1): pytest.approx(0.9 * before)}
    assert prices(document, "brief") == {**prices(document, "planned"), date(2021, 1, 1): before}


@pytest.mark.parametrize("draw", [1, 2, 3])
def test_both_draw_the_same_uncertain_number(document, draw) -> None:
    planned, late = (prices(document, name, draw) for name in ("planned", "late"))
    assert planned[date(2020, 9, 1)] == late[date(2021, 4, 1)]
    assert planned[date(2020, 9, 1)] != pytest.approx(0.9 * planned[date.min])


def test_what_it_costs_is_the_scenarios_own_too(document) -> None:
    costs = {
        name: document.settings(name).interventions["cut"].cost[0].one_off for name in document.scenario_names
    }
    assert costs == {"baseline": 1_000, "planned": 1_000, "late": 1_000, "brief": 1_000, "dear": 5_000}
    assert document.settings("late").interventions["cut"].slip == "7 months"
    assert document.settings("dear").staff_pools["ep"].fte.values == (9,)


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("interventions.cut.slip: 7", "interventions.cuts.slip: 7", "did you mean 'interventions.cut'"),
        ("interventions.cut.slip: 7 months", "interventions.cut.slip: 7 moons", "'7 moons', must be"),
        (
            "late: {interventions: [cut]",
            "late: {interventions: []",
            "'cut' is none of the scenario's interventions",
        ),
    ],
)
def test_a_slip_is_named_where_the_scenario_has_it(tmp_path, old, new, message) -> None:
    assert old in TEXT
    text = TEXT.replace(old, new)
    path = tmp_path / "small.yaml"
    path.write_text(text, encoding="utf-8")
    told = faults_of(path)
    assert len(told) == 1
    assert told[0].startswith(f"small.yaml:{line_of(text, '  late:')}:")
    assert message in told[0]
