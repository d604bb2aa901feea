"""Districts that ask for more or less than their share: who comes, who stays, and plans for 1,000 people."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hand_log import HandLog
from scipy import stats
from small_settings import small_settings

from sim import event_log as events
from sim.calendars import Calendar
from sim.luck import Luck
from sim.measures.measures import yearly_and_monthly
from sim.model import Model
from sim.money.ledger import reckon
from sim.service.demand import Demand
from sim.settings import Settings

START = date(2020, 1, 1)
SHARES = {"North": 0.3, "South": 0.7}
Asked = dict[int, tuple[int, str, int, str]]
"""Everybody who asks, by key: day, need, cohort and district."""


def with_multipliers(multipliers: dict, **changed: object) -> Settings:
    changed = {"authority": {"districts": SHARES}, **changed}
    return small_settings(demand={"district_multipliers": multipliers}, **changed)


def asked(settings: Settings, replication: int = 1) -> Asked:
    """Everybody who asks within two years; where they live is their own luck unless it had a part."""
    luck = Luck(settings.run.seed, replication)
    demand = Demand(settings, luck, Calendar(START, 800))
    home = luck.purpose("child.district")
    return {
        one.key: (
            one.day,
            one.need,
            one.cohort,
            one.district or ("North" if home(one.key) < 0.3 else "South"),
        )
        for month in range(24)
        for one in demand.month(month)
    }


def of(district: str, people: Asked) -> Asked:
    return {key: facts for key, facts in people.items() if facts[3] == district}


@pytest.fixture(scope="module")
def usual() -> Asked:
    return asked(with_multipliers({}))


def test_multipliers_of_one_change_nobody(usual) -> None:
    assert asked(with_multipliers({"North": 1.0, "South": 1.0})) == usual
    assert asked(with_multipliers({"North": 1.0})) == usual


def test_a_district_that_asks_for_less_loses_those_whose_own_luck_says_so(usual) -> None:
    fewer = asked(with_multipliers({"South": 0.6}))
    luck = Luck(1, 1).purpose("demand.district")
    assert of("North", fewer) == of("North", usual)
    assert of("South", fewer) == {key: facts for key, facts in of("South", usual).items() if luck(key) < 0.6}
    assert 0 < len(of("South", fewer)) < len(of("South", usual))
    assert of("South", asked(with_multipliers({"South": 0.0}))) == {}


def test_a_district_that_asks_for_more_keeps_everybody_and_gains_its_own(usual) -> None:
    more, most = (asked(with_multipliers({"South": times})) for times in (1.5, 2.5))
    assert of("North", usual) == of("North", more) == of("North", most)
    assert usual.items() < more.items() < most.items()
    assert {facts[3] for key, facts in most.items() if key not in usual} == {"South"}


def test_a_multiplier_holds_from_its_date(usual) -> None:
    later = asked(with_multipliers({"South": {START: 1.0, date(2021, 1, 1): 0.0}}))
    first_of_2021 = (date(2021, 1, 1) - START).days
    assert later == {
        key: facts for key, facts in usual.items() if facts[0] < first_of_2021 or facts[3] == "North"
    }


def test_requests_are_poisson_at_each_districts_own_rate() -> None:
    settings = with_multipliers({"North": 0.5, "South": 1.4})
    years = [Counter(facts[3] for facts in asked(settings, number).values()) for number in range(60)]
    # 1,000 people at each of 16 ages, 4 requests for 1,000 a year, two years: 128 at the county's rates.
    for district, mean in (("North", 128 * 0.3 * 0.5), ("South", 128 * 0.7 * 1.4)):
        counts = [year[district] for year in years]
        total = sum(counts)
        assert (
            stats.poisson.interval(0.999, mean * 60)[0]
            <= total
            <= stats.poisson.interval(0.999, mean * 60)[1]
        )
        dispersion = sum((count - total / 60) ** 2 for count in counts) / (total / 60)
        assert stats.chi2.interval(0.999, 59)[0] < dispersion < stats.chi2.interval(0.999, 59)[1]


def test_plans_of_the_first_day_live_where_shares_and_multipliers_put_them() -> None:
    model = Model(with_multipliers({"North": 3.5, "South": 0.5}, run={"years": 1 / 12}), 1)
    log = model.run()
    luck = model.luck.purpose("child.district")
    # 0.3 x 3.5 = 1.05 against 0.7 x 0.5 = 0.35: three quarters live in the North.
    holders = [child for child in model.la.children if log.children["origin"][child.number] == "opening_plan"]
    assert len(holders) == 150
    for child in holders:
        lives = log.children["district"][child.number]
        assert lives == ("North" if luck(child.key) < 0.75 else "South")


def test_a_refused_child_whose_case_is_taken_up_again_has_not_moved() -> None:
    model = Model(with_multipliers({"South": 2.0}), 1)
    for district in SHARES:
        refused = model.la.meet(12345, "ASD", 2010, "request", district)
        again = model.la.reinstate(refused, 98)
        assert model.la.log.children["district"][again.number] == district


def test_plans_are_counted_for_1000_people_of_each_district() -> None:
    hand = HandLog(start=date(2020, 9, 1), days=730)
    for district in ("North", "North", "South"):
        hand.note(0, number := hand.child(district=district), events.OPENING_PLAN)
    hand.note(300, number, events.PLAN_CEASED, resource="needs_met")  # after the census of January 2021
    log = hand.build()
    people = {"North": 500, "South": {date(2020, 9, 1): 1_000, date(2021, 12, 1): 2_000}}
    settings = small_settings(authority={"district_population": people})
    found = {row[1:4]: row[4] for row in yearly_and_monthly(log, settings, reckon(log, settings))[0]}
    rates = {key[::2]: value for key, value in found.items() if key[1] == "plans_per_1000"}
    assert rates == {
        ("2021", "district=North"): 4.0,
        ("2021", "district=South"): 1.0,
        ("2021", "all"): 2.0,
        ("2022", "district=North"): 4.0,
        ("2022", "district=South"): 0.0,
        ("2022", "all"): pytest.approx(0.8),
    }
    without = small_settings()
    assert not [row for row in yearly_and_monthly(log, without, reckon(log, without))[0] if "1000" in row[2]]
