"""Children, hours, pounds and dates add up, whichever features of the service are on."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

import pytest
from everything_on import FEATURES, LOOPS, everything_config, without
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.replication import Outcome, replicate
from sim.settings import Settings

NOTHING_WRONG = {"children": 0, "money": 0, "hours": 0, "clock": 0}
LOOPS_OFF = [off for size in range(len(LOOPS) + 1) for off in itertools.combinations(LOOPS, size)]
PAIRS_OFF = list(itertools.combinations(FEATURES, 2))


def run(config: dict[str, Any], replication: int = 1) -> Outcome:
    return replicate(Settings.model_validate(config), replication, keep_log=True)


def count(outcome: Outcome, event: str) -> int:
    codes = [number for number, code in enumerate(outcome.log.codes) if code.event == event]
    return sum(int((outcome.log.rows()[:, 2] == code).sum()) for code in codes)


@pytest.mark.parametrize("off", LOOPS_OFF, ids="-".join)
def test_everything_adds_up_with_any_loops_off(off: tuple[str, ...]) -> None:
    assert run(without(everything_config(), *off)).audit == NOTHING_WRONG


@pytest.mark.parametrize("off", PAIRS_OFF, ids="-".join)
def test_everything_adds_up_with_any_two_features_off(off: tuple[str, str]) -> None:
    assert run(without(everything_config(), *off)).audit == NOTHING_WRONG


def test_the_busy_config_really_has_everything_happening() -> None:
    outcome = run(everything_config())
    for event in (
        *("disputed", "mediated", "appeal_registered", "appeal_ended", "assessment_reinstated"),
        *("order_met", "complained", "complaint_upheld", "report_bought", "left_post", "started_post"),
        *("minutes_sick", "minutes_inducting", "minutes_preventive_lost", "vacant_fte_days"),
        "setting_preferred",
    ):
        assert count(outcome, event) > 0, event


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    off=st.sets(st.sampled_from(FEATURES)),
    seed=st.integers(0, 2**40),
    people=st.floats(0, 4),
    places=st.floats(0, 90),
    requests=st.floats(0, 12),
    leaving=st.floats(0, 1),
    disputed=st.floats(0, 1),
    strength=st.floats(0, 5),
    month=st.integers(1, 12),
)
def test_everything_adds_up_in_configs_made_at_random(
    off: set[str],
    seed: int,
    people: float,
    places: float,
    requests: float,
    leaving: float,
    disputed: float,
    strength: float,
    month: int,
) -> None:
    config = without(everything_config(), *sorted(off))
    config["run"] |= {"seed": seed, "start": date(2020, month, 1), "years": 1.5}
    config["demand"]["requests_per_1000"] = [requests] * 16 + [0] * 10
    config["settings"]["special"]["places"] = {date(2020, 1, 1): places, date(2021, 3, 10): places / 2}
    for name, pool in config["staff_pools"].items():
        pool["fte"] = {date(2020, 1, 1): people, date(2021, 1, 18): people / 3 + (name == "ep")}
        if "turnover" in pool:
            pool["turnover"]["leave_per_year"] = leaving
    for kind in ("refusal_to_assess", "contents", "placement"):
        config["disputes"][kind]["share"] = disputed
    for loop in config["loops"].values():
        loop["strength"] = strength
    assert run(config).audit == NOTHING_WRONG
