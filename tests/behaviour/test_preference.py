"""The family prefers a setting: the plan names it unless it is unsuitable, and a refusal may be appealed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from histories import Entry, History, history
from quarrels import ACT, LOSES, WINS, with_disputes
from quiet_authority import quiet_config, quiet_settings, with_plans, with_requests
from small_settings import by_band

from sim import event_log as events
from sim.calendars import academic_year
from sim.measures.measures import yearly_and_monthly
from sim.money.ledger import reckon


def run(config: dict[str, Any]) -> History:
    return history(quiet_settings(config))


def everybody_prefers(wanted: str, choice: str = "mainstream", refused: float = 0.0) -> dict[str, Any]:
    return {"preference": {choice: {wanted: 1.0}}, "preference_refused": refused}


def twenty_plans_a_year(**placement: Any) -> dict[str, Any]:
    """New plans, for which the authority would always name a mainstream school."""
    config = quiet_config()
    with_requests(config, 20)
    config["placement"] |= placement
    return config


def all_but_preferences(found: History) -> list[Entry]:
    return [entry for entry in found.entries if entry.event != events.PREFERRED]


def answers(found: History) -> dict[int, tuple[str, str]]:
    """For each child the last setting it preferred, and what it was told."""
    return {entry.child: (entry.resource, entry.stage) for entry in found.of(events.PREFERRED)}


# New plans.


def test_what_everybody_prefers_and_nobody_is_refused_is_what_every_plan_names() -> None:
    found = run(twenty_plans_a_year(**everybody_prefers("special")))
    issued = found.day_of(events.PLAN_ISSUED)
    assert len(issued) > 20
    assert found.day_of(events.PLACED, "special") == issued
    assert not found.day_of(events.PLACED, "mainstream")
    assert set(answers(found).values()) == {("special", "agreed")}


@pytest.mark.parametrize(
    "full",
    [
        {"places": 10, "over_number": 0.25},
        {"places": 0, "over_number": 0.0},
        {"places": 10, "over_number": 0.25, "when_full": {"setting": "tuition", "share": 0.5}},
        {"places": {date(2020, 9, 1): 4, date(2021, 10, 1): 12}, "over_number": 0.5},
    ],
)
def test_a_full_school_that_is_preferred_is_named_as_if_the_authority_had_chosen_it(full: dict) -> None:
    preferred = twenty_plans_a_year(**everybody_prefers("special"), interim_share=0.5)
    chosen = twenty_plans_a_year(new_plans=by_band({"special": 1.0}), interim_share=0.5)
    for config in (preferred, chosen):
        config["settings"]["special"] |= full
    found = run(preferred)
    assert all_but_preferences(found) == all_but_preferences(run(chosen))
    assert found.of(events.PLACE_WANTED)  # it is full: children wait for what their plans name


def test_a_school_goes_over_number_for_a_preference_before_anybody_waits() -> None:
    config = twenty_plans_a_year(**everybody_prefers("special"))
    config["settings"]["special"] |= {"places": 10, "over_number": 0.25}
    found = run(config)
    placed, wanted = found.day_of(events.PLACED, "special"), found.day_of(events.PLACE_WANTED)
    assert len(placed) == 12
    assert len(wanted) == len(found.of(events.PLAN_ISSUED)) - 12 > 0
    assert max(placed.values()) <= min(wanted.values())


def test_a_preference_refused_leaves_the_authoritys_choice() -> None:
    found = run(twenty_plans_a_year(**everybody_prefers("special", refused=1.0)))
    assert found.day_of(events.PLACED, "mainstream") == found.day_of(events.PLAN_ISSUED)
    assert not found.day_of(events.PLACED, "special")
    assert set(answers(found).values()) == {("special", "refused")}


def test_only_a_setting_that_takes_the_childs_age_can_be_preferred() -> None:
    config = twenty_plans_a_year(**everybody_prefers("special"))
    config["settings"]["special"]["ages"] = [9, 18]
    found = run(config)
    cohorts = found.log.children["cohort"]
    old_enough = {
        entry.child
        for entry in found.of(events.DRAFT_SENT)
        if academic_year(found.date_of(entry.day)) - cohorts[entry.child] >= 9
    }
    assert 0 < len(old_enough) < len(found.of(events.DRAFT_SENT))
    assert set(answers(found)) == old_enough


# Disputes about what was refused.


@pytest.mark.parametrize("rather", [{}, {"mainstream": {"tuition": 1.0}}])
def test_a_family_that_was_refused_wins_the_very_setting_it_asked_for(rather: dict) -> None:
    config = twenty_plans_a_year(**everybody_prefers("special", refused=1.0))
    with_disputes(config, placement=WINS)
    config["disputes"]["rather"] = rather
    found = run(config)
    won = [entry.child for entry in found.of(events.ORDER_MET) if entry.day < found.log.days - 60]
    assert len(won) > 5
    for child in won:
        assert [e.resource for e in found.of(events.PLACED, child=child)] == ["mainstream", "special"]


def test_a_family_that_loses_its_appeal_stays_with_the_authoritys_choice() -> None:
    config = twenty_plans_a_year(**everybody_prefers("special", refused=1.0))
    with_disputes(config, placement=LOSES)
    found = run(config)
    assert len(found.of(events.APPEAL_ENDED)) > 5
    assert not found.day_of(events.PLACED, "special")


def test_where_nobody_would_rather_leave_only_those_who_were_refused_dispute() -> None:
    config = twenty_plans_a_year(preference={"mainstream": {"special": 0.6}}, preference_refused=0.5)
    with_disputes(config, placement=WINS)
    config["disputes"]["rather"] = {}
    found = run(config)
    by_answer: dict[str | None, set[int]] = {"agreed": set(), "refused": set(), None: set()}
    answered = answers(found)
    for child, day in found.day_of(events.PLAN_ISSUED).items():
        if day + ACT < found.log.days:
            by_answer[answered.get(child, ("", None))[1]].add(child)
    assert all(len(children) > 3 for children in by_answer.values())
    assert set(found.day_of(events.DISPUTED)) == by_answer["refused"]


def test_what_was_refused_is_no_longer_disputed_once_the_plan_names_another_setting() -> None:
    config = twenty_plans_a_year(**everybody_prefers("special", refused=1.0))
    config["run"]["years"] = 3
    config["demand"]["requests_per_1000"] = [0] * 5 + [10, 10] + [0] * 19  # too young to change phase
    config["reviews"] |= {
        "outcomes": by_band({"amend": 1.0, "cease": 0.0}),
        "step_down": {"mainstream": {"tuition": 1.0}},
    }
    with_disputes(config, placement=LOSES)
    config["disputes"]["rather"] = {}
    found = run(config)
    disputed = [entry.child for entry in found.of(events.DISPUTED)]
    assert set(disputed) & set(found.day_of(events.PLACED, "tuition"))
    assert len(disputed) == len(set(disputed))


# Moves.


def test_at_a_phase_transfer_the_plan_names_what_the_family_prefers() -> None:
    config = quiet_config()
    with_plans(config, {10: 20})
    config["placement"] |= everybody_prefers("special")
    found = run(config)
    for child in found.children("opening_plan"):
        moves = [(e.resource, found.date_of(e.day)) for e in found.of(events.PLACED, child=child)]
        assert moves[1:] == [("special", date(2021, 9, 1))]


def test_a_family_refused_at_a_phase_transfer_may_win_before_september() -> None:
    config = quiet_config()
    with_plans(config, {10: 20})
    config["placement"] |= {"secondary": {"mainstream": {"tuition": 1.0}}}
    config["placement"] |= everybody_prefers("special", choice="tuition", refused=1.0)
    with_disputes(config, placement=WINS)
    config["disputes"]["rather"] = {}
    found = run(config)
    assert len(found.of(events.ORDER_MET)) == 20
    for child in found.children("opening_plan"):
        moves = [(e.resource, found.date_of(e.day)) for e in found.of(events.PLACED, child=child)]
        assert moves[1:] == [("special", date(2021, 9, 1))]


def test_a_setting_is_preferred_for_the_age_the_child_will_have_when_it_moves() -> None:
    config = quiet_config()
    with_plans(config, {10: 20})
    config["settings"]["special"]["ages"] = [11, 18]
    config["placement"] |= everybody_prefers("special")
    assert len(run(config).of(events.PREFERRED)) == 20


def test_a_first_plan_that_names_the_next_phase_too_asks_the_family_about_each() -> None:
    either = {"mainstream": {"special": 0.5}, "special": {"mainstream": 0.5}}
    config = twenty_plans_a_year(preference=either)
    config["demand"]["requests_per_1000"] = [0] * 10 + [40] + [0] * 15
    found = run(config)
    before_the_move = found.number(date(2021, 9, 1))
    asked = [
        [entry.resource for entry in found.of(events.PREFERRED, child=child)]
        for child, issued in found.day_of(events.PLAN_ISSUED).items()
        if issued < before_the_move
    ]
    assert asked.count(["special"]) > 2
    assert asked.count(["special", "mainstream"]) > 2


def amended(**placement: Any) -> History:
    config = quiet_config(years=1.5)
    with_plans(config, {7: 20})
    config["reviews"]["outcomes"] = by_band({"amend": 1.0, "cease": 0.0})
    config["reviews"]["step_down"] = placement.pop("step_down", {})
    config["placement"] |= placement
    return run(config)


def test_an_amended_plan_that_names_another_setting_names_what_the_family_prefers() -> None:
    found = amended(at_review={"mainstream": {"tuition": 1.0}}, **everybody_prefers("special", "tuition"))
    assert len(found.day_of(events.PLACED, "special")) == 20
    assert not found.day_of(events.PLACED, "tuition")


def test_an_amended_plan_that_moves_nobody_asks_for_no_preference() -> None:
    found = amended(**everybody_prefers("special"))
    assert len(found.day_of(events.PLAN_AMENDED)) == 20
    assert not found.of(events.PREFERRED)


def test_a_step_down_has_been_agreed_with_the_family() -> None:
    found = amended(step_down={"mainstream": {"tuition": 1.0}}, **everybody_prefers("special", "tuition"))
    assert len(found.day_of(events.PLACED, "tuition")) == 20
    assert not found.of(events.PREFERRED)


@pytest.mark.parametrize(("refused", "named"), [(0.0, "special"), (1.0, "mainstream")])
def test_after_a_breakdown_the_plan_names_what_the_family_prefers(refused: float, named: str) -> None:
    config = quiet_config()
    with_plans(config, {7: 40})
    config["placement"] |= {"breakdown_per_year": {"mainstream": 0.9}, "after_breakdown": {"mainstream": 1.0}}
    config["placement"] |= everybody_prefers("special", refused=refused)
    found = run(config)
    broken = [entry for entry in found.of(events.BREAKDOWN) if entry.day < found.log.days - 60]
    assert len(broken) > 20
    for entry in broken:
        after = [e.resource for e in found.of(events.PLACED, child=entry.child) if e.minute >= entry.minute]
        assert after[:2] == ["tuition", named]


# Luck.


def test_without_a_chance_of_preferring_nothing_changes() -> None:
    plain = run(twenty_plans_a_year())
    none = run(twenty_plans_a_year(preference={"mainstream": {"special": 0.0}}, preference_refused=0.4))
    assert none.entries == plain.entries


def test_a_preference_moves_nobody_but_the_child_who_has_it() -> None:
    plain = run(twenty_plans_a_year())
    found = run(twenty_plans_a_year(preference={"mainstream": {"special": 0.4}}, preference_refused=0.5))
    prefer = {child for child, (_, answer) in answers(found).items() if answer == "agreed"}
    assert 0 < len(prefer) < len(found.of(events.PLAN_ISSUED)) / 2

    def of_others(one: History) -> list[Entry]:
        return [entry for entry in all_but_preferences(one) if entry.child not in prefer and entry.child >= 0]

    assert of_others(found) == of_others(plain)
    assert found.day_of(events.PLAN_ISSUED) == plain.day_of(events.PLAN_ISSUED)


def test_who_prefers_and_who_is_refused_go_on_doing_so_as_the_shares_rise() -> None:
    def asked(prefers: float, refused: float) -> tuple[set[int], set[int]]:
        found = run(
            twenty_plans_a_year(preference={"mainstream": {"special": prefers}}, preference_refused=refused)
        )
        answered = answers(found)
        return set(answered), {child for child, (_, answer) in answered.items() if answer == "refused"}

    few, refused_of_few = asked(0.3, 0.3)
    many, refused_of_many = asked(0.7, 0.6)
    assert few < many
    assert refused_of_few < refused_of_many
    assert few & refused_of_many > refused_of_few


# Measures.


def test_preferences_are_counted_and_those_refused_among_them() -> None:
    config = twenty_plans_a_year(preference={"mainstream": {"special": 0.6}}, preference_refused=0.5)
    settings = quiet_settings(config)
    found = history(settings)
    yearly, _ = yearly_and_monthly(found.log, settings, reckon(found.log, settings))
    measured = {
        (period, measure): value
        for kind, period, measure, group, value in yearly
        if kind == "calendar" and group == "all"
    }
    in_2021 = [e for e in found.of(events.PREFERRED) if found.date_of(e.day).year == 2021]
    refused = [entry for entry in in_2021 if entry.stage == "refused"]
    assert 0 < len(refused) < len(in_2021)
    assert measured["2021", "preferences_stated"] == len(in_2021)
    assert measured["2021", "preferences_refused"] == len(refused)
