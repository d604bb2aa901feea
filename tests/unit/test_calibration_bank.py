"""The bank of runs: whole batches or nothing, resumed after a kill, and never mixed with another's."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from small_config import SMALL

from experiments.calibration import bank as banks
from experiments.calibration.bank import BATCH, LABEL, Bank, run_once
from experiments.calibration.problem import Problem, pose
from experiments.errors import ExperimentError, InputError
from experiments.plan import Options

CALIBRATION = """\
calibration:
  parameters: [needs.ASD.growth_per_year]
  observed:
    - {measure: plans_active, period: 2021, value: 260}
    - {measure: plans_active, period: 2021, group: need=ASD, value: 160}
"""
AUTUMN = SMALL.replace("start: 2020-01-01", "start: 2020-11-01").replace(
    "shocks: {2020-01-01: 1, 2020-04-01: 0.6, 2020-09-01: 1.1}", "shocks: {2020-01-01: 1}"
)
"""Three months to the January census are quickly run."""


@pytest.fixture
def problem(tmp_path: Path) -> Problem:
    return posed(tmp_path, AUTUMN + CALIBRATION)


def posed(folder: Path, text: str, *overrides: str) -> Problem:
    path = folder / "small.yaml"
    path.write_text(text, encoding="utf-8")
    return pose(path, Options(overrides=overrides))


def made_up(problem, draws, jobs, settings=None):
    for draw in draws:
        yield [draw / 3, math.nan if draw % 2 else 0.1]


@pytest.fixture
def quick(monkeypatch) -> None:
    monkeypatch.setattr(banks, "simulated", made_up)


def alone(results, total):
    return results


def test_the_run_ends_with_the_month_of_the_last_figure(problem: Problem) -> None:
    run = problem.settings(1).run
    assert (run.start.isoformat(), run.months) == ("2020-11-01", 3)


def test_run_i_has_draw_i_of_the_config_and_the_luck_of_replication_i(
    problem: Problem, tmp_path: Path
) -> None:
    bank = Bank(tmp_path / "bank", problem)
    bank.fill([2, 3], 1, alone)
    found = [run_once(problem.settings(draw), draw, problem.keys) for draw in (3, 2)]
    assert bank.figures([3, 2]).tolist() == found
    assert found[0] != found[1] and all(0 < asd < everybody for everybody, asd in found)


def test_the_runs_are_the_same_on_two_workers(problem: Problem, tmp_path: Path) -> None:
    one, two = Bank(tmp_path / "one", problem), Bank(tmp_path / "two", problem)
    one.fill(range(1, 5), 1, alone)
    two.fill(range(1, 5), 2, alone)
    files = [{path.name: path.read_bytes() for path in bank.folder.iterdir()} for bank in (one, two)]
    assert files[0] == files[1] and set(files[0]) == {LABEL, "draws-0000001-0000004.csv"}


def test_numbers_and_gaps_come_back_exactly(problem, quick, tmp_path: Path) -> None:
    Bank(tmp_path / "bank", problem).fill(range(1, 8), 1, alone)
    again = Bank(tmp_path / "bank", problem)
    assert len(again) == 7
    expected = np.array(list(made_up(problem, range(1, 8), 1)))
    assert np.array_equal(again.figures(range(1, 8)), expected, equal_nan=True)


def test_a_killed_bank_goes_on_with_the_batch_it_was_in(problem, quick, tmp_path: Path) -> None:
    def killed(results, total):
        for number, result in enumerate(results, 1):
            if number > BATCH + 3:
                raise KeyboardInterrupt
            yield result

    with pytest.raises(KeyboardInterrupt):
        Bank(tmp_path / "bank", problem).fill(range(1, 61), 1, killed)
    asked = []

    def counted(results, total):
        asked.append(total)
        return results

    bank = Bank(tmp_path / "bank", problem)
    assert len(bank) == BATCH
    bank.fill(range(1, 61), 1, counted)
    assert asked == [60 - BATCH]
    whole = Bank(tmp_path / "whole", problem)
    whole.fill(range(1, 61), 1, alone)
    draws = range(1, 61)
    assert np.array_equal(bank.figures(draws), whole.figures(draws), equal_nan=True)
    assert not [path for path in bank.folder.iterdir() if path.name.startswith(".")]


def test_runs_of_another_config_or_model_are_refused(problem, quick, tmp_path: Path, monkeypatch) -> None:
    Bank(tmp_path / "bank", problem).fill([1], 1, alone)
    other = posed(tmp_path, AUTUMN + CALIBRATION, "decisions.refuse_to_assess=0.3")
    with pytest.raises(InputError, match="another config or model version"):
        Bank(tmp_path / "bank", other)
    monkeypatch.setattr("experiments.calibration.problem.model_version", lambda: "9.9+other")
    with pytest.raises(InputError, match="another config or model version"):
        Bank(tmp_path / "bank", problem)


def test_runs_serve_again_when_only_a_published_value_is_corrected(problem, quick, tmp_path: Path) -> None:
    Bank(tmp_path / "bank", problem).fill([1, 2], 1, alone)
    corrected = posed(tmp_path, AUTUMN + CALIBRATION.replace("value: 260", "value: 250, sd: 4"))
    assert len(Bank(tmp_path / "bank", corrected)) == 2


def test_a_folder_of_something_else_is_refused_and_left_alone(problem, tmp_path: Path) -> None:
    (tmp_path / "bank").mkdir()
    (tmp_path / "bank" / "letter.txt").write_text("Dear", encoding="utf-8")
    with pytest.raises(InputError, match="not a folder of calibration runs"):
        Bank(tmp_path / "bank", problem)
    assert [path.name for path in (tmp_path / "bank").iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("damage", ["draw,x\n1,zwei,3\n", "draw,x\n1,2\n", "draw,x\n,1,2\n"])
def test_a_damaged_batch_is_named(problem, quick, tmp_path: Path, damage: str) -> None:
    bank = Bank(tmp_path / "bank", problem)
    bank.fill([1], 1, alone)
    path = bank.folder / "draws-0000001-0000001.csv"
    path.write_text(damage, encoding="utf-8")
    with pytest.raises(InputError, match=r"draws-0000001-0000001\.csv: damaged"):
        Bank(tmp_path / "bank", problem)


def test_a_run_that_fails_is_told_by_its_draw(problem, tmp_path: Path, monkeypatch) -> None:
    def fails(settings, replication, keep_log=False):
        raise ArithmeticError("no such number")

    monkeypatch.setattr(banks, "replicate", fails)
    with pytest.raises(ExperimentError, match="parameter draw 7: ArithmeticError: no such number"):
        Bank(tmp_path / "bank", problem).fill([7], 1, alone)


def test_the_label_says_what_the_runs_are_of(problem, tmp_path: Path) -> None:
    bank = Bank(tmp_path / "bank", problem)
    label = json.loads((bank.folder / LABEL).read_text(encoding="utf-8"))
    assert label["bank"] == problem.bank_id()
    assert label["figures"][1] == ["calendar", "2021", "plans_active", "need=ASD"]


# The problem itself


def test_an_earlier_posterior_is_not_taken_for_what_is_believed_before(
    problem: Problem, tmp_path: Path
) -> None:
    import hashlib

    content = b"needs.ASD.growth_per_year\n0.05\n"
    (tmp_path / "a.posterior.csv").write_bytes(content)
    section = f'posterior: {{file: a.posterior.csv, sha256: "{hashlib.sha256(content).hexdigest()}"}}\n'
    again = posed(tmp_path, AUTUMN + CALIBRATION + section)
    assert again.bank_id() == problem.bank_id()
    values = [again.settings(draw).needs["ASD"].growth_per_year.values[0] for draw in (1, 2)]
    assert values == problem.parameters_of([1, 2])[:, 0].tolist() and 0.05 not in values


def test_a_config_without_a_calibration_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no calibration section"):
        posed(tmp_path, SMALL)


def test_too_few_runs_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"calibration\.runs: 300, must be 400 or more"):
        posed(tmp_path, AUTUMN + CALIBRATION + "  runs: 300\n")


def test_logits_come_back(problem: Problem) -> None:
    values = problem.parameters_of(range(1, 50))
    assert problem.from_logits(problem.logits(values)) == pytest.approx(values)
    assert np.all((values > 0.04) & (values < 0.12))


def test_the_prior_of_a_parameter_is_triangular(problem: Problem) -> None:
    (growth,) = problem.parameters
    values = problem.parameters_of(range(1, 4001))[:, 0]
    assert growth.prior_variance == pytest.approx(0.08**2 / 24)
    assert values.var() == pytest.approx(growth.prior_variance, rel=0.05)
    assert growth.prior_quantile(0.5) == pytest.approx(0.08)


def test_reporting_errors_have_the_spread_that_the_figures_state(tmp_path: Path) -> None:
    text = AUTUMN + CALIBRATION.replace("value: 260", "value: 260, sd: 5")
    errors = posed(tmp_path, text).errors_of(range(1, 2001))
    assert errors[:, 0].std() == pytest.approx(5, rel=0.05)
    assert not errors[:, 1].any()
