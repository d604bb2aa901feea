"""What a year's place costs, by setting, and the bands of top-up a child may fall in."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hand_log import HandLog
from histories import history
from quiet_authority import quiet_config, with_plans
from small_settings import small_config

from sim import event_log as events
from sim.measures.measures import yearly_and_monthly
from sim.money.ledger import reckon
from sim.settings import Settings


def test_a_unit_cost_is_what_a_setting_costs_over_its_child_years() -> None:
    config = small_config()
    config["prices"]["inflation_per_year"] = 0.0
    config["settings"]["special"]["contract"] = {"block_places": 3, "block_price_per_place_year": 10_000}
    config["settings"]["special"]["place_funding_per_year"] = 0
    hand = HandLog()
    hand.holder("special")
    hand.note(183, hand.holder("special"), events.PLAN_CEASED, resource="died")
    log, settings = hand.build(), Settings.model_validate(config)
    yearly, _ = yearly_and_monthly(log, settings, reckon(log, settings))
    found = {row[2:4]: row[4] for row in yearly if row[:2] == ("calendar", "2020")}
    years = (366 + 183) / 365.25
    assert found["child_years", "setting=special"] == pytest.approx(years)
    assert found["unit_cost", "setting=special"] == pytest.approx(3 * 27.38 * 366 / years)
    assert found["child_years", "setting=mainstream"] == 0
    assert ("unit_cost", "setting=mainstream") not in found


def test_place_funding_is_part_of_what_a_setting_costs() -> None:
    """Two places funded at 10,000 pence a day, one child there, whose top-up is 4,000 pence a day."""
    config = small_config()
    config["prices"]["inflation_per_year"] = 0.0
    a_day = 365.25 / 100
    config["settings"]["special"] |= {
        "places": 2,
        "place_funding_per_year": 10_000 * a_day,
        "price_per_child_year": 4_000 * a_day,
        "over_number_price_per_child_year": 0,
    }
    hand = HandLog()
    hand.holder("special")
    log, settings = hand.build(), Settings.model_validate(config)
    yearly, _ = yearly_and_monthly(log, settings, reckon(log, settings))
    found = {row[2:4]: row[4] for row in yearly if row[:2] == ("calendar", "2020")}
    assert found["unit_cost", "setting=special"] == pytest.approx((2 * 10_000 + 4_000) * a_day)


def banded(shares: tuple[float, float]) -> Settings:
    config = quiet_config(years=1)
    with_plans(config, {8: 400})
    config["settings"]["mainstream"] |= {
        "price_per_child_year": {date(2019, 1, 1): 6_000, date(2021, 1, 1): 9_000},
        "bands": {
            "lower": {"share": shares[0], "price_per_child_year": 3_000},
            "higher": {"share": shares[1], "price_per_child_year": 12_000},
        },
    }
    return Settings.model_validate(config)


def multiples(settings: Settings) -> dict[int, int]:
    return {entry.child: entry.value for entry in history(settings).of(events.PLACED)}


def test_children_fall_in_bands_by_their_shares_at_a_multiple_of_the_price_on_the_base_date() -> None:
    counted = Counter(multiples(banded((0.75, 0.25))).values())
    assert set(counted) == {500, 2000}
    assert 270 < counted[500] < 330


def test_a_larger_share_of_a_band_only_adds_children_to_it() -> None:
    fewer, more = multiples(banded((0.75, 0.25))), multiples(banded((0.6, 0.4)))
    assert all(more[child] == 2000 for child, multiple in fewer.items() if multiple == 2000)
    assert sum(more.values()) > sum(fewer.values())


def test_without_bands_every_child_keeps_the_multiple_it_had() -> None:
    config = quiet_config(years=1)
    with_plans(config, {8: 20})
    config["settings"]["mainstream"]["price_cv"] = 0.4
    before = multiples(Settings.model_validate(config))
    config["settings"]["special"]["bands"] = {"only": {"share": 1.0, "price_per_child_year": 20_000}}
    assert multiples(Settings.model_validate(config)) == before
