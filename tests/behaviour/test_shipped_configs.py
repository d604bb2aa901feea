"""The configs that come with the simulation are right, and show what they say they show."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from sim.config.documents import Document, read
from sim.config.schema import schema_text
from sim.replication import replicate

CONFIGS = Path(__file__).resolve().parents[2] / "configs"
BLOCK_AND_SPOT = CONFIGS / "block_and_spot.yaml"


SHIPPED = (
    "backlog",
    "backlog_team",
    "block_and_spot",
    "calibration_small",
    "cambridgeshire",
    "cambridgeshire_2019",
    "cambridgeshire_2020",
    "ci_small",
    "demand_management_2020",
    "ep_cliff",
    "growth_2031",
    "occupational_therapy_2022",
    "order_of_work",
    "other_services",
    "raise_2019",
    "recovery_plan_2020",
    "safe_2022",
    "send_capacity_2022",
    "short_breaks_2022",
    "stricter_panel",
    "worcestershire_2015",
    "worcestershire_january_2015",
)
"""By name, so that a config of one's own may stand beside them."""


@pytest.mark.parametrize("name", SHIPPED)
def test_it_is_valid_and_nothing_in_it_is_idle(name: str) -> None:
    path = CONFIGS / f"{name}.yaml"
    document = read(path)
    assert document.warnings == []
    assert document.settings().name == path.stem
    for scenario in document.scenario_names:
        document.settings(scenario, draw=1)


def test_the_schema_beside_them_is_that_of_the_settings() -> None:
    assert (CONFIGS / "schema.json").read_text(encoding="utf-8") == schema_text()


@pytest.fixture(scope="module")
def contracts() -> Document:
    return read(BLOCK_AND_SPOT, ["run.years=2"])


def contract_cost(contracts: Document, scenario: str) -> float:
    """Pounds for block and spot places in the financial year 2020-21."""
    rows = replicate(contracts.settings(scenario), 1).yearly
    lines = ("line=block_contract", "line=placement")
    return sum(
        value
        for calendar, period, measure, group, value in rows
        if (calendar, period, measure) == ("financial", "2020-21", "cost") and group in lines
    )


def a_year(pounds: int) -> float:
    """What a price comes to over the 365 days of 2020-21, to the penny a day."""
    return round(pounds * 100 / 365.25) * 365 / 100


@pytest.mark.parametrize("children, old, new", [(60, "baseline", "new_60"), (50, "old_50", "new_50")])
def test_block_for_spot_costs_what_the_prices_say(contracts, children, old, new) -> None:
    before = 20 * a_year(18_000) + (children - 20) * a_year(22_000)
    after = 50 * a_year(17_000) + (children - 50) * a_year(20_000)
    assert contract_cost(contracts, old) == pytest.approx(before)
    assert contract_cost(contracts, new) == pytest.approx(after)


def test_an_empty_block_place_is_paid_for_so_that_few_children_make_the_block_dearer(contracts) -> None:
    assert contract_cost(contracts, "new_40") == contract_cost(contracts, "new_45")
    assert contract_cost(contracts, "new_40") > contract_cost(contracts, "old_40")
    assert contract_cost(contracts, "new_45") < contract_cost(contracts, "old_45")


@pytest.mark.parametrize(
    "in_time, late, setting, months",
    [
        ("top_ups", "top_ups_late", "mainstream", 7),
        ("top_ups", "top_ups_late", "state_special", 7),
        ("resource_bases", "resource_bases_late", "resourced_provision", 7),
    ],
)
def test_late_cuts_of_the_recovery_plan_are_the_same_cuts_so_many_months_later(
    in_time, late, setting, months
) -> None:
    document = read(CONFIGS / "recovery_plan_2020.yaml")
    for draw in (1, 2):
        soon, later = (
            document.settings(name, draw).settings[setting].price_per_child_year for name in (in_time, late)
        )
        assert soon.values == later.values
        assert soon.dates[-1] == date(2020, 9, 1)
        assert later.dates[-1] == date(2020 + (8 + months) // 12, (8 + months) % 12 + 1, 1)


def test_raise_that_recurs_is_raise_until_its_arrangements_end() -> None:
    document = read(CONFIGS / "raise_2019.yaml")
    ending, lasting = (
        document.settings(name, 1).settings["ap"].contract for name in ("raise", "raise_recurring")
    )
    day = ending.block_places.dates[-1]
    assert date(2021, 11, 1) <= day <= date(2022, 11, 1)
    before = day - timedelta(days=1)
    for name in ("block_places", "block_price_per_place_year", "spot_price_per_child_year"):
        assert getattr(ending, name).at(before) == getattr(lasting, name).at(before)
    assert ending.block_places.at(day) == 20 < lasting.block_places.at(day)
