"""A run's event log as XES: in the order the standard asks for, and nothing of the log lost."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from itertools import pairwise
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from logged_run import logged_run

from experiments.errors import InputError
from experiments.logs.commands import export, in_words
from experiments.logs.run_logs import run_log

XES = "{http://www.xes-standard.org/}"
ORDER = ["extension", "global", "classifier", "string", "trace"]
VALUES = {"string", "date", "int"}


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    out = tmp_path_factory.mktemp("xes") / "log.xes"
    told = export(logged_run(), "xes", out, replication=2)
    return out, told, ET.parse(out).getroot()


@pytest.fixture(scope="module")
def rows():
    events = run_log(logged_run()).events(2)
    return events[events["child"] >= 0]


def attributes(element: ET.Element) -> dict[str, str]:
    return {child.attrib["key"]: child.attrib["value"] for child in element if "key" in child.attrib}


def events_of(root: ET.Element) -> list[dict[str, str]]:
    return [attributes(event) for event in root.iter(f"{XES}event")]


def test_the_parts_of_the_log_stand_in_the_order_of_the_standard(exported):
    _, _, root = exported
    assert root.tag == f"{XES}log"
    assert root.attrib["xes.version"] == "1849.2016"
    kinds = [element.tag.removeprefix(XES) for element in root]
    assert list(dict.fromkeys(kinds)) == ORDER
    assert {element.attrib["scope"] for element in root.iter(f"{XES}global")} == {"trace", "event"}


def test_every_attribute_is_typed_and_its_extension_is_declared(exported):
    _, _, root = exported
    declared = {element.attrib["prefix"] for element in root.iter(f"{XES}extension")}
    assert declared == {"concept", "time", "lifecycle", "org"}
    for holder in ("trace", "event"):
        for element in root.iter(f"{XES}{holder}"):
            for child in element:
                kind = child.tag.removeprefix(XES)
                assert kind in VALUES | {"event"}
                prefix, colon, _ = child.attrib.get("key", "").partition(":")
                assert not colon or prefix in declared


def test_every_event_has_what_the_globals_promise_and_a_transition_of_the_standard(exported):
    _, _, root = exported
    promised = {scope.attrib["scope"]: set(attributes(scope)) for scope in root.iter(f"{XES}global")}
    assert all(promised["trace"] <= set(attributes(trace)) for trace in root.iter(f"{XES}trace"))
    for event in events_of(root):
        assert promised["event"] <= set(event)
        assert event["lifecycle:transition"] in {"schedule", "start", "complete", "withdraw"}
        assert datetime.fromisoformat(event["time:timestamp"]).utcoffset() is not None


def test_each_child_is_one_trace_with_all_its_rows_in_the_order_of_time(exported, rows):
    _, told, root = exported
    traces = {attributes(trace)["concept:name"]: trace for trace in root.iter(f"{XES}trace")}
    counts = {name: len(trace.findall(f"{XES}event")) for name, trace in traces.items()}
    assert counts == {str(child): count for child, count in rows.groupby("child").size().items()}
    assert told["rows"] == len(rows)
    assert told["children"] == len(traces)
    for trace in traces.values():
        times = [attributes(event)["time:timestamp"] for event in trace.iter(f"{XES}event")]
        assert times == sorted(times)


def test_steps_follow_each_other_in_the_file_as_in_the_log(exported, rows):
    _, _, root = exported
    follow: Counter[tuple[str, str]] = Counter()
    for trace in root.iter(f"{XES}trace"):
        names = [attributes(event)["concept:name"] for event in trace.iter(f"{XES}event")]
        follow.update(pairwise(names))
    before = rows["event"].groupby(rows["child"]).shift()
    issued = rows["event"] == "plan_issued"
    placed = rows["event"].groupby(rows["child"]).shift(-1)[issued] == "placed"
    assert follow["plan_issued", "placed"] == placed.sum() > 100
    assert sum(follow.values()) == before.notna().sum()


def test_work_begins_and_ends_under_one_number_and_its_pool(exported, rows):
    _, _, root = exported
    work = pd.DataFrame([event for event in events_of(root) if "org:group" in event])
    by_instance = work.groupby("concept:instance")
    assert (by_instance["org:group"].nunique() == 1).all()
    assert (by_instance["concept:name"].nunique() == 1).all()
    courses = Counter(" ".join(course) for course in by_instance["lifecycle:transition"].apply(list))
    assert set(courses) <= {
        "schedule",
        "schedule start",
        "schedule start complete",
        "schedule withdraw",
    }
    assert courses["schedule start complete"] == (rows["event"] == "work_finished").sum() > 500


def test_the_same_run_gives_the_same_bytes_and_nothing_is_overwritten(exported, tmp_path):
    out, told, _ = exported
    export(logged_run(), "xes", tmp_path / "again.xes", replication=2)
    assert (tmp_path / "again.xes").read_bytes() == out.read_bytes()
    with pytest.raises(InputError, match="already exists"):
        export(logged_run(), "xes", out, replication=2)
    assert in_words(told).startswith("Event log in XES, replication 2 of baseline, ")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"replication": 9}, "--replication: 9 is not in the event log of 'baseline'"),
        ({"scenario": "no_such"}, "--scenario: 'no_such' is not in the run; it has baseline"),
        ({"form": "docx"}, "--form: 'docx', must be one of xes, animation, witan"),
    ],
)
def test_what_is_not_in_the_run_is_refused_and_nothing_written(tmp_path, wrong, told):
    asked = {"form": "xes", **wrong}
    with pytest.raises(InputError, match=told):
        export(logged_run(), asked.pop("form"), tmp_path / "log.xes", **asked)
    assert list(tmp_path.iterdir()) == []


def test_a_run_without_an_event_log_is_told_how_to_make_one(tmp_path):
    folder = logged_run("run.years=1", replications=1, event_log=False)
    with pytest.raises(InputError, match="make the run again with --event-log"):
        export(folder, "xes", tmp_path / "log.xes")
