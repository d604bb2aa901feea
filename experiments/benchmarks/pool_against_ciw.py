"""The engine's staff pool beside Ciw on two queues that any queueing tool can describe.

The waits of both stand beside each other, and beside theory where there is one, so that it is
plain that they solve the same problem. The third line of the tandem is the pool as the model uses
it, with one post each morning: a customer then waits for the next morning between two stages.
"""

from __future__ import annotations

from importlib.util import find_spec

from experiments.benchmarks.timing import Contestant, Row, race, ratios, table

POOL, CIW, BY_THE_DAY = "staff pool", "Ciw", "staff pool with morning post"
PROBLEMS = ("priority", "tandem")


class Missing(Exception):
    """Ciw is not installed."""


def run(repetitions: int = 5, customers: int = 50_000) -> list[Row]:
    if find_spec("ciw") is None:
        raise Missing('this benchmark needs Ciw: python -m pip install -e ".[bench]"')
    rows = []
    for problem in PROBLEMS:
        size = {"customers": customers}
        contestants = [
            Contestant(POOL, f"{problem}:run_pool", size),
            Contestant(CIW, f"{problem}:run_ciw", size),
        ]
        if problem == "tandem":
            by_the_day = size | {"by_the_day": True}
            contestants.append(Contestant(BY_THE_DAY, "tandem:run_pool", by_the_day))
        rows += race(f"queues {problem}", contestants, repetitions)
    return rows


def describe(rows: list[Row]) -> str:
    parts = []
    for problem in PROBLEMS:
        own = [row for row in rows if row.benchmark == f"queues {problem}"]
        parts += [f"{problem}:", table(own), ratios(own, slow=CIW, quick=POOL)]
    parts.append(ratios(own, slow=CIW, quick=BY_THE_DAY))
    return "\n".join(parts)
