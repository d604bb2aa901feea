"""A config may name a file of joint draws: it is read strictly, and runs draw from it."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pytest
from small_config import SMALL, faults_of, line_of

from sim import luck
from sim.config.documents import read

GROWTH, HOURS = "needs.ASD.growth_per_year", "stages.decide_to_assess.0.hours"
HEADER = f"{GROWTH},{HOURS}"
ROWS = ["0.05,1.5", "0.06,2.5", "0.11,2.0", "0.09,1.25"]


@pytest.fixture
def config(tmp_path: Path):
    """Write the small config with a posterior of these lines; gives its path."""

    def write(
        lines: list[str], name: str = "small.posterior.csv", text: str = SMALL, digest: str = ""
    ) -> Path:
        content = ("\n".join(lines) + "\n").encode()
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
        digest = digest or hashlib.sha256(content).hexdigest()
        path = tmp_path / "small.yaml"
        path.write_text(f'{text}posterior: {{file: {name}, sha256: "{digest}"}}\n', encoding="utf-8")
        return path

    return write


def drawn(settings) -> tuple[float, float]:
    asd, deciding = settings.needs["ASD"], settings.stages.decide_to_assess[0]
    return asd.growth_per_year.values[0], deciding.hours.values[0]


def test_a_draw_takes_one_row_whole_found_by_its_number_and_the_seed(config) -> None:
    document = read(config([HEADER, *ROWS]))
    rows = [tuple(map(float, row.split(","))) for row in ROWS]
    for draw in range(1, 30):
        row = int(luck.uniform(luck.key_of(42, "posterior", draw)) * 4)
        assert drawn(document.settings(draw=draw)) == rows[row]
    assert {drawn(document.settings(draw=draw)) for draw in range(1, 60)} == set(rows)


def test_what_has_no_column_is_drawn_from_its_own_range_as_before(config, tmp_path: Path) -> None:
    document = read(config([GROWTH, "0.05", "0.06"]))
    (tmp_path / "plain.yaml").write_text(SMALL, encoding="utf-8")
    plain = read(tmp_path / "plain.yaml")
    for draw in (1, 2, 3):
        assert drawn(document.settings(draw=draw))[1] == drawn(plain.settings(draw=draw))[1]
        assert drawn(document.settings(draw=draw))[0] in (0.05, 0.06)


def test_central_values_are_the_medians_in_every_scenario(config) -> None:
    document = read(config([HEADER, *ROWS]))
    for scenario in document.scenario_names:
        assert drawn(document.settings(scenario)) == (0.075, 1.75)


def test_shares_of_one_whole_still_sum_to_one(config) -> None:
    text = SMALL.replace(
        "under_5: {ASD: 0.6, SLCN: 0.4}", "under_5: {ASD: {value: 0.6, low: 0.5, high: 0.8}, SLCN: 0.4}"
    )
    document = read(config(["demand.need_shares.under_5.ASD", "0.7", "0.8"], text=text))
    for draw in (None, 1, 2):
        assert sum(document.settings(draw=draw).demand.need_shares["under_5"].values()) == pytest.approx(1)
    assert document.settings().demand.need_shares["under_5"]["ASD"] == pytest.approx(0.75 / 1.15)


def test_the_file_is_an_input_and_its_digest_is_kept(config) -> None:
    path = config([HEADER, *ROWS])
    found = read(path).inputs
    assert (
        found["small.posterior.csv"]
        == hashlib.sha256(path.with_name("small.posterior.csv").read_bytes()).hexdigest()
    )


# Faults


def test_a_changed_file_is_refused_where_its_digest_is_written(config) -> None:
    path = config([HEADER, *ROWS])
    path.with_name("small.posterior.csv").write_text(f"{HEADER}\n0.05,1.0\n", encoding="utf-8")
    told = faults_of(path)
    line = line_of(path.read_text(encoding="utf-8"), "posterior:")
    assert len(told) == 1 and told[0].startswith(f"small.yaml:{line}:")
    assert "posterior.sha256: the file has changed, its SHA-256 is " in told[0]


WRONG = {
    "unknown path": (
        ["needs.ASD.growth_per_yaer,x", "0.05,1"],
        "1:1: 'needs.ASD.growth_per_yaer', the config has no",
    ),
    "a fixed number": (
        ["decisions.refuse_to_assess", "0.2"],
        "1:1: 'decisions.refuse_to_assess', the config has no",
    ),
    "a path twice": ([f"{GROWTH},{GROWTH}", "0.05,0.05"], f"1:2: {GROWTH}: written twice"),
    "no rows": ([HEADER], "1:1: a header and no rows"),
    "a blank row": ([HEADER, ROWS[0], "", ROWS[1]], "3:1: a blank row, must have 2"),
    "a short row": ([HEADER, ROWS[0], "0.05"], "3:1: 1 values, must have 2"),
    "no number": ([HEADER, ROWS[0], "0.05,two"], f"3:2: {HOURS}: 'two', must be a number"),
    "not a number": ([HEADER, ROWS[0], "0.05,nan"], f"3:2: {HOURS}: 'nan', must be a number"),
    "a gap": ([HEADER, ROWS[0], "0.05,"], f"3:2: {HOURS}: '', must be a number"),
    "below its range": ([HEADER, ROWS[0], "0.03,2"], f"3:1: {GROWTH}: '0.03', must be between 0.04 and 0.12"),
    "above its range": ([HEADER, ROWS[0], "0.05,3.1"], f"3:2: {HOURS}: '3.1', must be between 1 and 3"),
}


@pytest.mark.parametrize("lines, told", WRONG.values(), ids=WRONG)
def test_a_fault_in_the_file_is_named_by_file_row_and_column(config, lines, told) -> None:
    assert faults_of(config(lines))[0].startswith(f"small.posterior.csv:{told}")


def test_every_fault_of_the_file_is_told_at_once_but_not_hundreds(config) -> None:
    assert len(faults_of(config([HEADER, "9,2", "0.05,9", "9,9"]))) == 4
    assert len(faults_of(config([HEADER, *["9,9"] * 300]))) == 20


@pytest.mark.parametrize(
    "name, rule",
    [
        ("draws.csv", "must be the name of a file that ends in .posterior.csv"),
        ("none.posterior.csv", "no such file"),
        ("/tmp/a.posterior.csv", "must be a path relative to this file"),
    ],
)
def test_the_name_of_the_file_is_checked(tmp_path: Path, name: str, rule: str) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(f'{SMALL}posterior: {{file: "{name}", sha256: "{"0" * 64}"}}\n', encoding="utf-8")
    (tmp_path / "draws.csv").write_text("a\n", encoding="utf-8")
    assert [each for each in faults_of(path) if "posterior.file" in each and rule in each]


def test_a_posterior_is_the_same_in_every_scenario_and_cannot_be_uncertain(config) -> None:
    text = SMALL.replace("more_eps:\n", "other: {set: {posterior.sha256: x}}\n  more_eps:\n")
    assert [
        each
        for each in faults_of(config([HEADER, *ROWS], text=text))
        if "must be the same in every scenario" in each
    ]


# Where it lies


def test_the_file_is_found_from_the_config_that_names_it(config, tmp_path: Path) -> None:
    config([HEADER, *ROWS], "drawn/small.posterior.csv")
    (tmp_path / "children").mkdir()
    child = tmp_path / "children" / "child.yaml"
    child.write_text("extends: ../small.yaml\n", encoding="utf-8")
    assert read(child).posterior.name == "small.posterior.csv"


def test_a_child_may_do_without_its_parents_posterior(config, tmp_path: Path) -> None:
    config([HEADER, *ROWS])
    child = tmp_path / "child.yaml"
    child.write_text("extends: small.yaml\nposterior: null\n", encoding="utf-8")
    document = read(child)
    assert document.posterior is None and drawn(document.settings())[0] == 0.08


def test_the_resolved_config_reads_again_beside_a_copy_of_the_file(config, tmp_path: Path) -> None:
    document = read(config([HEADER, *ROWS], "drawn/small.posterior.csv"))
    there = tmp_path / "results"
    there.mkdir()
    (there / "config.yaml").write_text(document.resolved(), encoding="utf-8")
    (there / document.posterior.name).write_bytes(document.posterior.content)
    again = read(there / "config.yaml")
    for scenario in document.scenario_names:
        for draw in (None, 1, 2, 3):
            assert again.settings(scenario, draw) == document.settings(scenario, draw).model_copy(
                update={"posterior": again.settings().posterior}
            )


# Without one


def test_without_a_posterior_nothing_is_any_different(tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    document = read(path)
    for draw in (1, 7):
        u = luck.uniform(luck.key_of(42, "parameter", GROWTH, draw))
        assert drawn(document.settings(draw=draw))[0] == luck.triangular(u, 0.04, 0.08, 0.12)
    assert "posterior" not in document.resolved() and "calibration" not in document.resolved()
    assert list(document.inputs) == ["small.yaml"]


# What is to be calibrated


CALIBRATION = """\
calibration:
  parameters: [needs.ASD.growth_per_year, stages.decide_to_assess.0.hours]
  observed:
    - {measure: requests, period: 2020, value: 110, sd: 5, source: SEN2}
    - {measure: plans_issued, calendar: academic, period: 2020-21, group: need=ASD, value: 40}
"""


def told_of(tmp_path: Path, old: str, new: str) -> list[str]:
    text = SMALL + CALIBRATION
    assert old in text
    path = tmp_path / "small.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return faults_of(path)


def test_a_calibration_changes_nothing_in_a_run(tmp_path: Path) -> None:
    path, plain = tmp_path / "small.yaml", tmp_path / "plain.yaml"
    path.write_text(SMALL + CALIBRATION, encoding="utf-8")
    plain.write_text(SMALL, encoding="utf-8")
    with_it, without = read(path), read(plain)
    assert with_it.settings(draw=2).model_copy(update={"calibration": None}) == without.settings(draw=2)
    figures = with_it.settings().calibration.observed
    assert (figures[0].value, figures[0].sd, figures[0].source, figures[1].sd) == (110, 5, "SEN2", 0)
    again = tmp_path / "again.yaml"
    again.write_text(with_it.resolved(), encoding="utf-8")
    assert read(again).settings().calibration == with_it.settings().calibration


SLIPS = {
    "a path that is not there": (
        "[needs.ASD.growth_per_year",
        "[needs.ASD.growth",
        "must be written as {value, low, high} here",
    ),
    "a number without a range": (
        "[needs.ASD.growth_per_year",
        "[decisions.refuse_to_issue",
        "must be written as {value, low, high}",
    ),
    "an intervention": (
        "[needs.ASD.growth_per_year",
        "[interventions.earlier_support.changes.0.value",
        "makes no difference to the baseline",
    ),
    "a path twice": ("stages.decide_to_assess.0.hours]", "needs.ASD.growth_per_year]", "listed twice"),
    "no parameters": (
        "[needs.ASD.growth_per_year, stages.decide_to_assess.0.hours]",
        "[]",
        "name at least one uncertain number",
    ),
    "no such measure": (
        "measure: requests,",
        "measure: request,",
        "'request', no such measure, did you mean 'requests'?",
    ),
    "no year": ("period: 2020,", "period: lately,", "'lately', must be a year such as 2021"),
    "another kind of year": ("period: 2020,", "period: 2020-21,", "must be a year such as 2021"),
    "a year that is none": ("period: 2020-21", "period: 2020-22", "must be a year such as 2021-22"),
    "before the run": ("period: 2020,", "period: 2019,", "2019 begins before the run does, on 2020-01-01"),
    "a census in another year": ("measure: plans_issued", "measure: plans_active", "is counted in January"),
    "an uncertain figure": (
        "value: 110, sd: 5",
        "value: {value: 110, low: 90, high: 120}",
        "the same in every draw",
    ),
    "a negative spread": ("sd: 5", "sd: -5", "0 or more"),
    "no value": (", value: 40", "", "missing, this key is required"),
}


@pytest.mark.parametrize("old, new, rule", SLIPS.values(), ids=SLIPS)
def test_a_slip_in_the_calibration_is_told_where_it_is(tmp_path: Path, old: str, new: str, rule: str) -> None:
    told = told_of(tmp_path, old, new)
    assert len(told) == 1 and rule in told[0] and told[0].startswith("small.yaml:"), told
    assert ": calibration." in told[0]


def test_the_same_figure_twice_is_refused(tmp_path: Path) -> None:
    twice = (
        "period: 2020, value: 110, sd: 5, source: SEN2}\n    - {measure: requests, period: 2020, value: 111}"
    )
    told = told_of(tmp_path, "period: 2020, value: 110, sd: 5, source: SEN2}", twice)
    assert len(told) == 1 and "the same figure twice" in told[0]


def test_the_days_of_a_figure() -> None:
    from sim.config.calibration import days_of
    from sim.settings import Observed

    def days(**what: object):
        return days_of(Observed(measure="requests", value=1, **what))

    assert days(period=2021) == (date(2021, 1, 1), date(2022, 1, 1))
    assert days(period="2021-22", calendar="financial") == (date(2021, 4, 1), date(2022, 4, 1))
    assert days(period="2099-00", calendar="academic") == (date(2099, 9, 1), date(2100, 9, 1))
    census = Observed(measure="plans_active", value=1, period=2021)
    assert days_of(census) == (date(2021, 1, 1), date(2021, 2, 1))


def test_a_calibrated_number_may_be_fixed_by_set_and_the_others_stay_calibrated(config) -> None:
    path = config([HEADER, *ROWS])
    free, fixed = read(path), read(path, [f"{GROWTH}=0.01"])
    for draw in (None, 1, 2, 3):
        assert drawn(fixed.settings(draw=draw)) == (0.01, drawn(free.settings(draw=draw))[1])


def test_with_every_calibrated_number_fixed_a_posterior_changes_nothing(config) -> None:
    document = read(config([GROWTH, "0.05", "0.06"]), [f"{GROWTH}=0.01"])
    assert document.posterior is None
    assert drawn(document.settings(draw=1))[0] == 0.01


def test_a_child_with_its_own_range_takes_the_column_out_of_use(config) -> None:
    path = config([HEADER, *ROWS])
    child = path.with_name("child.yaml")
    growth = "{value: 0.2, low: 0.19, high: 0.21}"
    child.write_text(
        f"extends: small.yaml\nneeds: {{ASD: {{growth_per_year: {growth}}}}}\n", encoding="utf-8"
    )
    free, own = read(path), read(child)
    for draw in (1, 2, 3):
        asd, deciding = drawn(own.settings(draw=draw))
        assert 0.19 < asd < 0.21
        assert deciding == drawn(free.settings(draw=draw))[1]


@pytest.mark.parametrize(
    "over",
    [
        "needs: {ASD: {growth_per_year: 0.1}}",
        "run: {start: 2021-01-01}",
        "stages: {decide_to_assess: [{pool: casework_officer, hours: 1}]}",
    ],
)
def test_a_child_may_change_what_its_parent_was_calibrated_with(tmp_path: Path, over: str) -> None:
    (tmp_path / "small.yaml").write_text(SMALL + CALIBRATION, encoding="utf-8")
    child = tmp_path / "child.yaml"
    child.write_text(f"extends: small.yaml\n{over}\n", encoding="utf-8")
    assert read(child).settings().calibration is not None
