"""Writes a comparison: one self-contained page, its tables, and each chart as a drawing and a table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from markupsafe import Markup

from experiments import store
from experiments.logs.activities import NAMES
from experiments.logs.case_logs import CaseLog, read_case_log
from experiments.logs.figures import count_charts, data_table, follows_table, may_be_shown, stage_charts
from experiments.logs.findings import day_words, in_short
from experiments.logs.run_logs import RunLog, run_log, simulated_logs
from experiments.logs.side_by_side import Comparison, compare_logs
from experiments.logs.small_cells import POLICY, as_csv
from experiments.plan import draw_of
from experiments.reports.charts import Chart
from experiments.reports.layout import NARROW, WIDE
from experiments.reports.plots import draw
from experiments.reports.report import FIGURES, environment
from experiments.reports.wording import inside_sentence, listed

PAGE = "comparison.html"
TABLES = ("stages", "quantiles", "follows", "throughput", "backlog")


def write_comparison(
    run: Path, log: Path, column_map: Path, out: Path, scenario: str | None = None
) -> dict[str, Any]:
    """Compare an authority's log with a run's event logs and write the tables and the page into `out`.

    Raises DataError for faults of the log or its map, InputError where the run has no event log or
    `out` is there already.
    """
    real = read_case_log(log, column_map)
    of_run = run_log(run, scenario)
    simulated = simulated_logs(of_run, real.activities)
    found = compare_logs(real, list(simulated.values()), [draw_of(number) for number in simulated])
    with store.Staging(out) as staging:
        store.make_folder(staging.folder / FIGURES)
        for name, text in comparison_files(found, real, of_run).items():
            store.write_text(staging.folder / name, text)
        staging.publish()
    return _told(found, of_run, out)


def comparison_files(found: Comparison, real: CaseLog, run: RunLog) -> dict[str, str]:
    """Every file of a comparison by its path within the folder."""
    shown = may_be_shown(found)
    stages = stage_charts(shown)
    counts, hidden = count_charts(shown)
    files, drawings = {}, {}
    for chart in (*stages, *counts):
        wide = draw(chart, WIDE)
        drawings[chart.name] = (Markup(wide), Markup(draw(chart, NARROW)))
        files[f"{FIGURES}/{chart.name}.svg"] = wide
        files[f"{FIGURES}/{chart.name}.csv"] = as_csv(chart.data, chart.data.assign(mean=0.0))
    for name in TABLES:
        table = getattr(shown, name)
        if len(table):
            files[f"{name}.csv"] = as_csv(table, getattr(found, name))
    files[PAGE] = _page(shown, real, run, stages, counts, hidden, drawings)
    return files


def _page(
    shown: Comparison,
    real: CaseLog,
    run: RunLog,
    stages: list[Chart],
    counts: list[Chart],
    hidden: list[str],
    drawings: dict[str, tuple[Markup, Markup]],
) -> str:
    return (
        environment()
        .get_template("logs.html.j2")
        .render(
            authority=run.config["authority"]["name"],
            found=shown,
            facts=run.facts,
            scenario=run.scenario,
            short=in_short(shown),
            covered={"log": _covered(shown.log_days), "run": _covered(shown.run_days)},
            steps=listed([inside_sentence(NAMES[activity]) for activity in real.activities]),
            stages=stages,
            counts=counts,
            hidden=listed([inside_sentence(name) for name in hidden]),
            follows=follows_table(shown),
            drawings=drawings,
            tables={chart.name: data_table(chart) for chart in (*stages, *counts)},
            policy=POLICY,
        )
    )


def _covered(days: tuple[Any, Any]) -> str:
    return f"{day_words(days[0])} to {day_words(days[1])}"


def _told(found: Comparison, run: RunLog, out: Path) -> dict[str, Any]:
    shown = may_be_shown(found)
    wanted = ["stage", "label", "finding", "longer_days", "area_days", "area_by_chance_mean", "chance"]
    stages = shown.stages[wanted].astype(object).where(shown.stages[wanted].notna(), None)
    return {
        "kind": "comparison",
        "page": str(out / PAGE),
        "scenario": run.scenario,
        "replications": found.replications,
        "from": str(found.log_days[0]),
        "to": str(found.log_days[1]),
        "shares_days": found.shares_days,
        "stages": stages.to_dict("records"),
        "findings": in_short(shown),
        "policy": POLICY,
        "warnings": list(found.warnings),
    }
