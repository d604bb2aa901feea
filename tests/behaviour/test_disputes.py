"""Who disputes, what disputes take from the staff, and what comes of refusing more."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from histories import Entry, History, history
from quarrels import HEARING, LOSES, WINS, with_disputes
from quiet_authority import quiet_config, quiet_settings, with_plans, with_requests
from small_settings import by_band, small_config, task

from sim import event_log as events
from sim.audit.audit import audit
from sim.measures.measures import yearly_and_monthly
from sim.model import Model
from sim.money.ledger import reckon
from sim.settings import DECISIONS, Settings

DISPUTE_WORK = {"mediation", "appeal", "hearing", "complaint"}


def run(config: dict[str, Any], replication: int = 1) -> History:
    return history(Settings.model_validate(config), replication)


def quarrelsome() -> dict[str, Any]:
    """A small authority, staffed well, in which half of all decisions are disputed."""
    config = small_config()
    config["run"] |= {"years": 3}
    config["demand"]["requests_per_1000"] = [5] * 16 + [0] * 10
    config["decisions"] |= {"refuse_to_assess": 0.4, "refuse_to_issue": 0.2}
    evenly = dict.fromkeys(("mediate", "agreed", "appeal_after_mediation", "upheld"), 0.5)
    each = {"share": 0.5, "withdrawn": 0.2, "conceded": 0.3, **evenly}
    with_disputes(config, **{kind: dict(each) for kind in DECISIONS})
    config["reviews"]["outcomes"] = by_band({"amend": 0.6, "cease": 0.1})
    config["leaving"] |= {"transferred_out_per_year": 0.2}
    return config


@pytest.fixture(scope="module")
def busy() -> History:
    return run(quarrelsome())


# Neutral.


def rows(config: dict[str, Any]) -> list:
    log = Model(Settings.model_validate(config), 1).run()
    return [(minute, child, log.codes[code], value) for minute, child, code, value in log.rows().tolist()]


def test_with_the_loop_off_the_log_is_as_if_nobody_had_written_of_disputes() -> None:
    config = quarrelsome()
    off = config | {"loops": {"disputes": {"on": False}}}
    without = {section: part for section, part in config.items() if section != "disputes"}
    assert rows(off) == rows(without)


def test_a_share_of_nobody_is_the_same_as_no_disputes_at_all() -> None:
    config = quarrelsome()
    with_disputes(config)
    without = {section: part for section, part in config.items() if section != "disputes"}
    assert rows(config) == rows(without)


def requests_in_order(found: History) -> list[tuple]:
    """What is known of each child when it is asked for."""
    columns = [found.log.children[name] for name in ("need", "cohort", "district", "source")]
    asked = sorted(found.day_of(events.REQUESTED).items())
    return [(day, *(column[child] for column in columns)) for child, day in asked]


def decisions_in_order(found: History, *outcomes: str) -> list[str]:
    """Which of the outcomes each child asked for met with, or none yet."""
    met = {entry.child: entry.event for entry in found.of(*outcomes)}
    return [met.get(child, "") for child in sorted(found.day_of(events.REQUESTED))]


def test_disputes_move_no_request_and_turn_no_first_decision(busy: History) -> None:
    config = quarrelsome()
    del config["disputes"]
    calm = run(config)
    assert requests_in_order(calm) == requests_in_order(busy)
    for outcomes in ((events.REFUSED, events.AGREED), (events.NOT_ISSUED, events.AGREED_TO_ISSUE)):
        pairs = zip(decisions_in_order(calm, *outcomes), decisions_in_order(busy, *outcomes), strict=True)
        in_both = [(one, other) for one, other in pairs if one and other]
        assert len(in_both) > 80
        assert all(one == other for one, other in in_both)


# Who disputes what.


def test_a_family_has_one_dispute_at_a_time(busy: History) -> None:
    """From the decision in dispute, and not only from the appeal, until all is settled or put right."""
    steps = (events.MEDIATED, events.APPEALED, events.APPEAL_ENDED, events.ORDER_MET, events.REOPENED_AS)
    assert {entry.stage for entry in busy.of(events.DISPUTED)} == set(DECISIONS)
    disputes: dict[int, list[list[Entry]]] = {}
    for entry in busy.of(events.DISPUTED, *steps):
        if entry.event == events.DISPUTED:
            disputes.setdefault(entry.child, []).append([])
        disputes[entry.child][-1].append(entry)
    followed = [pair for of_child in disputes.values() for pair in pairwise(of_child)]
    assert len(followed) > 50
    for of_child in disputes.values():
        for rows in of_child:
            assert {entry.stage for entry in rows} <= {rows[0].stage, ""}
            assert len({entry.event for entry in rows}) == len(rows)
    for earlier, later in followed:
        decided = later[0].day - later[0].value
        assert is_over(earlier) and earlier[-1].day <= decided


def is_over(rows: list[Entry]) -> bool:
    """Nothing is still to come of a dispute: lost, given up, or won and put right."""
    last = rows[-1]
    lost = last.resource in ("not_agreed", "withdrawn", "dismissed")
    kept = last.stage == "ceasing" and last.resource in ("agreed", "conceded", "upheld")
    return lost or kept or last.event in (events.ORDER_MET, events.REOPENED_AS)


def test_a_family_disputes_the_setting_or_what_the_plan_says_but_not_both() -> None:
    config = quiet_config()
    with_requests(config, 60)
    with_disputes(config, placement=LOSES | {"share": 0.5}, contents=LOSES)
    found = run(config)
    issued = found.day_of(events.PLAN_ISSUED)
    of_first_plans = [e for e in found.of(events.DISPUTED) if e.day - e.value == issued[e.child]]
    kinds = [entry.stage for entry in of_first_plans]
    assert len({entry.child for entry in of_first_plans}) == len(of_first_plans) > 60
    assert 0.3 < kinds.count("placement") / len(kinds) < 0.7
    assert set(kinds) == {"placement", "contents"}


@pytest.mark.parametrize(("strength", "expected"), [(0.0, 0.2), (1.0, 0.6), (0.5, 0.4)])
def test_late_decisions_are_disputed_so_many_times_as_often(strength: float, expected: float) -> None:
    config = quiet_config()
    with_requests(config, 300)
    config["decisions"] |= {"refuse_to_assess": 1.0}
    config["stages"]["first_information"] = {"days": 45}
    with_disputes(config, refusal_to_assess=LOSES | {"share": 0.2})
    config["disputes"]["late_multiplier"] = 3.0
    config["loops"] = {"disputes": {"strength": strength}}
    found = run(config)
    early_enough = [e.child for e in found.of(events.REFUSED) if e.day + 21 < found.log.days]
    disputed = {entry.child for entry in found.of(events.DISPUTED)}
    assert len(early_enough) > 400
    assert len(disputed) / len(early_enough) == pytest.approx(expected, abs=0.06)


def test_decisions_in_time_are_disputed_at_the_plain_share() -> None:
    config = quiet_config()
    with_requests(config, 300)
    config["decisions"] |= {"refuse_to_assess": 1.0}
    with_disputes(config, refusal_to_assess=LOSES | {"share": 0.2})
    config["disputes"]["late_multiplier"] = 5.0
    found = run(config)
    refused = [e.child for e in found.of(events.REFUSED) if e.day + 21 < found.log.days]
    assert len(found.of(events.DISPUTED)) / len(refused) == pytest.approx(0.2, abs=0.05)


# Leaving.


def test_nobody_pursues_a_dispute_for_a_child_that_has_left(busy: History) -> None:
    left = {e.child: e.minute for e in busy.of(events.PLAN_CEASED, events.WITHDRAWN)}
    pursued = (
        events.DISPUTED,
        events.MEDIATED,
        events.APPEALED,
        events.APPEAL_ENDED,
        events.ORDER_MET,
        events.QUEUED,
    )
    assert not [e for e in busy.of(*pursued) if e.minute > left.get(e.child, e.minute)]
    cut_short = {e.child for e in busy.of(events.APPEALED)} & left.keys()
    ended = {e.child for e in busy.of(events.APPEAL_ENDED)}
    assert cut_short - ended, "nobody left while an appeal was open"


def test_a_child_that_leaves_cancels_the_work_queued_for_its_dispute() -> None:
    config = quiet_config(years=1)
    with_plans(config, {17: 30})
    config["reviews"]["outcomes"] = by_band({"amend": 1.0, "cease": 0.0})
    config["leaving"]["at_31_august"] = [0] * 16 + [1.0] * 10
    with_disputes(config, amended=LOSES)
    config["disputes"]["hearing"]["days"] = 300
    config["staff_pools"]["tribunal_officer"]["fte"] = 0.0
    found = run(config)
    left = found.day_of(events.PLAN_CEASED)
    cancelled = [e for e in found.of(events.CANCELLED) if e.stage == "appeal"]
    assert len(left) == 30
    assert len(cancelled) > 15
    assert all(entry.day == left[entry.child] for entry in cancelled)


# Children reconcile: refusal, dispute, new file, plan.


@pytest.mark.parametrize("replication", [1, 2, 3])
def test_children_reconcile_through_refusal_dispute_new_file_and_plan(replication: int) -> None:
    settings = Settings.model_validate(quarrelsome())
    model = Model(settings, replication)
    log = model.run()
    found = History(log)
    refused = found.day_of(events.REFUSED) | found.day_of(events.NOT_ISSUED)
    pointer = {entry.child: entry.value for entry in found.of(events.REOPENED_AS)}
    again = found.children("reinstated")
    assert len(again) > 20
    assert sorted(pointer.values()) == again
    assert pointer.keys() <= refused.keys()
    ended = (refused, found.day_of(events.WITHDRAWN), found.day_of(events.PLAN_ISSUED))
    closed, withdrawn, with_plan = (set(again) & days.keys() for days in ended)
    assert not closed & with_plan and not withdrawn & with_plan and len(with_plan) > 5
    on_the_books = set(again) & model.la.cases.keys()
    assert on_the_books == set(again) - closed - withdrawn - with_plan
    won = {
        (entry.child, entry.minute)
        for entry in found.of(events.MEDIATED, events.APPEAL_ENDED)
        if entry.resource in ("agreed", "conceded", "upheld")
    }
    assert {(entry.child, entry.minute) for entry in found.of(events.REOPENED_AS)} <= won
    violations = audit(log, settings, reckon(log, settings))
    assert violations["children"] == violations["clock"] == violations["hours"] == 0


def test_a_new_file_counts_neither_as_a_request_nor_in_the_twenty_weeks(busy: History) -> None:
    again = set(busy.children("reinstated"))
    assert not again & busy.day_of(events.REQUESTED).keys()
    issued = [entry for entry in busy.of(events.PLAN_ISSUED) if entry.child in again]
    assert issued and {entry.value for entry in issued} == {2}


# What disputes take from the staff.


def test_a_piece_of_dispute_work_of_an_overloaded_pool_is_bought_and_nothing_else_is() -> None:
    config = quiet_config()
    with_requests(config, 60)
    config["decisions"] |= {"refuse_to_assess": 1.0}
    with_disputes(config, refusal_to_assess=LOSES)
    config["disputes"]["appeal_tasks"] = [task("casework_officer", 5), task("tribunal_officer", 2)]
    config["staff_pools"]["casework_officer"]["bought"] = {
        "waiting_per_fte": 0,
        "price": 500,
        "delay": {"days": 10},
    }
    config["staff_pools"]["casework_officer"]["fte"] = 0.2
    found = run(config)
    bought = found.of(events.REPORT_BOUGHT)
    assert len(bought) > 20
    assert {(entry.stage, entry.resource) for entry in bought} == {("appeal", "casework_officer")}
    for entry in bought:
        next_task = [e for e in found.of(events.QUEUED, child=entry.child) if e.minute == entry.minute]
        assert [(e.stage, e.resource) for e in next_task] == [("appeal", "tribunal_officer")]


@pytest.mark.parametrize(("work", "stages"), [(["advice"], {"ep_advice"}), (["appeal"], {"appeal"})])
def test_only_such_work_is_bought_as_the_pool_may_buy(work: list[str], stages: set[str]) -> None:
    config = quiet_config()
    with_requests(config, 60)
    config["decisions"] |= {"refuse_to_assess": 0.5}
    with_disputes(config, refusal_to_assess=LOSES)
    config["disputes"]["appeal_tasks"] = [task("tribunal_officer", 2), task("ep", 5)]
    config["disputes"]["hearing_tasks"] = [task("tribunal_officer", 2), task("ep", 5)]
    config["staff_pools"]["ep"] = {
        "fte": 0.1,
        "cost_per_fte_year": 60_000,
        "bought": {"work": work, "waiting_per_fte": 0, "price": 500, "delay": {"days": 10}},
    }
    bought = run(config).of(events.REPORT_BOUGHT)
    assert len(bought) > 10
    assert {entry.stage for entry in bought} == stages


def test_taking_a_case_over_adds_its_minutes_to_the_next_job_there_once() -> None:
    config = quiet_config(years=1)
    with_plans(config, {7: 4})
    settings = quiet_settings(config)
    plain = history(settings)
    model = Model(settings, 1)

    def hand_over() -> None:
        for child in model.la.children:
            child.handover = {"review_officer": 95, "somebody_else": 10}

    model.la.morning.add(0, -1, lambda _: hand_over(), None)
    found = History(model.run())
    first = {entry.child: entry.value for entry in found.of(events.QUEUED)[::-1]}
    usual = {entry.child: entry.value for entry in plain.of(events.QUEUED)[::-1]}
    assert first == {child: minutes + 95 for child, minutes in usual.items()}
    assert all(child.handover == {"somebody_else": 10} for child in model.la.children)


# Complaints.


def complaining(per_year: float, **complaint: Any) -> History:
    config = quiet_config()
    with_requests(config, 60)
    config["staff_pools"]["ep"]["fte"] = 0.0
    with_disputes(config)
    config["disputes"]["complaints"] = {
        "after_weeks": 4,
        "per_year": per_year,
        "upheld": 1.0,
        "remedy": 1000,
        "tasks": [task("tribunal_officer", 3)],
    } | complaint
    return run(config)


def test_a_family_complains_in_the_month_after_its_case_is_so_many_weeks_late_and_only_once() -> None:
    found = complaining(1.0)
    requested = found.day_of(events.REQUESTED)
    complained = found.of(events.COMPLAINED)
    assert len(complained) == len({entry.child for entry in complained}) > 30
    for entry in complained:
        late = requested[entry.child] + 24 * 7
        assert found.date_of(entry.day).day == 1
        assert 0 < entry.day - late <= 31
    assert len(found.of(events.REMEDIED)) > 30


def test_complaints_that_are_not_upheld_are_not_remedied_and_cost_time_all_the_same() -> None:
    found = complaining(1.0, upheld=0.0)
    assert not found.of(events.REMEDIED)
    worked = [e for e in found.of(events.FINISHED) if e.stage == "complaint"]
    assert len(worked) > 30


def test_a_yearly_share_of_complaints_is_spread_over_the_months() -> None:
    found = complaining(0.5)
    requested = found.day_of(events.REQUESTED)
    first_year = {child for child, day in requested.items() if day < 120}
    within = {
        e.child
        for e in found.of(events.COMPLAINED)
        if e.child in first_year and e.day <= requested[e.child] + 24 * 7 + 365
    }
    assert len(within) / len(first_year) == pytest.approx(0.5, abs=0.2)


# Refusing more.


def stricter_panel() -> tuple[dict[str, Any], dict[str, Any]]:
    """The same authority with a panel that refuses three times as many from the second year on."""
    config = small_config()
    config["run"] |= {"years": 5}
    config["demand"]["requests_per_1000"] = [6] * 16 + [0] * 10
    config["staff_pools"] |= {"ep": {"fte": 6, "cost_per_fte_year": 60_000}}
    with_disputes(config, refusal_to_assess={"share": 0.4, "mediate": 0.0, "conceded": 0.3, "upheld": 0.95})
    config["disputes"]["hearing"]["days"] = 150
    config["staff_pools"]["tribunal_officer"]["fte"] = 1.0
    strict = deepcopy(config)
    strict["decisions"]["refuse_to_assess"] = {date(2020, 1, 1): 0.2, date(2021, 1, 1): 0.6}
    return config, strict


def by_year(config: dict[str, Any]) -> dict[tuple[str, str], float]:
    settings = Settings.model_validate(config)
    log = Model(settings, 1).run()
    yearly, _ = yearly_and_monthly(log, settings, reckon(log, settings))
    groups = ("all", "pool=tribunal_officer")
    return {(row[1], row[2]): row[4] for row in yearly if row[0] == "calendar" and row[3] in groups}


def test_a_panel_that_refuses_more_has_fewer_plans_at_once_and_the_appeals_later() -> None:
    usual, strict = (by_year(config) for config in stricter_panel())

    def more(year: str, measure: str) -> float:
        return strict[year, measure] - usual[year, measure]

    assert all(more("2020", measure) == 0 for measure in ("requests_refused", "plans_issued", "appeals"))
    assert more("2021", "requests_refused") > 20
    assert more("2021", "plans_issued") < -8
    assert more("2021", "appeals") > 10
    for year in ("2022", "2023"):
        assert more(year, "appeals") > 10
        assert more(year, "assessments_reinstated") > 8
        assert more(year, "staff_hours_used") > 100
    assert more("2021", "assessments_reinstated") < more("2022", "assessments_reinstated")


def test_hearings_wait_for_the_tribunal_and_not_for_the_officers() -> None:
    config = quiet_config()
    with_requests(config, 60)
    config["decisions"] |= {"refuse_to_assess": 1.0}
    with_disputes(config, refusal_to_assess=WINS)
    ended = run(config).of(events.APPEAL_ENDED)
    assert ended and all(HEARING < entry.value <= HEARING + 20 for entry in ended)
