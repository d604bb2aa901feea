"""A run from config to results folder: the same bytes on any machine, and nothing lost or overwritten."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import experiments.task
from experiments import conclusion, experiment, plan, store
from experiments.errors import DifferenceError, InputError

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "configs" / "ci_small.yaml"
SHORT = ("run.years=1",)
FILES = {"manifest.json", "config.yaml", "summary.csv", "yearly.csv", "monthly.csv", "report.html"}


def planned(overrides=SHORT, **options):
    options = {"replications": "2", **options}
    return plan.make(CONFIG, plan.Options(overrides=overrides, **options))


def quietly(results, _total):
    return iter(results)


def carry_out(planned_run, out, report=False):
    return experiment.carry_out(planned_run, out, 1, quietly, report)


def files_of(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def rows_of(path):
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def send_sim(*arguments, cwd, **environment):
    return subprocess.run(
        [sys.executable, "-m", "experiments", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """One run, with its event log, that several tests look at."""
    made = planned(quick=True, replications=None, event_log=True)
    return carry_out(made, tmp_path_factory.mktemp("run") / "out", report=True)


def test_workers_and_hash_seeds_do_not_change_a_byte(tmp_path):
    options = ["--replications", 2, "--set", SHORT[0], "--event-log"]
    for jobs, hash_seed in ((1, "0"), (2, "1")):
        done = send_sim(
            "run",
            CONFIG,
            *options,
            "--jobs",
            jobs,
            "--out",
            f"{jobs}",
            cwd=tmp_path,
            PYTHONHASHSEED=hash_seed,
        )
        assert done.returncode == 0, done.stderr
    one, two = files_of(tmp_path / "1"), files_of(tmp_path / "2")
    for files in (one, two):
        files.pop("manifest.json")
    assert sorted(one) == sorted(two)
    assert [name for name in one if one[name] != two[name]] == []


def test_a_run_ends_with_the_report_and_three_sentences(finished):
    lines = conclusion.in_words(conclusion.of(finished)).splitlines()
    assert lines[0] == f"Report: {finished.folder / 'report.html'}"
    assert "draft" in lines[1]
    assert len(lines) == 5
    assert all(line.endswith(".") for line in lines[2:])


def test_the_folder_holds_what_was_promised(finished):
    assert FILES | {"events.csv.gz", "children.csv.gz"} <= set(files_of(finished.folder))
    assert os.listdir(finished.folder / "figures")
    assert not (finished.folder / "failed.csv").exists()
    for name, columns in {
        "yearly.csv": "scenario,draw,replication,calendar,period,measure,group,value",
        "monthly.csv": "scenario,draw,replication,month,measure,group,value",
    }.items():
        assert (finished.folder / name).read_bytes().split(b"\n", 1)[0].decode() == columns


def test_the_manifest_says_what_was_run_and_that_the_audit_found_nothing(finished):
    manifest = store.read_manifest(finished.folder)
    assert manifest["status"] == "complete"
    assert manifest["replications"] == 4
    assert manifest["scenarios"][0] == "baseline"
    assert manifest["audit"] == {"children": 0, "clock": 0, "hours": 0, "money": 0}
    assert set(manifest["files"]) == set(files_of(finished.folder)) - {"manifest.json"}
    assert manifest["config_sha256"] == store.digest_of(finished.folder / "config.yaml")
    assert manifest["draft"] is True


def test_the_report_of_a_quick_run_says_that_it_is_a_draft(finished):
    assert '<p class="draft">Draft:' in (finished.folder / "report.html").read_text(encoding="utf-8")


def test_events_and_children_belong_together(finished):
    events = rows_of(finished.folder / "events.csv.gz")
    children = rows_of(finished.folder / "children.csv.gz")
    columns = "scenario,replication,minute,date,child,event,stage,resource,value,unit"
    assert list(events) == columns.split(",")
    known = pd.MultiIndex.from_frame(children[["scenario", "replication", "child"]])
    assert known.is_unique
    of_children = events[events["child"] != ""]
    assert pd.MultiIndex.from_frame(of_children[["scenario", "replication", "child"]]).isin(known).all()


def test_requests_can_be_counted_again_from_the_events(finished):
    events = rows_of(finished.folder / "events.csv.gz")
    asked = events[(events["event"] == "requested") & (events["minute"].astype(int) >= 0)]
    counted = asked.groupby(["scenario", "replication"]).size()
    yearly = rows_of(finished.folder / "yearly.csv")
    stored = yearly[(yearly["measure"] == "requests") & (yearly["group"] == "all")]
    for _, of_calendar in stored.groupby("calendar"):
        values = of_calendar["value"].astype(float)
        summed = values.groupby([of_calendar["scenario"], of_calendar["replication"]]).sum()
        assert summed.to_dict() == counted.to_dict()


def test_summary_means_are_those_of_the_yearly_table(finished):
    names = ["scenario", "calendar", "period", "measure", "group"]
    yearly = rows_of(finished.folder / "yearly.csv")
    means = yearly["value"].astype(float).groupby([yearly[name] for name in names]).mean()
    summary = rows_of(finished.folder / "summary.csv")
    for _, of_kind in summary.groupby("uncertainty"):
        stored = of_kind.set_index(names)["mean"].astype(float)
        assert stored.sort_index().to_dict() == pytest.approx(means.to_dict(), rel=1e-9, abs=1e-9)


def test_a_scenario_that_changes_nothing_gives_the_same_numbers(finished):
    yearly = rows_of(finished.folder / "yearly.csv")
    baseline, same_again = (
        yearly[yearly["scenario"] == name].drop(columns="scenario").reset_index(drop=True)
        for name in ("baseline", "same_again")
    )
    pd.testing.assert_frame_equal(baseline, same_again)
    more_eps = yearly[yearly["scenario"] == "more_eps"].drop(columns="scenario").reset_index(drop=True)
    assert not baseline.equals(more_eps)
    summary = rows_of(finished.folder / "summary.csv")
    assert set(summary.loc[summary["scenario"] == "same_again", "diff_mean"]) == {"0"}


def test_one_failing_replication_is_reported_and_does_not_sink_the_rest(tmp_path, monkeypatch):
    replicate = experiments.task.replicate

    def fails_once(settings, replication, keep_log=False):
        if replication == 2:
            raise ValueError("planted, over\ntwo lines")
        return replicate(settings, replication, keep_log)

    monkeypatch.setattr(experiments.task, "replicate", fails_once)
    done = carry_out(planned(replications="3", scenarios=("baseline",)), tmp_path / "out")
    (failed,) = rows_of(done.folder / "failed.csv").to_dict(orient="records")
    assert failed == {
        "scenario": "baseline",
        "draw": "1",
        "replication": "2",
        "stage": "simulating",
        "message": "ValueError: planted, over two lines",
    }
    assert set(rows_of(done.folder / "yearly.csv")["replication"]) == {"1", "3"}
    assert store.read_manifest(done.folder)["status"] == "partial"
    assert any("1 run failed" in line for line in conclusion.faults(done, debug=False))


def test_when_every_replication_fails_the_folder_says_why(tmp_path, monkeypatch):
    def fails(_settings, _replication, keep_log=False):
        raise ZeroDivisionError("planted")

    monkeypatch.setattr(experiments.task, "replicate", fails)
    done = carry_out(planned(), tmp_path / "out", report=True)
    assert len(rows_of(done.folder / "failed.csv")) == len(planned().units)
    assert not (done.folder / "report.html").exists()
    assert conclusion.of(done)["sentences"] == []


def test_an_audit_that_finds_something_is_told(tmp_path, monkeypatch):
    replicate = experiments.task.replicate

    def unbalanced(settings, replication, keep_log=False):
        outcome = replicate(settings, replication, keep_log)
        outcome.audit["money"] = 2
        return outcome

    monkeypatch.setattr(experiments.task, "replicate", unbalanced)
    done = carry_out(planned(scenarios=("baseline",)), tmp_path / "out")
    assert done.manifest["audit"]["money"] == 4
    assert any("money 4" in line for line in conclusion.faults(done, debug=False))


def test_the_same_run_is_found_and_not_run_again(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first = carry_out(planned(scenarios=("baseline",)), None)
    assert first.folder == Path("results") / first.manifest["experiment"] / first.manifest["run_id"]

    def runs(*_arguments, **_options):
        raise AssertionError("must not run again")

    monkeypatch.setattr(experiments.task, "replicate", runs)
    again = carry_out(planned(scenarios=("baseline",)), None)
    assert again.found
    assert again.manifest == first.manifest
    (first.folder / "yearly.csv").write_text("changed\n")
    with pytest.raises(DifferenceError, match=r"yearly\.csv"):
        carry_out(planned(scenarios=("baseline",)), None)


def test_nothing_is_ever_overwritten(finished, tmp_path):
    before = files_of(finished.folder)
    with pytest.raises(InputError, match="already holds run"):
        carry_out(planned(seed=77), finished.folder)
    assert files_of(finished.folder) == before
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(InputError, match="choose another --out"):
        carry_out(planned(), tmp_path)
    assert os.listdir(tmp_path) == ["letter.txt"]


def test_a_run_that_is_interrupted_leaves_nothing_behind(tmp_path, monkeypatch):
    def interrupted(*_arguments, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(experiments.task, "replicate", interrupted)
    with pytest.raises(KeyboardInterrupt):
        carry_out(planned(), tmp_path / "out")
    assert os.listdir(tmp_path) == []


def test_verify_compare_and_report_work_from_the_stored_run(finished, tmp_path):
    before = files_of(finished.folder)
    assert send_sim("verify", finished.folder, finished.folder, cwd=tmp_path).returncode == 0
    done = send_sim("compare", finished.folder, "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert {row["measure"] for row in json.loads(done.stdout)} >= {"plans_active", "requests"}
    assert send_sim("report", finished.folder, cwd=tmp_path).returncode == 0
    assert files_of(finished.folder) == before


def test_verify_ends_with_3_and_names_the_row_that_differs(finished, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    for name, content in files_of(finished.folder).items():
        if "/" not in name:
            (other / name).write_bytes(content)
    lines = (other / "yearly.csv").read_text().splitlines(keepends=True)
    lines[5] = lines[5].rpartition(",")[0] + ",-1\n"
    (other / "yearly.csv").write_text("".join(lines), newline="\n")
    done = send_sim("verify", finished.folder, other, cwd=tmp_path)
    assert done.returncode == 3
    assert "yearly.csv: baseline 1 1" in done.stdout
    assert "golden -1" in done.stdout


def test_two_runs_with_the_same_seed_are_compared_in_pairs(finished, tmp_path):
    changed = planned(
        quick=True,
        replications=None,
        scenarios=("baseline",),
        overrides=(*SHORT, "demand.request_rate_multiplier=1.3"),
    )
    other = carry_out(changed, tmp_path / "out")
    done = send_sim("compare", finished.folder, other.folder, "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    rows = {(row["run"], row["scenario"], row["measure"]): row for row in json.loads(done.stdout)}
    own = rows[f"{other.manifest['experiment']}/{other.manifest['run_id']}", "baseline", "requests"]
    before = rows[f"{finished.manifest['experiment']}/{finished.manifest['run_id']}", "baseline", "requests"]
    assert own["diff_mean"] == pytest.approx(own["mean"] - before["mean"])
    assert own["diff_mean"] > 0
