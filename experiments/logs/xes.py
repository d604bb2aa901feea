"""A run's event log as XES (IEEE 1849-2016), the format that process-mining tools read.

A trace a child, an event a row. Extensions: concept, time, lifecycle, organisational. Times are the
simulation's own clock, written as UTC. A trace is written as soon as it is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pandas as pd

from experiments import store
from experiments.logs.jobs import WORK, jobs_of
from experiments.logs.run_logs import RunLog, run_log
from sim.event_log import CANCELLED, FINISHED, NOBODY, PANEL_HEARD, PANEL_JOINED, QUEUED, STARTED

NAMESPACE = "http://www.xes-standard.org/"
EXTENSIONS = {
    "Concept": ("concept", "concept.xesext"),
    "Time": ("time", "time.xesext"),
    "Lifecycle": ("lifecycle", "lifecycle.xesext"),
    "Organizational": ("org", "org.xesext"),
}
LIFECYCLE = {
    QUEUED: "schedule",
    STARTED: "start",
    FINISHED: "complete",
    CANCELLED: "withdraw",
    PANEL_JOINED: "schedule",
}
"""The standard's transitions of work and meetings; everything else is complete when it happens."""


def export_xes(run: Path, scenario: str | None, replication: int, out: Path) -> dict[str, Any]:
    """Write one replication of a scenario as an XES file. Raises InputError where there is no such log."""
    log = run_log(run, scenario)
    events = log.events(replication)
    events = events[events["child"] != NOBODY]
    store.write_pieces(out, _file(log, replication, events))
    return {
        "kind": "export",
        "form": "xes",
        "file": str(out),
        "scenario": log.scenario,
        "replication": replication,
        "children": int(events["child"].nunique()),
        "rows": len(events),
    }


def _file(log: RunLog, replication: int, events: pd.DataFrame) -> Iterator[bytes]:
    """The file in pieces: its head, a trace a child, its end."""
    head = ET.tostring(_head(log, replication), encoding="unicode").removesuffix("</log>")
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n{head}\n'.encode()
    instances = {row: job.number for job in jobs_of(events) for row in job.rows}
    described = log.children()
    described = described[described["replication"] == replication].set_index("child")
    for child, rows in events.groupby("child"):
        yield ET.tostring(_trace(log, child, described.loc[child], rows, instances)) + b"\n"
    yield b"</log>\n"


def _head(log: RunLog, replication: int) -> ET.Element:
    """Everything before the traces, in the order that the standard's schema asks for."""
    root = ET.Element("log", {"xes.version": "1849.2016", "xes.features": "", "xmlns": NAMESPACE})
    for name, (prefix, address) in EXTENSIONS.items():
        ET.SubElement(root, "extension", {"name": name, "prefix": prefix, "uri": f"{NAMESPACE}{address}"})
    of_traces = ET.SubElement(root, "global", {"scope": "trace"})
    _add(of_traces, "string", "concept:name", "unknown")
    of_events = ET.SubElement(root, "global", {"scope": "event"})
    _add(of_events, "string", "concept:name", "unknown")
    _add(of_events, "date", "time:timestamp", "1970-01-01T00:00:00.000+00:00")
    _add(of_events, "string", "lifecycle:transition", "complete")
    for name, keys in (("Activity", "concept:name"), ("Transition", "concept:name lifecycle:transition")):
        ET.SubElement(root, "classifier", {"name": name, "scope": "event", "keys": keys})
    _add(
        root, "string", "concept:name", f"{log.facts['experiment']} {log.scenario} replication {replication}"
    )
    _add(root, "string", "lifecycle:model", "standard")
    return root


def _trace(
    log: RunLog, child: int, facts: pd.Series, rows: pd.DataFrame, instances: dict[int, int]
) -> ET.Element:
    """One child's events in the order of time."""
    trace = ET.Element("trace")
    _add(trace, "string", "concept:name", str(child))
    _add(trace, "string", "need", facts["need"])
    _add(trace, "string", "origin", facts["origin"])
    _add(trace, "int", "cohort", str(facts["cohort"]))
    start = datetime(log.start.year, log.start.month, log.start.day, tzinfo=UTC)
    for row in rows.itertuples():
        trace.append(_event(row, start + timedelta(minutes=int(row.minute)), instances.get(row.Index)))
    return trace


def _event(row: Any, when: datetime, instance: int | None) -> ET.Element:
    """One row: work goes by the name of its stage, anything else by its own and its stage's."""
    event = ET.Element("event")
    is_work = row.event in WORK
    what = "panel" if row.event in (PANEL_JOINED, PANEL_HEARD) else row.event
    name = row.stage if is_work else f"{what} {row.stage}".strip()
    _add(event, "string", "concept:name", name)
    _add(event, "date", "time:timestamp", when.isoformat(timespec="milliseconds"))
    _add(event, "string", "lifecycle:transition", LIFECYCLE.get(row.event, "complete"))
    if is_work:
        _add(event, "string", "concept:instance", str(instance))
        _add(event, "string", "org:group", row.resource)
    elif row.resource:
        _add(event, "string", "detail", row.resource)
    _add(event, "int", "value", str(row.value))
    return event


def _add(parent: ET.Element, kind: str, key: str, value: str) -> None:
    ET.SubElement(parent, kind, {"key": key, "value": value})
