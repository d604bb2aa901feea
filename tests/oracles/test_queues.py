"""Staff pools against the queues of the textbooks: first exactly, job by job, then on average."""

from __future__ import annotations

from itertools import accumulate, permutations
from math import factorial

import numpy as np
import pytest
from plain_work import AnyMinute, exponentials, job
from scipy.stats import t

from sim.calendars import DAY
from sim.service.queues import Order, Queue, TwinTrack

ALPHA = 0.001
"""The chance that a statistical test below fails a sound engine; seeds are fixed, so it does or does not."""
ORDERS = ("first_come", "earliest_deadline", "oldest_first", "twin_track")


def queue_of(order: str) -> Order:
    return TwinTrack(lambda day: 0.7) if order == "twin_track" else Queue(order)


def days_for(arrivals: list[int], services: list[int]) -> int:
    return (arrivals[-1] + sum(services)) // DAY + 2


def starts_in_pool(people: int, arrivals: list[int], services: list[int], order="first_come") -> list[int]:
    jobs = [
        (at, job(n, s, deadline=at // DAY + 42, since=at // DAY))
        for n, (at, s) in enumerate(zip(arrivals, services, strict=True))
    ]
    spans = AnyMinute(people, days_for(arrivals, services), queue_of(order)).run(jobs)
    return [spans[number][0] for number in range(len(jobs))]


def lindley(arrivals: list[int], services: list[int]) -> list[int]:
    """One server: a customer waits for what the one before left, less the time between them."""
    wait, starts = 0, [arrivals[0]]
    for before, now, service in zip(arrivals, arrivals[1:], services, strict=False):
        wait = max(0, wait + service - (now - before))
        starts.append(now + wait)
    return starts


def kiefer_wolfowitz(people: int, arrivals: list[int], services: list[int]) -> list[int]:
    """Several servers: everybody goes to the one with the least work left."""
    work_left, before, starts = [0] * people, arrivals[0], []
    for now, service in zip(arrivals, services, strict=True):
        work_left = sorted(max(0, work - (now - before)) for work in work_left)
        starts.append(now + work_left[0])
        work_left[0] += service
        before = now
    return starts


def traffic(seed: int, load: float, people: int, count: int) -> tuple[list[int], list[int]]:
    services = [1 + minutes for minutes in exponentials(seed, "service", 300, count)]
    arrivals = list(accumulate(exponentials(seed, "arrival", 301 / load / people, count)))
    return arrivals, services


@pytest.mark.parametrize("seed", range(4))
def test_one_person_is_lindleys_recursion_exactly(seed: int) -> None:
    arrivals, services = traffic(seed, load=0.9, people=1, count=1500)
    assert starts_in_pool(1, arrivals, services) == lindley(arrivals, services)


@pytest.mark.parametrize("people", [1, 2, 3, 8])
@pytest.mark.parametrize("seed", [11, 12])
def test_several_people_are_the_kiefer_wolfowitz_recursion_exactly(seed: int, people: int) -> None:
    arrivals, services = traffic(seed, load=0.95, people=people, count=1200)
    assert starts_in_pool(people, arrivals, services) == kiefer_wolfowitz(people, arrivals, services)


@pytest.mark.parametrize("people", [1, 4])
@pytest.mark.parametrize("order", ["earliest_deadline", "oldest_first"])
def test_deadlines_that_are_all_as_far_away_mean_first_come(people: int, order: str) -> None:
    arrivals, services = traffic(21, load=1.1, people=people, count=1200)
    first_come = starts_in_pool(people, arrivals, services)
    assert starts_in_pool(people, arrivals, services, order) == first_come


@pytest.mark.parametrize("seed", range(6))
def test_no_order_of_seven_jobs_has_a_smaller_worst_lateness_than_earliest_deadline(seed: int) -> None:
    minutes = [1 + n for n in exponentials(seed, "minutes", 900, 7)]
    deadlines = [n // DAY for n in exponentials(seed, "deadline", 3 * DAY, 7)]
    jobs = [(0, job(n, m, deadline=d)) for n, (m, d) in enumerate(zip(minutes, deadlines, strict=True))]
    spans = AnyMinute(1, sum(minutes) // DAY + 2, Queue("earliest_deadline")).run(jobs)
    ours = max(end - deadlines[number] * DAY for number, (_, end) in spans.items())

    def worst(order: tuple[int, ...]) -> int:
        ends = accumulate(minutes[n] for n in order)
        return max(end - deadlines[n] * DAY for n, end in zip(order, ends, strict=True))

    assert ours == min(map(worst, permutations(range(7))))


def test_work_that_has_begun_is_not_interrupted_by_an_earlier_deadline() -> None:
    spans = AnyMinute(1, 3, Queue("earliest_deadline")).run(
        [(0, job(0, 500, deadline=9)), (10, job(1, 50, deadline=5)), (20, job(2, 50, deadline=1))]
    )
    assert spans == {0: (0, 500), 2: (500, 550), 1: (550, 600)}


@pytest.mark.parametrize("order", ORDERS)
def test_urgent_work_is_begun_before_any_other_that_waits(order: str) -> None:
    waiting = [job(n, 60, deadline=10 + n, since=n, rank=0 if n % 3 == 0 else 1) for n in range(12)]
    spans = AnyMinute(1, 2, queue_of(order)).run([(0, one) for one in waiting])
    begun = sorted(spans, key=spans.get)
    assert sorted(begun[:4]) == [0, 3, 6, 9]


@pytest.mark.parametrize("order", ORDERS)
def test_urgent_work_is_begun_first_even_when_it_is_late(order: str) -> None:
    late = [job(n, 60, deadline=5, since=n, rank=0) for n in range(4)]
    others = [job(4 + n, 60, deadline=90 if n % 2 else 4, since=4 + n) for n in range(8)]
    spans = AnyMinute(1, 40, queue_of(order)).run([(30 * DAY, one) for one in others + late])
    assert sorted(sorted(spans, key=spans.get)[:4]) == [0, 1, 2, 3]


@pytest.mark.parametrize("order", ORDERS)
def test_ties_are_taken_by_the_number_of_the_child_and_not_by_the_order_of_asking(order: str) -> None:
    asked = [5, 2, 7, 0, 3, 6, 1, 4]
    spans = AnyMinute(1, 2, queue_of(order)).run([(0, job(n, 30, deadline=5)) for n in asked])
    assert sorted(spans, key=spans.get) == list(range(8))


def test_twin_track_keeps_its_share_for_cases_that_can_still_be_on_time() -> None:
    late = [(30 * DAY, job(n, 60, deadline=1, since=n)) for n in range(100)]
    on_time = [(30 * DAY, job(100 + n, 60, deadline=90)) for n in range(100)]
    spans = AnyMinute(1, 50, TwinTrack(lambda day: 0.7)).run(late + on_time)
    in_order = sorted(spans, key=spans.get)[:140]
    kept = np.cumsum([number >= 100 for number in in_order])
    assert np.all(np.abs(kept - 0.7 * np.arange(1, 141)) <= 1)


def test_twin_track_gives_either_track_what_the_other_leaves() -> None:
    late = [(30 * DAY, job(n, 60, deadline=1, since=n)) for n in range(10)]
    on_time = [(30 * DAY + 700, job(10 + n, 60, deadline=90)) for n in range(10)]
    spans = AnyMinute(1, 50, TwinTrack(lambda day: 0.7)).run(late + on_time)
    assert sorted(start for start, _ in spans.values()) == (
        [30 * DAY + 60 * n for n in range(10)] + [30 * DAY + 700 + 60 * n for n in range(10)]
    )


def test_a_share_that_changes_on_a_date_counts_only_the_work_since() -> None:
    late = [(30 * DAY, job(n, 60, deadline=1, since=n)) for n in range(120)]
    on_time = [(30 * DAY, job(120 + n, 60, deadline=90)) for n in range(100)]
    shares = {30: 0.5, 31: 0.5, 32: 0.0, 33: 0.0, 34: 0.5, 35: 0.5}
    spans = AnyMinute(1, 50, TwinTrack(lambda day: shares.get(day, 0.5))).run(late + on_time)
    started = {number: start // DAY for number, (start, _) in spans.items()}
    on_time_by_day = [sum(started[number] == day for number in range(120, 220)) for day in shares]
    assert on_time_by_day == [12, 12, 0, 0, 12, 12]


def busy_periods(spans: dict[int, tuple[int, int]]) -> list[tuple[int, int]]:
    """From when to when the one person worked without a break."""
    periods: list[tuple[int, int]] = []
    for start, end in sorted(spans.values()):
        if periods and periods[-1][1] == start:
            periods[-1] = (periods[-1][0], end)
        else:
            periods.append((start, end))
    return periods


@pytest.mark.parametrize("order", ORDERS)
def test_no_order_of_work_changes_when_the_person_is_busy(order: str) -> None:
    arrivals, services = traffic(31, load=1.0, people=1, count=600)
    periods = []
    for one in ("first_come", order):
        jobs = [
            (at, job(n, s, deadline=at // DAY + 9 * (n % 7), since=-n))
            for n, (at, s) in enumerate(zip(arrivals, services, strict=True))
        ]
        spans = AnyMinute(1, days_for(arrivals, services), queue_of(one)).run(jobs)
        periods.append(busy_periods(spans))
    assert periods[0] == periods[1]
    assert sum(end - start for start, end in periods[0]) == sum(services)


def test_withdrawn_work_is_passed_over_and_what_has_begun_is_finished() -> None:
    clock = AnyMinute(1, 2, Queue("first_come"))
    jobs = [job(n, 100) for n in range(3)]

    def withdraw_two():
        yield clock.env.timeout(50)
        assert not clock.pool.cancel(jobs[0])
        assert clock.pool.cancel(jobs[1])

    clock.env.process(withdraw_two())
    assert clock.run([(0, one) for one in jobs]) == {0: (0, 100), 2: (100, 200)}


def erlang_c(people: int, load: float) -> float:
    """The chance that somebody who comes has to wait; `load` is the work offered in people."""
    full = load**people / factorial(people) * people / (people - load)
    return full / (sum(load**n / factorial(n) for n in range(people)) + full)


def assert_mean_is(waits: list[int], expected: float, batches: int = 20) -> None:
    """A two-sided t test at ALPHA on batch means, the first tenth left out as warm-up."""
    kept = np.array(waits[len(waits) // 10 :], dtype=float)
    means = kept[: len(kept) // batches * batches].reshape(batches, -1).mean(axis=1)
    half_width = t.ppf(1 - ALPHA / 2, batches - 1) * means.std(ddof=1) / batches**0.5
    assert abs(means.mean() - expected) <= half_width
    assert half_width < expected / 3, "too wide an interval to prove anything"


def test_the_mean_wait_of_a_pool_is_erlangs() -> None:
    people, load, service, count = 4, 2.8, 1000, 40_000
    services = exponentials(41, "service", service, count)
    arrivals = list(accumulate(exponentials(41, "arrival", service / load, count)))
    starts = starts_in_pool(people, arrivals, [max(1, s) for s in services])
    waits = [start - at for start, at in zip(starts, arrivals, strict=True)]
    assert_mean_is(waits, erlang_c(people, load) * service / (people - load))


@pytest.mark.parametrize("rank", [0, 1])
def test_the_mean_wait_with_urgent_work_is_cobhams(rank: int) -> None:
    service, count, urgent_share, load = 1000, 40_000, 0.3, 0.7
    services = [max(1, s) for s in exponentials(42, "service", service, count)]
    arrivals = list(accumulate(exponentials(42, "arrival", service / load, count)))
    ranks = [
        0 if s < urgent_share * 1000 else 1 for s in np.random.default_rng(42).integers(1000, size=count)
    ]
    jobs = [
        (at, job(n, s, rank=r)) for n, (at, s, r) in enumerate(zip(arrivals, services, ranks, strict=True))
    ]
    spans = AnyMinute(1, days_for(arrivals, services), Queue("first_come")).run(jobs)
    waits = [spans[n][0] - arrivals[n] for n in range(count) if ranks[n] == rank]
    left_over = load * service  # rate × mean square of an exponential / 2
    urgent = left_over / (1 - load * urgent_share)
    assert_mean_is(waits, urgent if rank == 0 else urgent / (1 - load))
