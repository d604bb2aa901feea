"""The bridge of a stored run: a table, a drawing of each measure and a page, in the run's folder.

Made from the stored tables alone, so the same run gives the same bytes whenever it is asked for.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from experiments import store
from experiments.bridge import figures, page, steps, wording
from experiments.bridge.parts import Bridge
from experiments.experiment import Finished
from experiments.reports import stored_results
from experiments.reports.report import FIGURES

TABLE, PAGE = "bridge.csv", "bridge.html"


def of(bridge: Bridge, finished: Finished) -> dict[str, Any]:
    """Write the bridge of a run that has ended into its folder, and tell it as plain data.

    Raises ExperimentError where no replication succeeded in every scenario.
    """
    manifest, folder = finished.manifest, finished.folder
    walks, cautions = _write(bridge, folder)
    store.write_manifest(folder, manifest)
    return {
        "experiment": manifest["experiment"],
        "run_id": manifest["run_id"],
        "status": manifest["status"],
        "draft": manifest["draft"],
        "found": finished.found,
        "folder": str(folder),
        "page": str(folder / PAGE),
        "scenario": bridge.scenario,
        "orders": "all" if bridge.in_all_orders else "two",
        "scenarios_run": len(bridge.names),
        "replications": len(walks[0].figure.draws) if walks else 0,
        "bridges": [_told(walk) for walk in walks],
        "cautions": cautions,
    }


def _told(walk: steps.Walk) -> dict[str, Any]:
    figure = walk.figure
    return {
        "measure": figure.measure,
        "unit": figure.unit,
        "calendar": figure.calendar,
        "period": figure.period,
        "headline": wording.headline(walk),
        "sentence": wording.sentence(walk),
        "steps": steps.rows(walk, steps.as_number),
    }


def _write(bridge: Bridge, folder: Path) -> tuple[list[steps.Walk], list[str]]:
    results = stored_results.read(folder)
    first, last = (results.scenario_label(name) for name in (results.scenarios[0], bridge.scenario))
    read = figures.read(folder, list(bridge.names.values()))
    walks = [steps.walk(bridge, figure, first, last) for figure in read]
    cautions = wording.cautions(bridge, results, bridge.plan.document.settings(bridge.scenario))
    drawings = page.drawings(walks)
    store.make_folder(folder / FIGURES)
    for name, (wide, _) in drawings.items():
        store.write_text(folder / FIGURES / f"{name}.svg", wide)
    store.write_text(folder / TABLE, steps.as_csv(walks))
    store.write_text(folder / PAGE, page.page_of(bridge, results, walks, drawings, cautions))
    return walks, cautions


def in_words(told: dict[str, Any]) -> str:
    """The bridge for a reader at a terminal."""
    lines = [f"Bridge: {told['page']}"]
    if told["found"]:
        lines.append("This run was made before; nothing was run again.")
    if told["draft"]:
        lines.append("A draft: too few replications to decide on.")
    blocks = ["\n".join(lines), *map(wording.in_columns, told["bridges"]), *told["cautions"]]
    return "\n\n".join(blocks)
