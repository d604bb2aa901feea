"""What is wrong with a paper in a config is told on its line, before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from paper_config import CONFIG
from small_config import faults_of, line_of

from sim.config.documents import read
from sim.config.papers import years_of


@pytest.fixture
def write(tmp_path: Path):
    def written(before: str = "", after: str = "") -> Path:
        assert before in CONFIG
        path = tmp_path / "paper.yaml"
        path.write_text(CONFIG.replace(before, after, 1), encoding="utf-8")
        return path

    return written


def test_a_paper_that_fits_has_no_fault(write) -> None:
    assert read(write()).settings().paper.headline == "spending"


SLIPS = {
    "an option that is no scenario": (
        "option: team",
        "option: tem",
        "'tem', no such scenario, did you mean 'team'?",
    ),
    "the baseline as proposal": (
        "option: team",
        "option: baseline",
        "must be another scenario than the first",
    ),
    "an unknown headline": (
        "headline: spending",
        "headline: spendin",
        "no such claim, did you mean 'spending'?",
    ),
    "a headline nobody simulates": ("headline: spending", "headline: lives", "'lives', is not simulated"),
    "a claim of no figure": (
        "figure: bid\n",
        "figure: bud\n",
        "no such figure of the paper, did you mean 'bid'?",
    ),
    "a figure that is a date": ("figure: bid\n", "figure: started\n", "no number to compare with"),
    "an unknown measure": (
        "measure: requests",
        "measure: request",
        "no such measure, did you mean 'requests'?",
    ),
    "an unknown other scenario": (
        "against: baseline",
        "against: basline",
        "no such scenario, did you mean 'baseline'?",
    ),
    "a scenario against itself": ("against: baseline", "against: team", "must be another scenario"),
    "a year after the run": (
        'periods: ["2020-21"]',
        'periods: ["2021-22"]',
        "'2021-22', no whole financial year",
    ),
    "a year written as another calendar's": (
        'periods: ["2020-21"]',
        'periods: ["2020"]',
        "there are: 2020-21",
    ),
    "no year": ('periods: ["2020-21"]', "periods: []", "name at least one year"),
    "a year twice": ('periods: ["2020-21"]', 'periods: ["2020-21", "2020-21"]', "named twice; keep one"),
    "a group of no kind": ('group: "line=interventions"', "group: interventions", "a kind and a name"),
    "an unknown need": ("measure: requests,", 'measure: requests, group: "need=AXD",', "did you mean 'ASD'?"),
    "a stock added up": (
        'measure: requests, calendar: calendar, periods: ["2020"]',
        'measure: plans_active, calendar: calendar, periods: ["2020", "2021"]',
        "only what is counted over a year can be added up",
    ),
    "a census in a financial year": (
        "measure: requests, calendar: calendar",
        "measure: plans_active",
        "counted in January",
    ),
    "a measure and an appraisal": (
        "measure: requests,",
        "measure: requests, appraisal: present_value,",
        "either a measure or an",
    ),
    "an appraisal of one scenario": (
        'measure: requests, calendar: calendar, periods: ["2020"]',
        "appraisal: pay_back_year",
        "compares two scenarios",
    ),
    "a present value without discount rates": (
        'measure: requests, calendar: calendar, periods: ["2020"]',
        "against: team, appraisal: present_value",
        "needs the discount rates",
    ),
    "neither simulated nor a reason": ("why: nothing simulated says what a better life is", "", "say why"),
    "an assumption without a range": (
        "[needs.ASD.growth_per_year]",
        "[needs.SLCN.growth_per_year]",
        "{value, low, high}",
    ),
    "an assumption twice": (
        "[needs.ASD.growth_per_year]",
        "[needs.ASD.growth_per_year, needs.ASD.growth_per_year]",
        "listed twice",
    ),
    "an alteration of nothing": (
        "set: {interventions.team.cost.0.one_off: 25000}",
        "set: {}",
        "change at least one",
    ),
    "an alteration of no setting": ("team.cost.0.one_off: 25000", "team.cost.0.once: 1", "no such setting"),
    "an alteration to what is there": ("one_off: 25000", "one_off: 50000", "is what it is anyway"),
    "an alteration of the paper": (
        "interventions.team.cost.0.one_off: 25000",
        "paper.title: x",
        "no part of the mechanism",
    ),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_in_a_paper_is_told_with_what_to_write(write, slip: str) -> None:
    before, after, words = SLIPS[slip]
    told = faults_of(write(before, after))
    assert len(told) == 1
    assert words in told[0] and told[0].startswith("paper.yaml:") and "paper." in told[0]


def test_a_fault_is_told_on_the_line_of_the_claim(write) -> None:
    told = faults_of(write('periods: ["2020-21"]', 'periods: ["2019-20"]'))
    line = line_of(CONFIG, 'periods: ["2020-21"]')
    assert told[0].startswith(f"paper.yaml:{line}:")


def test_a_run_cut_short_on_the_command_line_is_no_fault_of_the_paper(write) -> None:
    assert read(write(), ["run.years=1"]).settings().run.years == 1


def test_a_number_given_on_the_command_line_is_no_longer_an_assumption_to_try(write) -> None:
    document = read(write(), ["needs.ASD.growth_per_year=0.05"])
    assert "needs.ASD.growth_per_year" not in document.ranges


def test_faults_of_other_sections_are_told_beside_those_of_the_paper(write, tmp_path: Path) -> None:
    path = write("option: team", "option: tem")
    path.write_text(path.read_text().replace("held: 0.9", "held: 9"), encoding="utf-8")
    told = "\n".join(faults_of(path))
    assert "reviews.held" in told and "paper.option" in told


def test_the_years_of_a_run_are_whole_ones_and_a_census_needs_its_january(write) -> None:
    run = read(write()).settings().run
    assert years_of(run, "cost", "financial") == ["2020-21"]
    assert years_of(run, "requests", "calendar") == ["2020"]
    assert years_of(run, "plans_active", "calendar") == ["2020", "2021"]
    assert years_of(run, "plans_active", "financial") == []


# Numbers that say which figure they are.


PRICE = "value: {value: 0.9, low: 0.8, high: 1.0, source: assumed}"
DAY = "from: 2020-04-01\n    cost"


def sourced(value: str, source: str) -> str:
    return f'value: {{value: {value}, source: "{source}"}}'


RIGHT = {
    "thousands in pounds": ("value: 50000, low", "value: 50_000, low"),
    "a share left by a cut in per cent": (PRICE, sourced("0.9", "figure cut; all of it")),
    "the share itself": (PRICE, sourced("0.1", "assumed as in figure cut, section 3")),
    "the figure of one end of a range": (
        "{value: 50000, low: 30000, high: 90000",
        "{value: 40000, low: 30000, high: 50000",
    ),
    "a difference of figures": ("{value: 2000, low: 1000", "{value: 3000, low: 2000"),
    "a figure times a number": (PRICE, sourced("0.3", "figure cut x figure team_before")),
    "a number over a figure": (PRICE, sourced("0.5", "1.5 / figure team_before; assumed")),
    "a day": (
        DAY,
        'from: {value: 2020-04-01, source: "figure started"}\n    cost',
    ),
    "a whole date": (
        DAY,
        'from: {value: 2020-01-15, source: "figure decided"}\n    cost',
    ),
    "a length of time": (
        DAY,
        'from: 2020-04-01\n        ramp: {value: 12 weeks, source: "figure weeks_to_start"}\n    cost',
    ),
    "the source of a whole section": (
        "  inmss: {label",
        '  inmss: {source: "figure cut; section 3", price_cv: 0.1, label',
    ),
}


@pytest.mark.parametrize("case", RIGHT)
def test_a_number_may_be_its_figure_in_another_form(write, case: str) -> None:
    read(write(*RIGHT[case]))


WRONG = {
    "a digit": (
        "value: 50000, low",
        "value: 51000, low",
        "figure bid is 50 thousand pounds; the numbers here are 51000, 30000, 90000",
    ),
    "a share": (PRICE, sourced("0.91", "figure cut"), "figure cut is 10 per cent; the numbers here are 0.91"),
    "a difference": (
        "value: 2000, low",
        "value: 3000, low",
        "figure bid_exact - figure bid is 52 thousand pounds and 50 thousand pounds",
    ),
    "a day": (
        DAY,
        'from: {value: 2020-05-01, source: "figure started"}\n    cost',
        "the numbers here are 2020-05-01",
    ),
    "a length of time": (
        DAY,
        'from: 2020-04-01\n        ramp: {value: 12 days, source: "figure weeks_to_start"}\n    cost',
        "the numbers here are 12 day",
    ),
    "a name": (
        PRICE,
        sourced("0.9", "figure cutt; section 3"),
        "no such figure of the paper, did you mean 'cut'?",
    ),
    "a section": (
        "  inmss: {label",
        '  inmss: {source: "figure cut; section 3", price_cv: 0.2, label',
        "figure cut is 10 per cent; the numbers here are 0.2, 62000",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_number_that_is_not_the_figure_it_names_is_told(write, case: str) -> None:
    before, after, words = WRONG[case]
    told = faults_of(write(before, after))
    assert len(told) == 1 and words in told[0]


def test_a_figure_ten_times_too_large_is_told(write) -> None:
    told = faults_of(
        write("{value: 50000, low: 30000, high: 90000", "{value: 500000, low: 300000, high: 900000")
    )
    assert len(told) == 1 and "figure bid is 50 thousand pounds" in told[0]


def test_the_word_figure_means_nothing_in_a_config_without_a_paper(tmp_path: Path) -> None:
    from small_config import SMALL

    path = tmp_path / "small.yaml"
    path.write_text(SMALL.replace("source: England", 'source: "figure nine of a report"'), encoding="utf-8")
    read(path)
