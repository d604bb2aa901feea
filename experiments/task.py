"""What a worker does: one replication, turned into ready lines of the result tables.

Imported by every worker, so it needs nothing but `sim`: no pandas and no plotting. Lines are
made here, in parallel, because making them costs more than adding them to a file.
"""

from __future__ import annotations

import gc
import gzip
import io
import os
import time
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from typing import Any

import numpy as np

from experiments.plan import Unit
from sim.event_log import EventLog
from sim.replication import replicate
from sim.settings import Settings

EVENT_COLUMNS = "scenario,replication,minute,date,child,event,stage,resource,value,unit"
CHILD_COLUMNS = "scenario,replication,child,need,age,cohort,district,source,origin"
MINUTES_A_DAY = 24 * 60
LINES_AT_ONCE = 50_000


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a replication gave no results."""

    stage: str
    message: str
    trace: str = ""


@dataclass(slots=True)
class Result:
    """One replication's part of each result file."""

    unit: Unit
    keys: list[str] = field(default_factory=list)
    """calendar,period,measure,group of each yearly value"""
    values: np.ndarray = field(default_factory=lambda: np.empty(0))
    yearly: bytes = b""
    monthly: bytes = b""
    events: bytes = b""
    children: bytes = b""
    audit: dict[str, int] = field(default_factory=dict)
    failure: Failure | None = None
    process: int = 0
    process_cpu_seconds: float = 0.0
    """Processor time of the whole worker so far, its start included."""
    peak_mb: float = 0.0


def perform(unit: Unit, settings: Settings, keep_log: bool) -> Result:
    """Run one replication; an error in it is a result too and leaves the others alone."""
    result = Result(unit)
    stage = ["simulating"]
    try:
        with _collection_at_rest():
            _fill(result, settings, keep_log, stage)
    except Exception as error:
        failure = Failure(stage[0], f"{type(error).__name__}: {error}", traceback.format_exc())
        result = Result(unit, failure=failure)
    result.process = os.getpid()
    result.process_cpu_seconds = time.process_time()
    result.peak_mb = peak_mb()
    return result


def _fill(result: Result, settings: Settings, keep_log: bool, stage: list[str]) -> None:
    unit = result.unit
    outcome = replicate(settings, unit.replication, keep_log=keep_log)
    stage[0] = "writing tables"
    prefix = f"{unit.scenario},{unit.draw},{unit.replication},"
    result.keys = [
        f"{calendar},{period},{measure},{group}" for calendar, period, measure, group, _ in outcome.yearly
    ]
    result.values = np.array([row[4] for row in outcome.yearly], dtype=float)
    numbers = map(number, result.values.tolist())
    result.yearly = _lines(f"{prefix}{key},{text}" for key, text in zip(result.keys, numbers, strict=True))
    result.monthly = _lines(
        f"{prefix}{month},{measure},{group},{number(value)}"
        for month, measure, group, value in outcome.monthly
    )
    result.audit = dict(outcome.audit)
    if outcome.log is not None:
        stage[0] = "writing events"
        result.events = packed(event_lines(outcome.log, unit))
        result.children = packed(child_lines(outcome.log, unit))


def number(value: float) -> str:
    """A number as every table writes it: at most twelve significant digits, never minus nought."""
    return "%.12g" % (value + 0.0)


def _lines(lines: Iterable[str]) -> bytes:
    text = "\n".join(lines)
    return f"{text}\n".encode() if text else b""


def event_lines(log: EventLog, unit: Unit) -> Iterator[str]:
    """One line a row of the log, in the order in which things happened to be recorded."""
    before = f"{unit.scenario},{unit.replication},"
    what = [f"{code.event},{code.stage},{code.resource}" for code in log.codes]
    units = [code.unit for code in log.codes]
    days: dict[int, str] = {}
    for minute, child, code, value in _in_blocks(log.rows()):
        day = minute // MINUTES_A_DAY
        date = days.get(day)
        if date is None:
            date = days[day] = (log.start + timedelta(days=day)).isoformat()
        who = child if child >= 0 else ""
        yield f"{before}{minute},{date},{who},{what[code]},{value},{units[code]}"


def _in_blocks(rows: np.ndarray) -> Iterator[list[int]]:
    """Rows as plain numbers, a block at a time, to keep memory small."""
    for first in range(0, len(rows), LINES_AT_ONCE):
        yield from rows[first : first + LINES_AT_ONCE].tolist()


def child_lines(log: EventLog, unit: Unit) -> Iterator[str]:
    """One line a child. Age is on the 31 August before the run's start; below 0 is not yet born."""
    before = f"{unit.scenario},{unit.replication},"
    year = log.start.year - (log.start.month < 9)
    columns = log.children
    described: Iterable[tuple[Any, ...]] = zip(
        columns["need"],
        columns["cohort"],
        columns["district"],
        columns["source"],
        columns["origin"],
        strict=True,
    )
    for child, (need, cohort, district, source, origin) in enumerate(described):
        yield f"{before}{child},{need},{year - cohort},{cohort},{district},{source},{origin}"


def packed(lines: Iterable[str]) -> bytes:
    """Lines as one gzip member without a time stamp; members add up to one file."""
    store = io.BytesIO()
    lines = iter(lines)
    with gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=store, mtime=0) as file:
        while block := list(islice(lines, LINES_AT_ONCE)):
            file.write(_lines(block))
    return store.getvalue()


@contextmanager
def _collection_at_rest() -> Iterator[None]:
    """The cyclic garbage collector only slows a replication down; it sweeps up between two."""
    enabled = gc.isenabled()
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        if enabled:
            gc.enable()


def peak_mb() -> float:
    """The most memory this process has held, in megabytes; 0 where the system does not say.

    Linux's own figure for a child process starts from its parent's, so the process table is
    asked first.
    """
    try:
        with open("/proc/self/status", encoding="ascii", errors="replace") as status:
            return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        pass
    try:
        import resource
    except ImportError:
        return 0.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
