"""An authority's own log beside a run: a page that can be read by anybody and gives nobody away."""

from __future__ import annotations

import csv
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from logged_run import logged_run

from experiments.errors import InputError
from experiments.evidence.faults import DataError
from experiments.logs.activities import NAMES
from experiments.logs.case_logs import read_case_log
from experiments.logs.commands import compare, in_words
from experiments.logs.run_logs import run_log, simulated_logs
from experiments.logs.side_by_side import ALIKE, compare_logs
from experiments.plan import draw_of

FOLDER = "comparison.html"
MAP = (
    "case: Ref\nactivity: Step\ntime: Day\nextract_date: 2022-12-31\nfrom: 2020-01-01\nactivities:\n"
    + "".join(f"  {label}: {activity}\n" for activity, label in NAMES.items())
)


def log_of(replication: int, folder: Path) -> tuple[Path, Path]:
    """One replication written as a case-management system would give it."""
    log = simulated_logs(run_log(logged_run()))[replication]
    with open(folder / "log.csv", "w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(["Ref", "Step", "Day"])
        for row in log.events.itertuples():
            day = f"{date.fromordinal(row.day):%d/%m/%Y}"
            lines.writerow([f"CASE{row.case:05d}", NAMES[row.activity], day])
    (folder / "map.yaml").write_text(MAP, encoding="utf-8")
    return folder / "log.csv", folder / "map.yaml"


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    """The first replication as if it were the authority's own log, beside all four."""
    folder = tmp_path_factory.mktemp("compared")
    told = compare(logged_run(), *log_of(1, folder), folder / "out")
    return told, folder / "out"


class Page(HTMLParser):
    """What a page is made of: its tags with their attributes, and its text."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(content)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def test_a_simulated_log_written_as_a_file_is_read_back_step_by_step(tmp_path):
    simulated = simulated_logs(run_log(logged_run()))[2]
    read = read_case_log(*log_of(2, tmp_path))
    columns = ["file", "activity", "day"]
    assert read.events[columns].equals(simulated.events[columns])
    assert (read.first, read.last, read.activities) == (simulated.first, simulated.last, simulated.activities)
    found = compare_logs(read, [simulated])
    assert (found.stages["area_days"] == 0).all()


def test_the_simulated_backlog_is_the_runs_own_measure():
    log = simulated_logs(run_log(logged_run()))[2]
    found = compare_logs(log, [log])
    table = pd.read_csv(logged_run() / "monthly.csv", dtype={"month": str})
    table = table[(table["measure"] == "open_assessments") & (table["group"] == "all")]
    table = table[table["replication"] == 2]
    assert found.backlog["period"].tolist() == table["month"].tolist()
    assert found.backlog["log"].tolist() == table["value"].tolist()
    yearly = pd.read_csv(logged_run() / "yearly.csv", dtype={"period": str})
    yearly = yearly[(yearly["measure"] == "plans_issued") & (yearly["group"] == "all")]
    yearly = yearly[(yearly["replication"] == 2) & (yearly["calendar"] == "calendar")]
    plans = found.throughput[found.throughput["what"] == "plans"]
    assert plans["log"].sum() == yearly["value"].sum()


def test_another_replication_of_the_same_config_is_within_chance(compared):
    told, _ = compared
    assert {stage["finding"] for stage in told["stages"]} == {ALIKE}
    assert told["findings"][0].startswith("Within chance: deciding to assess, gathering advice, ")
    assert in_words(told).startswith("Comparison: ")
    run = run_log(logged_run())
    logs = simulated_logs(run)
    others = [number for number in logs if number != 4]
    found = compare_logs(logs[4], [logs[number] for number in others], [draw_of(number) for number in others])
    assert found.stages["chance"].min() >= 1 / 4


def test_the_page_says_what_it_compares_and_what_it_does_not_show(compared):
    told, out = compared
    page = Page((out / FOLDER).read_text(encoding="utf-8"))
    assert "compared from 1 January 2020 to 31 December 2022" in page.text
    assert "4 replications: too few to tell a difference from chance" in page.text
    assert told["policy"] in page.text
    assert all(finding in page.text for finding in told["findings"])
    assert "CASE" not in page.text


def test_every_figure_has_a_name_a_description_and_its_data_beside_it(compared):
    _, out = compared
    page = Page((out / FOLDER).read_text(encoding="utf-8"))
    figures = page.all("figure")
    assert len(figures) >= 9
    ids = {attributes["id"] for _, attributes in page.tags if attributes.get("id")}
    assert all(figure["aria-labelledby"] in ids for figure in figures)
    drawings = page.all("svg")
    assert len(drawings) == 2 * len(figures)
    assert all(set(drawing["aria-labelledby"].split()) <= ids for drawing in drawings)
    assert len(page.all("details")) == len(figures)
    assert len(page.all("table")) == len(figures) + 1
    for figure in figures:
        for kind in ("csv", "svg"):
            assert (out / "figures" / f"{figure['id']}.{kind}").is_file()
    for drawing in (out / "figures").glob("*.svg"):
        assert ET.parse(drawing).getroot().tag.endswith("svg")


def test_the_page_loads_nothing_and_is_in_order(compared):
    _, out = compared
    content = (out / FOLDER).read_text(encoding="utf-8")
    page = Page(content)
    assert not page.all("script") + page.all("link") + page.all("img")
    assert all(link["href"].startswith("#") for link in page.all("a"))
    assert re.findall(r"<h1", content) == ["<h1"]
    assert page.all("html")[0]["lang"] == "en-GB"
    repeated = [attributes["id"] for _, attributes in page.tags if attributes.get("id")]
    assert len(repeated) == len(set(repeated))
    assert "nan" not in page.text.replace("finance", "")


def test_no_small_count_and_no_reference_of_the_log_leaves(compared):
    _, out = compared
    for name in ("follows", "throughput", "backlog"):
        table = pd.read_csv(out / f"{name}.csv", dtype=str)
        counts = {int(float(count)) for count in table["log"] if count != "[c]"}
        assert all(count == 0 or (count >= 10 and count % 5 == 0) for count in counts), name
    assert "[c]" in (out / "follows.csv").read_text(encoding="utf-8")
    for path in out.rglob("*.*"):
        assert "CASE0" not in path.read_text(encoding="utf-8"), path.name


def test_the_same_log_and_run_give_the_same_bytes(compared, tmp_path):
    _, out = compared
    compare(logged_run(), *log_of(1, tmp_path), tmp_path / "again")
    one, other = (
        {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.*")}
        for folder in (out, tmp_path / "again")
    )
    assert one == other


def test_a_fault_in_the_log_or_a_place_that_is_taken_leaves_nothing_behind(compared, tmp_path):
    _, out = compared
    log, column_map = log_of(1, tmp_path)
    with pytest.raises(InputError, match="already exists; choose another --out"):
        compare(logged_run(), log, column_map, out)
    log.write_text(log.read_text(encoding="utf-8").replace("Ref,", "Surname,"), encoding="utf-8")
    with pytest.raises(DataError, match=r"log.csv:1:Surname: holds a name, must not be in the file"):
        compare(logged_run(), log, column_map, tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log.csv", "map.yaml"]
