"""What a plan is made of, and how it is told."""

from __future__ import annotations

import pytest

from experiments.console import duration, pace
from experiments.errors import InputError
from experiments.plan import Options, choose, draw_of

NAMES = ["baseline", "more_eps", "more_places"]


def test_two_replications_share_a_draw_and_an_odd_last_one_has_its_own():
    assert [draw_of(number) for number in range(1, 6)] == [1, 1, 2, 2, 3]


def test_scenarios_come_in_the_order_of_the_config_and_with_the_baseline():
    assert choose(NAMES, []) == tuple(NAMES)
    assert choose(NAMES, ["more_places"]) == ("baseline", "more_places")
    assert choose(NAMES, ["more_places", "more_eps"]) == tuple(NAMES)
    assert choose(NAMES, ["baseline"]) == ("baseline",)


def test_every_unknown_scenario_is_named_with_the_nearest_one():
    with pytest.raises(InputError) as caught:
        choose(NAMES, ["more_ep", "more_place"])
    assert "'more_eps'" in str(caught.value)
    assert "'more_places'" in str(caught.value)


def test_options_are_overrides_of_the_config_and_come_last():
    options = Options(seed=7, replications="12", overrides=("run.years=3",))
    assert options.as_overrides() == ["run.years=3", "run.replications=12", "run.seed=7"]


def test_quick_is_four_replications_and_does_not_go_with_a_number():
    assert Options(quick=True).as_overrides() == ["run.replications=4"]
    with pytest.raises(InputError, match="--quick"):
        Options(quick=True, replications="8").as_overrides()


def test_progress_says_pace_and_time_left():
    assert pace(10, 40, 5.0) == "2 runs a second, 15 s left"
    assert [duration(seconds) for seconds in (0, 59.4, 200, 7500)] == [
        "0 s",
        "59 s",
        "3 min 20 s",
        "2 h 5 min",
    ]
