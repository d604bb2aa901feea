"""A config is calibrated, the posterior is named in it, and runs draw from that."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("sklearn")

from unit.small_config import SMALL

from experiments import experiment, plan
from experiments.calibration import bank as banks
from experiments.calibration.calibrate import calibrate, in_words
from experiments.calibration.history_matching import RuledOut
from experiments.errors import InputError
from experiments.plan import Options
from sim.config.documents import read

RATE, REFUSED, TRANSPORT = (
    "demand.request_rate_multiplier",
    "decisions.refuse_to_assess",
    "prices.transport_per_child_year",
)
CALIBRATION = f"""\
calibration:
  parameters: [{RATE}, {REFUSED}, {TRANSPORT}]
  observed:
    - {{measure: requests, period: 2020, value: 160, sd: 2, source: SEN2}}
    - {{measure: requests_refused, period: 2020, value: 16}}
  runs: 100
  waves: 1
  accepted: 0.5
  rows: 100
  authorities: 50
"""
UNCERTAIN = (
    SMALL.replace("demand:\n", "demand:\n  request_rate_multiplier: {value: 1, low: 0.4, high: 2}\n")
    .replace("refuse_to_assess: 0.2", "refuse_to_assess: {value: 0.2, low: 0.02, high: 0.5}")
    .replace(
        "transport_per_child_year: 7_000", "transport_per_child_year: {value: 7000, low: 5000, high: 9000}"
    )
)


def alone(results, total):
    return results


def write(folder: Path, text: str) -> Path:
    path = folder / "small.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("calibrated")


@pytest.fixture(scope="module")
def told(folder: Path) -> dict[str, Any]:
    config = write(folder, UNCERTAIN + CALIBRATION)
    return calibrate(config, folder / "out", Options(), None, 1, alone)


def named(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["path"]: each for each in told["parameters"]}


def test_what_the_figures_say_is_learnt_and_what_they_do_not_is_left(told) -> None:
    rate, refused, transport = (named(told)[path] for path in (RATE, REFUSED, TRANSPORT))
    assert rate["posterior"]["0.05"] < 160 / 117 < rate["posterior"]["0.95"]
    assert rate["contraction"] > 0.5 and rate["identifiable"]
    assert refused["posterior"]["0.5"] < 0.2 and refused["contraction"] > 0.3
    assert not transport["identifiable"] and "off its variance" in transport["reason"]
    assert transport["posterior"]["0.5"] == pytest.approx(7000, abs=300)


def test_the_folder_holds_the_posterior_the_same_as_data_and_a_page(told, folder: Path) -> None:
    names = {path.name for path in (folder / "out").iterdir()}
    assert names == {
        "small.posterior.csv",
        "small.calibration.json",
        "small.calibration.html",
        "manifest.json",
    }
    kept = json.loads((folder / "out" / "small.calibration.json").read_text(encoding="utf-8"))
    assert kept == {key: value for key, value in told.items() if key not in ("folder", "found", "section")}
    lines = (folder / "out" / "small.posterior.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == f"{RATE},{REFUSED},{TRANSPORT}" and len(lines) == 101
    assert not re.search(str(folder), json.dumps(kept))


def test_the_method_was_tried_on_simulated_authorities(told) -> None:
    trial = told["trial"]
    assert trial["authorities"] == 50
    for each in trial["parameters"]:
        assert each["inside_band"] and len(each["ranks"]) == 50
        assert all(0 <= rank <= 100 for rank in each["ranks"])


def test_new_runs_of_the_posterior_are_shown_beside_what_was_published(told) -> None:
    requests, refused = told["figures"]
    assert requests["name"] == "requests 2020" and requests["source"] == "SEN2"
    assert requests["predicted"]["0.1"] < 160 < requests["predicted"]["0.9"]
    assert not requests["surprising"] and not refused["surprising"]


def test_it_ends_with_the_lines_to_put_into_the_config(told, folder: Path) -> None:
    said = in_words(told)
    assert said.endswith("\n".join(told["section"]))
    assert told["section"][1] == '  file: "out/small.posterior.csv"'
    assert f"not identifiable by these figures: {TRANSPORT}" in said


def test_runs_draw_from_the_posterior_once_the_config_names_it(told, folder: Path) -> None:
    path = folder / "drawn.yaml"
    path.write_text(UNCERTAIN + "\n".join(told["section"]) + "\n", encoding="utf-8")
    made = plan.make(path, Options(replications="2", overrides=("run.years=0.25",)))
    rows = np.loadtxt(folder / "out" / "small.posterior.csv", delimiter=",", skiprows=1)
    drawn = made.document.settings(draw=1).demand.request_rate_multiplier.values[0]
    assert drawn in rows[:, 0]
    finished = experiment.carry_out(made, folder / "run", 1, alone, report=False)
    assert finished.manifest["inputs"]["small.posterior.csv"] == told["posterior"]["sha256"]
    again = plan.make(folder / "run" / "config.yaml", Options())
    for draw in (None, 1, 2, 3):
        before, after = (each.document.settings(draw=draw) for each in (made, again))
        assert after.model_copy(update={"posterior": before.posterior}) == before


def test_the_digest_of_the_posterior_is_in_the_name_of_the_run(told, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    content = (folder / "out" / "small.posterior.csv").read_bytes()
    ids = set()
    for lines in (content, b"".join(content.splitlines(keepends=True)[:-1])):
        (tmp_path / "out" / "small.posterior.csv").write_bytes(lines)
        section = (
            f'posterior: {{file: out/small.posterior.csv, sha256: "{hashlib.sha256(lines).hexdigest()}"}}\n'
        )
        ids.add(plan.make(write(tmp_path, UNCERTAIN + section), Options()).run_id)
    ids.add(plan.make(write(tmp_path, UNCERTAIN), Options()).run_id)
    assert len(ids) == 3


def test_the_same_again_is_found_and_nothing_is_run(told, folder: Path) -> None:
    def refuse(results, total):
        raise AssertionError("nothing should be run")

    again = calibrate(folder / "small.yaml", folder / "out", Options(), None, 1, refuse)
    assert again == {**told, "found": True}


def test_a_bank_makes_the_same_bytes_anywhere(told, folder: Path, tmp_path: Path) -> None:
    """A second calibration from a copy of the runs: only what the posterior predicts is run again."""
    for source in folder.glob("bank-*/*"):
        copy = tmp_path / source.relative_to(folder)
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(source.read_bytes())
    asked = []

    def counted(results, total):
        asked.append(total)
        return results

    config = write(tmp_path, UNCERTAIN + CALIBRATION)
    calibrate(config, tmp_path / "there", Options(), None, 1, counted)
    assert asked == [10]
    for path in (folder / "out").iterdir():
        assert (tmp_path / "there" / path.name).read_bytes() == path.read_bytes()


def test_another_calibration_is_not_written_over(told, folder: Path) -> None:
    with pytest.raises(InputError, match="choose another --out"):
        calibrate(folder / "small.yaml", folder / "out", Options(seed=43), None, 1, alone)


def test_figures_that_nothing_gives_end_it_with_no_posterior(told, folder: Path) -> None:
    """Ten times the requests: the runs made already are enough to say so."""
    path = folder / "wrong.yaml"
    path.write_text((UNCERTAIN + CALIBRATION).replace("value: 160", "value: 1600"), encoding="utf-8")
    with pytest.raises(RuledOut, match="requests 2020: published 1600, runs average"):
        calibrate(path, folder / "none", Options(), None, 1, alone)
    assert not (folder / "none").exists()


def test_a_group_that_results_do_not_have_is_told(told, folder: Path, monkeypatch) -> None:
    def without(problem, draws, jobs, settings=None):
        return ([150.0, float("nan")] for _ in draws)

    monkeypatch.setattr(banks, "simulated", without)
    path = folder / "group.yaml"
    path.write_text(
        (UNCERTAIN + CALIBRATION).replace("value: 16}", "group: need=XYZ, value: 16}"), encoding="utf-8"
    )
    with pytest.raises(InputError, match="requests_refused need=XYZ 2020: most runs have no such figure"):
        calibrate(path, folder / "group", Options(), None, 1, alone)


def test_the_number_of_runs_may_be_given_by_the_command(tmp_path: Path) -> None:
    config = write(tmp_path, UNCERTAIN + CALIBRATION)
    with pytest.raises(InputError, match=r"calibration\.runs: 110, must be 200 or more"):
        calibrate(config, None, Options(overrides=("calibration.authorities=200",)), 110, 1, alone)


def test_the_page_stands_by_itself_and_says_what_cannot_be_known(told, folder: Path) -> None:
    page = (folder / "out" / "small.calibration.html").read_text(encoding="utf-8")
    assert f"<strong>{TRANSPORT}</strong> is not identifiable by these figures" in page
    assert page.count("<svg") == 4 and told["posterior"]["sha256"] in page
    assert not re.search(r"""(src|href)=["']https?:""", page) and "<script" not in page


def test_a_calibrated_config_reads_again_from_its_resolved_text(folder: Path, told, tmp_path: Path) -> None:
    document = read(folder / "small.yaml")
    (tmp_path / "config.yaml").write_text(document.resolved(), encoding="utf-8")
    assert read(tmp_path / "config.yaml").settings() == document.settings()
