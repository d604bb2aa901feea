"""History matching sets aside what the figures rule out, and says so when that is everything."""

from __future__ import annotations

import numpy as np
import pytest
from toy_calibration import ToyBank, toy

from experiments.calibration.emulator import fit
from experiments.calibration.history_matching import RuledOut, _left, match
from experiments.errors import DIFFERS, InputError

WEIGHTS = ((1.0, 0.0), (0.0, 1.0))


def alone(results, total):
    return results


def matched(values, spread=0.05, weights=WEIGHTS, sd=0.0, **options):
    problem = toy(values, sd=sd, **options)
    bank = ToyBank(problem, weights, spread)
    return problem, bank, match(problem, bank, 1, alone)


def test_a_surface_through_exact_squares_is_exact() -> None:
    places = np.random.Generator(np.random.Philox(key=[1, 1])).uniform(-1, 1, (60, 2))
    figures = 3 + places[:, 0] - 2 * places[:, 0] * places[:, 1] + places[:, 1] ** 2
    surface = fit(places, figures)
    mean, doubt = surface.predict(np.array([[0.5, -0.5], [1.0, 1.0]]))
    assert mean == pytest.approx([3 + 0.5 + 0.5 + 0.25, 3 + 1 - 2 + 1])
    assert surface.run_variance == pytest.approx(0, abs=1e-20) and doubt == pytest.approx(0, abs=1e-20)


def test_a_surface_knows_the_chance_of_a_run_and_its_own_doubt() -> None:
    generator = np.random.Generator(np.random.Philox(key=[2, 2]))
    places = generator.uniform(-1, 1, (2000, 2))
    surface = fit(places, places[:, 0] + 0.5 * generator.normal(size=2000))
    assert surface.run_variance == pytest.approx(0.25, rel=0.1)
    _, doubt = surface.predict(np.array([[0.0, 0.0], [5.0, 5.0]]))
    assert doubt[0] < 0.002 < doubt[1], "far outside the runs it is less sure"


def test_few_runs_make_a_plane_and_fewer_are_refused() -> None:
    places = np.array([[0.0], [1.0], [0.5], [-1.0]])
    assert not fit(places, np.array([0.0, 2.0, 1.0, -2.0])).squares
    with pytest.raises(ValueError, match="too few runs"):
        fit(places[:2], np.array([0.0, 2.0]))


def test_runs_without_the_figure_are_left_out_of_its_surface() -> None:
    places = np.linspace(-1, 1, 40)[:, None]
    figures = np.where(np.arange(40) % 4 == 0, np.nan, 2 * places[:, 0])
    assert fit(places, figures).predict(np.array([[0.25]]))[0] == pytest.approx([0.5])


def test_the_region_of_the_truth_is_kept_and_a_far_one_is_not() -> None:
    problem, _, found = matched([0.3, 0.6])
    kept = problem.parameters_of(_left(problem, range(1, 3001), found.waves))
    assert np.all(np.abs(kept - [0.3, 0.6]) < 0.25)
    everywhere = problem.parameters_of(range(1, 3001))
    near = np.all(np.abs(everywhere - [0.3, 0.6]) < 0.1, axis=1).sum()
    assert np.all(np.abs(kept - [0.3, 0.6]) < 0.1, axis=1).sum() == near, "nothing near the truth is lost"


def test_each_wave_runs_the_next_draws_that_are_left_and_no_others() -> None:
    problem, bank, found = matched([0.3, 0.6], waves=3, runs=900)
    first, second, third = found.waves
    assert first.draws == list(range(1, 301)) and first.last == 300
    for before, wave in (([first], second), ([first, second], third)):
        start = before[-1].last + 1
        assert wave.draws == _left(problem, range(start, wave.last + 1), before)
        assert len(wave.draws) == 300
    assert bank.filled == [first.draws, second.draws, third.draws]
    assert 1 > first.space_left > second.space_left >= third.space_left > 0


def test_space_left_is_the_share_of_the_prior_that_may_still_be() -> None:
    """A figure at the middle with a spread of 0.05: about three spreads to each side are left."""
    _, _, found = matched([0.5], weights=((1.0,),), parameters=1, waves=1)
    exact = 1 - 4 * 0.35**2  # both tails of the triangle beyond 0.35 and 0.65
    assert found.waves[0].space_left == pytest.approx(exact, abs=0.03)


def test_a_run_stands_for_the_draws_that_were_not_run_because_it_was_ruled_out() -> None:
    problem, _, found = matched([0.3, 0.6], waves=2, runs=600)
    first, second = found.waves
    left = set(_left(problem, found.draws, [first]))
    for draw, weight in zip(found.draws, found.weights, strict=True):
        assert weight == (1 if draw in left else second.last / first.last)
    assert found.weights.sum() == pytest.approx(second.last, rel=0.03), "all draws looked at are stood for"


def test_the_reporting_error_of_a_figure_keeps_more() -> None:
    exact = matched([0.3, 0.6])[2].waves[0].space_left
    vague = matched([0.3, 0.6], sd=0.2)[2].waves[0].space_left
    assert vague > 2 * exact


def test_a_figure_that_no_parameters_give_is_named_with_how_far_it_is() -> None:
    with pytest.raises(RuledOut) as caught:
        matched([0.5, 3.0])
    told = str(caught.value)
    assert caught.value.exit_code == DIFFERS
    assert "requests 2001: published 3, runs average 0." in told
    assert "standard deviations away" in told and "requests 2000" not in told


def test_figures_that_contradict_each_other_are_told_together() -> None:
    with pytest.raises(RuledOut, match="each figure but not all at once") as caught:
        matched([0.1, 0.9], weights=((1.0, 0.0), (1.0, 0.0)))
    assert "requests 2000: published 0.1" in str(caught.value)
    assert "requests 2001: published 0.9" in str(caught.value)


def test_a_figure_that_most_runs_do_not_have_is_refused() -> None:
    problem = toy([0.5, 0.5])

    class Gaps(ToyBank):
        def figures(self, draws):
            found = super().figures(draws)
            found[:, 1] = np.nan
            return found

    with pytest.raises(InputError, match="requests 2001: most runs have no such figure"):
        match(problem, Gaps(problem, WEIGHTS, 0.05), 1, alone)
