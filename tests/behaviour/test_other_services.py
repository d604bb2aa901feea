"""Short breaks and the edge of care beside SEND casework, in any config, and in two council papers."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest
from everything_on import everything_config
from other_services import county, edge_of_care, other_kinds, rows_of, short_breaks

from experiments import experiment, plan
from sim import event_log as events
from sim.config.documents import Document, read
from sim.measures.services import SERVICE_EVENTS
from sim.replication import Outcome, replicate
from sim.settings import Settings

CONFIGS = Path(__file__).resolve().parents[2] / "configs"
PAPERS = ("short_breaks_2022", "safe_2022")
NOTHING_WRONG = {"children": 0, "money": 0, "hours": 0, "clock": 0}
OF_SERVICES = (
    *("short_break_", "beds_used_share", "personal_assistants", "assistants_sought", "family_breakdowns"),
    *("carers_fte", "edge_of_care_", "stayed_home", "care_", "stepped_down", "break_even_placements"),
)


# Beside SEND casework.


@pytest.fixture(scope="module")
def alone_and_beside() -> tuple[Outcome, Outcome]:
    config = everything_config()
    sections = {
        "short_breaks": short_breaks(opening_ages=[5, 17], joining_per_month=3),
        "edge_of_care": edge_of_care(referrals_per_year=30, come_into_care=0.5, team={"fte": 2}),
    }
    settings = Settings.model_validate(config), Settings.model_validate(config | sections)
    return tuple(replicate(each, 1, keep_log=True) for each in settings)


def test_no_measure_of_casework_moves_by_a_hair_for_services_beside_it(alone_and_beside) -> None:
    alone, beside = ({row[:4]: row[4] for row in each.yearly} for each in alone_and_beside)
    assert {key[2] for key in alone} <= {key[2] for key in beside}
    of_casework = {
        key: value
        for key, value in beside.items()
        if not key[2].startswith(OF_SERVICES)
        and not (key[2].startswith("cost") and (key in alone and not key[3].startswith("line=")))
        and "line=short_breaks" not in key[3]
        and "line=edge_of_care" not in key[3]
    }
    assert len(of_casework) > 1_000
    assert of_casework == {key: alone[key] for key in of_casework}
    assert alone_and_beside[1].audit == NOTHING_WRONG


def test_children_of_other_services_carry_its_name_and_have_no_need(alone_and_beside) -> None:
    children = alone_and_beside[1].log.children
    theirs = [place for place, origin in enumerate(children["origin"]) if origin in events.SERVICES]
    assert len(theirs) > 40
    assert {children["need"][place] for place in theirs} == {""}
    found = rows_of(alone_and_beside[1].log, *SERVICE_EVENTS)
    assert {child for _, child, *_ in found if child >= 0} == set(theirs)


def test_without_the_sections_nothing_of_them_is_measured(alone_and_beside) -> None:
    assert not [row for row in alone_and_beside[0].yearly if row[2].startswith(OF_SERVICES)]


def made_at_random(seed: int) -> Settings:
    """Few or many beds, people, assistants and young people, changing on dates in mid-week and mid-month."""
    dice = random.Random(seed)
    turn = date(2021, dice.randint(3, 9), dice.randint(1, 28))
    start = date(2021, 1, 1)
    kept = dice.randint(0, 2)
    offer = short_breaks(
        opening=dice.randint(0, 40),
        opening_ages=[5, 17],
        joining_per_month={start: dice.random() * 6, turn: dice.random()},
        leaving_per_year=dice.random(),
        bands={"all": {"share": 0.4, "nights_per_year": 20}, "more": {"share": 0.6, "nights_per_year": 300}},
        homes={
            "lodge": {"beds": {start: dice.randint(2, 9), turn: kept}, "kept_beds": kept},
            "other": {"beds": dice.randint(0, 5), "core_fte": 1.3},
        },
        homes_price_per_year=1e7,
        in_house={start: dice.random(), turn: dice.choice([0, 0.3, 1])},
        carers={"rota_weeks": dice.randint(1, 9), "lead_weeks": dice.randint(0, 9), "vacant": dice.random()},
        direct_payments={
            "take_up": {start: dice.random(), turn: dice.random()},
            "search": {"days": dice.randint(0, 60), "cv": 0.7},
            "availability": {start: dice.random() * 2, turn: 0.0},
            "assistants_leave_per_year": dice.random(),
            "nights_per_year": dice.randint(0, 200),
        },
        breakdown={"per_unmet_night": dice.random() * 0.02, "price_cv": 0.4},
    )
    kinds = {"flat": {"share": 0.5, "price_per_week": 1_500, "weeks": 9, "weeks_cv": 1.0, "price_cv": 0.3}}
    edge = edge_of_care(
        opening=dice.randint(0, 30),
        referrals_per_year={start: dice.randint(0, 90), turn: dice.randint(0, 90)},
        ages=[10, 17],
        in_care_already=dice.random(),
        at_risk_weeks=dice.randint(1, 60),
        come_into_care=dice.random(),
        come_into_care_again=dice.choice([0.0, 0.5, 0.9]),
        placements=other_kinds(kinds | {"house": kinds["flat"] | {"price_per_week": 4_321}}),
        team={
            "fte": {start: dice.random() * 4, turn: dice.random() * 4},
            "cost_per_fte_year": {start: 50_000, turn: 61_000},
            "weeks": dice.randint(1, 30),
            "weeks_cv": 0.5,
            "entry_multiplier": dice.random() * 2,
            "return_multiplier": dice.random() * 3,
        },
    )
    return county(start, 1, prices=0.05, short_breaks=offer, edge_of_care=edge)


@pytest.mark.parametrize("seed", range(12))
def test_everything_adds_up_in_services_made_at_random(seed: int) -> None:
    assert replicate(made_at_random(seed), 1).audit == NOTHING_WRONG


# The papers.


@pytest.fixture(scope="module", params=PAPERS)
def document(request) -> Document:
    return read(CONFIGS / f"{request.param}.yaml")


def test_a_paper_is_valid_and_nothing_in_it_is_idle(document: Document) -> None:
    assert document.warnings == []
    for scenario in document.scenario_names:
        document.settings(scenario, draw=1)


def test_the_base_of_both_runs_and_costs_nothing() -> None:
    document = read(CONFIGS / "other_services.yaml")
    assert document.warnings == []
    outcome = replicate(document.settings(), 1)
    assert outcome.audit == NOTHING_WRONG
    assert not any(value for _, _, measure, _, value in outcome.yearly if measure == "cost")


def headline(document: Document, replications: int = 2) -> list[float]:
    """What the paper's headline comes to in each replication, at the config's own values."""
    paper = document.settings().paper
    asked = paper.claims[paper.headline].simulated
    found = []
    for replication in range(1, replications + 1):
        values = [
            sum(
                value
                for calendar, period, measure, group, value in replicate(
                    document.settings(scenario), replication
                ).yearly
                if (calendar, measure, group) == (asked.calendar, asked.measure, asked.group)
                and period in asked.periods
            )
            for scenario in (asked.scenario, asked.against)
        ]
        found.append(asked.times * (values[0] - values[1]))
    return found


def perturbed(name: str) -> Document:
    settings = read(CONFIGS / f"{name}.yaml").settings().paper.perturbed.set
    return read(CONFIGS / f"{name}.yaml", [f"{path}={value}" for path, value in settings.items()])


def test_without_assistants_direct_payments_save_nothing_at_all() -> None:
    assert headline(perturbed("short_breaks_2022"), 1) == [0]
    assert headline(read(CONFIGS / "short_breaks_2022.yaml"), 1) != [0]


def test_a_safe_team_without_effect_costs_exactly_what_it_costs() -> None:
    # 268,000 a year, to the penny a day, for the 365 days of 2024-25.
    cost = round(268_000 * 100 / 365.25) * 365 / 100
    assert headline(perturbed("safe_2022")) == pytest.approx([-cost] * 2)
    assert all(abs(saved + cost) > 1 for saved in headline(read(CONFIGS / "safe_2022.yaml")))


def test_the_pressure_is_carers_times_what_they_cost_more() -> None:
    document = read(CONFIGS / "short_breaks_2022.yaml")
    costs = {
        name: by_line(document.settings(name)) for name in ("baseline", "in_house_as_foreseen", "in_house")
    }
    pressure = costs["in_house"]["all"] - costs["baseline"]["all"]
    assert pressure > 0
    terms = document.settings("in_house").short_breaks.council_terms
    day = date(2022, 6, 1)
    share = terms.enhancements.at(day) + terms.own_terms.at(day) * terms.own_terms_pay.at(day)
    pension = terms.pension.at(day)
    before = costs["in_house_as_foreseen"]["line=short_breaks_carers"]
    assert costs["in_house"]["line=short_breaks_carers"] == pytest.approx(
        before * (1 + pension + share) / (1 + pension), rel=1e-6
    )


def by_line(settings: Settings) -> dict[str, float]:
    rows = replicate(settings, 1).yearly
    return {row[3]: row[4] for row in rows if row[:3] == ("financial", "2022-23", "cost")}


def test_a_run_of_a_paper_ends_with_a_report_of_what_there_is(tmp_path) -> None:
    options = plan.Options(("baseline", "team"), replications="2", overrides=("run.years=2",))
    made = plan.make(CONFIGS / "safe_2022.yaml", options)
    finished = experiment.carry_out(made, tmp_path / "run", 1, lambda results, _: iter(results))
    assert not finished.failed
    assert finished.manifest["audit"] == NOTHING_WRONG
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert "Young people at the edge of care" in page
    for left_out in ("Short breaks", "Plans in January", "Annual reviews", "Open assessments"):
        assert left_out not in page
