"""A run's event log in the form that queue animations take: who waits, and who is with whom, when.

Columns as in vidigi's logs: entity_id, pathway, event_type, event, time, resource_id. Time is in days
from the start of the run. A child waits in a stage of its case, or with a plan, and in between for a
pool's people or a panel. People are numbered from 1 within their pool, as they are needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from experiments import store
from experiments.logs.jobs import Job, hand_out, jobs_of
from experiments.logs.run_logs import run_log
from sim.calendars import DAY
from sim.event_log import (
    CASE_CLOSED_BY,
    NOBODY,
    OPENING_PLAN,
    PANEL_HEARD,
    PANEL_JOINED,
    PLAN_CEASED,
    PLAN_ISSUED,
    STAGE_OPENED_BY,
    TRANSFER_DUE,
    TRANSFERRED_IN,
)

COLUMNS = "entity_id,pathway,event_type,event,time,resource_id"
POSITIONS = "event,x,y,label,resource"
AT_DOOR, QUEUE, USE, USE_END = "arrival_departure", "queue", "resource_use", "resource_use_end"
WITH_PLAN, GONE = "has_plan", "closed"
STATES = {
    **STAGE_OPENED_BY,
    **dict.fromkeys(CASE_CLOSED_BY, GONE),
    PLAN_CEASED: GONE,
    **dict.fromkeys((OPENING_PLAN, TRANSFERRED_IN, PLAN_ISSUED), WITH_PLAN),
}
"""Where a child is after each of these events."""
ARRIVES, ENDS, WAITS, BEGINS, LEAVES = range(5)
"""In which order rows of one minute stand: whoever is done makes room for the next."""
ACROSS, DOWN = 300, 60
"""Pixels between the columns and rows of the places that are proposed for an animation."""


class Row(NamedTuple):
    """One line, in the order in which lines are sorted."""

    minute: int
    order: int
    child: int
    number: int
    """Its place among the child's own rows."""
    event_type: str
    event: str
    person: int = 0


class Change(NamedTuple):
    """Something that happens to a child, in the order of time."""

    minute: int
    order: int
    what: str
    thing: Any
    """The state, the panel or the piece of work."""


def export_animation(run: Path, scenario: str | None, replication: int, out: Path) -> dict[str, Any]:
    """Write `animation.csv` and `positions.csv` of one replication into the folder `out`.

    The second proposes where each event is drawn. Raises InputError where there is no such log.
    """
    log = run_log(run, scenario)
    events = log.events(replication)
    children = log.children()
    origins = children[children["replication"] == replication].set_index("child")["origin"].to_dict()
    jobs = jobs_of(events)
    people = hand_out(jobs, log.days * DAY)
    rows = animation_rows(events, jobs, log.days * DAY)
    with store.Staging(out) as staging:
        store.write_pieces(staging.folder / "animation.csv", _lines(rows, origins))
        store.write_text(staging.folder / "positions.csv", positions(rows, people))
        staging.publish()
    return {
        "kind": "export",
        "form": "animation",
        "folder": str(out),
        "scenario": log.scenario,
        "replication": replication,
        "children": len({row.child for row in rows}),
        "rows": len(rows),
        "time_unit": "days",
        "days": log.days,
        "people": people,
    }


def animation_rows(events: pd.DataFrame, jobs: list[Job], until: int) -> list[Row]:
    """Every row in order, in minutes from the start of the run up to `until`, its end.

    Whoever was there before the run arrives with it; children and work still there at its end leave
    then. `events` are one replication's, in the order of time; `jobs` have people.
    """
    changes: dict[int, list[Change]] = {}
    for child, change in [*_stays(events, until), *_work(jobs, until)]:
        changes.setdefault(child, []).append(change)
    return sorted(
        Row(minute, order, child, number, *rest)
        for child, theirs in changes.items()
        for number, (minute, order, *rest) in enumerate(
            _rows(sorted(theirs, key=lambda each: each[:2]), until)
        )
    )


def _stays(events: pd.DataFrame, until: int) -> Iterator[tuple[int, Change]]:
    """Stages, plans and panels; any other event still shows that the child is there."""
    seen = events[
        (events["child"] != NOBODY) & (events["event"] != TRANSFER_DUE) & (events["minute"] < until)
    ]
    columns = (seen[name].tolist() for name in ("minute", "child", "event", "stage"))
    for minute, child, event, stage in zip(*columns, strict=True):
        if event in STATES:
            yield child, Change(minute, WAITS, "state", STATES[event])
        elif event == PANEL_JOINED:
            yield child, Change(minute, WAITS, "joins", f"{stage}_panel")
        elif event == PANEL_HEARD:
            yield child, Change(minute, ENDS, "is done", f"{stage}_panel")
        else:
            yield child, Change(minute, ENDS, "is there", None)


def _work(jobs: list[Job], until: int) -> Iterator[tuple[int, Change]]:
    for job in jobs:
        yield job.child, Change(job.queued, WAITS, "joins", job)
        if job.begun is not None:
            ended = until if job.ended is None else min(job.ended, until)
            yield job.child, Change(job.begun, BEGINS, "begins", job)
            yield job.child, Change(ended, ENDS, "is done", job)
        elif job.cancelled is not None:
            yield job.child, Change(job.cancelled, ENDS, "is done", job)


def _rows(changes: list[Change], until: int) -> Iterator[tuple]:
    """One child's rows without its number: minute, order, type, event and person."""
    yield max(changes[0].minute, 0), ARRIVES, AT_DOOR, "arrival"
    state, shown = "", ""
    waits_for: list[Any] = []
    is_with: list[Job] = []
    for minute, _, what, thing in changes:
        minute = max(minute, 0)
        if what == "state":
            state = thing
        elif what == "joins":
            waits_for.append(thing)
        elif what == "begins":
            waits_for.remove(thing)
            is_with.append(thing)
            yield minute, BEGINS, USE, f"{thing.pool}_begins", thing.person
        elif thing in is_with:
            is_with.remove(thing)
            yield minute, ENDS, USE_END, f"{thing.pool}_ends", thing.person
        elif thing in waits_for:
            waits_for.remove(thing)
        place = "" if is_with and what != "joins" else _place(state, waits_for)
        if place and place != shown:
            yield minute, WAITS, QUEUE, place
        shown = place
    yield max(changes[-1].minute, 0) if state == GONE else until, LEAVES, AT_DOOR, "depart"


def _place(state: str, waits_for: list[Any]) -> str:
    """Where a child waits: for what it joined last, or else in its stage."""
    if not waits_for:
        return state
    last = waits_for[-1]
    return f"waits_for_{last.pool if isinstance(last, Job) else last}"


def _lines(rows: Iterable[Row], origins: dict[int, str]) -> Iterator[bytes]:
    """The file a line at a time; time in days with four decimals tells every minute apart."""
    yield f"{COLUMNS}\n".encode()
    for row in rows:
        person = row.person or ""
        day = f"{row.minute / DAY:.4f}"
        yield f"{row.child},{origins[row.child]},{row.event_type},{row.event},{day},{person}\n".encode()


def positions(rows: Iterable[Row], people: dict[str, int]) -> str:
    """A place for every event: arrival, stages, waits, people at work and the way out, left to right."""
    there = {row.event for row in rows}
    stages = [state for state in dict.fromkeys(STATES.values()) if state in there]
    panels = sorted(name for name in there if name.endswith("_panel"))
    pools = sorted(people)
    columns = [
        [("arrival", "Arrival", "")],
        [(stage, stage.replace("_", " ").capitalize(), "") for stage in stages],
        [(name, name.replace("_", " ").capitalize(), "") for name in panels]
        + [(f"waits_for_{pool}", f"Waits for {pool.replace('_', ' ')}", "") for pool in pools],
        [(f"{pool}_begins", f"With {pool.replace('_', ' ')}", pool) for pool in pools],
        [("depart", "Leaves", "")],
    ]
    lines = [
        f"{event},{(column + 1) * ACROSS},{(row + 1) * DOWN},{label},{resource}"
        for column, places in enumerate(columns)
        for row, (event, label, resource) in enumerate(places)
    ]
    return "\n".join([POSITIONS, *lines]) + "\n"
