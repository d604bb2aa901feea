"""Writes the report of a run: one self-contained page, and each chart as a drawing and a table.

Made from the stored tables alone; nothing is run again. The same folder gives the same bytes on
any day and any machine: of the manifest only facts that are fixed before the run are shown.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import jinja2
import numpy as np
import pandas as pd
from markupsafe import Markup

from experiments.reports import stored_results
from experiments.reports.charts import Chart
from experiments.reports.findings import in_short, left_out, option_sentences, options
from experiments.reports.layout import NARROW, WIDE
from experiments.reports.plots import draw
from experiments.reports.sections.contents import Section, all_sections
from experiments.reports.stored_results import StoredResults
from experiments.reports.wording import MINUS, listed, month_name, plain_name, say, say_range
from experiments.store import write_text

TEMPLATES = Path(__file__).with_name("templates")
PAGE = "report.html"
FIGURES = "figures"
WORD_JOINER = "\u2060"
AUDITS = {
    "children": "Every child who came in has left or is still there",
    "money": "Pounds by child add up to pounds by line",
    "hours": "No staff pool works more hours than it has",
    "clock": "Nothing happens before what it follows from",
}
GLOSSARY = {
    "20-week rate": "Share of plans issued in a year within 20 weeks of the request. Regulations allow "
    "exceptions; the rate is shown with exception cases left out, and with them counted.",
    "Agency": "People hired by the day to stand in for vacant posts.",
    "Annual review": "A plan must be reviewed within 12 months of being made or of its last review.",
    "Appeal": "A case before the SEND Tribunal against a decision of the authority.",
    "Chance alone": "What differs when the same assumptions are run again with other luck.",
    "Child-weeks": "Weeks added up over children: two children who wait three weeks each wait six.",
    "Commissioned places": "Places the authority has asked a school to keep and pays for.",
    "Dedicated schools grant": "The government grant for schools; its high needs block pays for placements.",
    "EHC needs assessment": "Assessment by law of education, health and care needs; it may lead to a plan.",
    "EHC plan": "Education, health and care plan: the legal document that says what a child must be given.",
    "INMSS": "Independent and non-maintained special schools.",
    "January census": "The count of plans on the third Thursday of January, as in the SEN2 return.",
    "Mediation": "A meeting with an independent person to settle a dispute without the Tribunal.",
    "Override": "A rule that lets councils keep a high needs deficit apart from their own money for a time.",
    "Paired difference": "An option minus the baseline, with the same children and the same luck in both.",
    "Parameter draw": "One choice of values for all uncertain inputs, each from its own range.",
    "Phase transfer": "Naming the next school before a child moves, say from primary to secondary.",
    "Present value": "Money of later years made less, by the Treasury’s rate, as it is worth less today.",
    "Reinstated assessment": "An assessment made after all because the family won its dispute.",
    "Replication": "One run of the simulated authority from start to end, with its own luck.",
    "Tuition": "Teaching outside a school, often while a child waits for a place.",
    "Use of staff": "Hours worked on cases as a share of the hours that staff have for them.",
}


class Cell(NamedTuple):
    """Numbers of one row for one named line: its mean and, where it has them, both ranges."""

    mean: str
    chance: str
    whole: str


class Column(NamedTuple):
    name: str
    banded: bool


class DataTable(NamedTuple):
    """The data of one panel, beside its chart."""

    caption: str
    period_word: str
    columns: list[Column]
    rows: list[tuple[str, list[Cell]]]


def write_report(run_folder: Path) -> Path:
    """Write `report.html` and `figures/` into a results folder and return the page's path."""
    folder = Path(run_folder)
    (folder / FIGURES).mkdir(exist_ok=True)
    for name, text in report_files(folder).items():
        write_text(folder / name, text)
    return folder / PAGE


def report_files(run_folder: Path) -> dict[str, str]:
    """Every file of the report by its path within the results folder."""
    results = stored_results.read(Path(run_folder))
    sections = all_sections(results)
    files, drawings = {}, {}
    for chart in (chart for section in sections for chart in section.charts):
        wide = draw(chart, WIDE)
        drawings[chart.name] = (Markup(wide), Markup(draw(chart, NARROW)))
        files[f"{FIGURES}/{chart.name}.svg"] = wide
        files[f"{FIGURES}/{chart.name}.csv"] = _csv(chart.data)
    files[PAGE] = _page(results, sections, drawings)
    return files


def _page(results: StoredResults, sections: list[Section], drawings: dict[str, tuple[Markup, Markup]]) -> str:
    outcomes = options(results)
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            results=results,
            facts=results.facts,
            short=in_short(results),
            left_out=listed(left_out(results)),
            outcomes=outcomes,
            option_sentences=option_sentences(results, outcomes),
            sections=sections,
            drawings=drawings,
            tables={chart.name: _tables(chart) for section in sections for chart in section.charts},
            audits=_audits(results.facts["audit"]),
            glossary=GLOSSARY,
        )
    )


def environment() -> jinja2.Environment:
    """What every page of ours is made with: text is escaped and nothing may be missing."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        finalize=_unbroken,
    )


def _unbroken(value: Any) -> Any:
    """No line ends between a sign and the pounds it belongs to."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return value.replace(f"{MINUS}£", f"{MINUS}{WORD_JOINER}£").replace("+£", f"+{WORD_JOINER}£")


def _tables(chart: Chart) -> list[DataTable]:
    """The data of a chart, a table a panel, with the numbers as the sentences say them."""
    return [_table(chart, panel.title, panel.lines) for panel in chart.panels]


def _table(chart: Chart, title: str, lines: list[tuple[str, pd.DataFrame]]) -> DataTable:
    columns = [Column(name, bool(rows["whole_low"].notna().any())) for name, rows in lines]
    by_period = [rows.set_index("period") for _, rows in lines]
    rows = [
        (_period_name(chart, period), [_cell(table, period, chart.unit) for table in by_period])
        for period in chart.periods
    ]
    caption = f"{chart.subtitle}: {title}" if title else chart.subtitle
    return DataTable(caption, chart.period_word, columns, rows)


def _period_name(chart: Chart, period: str) -> str:
    return month_name(period) if chart.period_word == "Month" else period


def _cell(table: pd.DataFrame, period: str, unit: str) -> Cell:
    if period not in table.index:
        return Cell("none", "none", "none")
    row = table.loc[period]
    ranges = [
        say_range(row[f"{name}_low"], row[f"{name}_high"], unit)
        if np.isfinite(row[f"{name}_low"])
        else "none"
        for name in ("process", "whole")
    ]
    return Cell(say(row["mean"], unit), *ranges)


def _audits(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(AUDITS.get(family, plain_name(family)), f"{number:,}") for family, number in found.items()]


def _csv(data: pd.DataFrame) -> str:
    """The drawn numbers in full; a label that a spreadsheet would take for a formula is quoted."""
    safe = data.assign(series=data["series"].str.replace(r"^([=+\-@\t])", r"'\1", regex=True))
    return safe.to_csv(index=False, lineterminator="\n")
