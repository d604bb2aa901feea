"""The report page: complete, closed to the outside, readable without seeing, and the same every time."""

from __future__ import annotations

import csv
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from experiments.reports.report import report_files, write_report

BASELINE, RISKY = "baseline", "<b>"
SUMMARY_HEADER = (
    "scenario,measure,unit,calendar,period,group,uncertainty,replications,mean,ci_low,ci_high,"
    "p10,p50,p90,diff_mean,diff_ci_low,diff_ci_high"
)
YEARS = ("2020", "2021", "2022")
MEASURES = {
    ("plans_active", "count", "all"): 4690.0,
    ("requests", "count", "all"): 1042.0,
    ("requests_refused", "count", "all"): 208.0,
    ("plans_issued", "count", "all"): 924.0,
    ("timeliness_20w_excl", "percent", "all"): 78.0,
    ("timeliness_20w_incl", "percent", "all"): 77.0,
    ("open_assessments", "count", "all"): 320.0,
    ("open_assessments_over_20w", "count", "all"): 41.0,
    ("wait_request_to_plan_mean", "weeks", "all"): 21.5,
    ("wait_stage_mean", "weeks", "stage=advice"): 9.0,
    ("wait_stage_mean", "weeks", "stage=drafting"): 2.5,
    ("staff_utilisation", "percent", "pool=ep"): 91.0,
    ("staff_utilisation", "percent", "pool=casework_officer"): 86.0,
    ("reviews_overdue", "count", "all"): 600.0,
    **{("placements", "count", f"setting=s{number}"): 1000.0 - 100 * number for number in range(6)},
    ("cost", "GBP", "line=placement"): 54_300_000.0,
    ("cost", "GBP", "line=transport"): 12_300_000.0,
    ("cost", "GBP", "all"): 66_600_000.0,
    ("wait_gap", "weeks", "by=need"): 6.0,
    ("wait_gap", "weeks", "by=district"): 2.0,
    **{("wait_request_to_plan_mean", "weeks", f"need={need}"): 20.0 for need in ("ASD", "SEMH")},
    **{("plans_issued", "count", f"need={need}"): 400.0 for need in ("ASD", "SEMH")},
    ("weeks_without_provision", "child-weeks", "all"): 800.0,
    ("months_in_tuition", "child-months", "all"): 900.0,
    ("mediations", "count", "all"): 119.0,
    ("appeals", "count", "all"): 81.0,
    ("appeals", "count", "decision=contents"): 50.0,
    ("appeals", "count", "decision=refusal_to_assess"): 31.0,
    ("appeals_ended", "count", "outcome=conceded"): 40.0,
    ("assessments_reinstated", "count", "all"): 20.0,
    ("staff_hours_used", "hours", "pool=tribunal_officer"): 900.0,
    **{(measure, "FTE", "pool=ep"): 12.0 for measure in ("vacancies", "agency_fte")},
    ("posts_left", "count", "pool=ep"): 14.0,
    ("staff_hours_sick", "hours", "pool=ep"): 600.0,
    ("staff_hours_inducting", "hours", "pool=ep"): 300.0,
    ("reports_bought", "count", "pool=ot"): 52.0,
    ("places_needed", "count", "all"): 1600.0,
    ("places_needed", "count", "setting=s1"): 1600.0,
    ("places_needed", "count", "need=ASD;phase=primary;district=North"): 1600.0,
    ("places_short", "count", "all"): 100.0,
    ("places_short", "count", "setting=s1"): 100.0,
    ("cost", "GBP", "line=remedies"): 3_000_000.0,
    ("cost_not_spent_by_delay", "GBP", "all"): 1_200_000.0,
    ("dsg_income", "GBP", "all"): 40_000_000.0,
    ("dsg_spending", "GBP", "all"): 50_000_000.0,
    ("dsg_in_year", "GBP", "all"): -10_000_000.0,
    ("dsg_cumulative", "GBP", "all"): -17_100_000.0,
    ("unit_cost", "GBP", "setting=s1"): 22_000.0,
    ("child_years", "child-years", "setting=s1"): 1300.0,
}
VOID = {"meta", "link", "br", "img", "hr", "input"}


class Page(HTMLParser):
    """What the tests ask of a page: its tags, its figures and the text of its tables."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.figures: dict[str, dict[str, list]] = {}
        self.words: list[str] = []
        self._open: list[str] = []
        self._figure = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        self.tags.append((tag, given))
        if tag not in VOID:
            self._open.append(tag)
        if tag == "figure":
            self._figure = given["id"] or ""
            self.figures[self._figure] = {"drawings": [], "rows": [], "captions": [], "sentences": []}
        if not self._figure:
            return
        figure = self.figures[self._figure]
        if tag == "svg":
            figure["drawings"].append({"role": given.get("role"), "title": "", "desc": ""})
        elif tag == "tr":
            figure["rows"].append([])
        elif tag in ("td", "th"):
            figure["rows"][-1].append("")
        elif tag == "caption":
            figure["captions"].append("")
        elif tag == "p":
            figure["sentences"].append("")

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, f"</{tag}> closes nothing"
        if tag == "figure":
            self._figure = ""

    def handle_data(self, data: str) -> None:
        inside = self._open[-1] if self._open else ""
        if inside != "style":
            self.words.append(data)
        if not self._figure:
            return
        figure = self.figures[self._figure]
        if inside in ("title", "desc"):
            figure["drawings"][-1][inside] += data
        elif inside in ("td", "th"):
            figure["rows"][-1][-1] += data
        elif inside == "caption":
            figure["captions"][-1] += data
        elif inside == "p":
            figure["sentences"][-1] += data

    @property
    def text(self) -> str:
        return plain("".join(self.words))


def plain(text: str) -> str:
    """Without the invisible characters that keep numbers on one line."""
    return text.replace("\u00a0", " ").replace("\u2060", "")


def summary_rows(scenarios: tuple[str, ...], replications: int) -> list[str]:
    rows = []
    for place, scenario in enumerate(scenarios):
        for (measure, unit, group), start in MEASURES.items():
            financial = unit in ("GBP", "child-years")
            periods = (
                ("2019-20 (part)", "2020-21", "2021-22", "2022-23") if financial else (*YEARS, "2023 (part)")
            )
            for number, period in enumerate(periods):
                mean = start * (1 + 0.05 * number) - place
                for kind, width in (("process", 0.02), ("all", 0.06)):
                    half = abs(mean) * width
                    ranges = [mean - half, mean, mean + half] if replications > 1 else ["", "", ""]
                    difference = [-1.0, -1.5, -0.5] if place else ["", "", ""]
                    cells = [scenario, measure, unit, "financial" if financial else "calendar", period, group]
                    cells += [kind, replications, mean, "", "", *ranges, *difference]
                    rows.append(",".join(str(cell) for cell in cells))
    return rows


def results_folder(
    place: Path, scenarios: tuple[str, ...] = (BASELINE,), replications: int = 4, **facts: object
) -> Path:
    """A tiny run, as the runner leaves it just before the report is written."""
    place.mkdir(parents=True)
    manifest = {
        "schema_version": 1,
        "experiment": "small_place",
        "run_id": "abc123",
        "status": "partial",
        "seed": 7,
        "replications": replications,
        "scenarios": list(scenarios),
        "draft": False,
        "audit": {"children": 0, "money": 0, "hours": 0, "clock": 0},
        "started": "2031-05-06T07:08:09",
    }
    (place / "manifest.json").write_text(json.dumps(manifest | facts), encoding="utf-8")
    rows = summary_rows(scenarios, replications)
    (place / "summary.csv").write_text("\n".join([SUMMARY_HEADER, *rows, ""]), encoding="utf-8")
    yearly = ["scenario,draw,replication,calendar,period,measure,group,value"]
    monthly = ["scenario,draw,replication,month,measure,group,value"]
    for scenario in scenarios:
        for replication in range(1, replications + 1):
            draw = (replication + 1) // 2
            yearly.append(f"{scenario},{draw},{replication},calendar,2020,requests,all,1042")
            for month in range(1, 13):
                for measure, count in (("open_assessments", 300), ("open_assessments_over_20w", 40)):
                    value = count + month + 3 * replication
                    monthly.append(f"{scenario},{draw},{replication},2020-{month:02d},{measure},all,{value}")
    (place / "yearly.csv").write_text("\n".join([*yearly, ""]), encoding="utf-8")
    (place / "monthly.csv").write_text("\n".join([*monthly, ""]), encoding="utf-8")
    return place


def only_plans(made: Path) -> Path:
    """The same run, had it kept a single measure."""
    lines = (made / "summary.csv").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line == SUMMARY_HEADER or ",plans_active," in line]
    (made / "summary.csv").write_text("\n".join([*kept, ""]), encoding="utf-8")
    (made / "monthly.csv").unlink()
    return made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = results_folder(tmp_path_factory.mktemp("report") / "run", (BASELINE, RISKY))
    write_report(made)
    return made


@pytest.fixture(scope="module")
def page(folder: Path) -> Page:
    return Page((folder / "report.html").read_text(encoding="utf-8"))


def test_the_page_asks_nothing_of_the_network_and_runs_no_script(page: Page) -> None:
    names = {tag for tag, _ in page.tags}
    assert not names & {"script", "link", "iframe", "object", "img", "form", "base"}
    for tag, attributes in page.tags:
        assert not any(name.startswith("on") for name in attributes)
        for name in ("href", "src", "xlink:href"):
            assert (attributes.get(name) or "#").startswith("#"), f"{tag} {name}={attributes[name]}"


def test_a_policy_forbids_everything_but_the_page_s_own_style(page: Page) -> None:
    policies = [
        attributes["content"]
        for tag, attributes in page.tags
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]


def test_the_page_has_a_language_one_title_landmarks_and_a_way_past_the_contents(page: Page) -> None:
    names = [tag for tag, _ in page.tags]
    assert ("html", {"lang": "en-GB"}) in page.tags
    assert names.count("h1") == 1
    assert {"header", "nav", "main", "footer"} <= set(names)
    assert ("a", {"class": "skip", "href": "#main"}) in page.tags


def test_no_two_elements_share_an_identifier_and_every_reference_finds_one(folder: Path, page: Page) -> None:
    identifiers = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(identifiers) == len(set(identifiers))
    text = (folder / "report.html").read_text(encoding="utf-8")
    references = set(re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', text))
    labels = [attributes.get("aria-labelledby") or "" for _, attributes in page.tags]
    named = {name for pair in references for name in pair if name} | set(" ".join(labels).split())
    assert named <= set(identifiers)


def test_every_drawing_says_in_words_what_it_shows(page: Page) -> None:
    assert len(page.figures) >= 24
    for name, figure in page.figures.items():
        assert len(figure["drawings"]) == 2, name
        for drawing in figure["drawings"]:
            assert drawing["role"] == "img"
            assert drawing["title"] and len(drawing["desc"]) > len(drawing["title"])


def test_every_table_can_be_reached_by_keyboard_and_has_a_caption_and_scopes(page: Page) -> None:
    tables = sum(tag == "table" for tag, _ in page.tags)
    regions = [
        attributes for tag, attributes in page.tags if tag == "div" and attributes.get("role") == "region"
    ]
    assert tables == len(regions) == sum(tag == "caption" for tag, _ in page.tags)
    assert all(region["tabindex"] == "0" and region["aria-label"] for region in regions)
    assert all("scope" in attributes for tag, attributes in page.tags if tag == "th")


def test_the_table_beside_a_chart_has_the_numbers_that_are_drawn(folder: Path, page: Page) -> None:
    for name, figure in page.figures.items():
        with open(folder / "figures" / f"{name}.csv", encoding="utf-8", newline="") as file:
            drawn = list(csv.DictReader(file))
        said = {re.sub(r"[^\d.]", "", cell) for row in figure["rows"] for cell in row[1:]}
        assert drawn, name
        for row in drawn:
            assert figures_of(float(row["mean"]), name) in said, (name, row)


def figures_of(value: float, name: str) -> str:
    """The digits by which a reader sees a value, worked out apart from the report's own words."""
    size = abs(value)
    if name.startswith("cost") or name == "balance":
        return f"{size / 1e6:.1f}"
    if name in ("waits", "stages", "gaps"):
        return f"{size:.1f}"
    return f"{size:.0f}"


def test_the_numbers_of_a_sentence_stand_in_the_table(page: Page) -> None:
    for name, figure in page.figures.items():
        cells = plain(" ".join(cell for row in figure["rows"] for cell in row))
        sentence = plain(next(words for words in figure["sentences"] if "on average in" in words.lower()))
        numbers = re.findall(r"[\d,]*\d(?:\.\d+)?", sentence.split(":", 1)[1].replace("80 % range", ""))
        assert numbers, name
        for number in numbers:
            assert number in cells or f"s{number}" in sentence, (name, number)


def test_the_answer_in_short_has_plans_rate_backlog_cost_and_staff(page: Page) -> None:
    assert "plans rise from 4,690 in January 2020 to 5,394 in January 2023" in page.text
    assert "(80 % range 5,070 to 5,717)" in page.text
    assert "78 % of plans are issued within 20 weeks in 2020 and 86 % in 2022" in page.text
    assert "352 assessments are open (80 % range 331 to 373), 45 of them for more than 20 weeks" in page.text
    assert "2022-23, the last full financial year, is £76.6 million" in page.text
    assert "the largest line is placement at £62.4 million" in page.text
    assert "The busiest staff are educational psychologists: 100 % of their hours" in page.text


def test_part_years_are_named_and_left_out_of_year_charts(page: Page) -> None:
    assert (
        "Part years are left out of charts by year: 2019-20 (financial year), 2023 (calendar year)."
        in page.text
    )
    periods = {row[0] for row in page.figures["requests"]["rows"]}
    assert set(YEARS) <= periods and "2023" not in periods
    assert "2023" in {row[0] for row in page.figures["plans"]["rows"]}


def test_the_ranges_of_months_part_chance_from_uncertain_inputs(page: Page) -> None:
    january = next(row for row in page.figures["backlog"]["rows"] if row[0] == "January 2020")
    # Replications 304, 307 | 310, 313: variance 4.5 within draws, 15.75 between, so the range about
    # the median is drawn in by √(4.5 / 20.25).
    assert january[1:4] == ["308", "307 to 310", "305 to 312"]


def test_a_scenario_s_name_is_never_taken_for_a_tag(folder: Path) -> None:
    text = (folder / "report.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;" in text
    assert "<b>" not in text
    assert "<b>" not in (folder / "figures" / "plans.svg").read_text(encoding="utf-8")


def test_options_are_compared_by_paired_differences_with_their_interval(page: Page) -> None:
    assert "What each option does" in page.text
    assert "−1(−1.5 to −0.5)" in page.text


def test_the_same_folder_gives_the_same_bytes(folder: Path) -> None:
    again = {name: text.encode() for name, text in report_files(folder).items()}
    assert again == {name: (folder / name).read_bytes() for name in again}


def test_nothing_of_the_clock_and_of_the_run_s_end_is_shown(tmp_path: Path) -> None:
    begun = only_plans(results_folder(tmp_path / "begun"))
    ended = {"status": "complete", "started": "1999-01-01T00:00:00", "wall_seconds": 540.0}
    assert report_files(begun) == report_files(only_plans(results_folder(tmp_path / "ended", **ended)))


def test_one_replication_makes_a_report_without_ranges(tmp_path: Path) -> None:
    text = Page(
        report_files(only_plans(results_folder(tmp_path / "run", replications=1)))["report.html"]
    ).text
    assert "one possible course and no ranges" in text
    assert "80 % range" not in text


def test_a_draft_says_so_at_the_top_and_so_does_a_failed_check(tmp_path: Path) -> None:
    made = only_plans(results_folder(tmp_path / "run", draft=True, audit={"money": 3}))
    text = Page(report_files(made)["report.html"]).text
    before, _, _ = text.partition("In short")
    assert "Draft: 4 replications" in before
    assert "do not rely on it" in before


def test_a_section_without_data_is_left_out(tmp_path: Path) -> None:
    made = only_plans(results_folder(tmp_path / "run"))
    page = Page(report_files(made)["report.html"])
    assert list(page.figures) == ["plans"]
    assert "Annual reviews" not in page.text.partition("About this run")[0]
