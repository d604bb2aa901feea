"""A stored run against named numbers and against another run, table by table."""

from __future__ import annotations

import pytest

from experiments import store, verification
from experiments.errors import InputError

SUMMARY = (
    "scenario,measure,unit,calendar,period,group,uncertainty,replications,mean\n"
    "baseline,requests,count,calendar,2024,all,all,4,95.5\n"
    "baseline,requests,count,calendar,2024,all,process,4,95.5\n"
    "baseline,requests,count,calendar,2024,need=ASD,all,4,\n"
)
YEARLY = (
    "scenario,draw,replication,calendar,period,measure,group,value\n"
    "baseline,1,1,calendar,2024,requests,all,95\n"
    "baseline,1,2,calendar,2024,requests,all,96\n"
)
NUMBER = "{scenario: baseline, measure: requests, calendar: calendar, period: %s, group: all, mean: %s}"


def run_folder(folder, summary=SUMMARY, yearly=YEARLY):
    folder.mkdir()
    store.write_text(folder / "summary.csv", summary)
    store.write_text(folder / "yearly.csv", yearly)
    store.write_manifest(folder, {"schema_version": 1})
    return folder


def golden_file(folder, *numbers, tolerance="1.0e-9"):
    path = folder / "golden.yaml"
    path.write_text(f"tolerance: {tolerance}\nnumbers:\n" + "".join(f"  - {number}\n" for number in numbers))
    return path


def test_a_run_equals_itself(tmp_path):
    run = run_folder(tmp_path / "run")
    assert verification.differences(run, run_folder(tmp_path / "golden")) == []


def test_a_value_that_moved_is_named_with_both_values(tmp_path):
    run = run_folder(tmp_path / "run", yearly=YEARLY.replace(",96\n", ",97\n"))
    (line,) = verification.differences(run, run_folder(tmp_path / "golden"))
    assert line == "yearly.csv: baseline 1 2 calendar 2024 requests all: value 97, golden 96"


def test_rows_and_tables_on_one_side_only_are_named(tmp_path):
    run = run_folder(tmp_path / "run", yearly=YEARLY + "baseline,1,2,calendar,2024,appeals,all,1\n")
    golden = run_folder(tmp_path / "golden")
    store.write_text(golden / "failed.csv", "scenario,draw,replication,stage,message\n")
    assert verification.differences(run, golden) == [
        "yearly.csv: baseline 1 2 calendar 2024 appeals all: only in the run",
        f"failed.csv: only in {golden}",
    ]


def test_a_file_changed_after_the_run_is_named(tmp_path):
    run = run_folder(tmp_path / "run")
    (run / "yearly.csv").write_text("")
    golden = golden_file(tmp_path, NUMBER % (2024, 95.5))
    assert verification.differences(run, golden) == ["yearly.csv: changed since the run was made"]


@pytest.mark.parametrize(
    ("period", "mean", "words"),
    [
        (2024, 95.5, None),
        ('"2024"', "95.5000000001", None),
        (2024, 95.6, "95.5, golden 95.6"),
        (2025, 95.5, "not in the summary, golden 95.5"),
    ],
)
def test_named_numbers_are_compared_within_the_tolerance(tmp_path, period, mean, words):
    run = run_folder(tmp_path / "run")
    found = verification.differences(run, golden_file(tmp_path, NUMBER % (period, mean), tolerance="1.0e-8"))
    assert len(found) == (words is not None)
    assert all(words in line for line in found)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("numbers: [", "cannot be read as YAML"),
        ("tolerance: 1", "needs a list called 'numbers'"),
        ("numbers: [{scenario: baseline}]", r"numbers\[0\]: missing calendar, group, mean, measure, period"),
        (f"numbers: [{NUMBER % (2024, 'many')}]", r"numbers\[0\].mean: 'many' is not a number"),
    ],
)
def test_a_golden_file_that_cannot_be_used_is_told_plainly(tmp_path, content, words):
    run = run_folder(tmp_path / "run")
    path = tmp_path / "golden.yaml"
    path.write_text(content)
    with pytest.raises(InputError, match=words):
        verification.differences(run, path)
