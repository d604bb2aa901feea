"""Five stages one after the other whose servers work part of the day, with the pool and with Ciw.

Servers work from nine until 16:24 and go on the next day with what they could not finish. Times
are in minutes; the engine's are whole ones.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Generator

import simpy

from experiments.benchmarks.pool_stage import (
    OPENS,
    WARM_UP,
    Counts,
    Customer,
    Office,
    Stage,
    Timed,
    exponential,
)
from sim.calendars import DAY
from sim.service.diary import Diary
from sim.service.resources import Job
from sim.service.timetables import Timetable

MORNING, CLOSES = 360, 984
STAGES = ((4, 100.0), (7, 180.0), (3, 70.0), (9, 240.0), (5, 120.0))
"""Servers of each stage, and mean minutes of service."""
ARRIVAL = 100.0
"""Minutes between two customers, on average."""


def run_pool(customers: int, by_the_day: bool = False) -> Timed:
    """The tandem in continuous time, or with everything handed on in the next morning's post."""

    def run() -> Callable[[], Counts]:
        env = simpy.Environment()
        random.seed(1)
        days = int(customers * ARRIVAL / DAY * 1.2) + 100
        timetable = Timetable([CLOSES - OPENS] * days, opens=OPENS)
        diary = Diary(env, MORNING, set_clock=lambda minute: None)
        times: list[tuple[int, int]] = []  # customer, minutes from coming to leaving

        def begin(customer: Customer) -> None:
            number = customer.stage
            customer.stage += 1
            stages[number].submit(customer, exponential(STAGES[number][1]))

        def go_on(job: Job) -> None:
            if job.child.stage < len(STAGES):
                begin(job.child)
            else:
                times.append((job.child.number, env.now - job.child.arrived))

        def stage_of(servers: int) -> Stage:
            known = (env, servers, timetable, days, go_on)
            return Office(diary, *known) if by_the_day else Stage(*known)

        stages = [stage_of(servers) for servers, _ in STAGES]

        def arrive() -> Generator:
            for number in range(customers):
                yield env.timeout(exponential(ARRIVAL))
                customer = Customer(number, env.now)
                if by_the_day:
                    diary.add(env.now // DAY + 1, number, begin, customer)
                else:
                    begin(customer)

        def open_offices() -> Generator:
            yield env.timeout(OPENS)
            while len(times) < customers:
                for stage in stages:
                    stage.work()
                yield env.timeout(DAY)

        env.process(arrive())
        env.process(open_offices())
        env.run()
        return lambda: counts_of(times, customers, sum(len(stage.waits) for stage in stages))

    return run


def run_ciw(customers: int) -> Timed:
    import ciw

    def run() -> Callable[[], Counts]:
        count = len(STAGES)
        onwards = [[float(to == stage + 1) for to in range(count)] for stage in range(count)]
        network = ciw.create_network(
            arrival_distributions=[ciw.dists.Exponential(1 / ARRIVAL)] + [None] * (count - 1),
            service_distributions=[ciw.dists.Exponential(1 / mean) for _, mean in STAGES],
            number_of_servers=[
                ciw.Schedule([0, servers, 0], [OPENS, CLOSES, DAY], preemption="resume")
                for servers, _ in STAGES
            ],
            routing=onwards,
        )
        ciw.seed(1)
        simulation = ciw.Simulation(network)
        simulation.simulate_until_max_customers(customers, method="Finish")
        records = [one for one in simulation.get_all_records() if one.record_type == "service"]

        def count_up() -> Counts:
            came = {one.id_number: one.arrival_date for one in records if one.node == 1}
            times = [(o.id_number, o.exit_date - came[o.id_number]) for o in records if o.node == count]
            return counts_of(times, customers, len(records))

        return count_up

    return run


def counts_of(times: list[tuple[int, float]], customers: int, services: int) -> Counts:
    kept = [time for number, time in times if number >= WARM_UP * customers]
    return {
        "customers": len(times),
        "services": services,
        "mean minutes in all": sum(kept) / max(1, len(kept)),
    }
