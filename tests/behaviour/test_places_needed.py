"""How many places are needed does not depend on what becomes of the children who find none."""

from __future__ import annotations

from typing import Any

import pytest
from quiet_authority import quiet_config, quiet_settings
from small_settings import by_band

from sim import event_log as events
from sim.measures.measures import yearly_and_monthly
from sim.model import Model
from sim.money.ledger import reckon


def everyone_to_special(**special: Any) -> dict:
    """Every new plan names the special school."""
    config = quiet_config()
    config["demand"]["requests_per_1000"] = [0] * 4 + [12] * 4 + [0] * 18
    config["placement"] |= {"new_plans": by_band({"special": 1.0}), "interim_share": 1.0}
    config["settings"]["special"] |= special
    config["settings"]["inmss"] = {"label": "Independent special school", "price_per_child_year": 50_000}
    return config


def measured(config: dict) -> dict[tuple[str, str, str], float]:
    settings = quiet_settings(config)
    log = Model(settings, 1).run()
    yearly, _ = yearly_and_monthly(log, settings, reckon(log, settings))
    return {
        (period, measure, group): value
        for kind, period, measure, group, value in yearly
        if kind == "calendar"
    }


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_children_who_wait_and_children_sent_elsewhere_need_the_place_they_did_not_get(share: float) -> None:
    room = measured(everyone_to_special(places=1000))
    full = measured(everyone_to_special(places=5, when_full={"setting": "inmss", "share": share}))
    for year in ("2021", "2022"):
        for group in ("all", "setting=special", "need=ASD", "phase=primary", "district=North"):
            key = (year, "places_needed", group)
            assert full[key] == room[key]
    assert room["2022", "places_needed", "all"] > 20
    assert full["2022", "places_short", "all"] == full["2022", "places_needed", "all"] - 5
    waiting, placed = (
        full["2021", name, f"setting={setting}"]
        for name, setting in (("waiting_for_place", "special"), ("placements", "inmss"))
    )
    assert (waiting > 0) == (share < 1) and (placed > 0) == (share > 0)


def test_being_sent_elsewhere_is_written_down_with_the_setting_that_was_full() -> None:
    settings = quiet_settings(everyone_to_special(places=5, when_full={"setting": "inmss", "share": 1.0}))
    log = Model(settings, 1).run()
    rows = log.rows().tolist()
    sent = {(m, child) for m, child, code, _ in rows if log.codes[code].event == events.SENT_ELSEWHERE}
    placed = {
        (m, child)
        for m, child, code, _ in rows
        if log.codes[code].event == events.PLACED and log.codes[code].resource == "inmss"
    }
    full = {code.resource for code in log.codes if code.event == events.SENT_ELSEWHERE}
    assert sent == placed and len(sent) > 20 and full == {"special"}
