"""Prices cut after case reviews where a child is cut twice, or leaves and comes back."""

from __future__ import annotations

from datetime import date

from histories import History
from quiet_authority import quiet_settings
from reviewed_cases import TERM, cut, programme, reviewed, run

from sim import event_log as events
from sim.audit.audit import audit
from sim.model import Model
from sim.money.ledger import reckon


def test_a_price_cut_still_to_come_is_lost_when_the_child_leaves_though_it_comes_back() -> None:
    config = reviewed(plans=100, years=2, price_cut=cut())
    config["case_reviews"]["dear"]["starts_per_week"] = {date(2020, 9, 1): 100, date(2020, 9, 8): 0}
    config["placement"] |= {
        "breakdown_per_year": {"mainstream": 0.5},
        "after_breakdown": {"mainstream": 1.0},
    }
    settings = quiet_settings(config)
    log = Model(settings, 1).run()
    found, term = History(log), (TERM - date(2020, 9, 1)).days
    cut_on = {e.child: e.day for e in found.of(events.CASE_REVIEWED) if e.stage == "price_cut"}
    left = {e.child for e in found.of(events.BREAKDOWN) if cut_on.get(e.child, term) < e.day < term}
    back = {e.child for e in found.of(events.PLACED, "mainstream") if 0 < e.day < term}
    assert len(left & back) > 5
    assert {entry.child for entry in found.of(events.PRICE_CUT)} == set(cut_on) - left
    assert set(audit(log, settings, reckon(log, settings)).values()) == {0}


def test_a_later_cut_of_the_price_alone_gives_no_provision_back() -> None:
    september, november = (
        {date(2020, 9, 1): 0, date(2020, month, 2): 40, date(2020, month, 9): 0} for month in (9, 11)
    )
    config = reviewed(plans=40, years=3)
    config["placement"]["breakdown_per_year"] = {"mainstream": 0.4}
    config["case_reviews"] = {
        "hours": programme(starts_per_week=september, price_cut=cut(breakdown_multiplier=0.0)),
        "price": programme(starts_per_week=november, price_cut=cut(changes_provision=0.0)),
    }
    for terms in config["case_reviews"].values():
        terms["price_cut"]["begins"] = "decision"
    both = run(config)
    assert {entry.value for entry in both.of(events.PRICE_CUT)} == {750, 562}
    del config["case_reviews"]["price"]
    assert both.of(events.BREAKDOWN) == run(config).of(events.BREAKDOWN)
