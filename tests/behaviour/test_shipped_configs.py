"""The configs that come with the simulation are right, and show what they say they show."""

from __future__ import annotations

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
    "cambridgeshire_2020",
    "ci_small",
    "ep_cliff",
    "order_of_work",
    "stricter_panel",
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
