"""M/M/10 with two priority classes, once with the engine's staff pool and once with Ciw.

Times are in minutes; the engine's are whole ones.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Generator

import simpy

from experiments.benchmarks.pool_stage import WARM_UP, Counts, Customer, Stage, Timed, exponential
from sim.calendars import DAY
from sim.service.timetables import Timetable

SERVERS, SERVICE, LOAD, URGENT = 10, 500, 0.9, 0.4
ARRIVAL = SERVICE / SERVERS / LOAD
"""Minutes between two customers, on average."""


def run_pool(customers: int) -> Timed:
    def run() -> Callable[[], Counts]:
        env = simpy.Environment()
        random.seed(1)
        days = int(customers * ARRIVAL / DAY * 1.2) + 100
        stage = Stage(env, SERVERS, Timetable([DAY] * days, opens=0), days, then=lambda job: None)

        def arrive() -> Generator:
            for number in range(customers):
                yield env.timeout(exponential(ARRIVAL))
                rank = 0 if random.random() < URGENT else 1
                stage.submit(Customer(number, env.now), exponential(SERVICE), rank)

        env.process(arrive())
        env.run()
        return lambda: counts_of(stage.waits, customers)

    return run


def run_ciw(customers: int) -> Timed:
    import ciw

    def run() -> Callable[[], Counts]:
        exponential = ciw.dists.Exponential
        network = ciw.create_network(
            arrival_distributions={
                "urgent": [exponential(URGENT / ARRIVAL)],
                "other": [exponential((1 - URGENT) / ARRIVAL)],
            },
            service_distributions={kind: [exponential(1 / SERVICE)] for kind in ("urgent", "other")},
            number_of_servers=[SERVERS],
            priority_classes={"urgent": 0, "other": 1},
        )
        ciw.seed(1)
        simulation = ciw.Simulation(network)
        simulation.simulate_until_max_customers(customers, method="Finish")
        return lambda: counts_of(
            [
                (record.id_number, int(record.customer_class == "other"), record.waiting_time)
                for record in simulation.get_all_records()
            ],
            customers,
        )

    return run


def counts_of(waits: list[tuple[int, int, float]], customers: int) -> Counts:
    """Mean waits of both classes, as found and as Cobham's formula has them."""
    counts: Counts = {"customers": len(waits)}
    for rank, name in enumerate(("urgent", "other")):
        own = [wait for number, of_rank, wait in waits if of_rank == rank and number >= WARM_UP * customers]
        counts[f"{name} wait"] = sum(own) / max(1, len(own))
        counts[f"{name} in theory"] = cobham(rank)
    return counts


def cobham(rank: int) -> float:
    """Mean wait of a class in M/M/c with non-preemptive priority, one service rate for all."""
    offered = SERVERS * LOAD
    last = offered**SERVERS / math.factorial(SERVERS) / (1 - LOAD)
    all_busy = last / (sum(offered**n / math.factorial(n) for n in range(SERVERS)) + last)
    before, up_to = (0.0, LOAD * URGENT) if rank == 0 else (LOAD * URGENT, LOAD)
    return all_busy * SERVICE / SERVERS / ((1 - before) * (1 - up_to))
