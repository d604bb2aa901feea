"""The engine and the textbook model as contestants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from experiments.benchmarks.county import county
from sim.event_log import EventLog
from sim.model import Model
from sim.replication import replicate

COUNTED = ("requested", "review_held", "plan_issued")
"""Events that both log; jobs done and plans in force at the end stand beside them."""

Counts = dict[str, float]
Timed = Callable[[], Callable[[], Counts]]


def run_engine(**size: float) -> Timed:
    """Build the model and let the years pass, the event log included."""
    settings = county(**size)

    def run() -> Callable[[], Counts]:
        model = Model(settings, 1)
        log = model.run()
        return lambda: counts_of(log, plans=len(model.la.plan_holders))

    return run


def run_engine_and_reduce(**size: float) -> Timed:
    """The same with everything a worker does to the log: ledger, measures and audit."""
    settings = county(**size)

    def run() -> Callable[[], Counts]:
        outcome = replicate(settings, 1)
        rows = len(outcome.yearly) + len(outcome.monthly)
        return lambda: {"rows of results": rows, "violations": sum(outcome.audit.values())}

    return run


def run_naive(**size: float) -> Timed:
    from experiments.benchmarks.naive_county import County

    settings = county(**size)

    def run() -> Callable[[], Counts]:
        model = County(settings, 1)
        model.run()
        events = Counter(row[2] for row in model.log)
        counts = {name: events[name] for name in (*COUNTED, "finished")}
        size = {"plans": len(model.plan_holders), "rows": len(model.log), "children": model.children}
        return lambda: named(counts | size)

    return run


def counts_of(log: EventLog, plans: int) -> Counts:
    events = Counter(log.codes[number].event for number in log.rows()[:, 2].tolist())
    counts = {name: events[name] for name in COUNTED} | {"finished": events["work_finished"]}
    return named(counts | {"plans": plans, "rows": len(log.rows()), "children": len(log.children["need"])})


def named(counts: Counts) -> Counts:
    """Counts in plain words."""
    words = {"requested": "requests", "review_held": "reviews", "plan_issued": "plans issued"}
    words |= {"finished": "jobs done", "plans": "plans at the end", "rows": "log rows"}
    return {words.get(name, name): count for name, count in counts.items()}
