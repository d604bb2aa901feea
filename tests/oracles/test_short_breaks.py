"""Nights, beds, carers and pounds of short breaks, worked out by hand for four weeks of February 2021."""

from __future__ import annotations

from datetime import date

import pytest
from other_services import A_NIGHT_A_WEEK, cost_of, county, lives, rows_of, short_breaks, tally, value_of

from sim import event_log as events
from sim.model import Model
from sim.replication import Outcome, replicate

NOTHING_WRONG = {"children": 0, "money": 0, "hours": 0, "clock": 0}


def offer(**changed: object) -> Outcome:
    outcome = replicate(county(short_breaks=short_breaks(**changed)), 1, keep_log=True)
    assert outcome.audit == NOTHING_WRONG
    return outcome


def carers(outcome: Outcome, event: str) -> list[float]:
    """FTE in each week."""
    return [value / 7000 for *_, value in rows_of(outcome.log, event)]


def test_ten_children_have_forty_nights_in_four_weeks() -> None:
    outcome = offer()
    assert tally(outcome.log, events.NIGHTS_WANTED) == {"": 40}
    assert tally(outcome.log, events.NIGHTS) == {"home": 40}
    assert value_of(outcome.yearly, "short_break_nights", "way=home") == 40
    assert value_of(outcome.yearly, "short_break_children") == 10
    assert value_of(outcome.yearly, "beds_used_share") == pytest.approx(100 * 10 / 14)


def test_the_rota_staffs_whole_beds_and_agency_people_fill_vacant_posts() -> None:
    # Ten nights fill 10 / (7 x 0.85) = 1.7 beds, so two; with the kept bed 2 + 1.5 x 3 = 6.5 FTE.
    outcome = offer()
    assert [value / 7 for *_, value in rows_of(outcome.log, events.BEDS_STAFFED)] == [2, 2, 2, 2]
    assert carers(outcome, events.CARERS_NEEDED) == [6.5] * 4
    assert carers(outcome, events.CARERS_IN_POST) == [5.2] * 4
    assert carers(outcome, events.CARERS_FROM_AGENCY) == [1.3] * 4


def test_the_carers_of_a_year_are_those_of_its_days_however_many_weeks_begin_in_it() -> None:
    outcome = replicate(county(years=14 / 12, short_breaks=short_breaks()), 1)
    found = [row for row in outcome.yearly if row[2] == "carers_fte"]
    assert {"2020-21 (part)", "2021-22"} <= {period for _, period, *_ in found}
    for *_, group, fte in found:
        assert fte == pytest.approx({"post=own": 5.2, "post=agency": 1.3}[group])


def test_in_house_pays_carers_agency_people_and_what_else_the_price_paid_for() -> None:
    outcome = offer(
        council_terms={"pension": 0.1, "enhancements": 0.05, "own_terms": 0.5, "own_terms_pay": 0.1}
    )
    assert cost_of(outcome.yearly, "short_breaks_carers") == pytest.approx(5.2 * 100 * 1.2 * 28)
    assert cost_of(outcome.yearly, "short_breaks_agency") == pytest.approx(1.3 * 200 * 28)
    # Every bed staffed takes 2 + 1.5 x 4 = 8 carers, 800 of the 1,000 a day.
    assert cost_of(outcome.yearly, "short_breaks_other_costs") == pytest.approx(200 * 28)
    assert cost_of(outcome.yearly, "short_breaks_contract") == 0


def test_the_contract_costs_its_price_however_many_nights_there_are() -> None:
    for opening in (2, 10):
        outcome = offer(in_house=0, opening=opening)
        assert cost_of(outcome.yearly, "short_breaks_contract") == pytest.approx(1_000 * 28)
        lines = ("carers", "agency", "other_costs", "direct_payments")
        assert [cost_of(outcome.yearly, f"short_breaks_{line}") for line in lines] == [0, 0, 0, 0]


def test_from_the_day_the_homes_are_taken_in_house_the_contract_is_not_paid() -> None:
    outcome = offer(in_house={date(2021, 1, 1): 0, date(2021, 2, 10): 1})
    assert cost_of(outcome.yearly, "short_breaks_contract") == pytest.approx(1_000 * 9)
    assert cost_of(outcome.yearly, "short_breaks_carers") == pytest.approx(5.2 * 100 * 19)


def test_a_home_that_closes_costs_nothing_more_and_its_children_go_without() -> None:
    homes = {"lodge": {"beds": {date(2021, 1, 1): 4, date(2021, 2, 15): 0}, "kept_beds": 0, "core_fte": 2}}
    outcome = offer(homes=homes)
    assert tally(outcome.log, events.NIGHTS) == {"home": 20, "unmet": 20}
    assert carers(outcome, events.CARERS_NEEDED) == [5, 5, 0, 0]
    assert carers(outcome, events.CARERS_IN_POST) == [4, 4, 4, 0], "posts go a week after the beds"
    assert cost_of(outcome.yearly, "short_breaks_other_costs") == pytest.approx(200 * 14)


def test_with_too_few_beds_nights_go_round_by_who_has_waited_longest() -> None:
    outcome = offer(homes={"lodge": {"beds": 2, "kept_beds": 1}})
    missed = [
        [
            child
            for day, child, _, way, _ in rows_of(outcome.log, events.NIGHTS)
            if way == "unmet" and day == first
        ]
        for first in (0, 7, 14, 21)
    ]
    assert [sorted(week) for week in missed] == [[7, 8, 9], [4, 5, 6], [1, 2, 3], [0, 8, 9]]
    assert tally(outcome.log, events.NIGHTS) == {"home": 28, "unmet": 12}
    assert value_of(outcome.yearly, "beds_used_share") == 100


def test_a_family_that_can_go_on_no_more_has_its_child_in_care_at_a_weekly_price() -> None:
    outcome = offer(homes={"lodge": {"beds": 2, "kept_beds": 1}}, breakdown={"per_unmet_night": 1.0})
    assert value_of(outcome.yearly, "family_breakdowns") == 3, "those without a bed in the first week"
    assert value_of(outcome.yearly, "care_weeks", "placement=long_term") == 12
    assert cost_of(outcome.yearly, "short_breaks_long_term_care") == 3 * 28 * 200
    assert value_of(outcome.yearly, "short_break_children") == 7
    assert tally(outcome.log, events.NIGHTS) == {"home": 28, "unmet": 3}


def test_when_all_find_an_assistant_at_once_nobody_sleeps_in_the_home() -> None:
    outcome = offer(direct_payments={"take_up": 1.0})
    assert tally(outcome.log, events.NIGHTS) == {"direct_payment": 40}
    assert cost_of(outcome.yearly, "short_breaks_direct_payments") == 40 * 150
    assert value_of(outcome.yearly, "personal_assistants") == 10


def test_staff_go_agency_first_and_posts_later_but_never_the_core_or_the_kept_bed() -> None:
    # The rota of two weeks ends after nobody came: from the third week 2 + 1.5 x 1 = 3.5 are needed.
    outcome = offer(direct_payments={"take_up": 1.0})
    assert carers(outcome, events.CARERS_NEEDED) == [6.5, 6.5, 3.5, 3.5]
    assert carers(outcome, events.CARERS_FROM_AGENCY) == pytest.approx([1.3, 1.3, 0, 0.7])
    assert carers(outcome, events.CARERS_IN_POST) == [5.2, 5.2, 5.2, 2.8]
    assert cost_of(outcome.yearly, "short_breaks_carers") == pytest.approx(7 * 100 * (3 * 5.2 + 2.8))
    assert cost_of(outcome.yearly, "short_breaks_other_costs") == pytest.approx(200 * 28)


@pytest.mark.parametrize(
    "payments, nights",
    [
        ({"search": {"days": 10}}, 20),  # found on the 14th day, the first of a week after ten
        ({"search": {"days": 10}, "availability": 0.5}, 10),  # twenty days, so the 21st
        ({"search": {"days": 10}, "availability": 0.0}, 0),
        ({"nights_per_year": A_NIGHT_A_WEEK / 2}, 20),  # an assistant who gives a night a fortnight
        ({"take_up": 0.0}, 0),
    ],
)
def test_an_assistant_is_found_after_a_search_and_gives_what_it_can(payments: dict, nights: int) -> None:
    outcome = offer(carers={"rota_weeks": 52}, direct_payments={"take_up": 1.0} | payments)
    found = tally(outcome.log, events.NIGHTS)
    assert (found["direct_payment"], found["home"]) == (nights, 40 - nights)


def test_shortage_only_stops_the_clock_of_a_search() -> None:
    # Seven days' search: nothing for a week, then all of it.
    availability = {date(2021, 1, 1): 0.0, date(2021, 2, 8): 1.0}
    outcome = offer(direct_payments={"take_up": 1.0, "search": {"days": 7}, "availability": availability})
    assert {day for day, *_ in rows_of(outcome.log, events.ASSISTANT_FOUND)} == {14}


def test_an_assistant_who_gives_up_at_once_is_looked_for_again() -> None:
    outcome = offer(direct_payments={"take_up": 1.0, "assistants_leave_per_year": 1.0})
    assert value_of(outcome.yearly, "assistants_sought") == 40, "every week again"


def test_a_higher_take_up_adds_families_and_takes_none_away() -> None:
    found = []
    for take_up in (0.3, 0.6):
        log = Model(
            county(short_breaks=short_breaks(opening=60, direct_payments={"take_up": take_up})), 1
        ).run()
        found.append({child for _, child, *_ in rows_of(log, events.ASSISTANT_FOUND)})
    assert found[0] < found[1]
    assert 0 < len(found[0]) < len(found[1]) < 60


def test_one_more_child_moves_nobody_else_while_there_are_beds() -> None:
    terms = {
        "opening_ages": [5, 17],
        "joining_per_month": 2,
        "leaving_per_year": 0.2,
        "bands": {
            "all": {"share": 0.5, "nights_per_year": 30},
            "more": {"share": 0.5, "nights_per_year": 52},
        },
        "homes": {"lodge": {"beds": 60}},
        "homes_price_per_year": 1e7,
        "direct_payments": {
            "take_up": 0.5,
            "search": {"days": 30, "cv": 0.5},
            "assistants_leave_per_year": 0.5,
        },
    }
    few, more = (
        Model(county(years=1, short_breaks=short_breaks(opening=opening, **terms)), 1).run()
        for opening in (30, 31)
    )
    before, after = lives(few), lives(more)
    assert len(before) > 40, "somebody has joined"
    moved = [child if child < 30 else child + 1 for child in before]
    assert [before[child] for child in before] == [after[child] for child in moved]


def test_families_leave_when_the_child_is_18_or_no_longer_needs_it() -> None:
    terms = {
        "opening": 400,
        "opening_ages": [16, 17],
        "leaving_per_year": 0.2,
        "homes": {"lodge": {"beds": 90}},
    }
    log = Model(county(years=1, short_breaks=short_breaks(homes_price_per_year=1e7, **terms)), 1).run()
    why = [stage for _, _, stage, _, _ in rows_of(log, events.LEFT_SERVICE)]
    # Half of them turn 18 within the year; of the others, and of these before, a fifth a year leave.
    assert why.count("turned_18") == pytest.approx(180, abs=30)
    assert why.count("no_longer_needed") == pytest.approx(60, abs=25)


def test_prices_rise_in_april() -> None:
    # They are those of January 2020, so one April is past already.
    settings = county(date(2021, 3, 1), 1 / 6, prices=0.1, short_breaks=short_breaks(in_house=0))
    outcome = replicate(settings, 1)
    assert outcome.audit == NOTHING_WRONG
    assert cost_of(outcome.yearly, "short_breaks_contract") == pytest.approx(1_100 * 31 + 1_210 * 30)
