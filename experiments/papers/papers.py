"""`send-sim papers`: every paper run, judged and put on a page of its own, and one page of all.

Below the results folder each run stands where `send-sim run` puts it; `papers/<id>/` holds `papers.html`,
a page a paper, `claims.csv`, `assumptions.csv` and `perturbed.csv`. A paper that fails is told and the others
go on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from experiments import errors, store
from experiments.errors import InputError
from experiments.experiment import Follow
from experiments.papers import one_paper, page
from experiments.papers.one_paper import Found, Prepared, Tell
from experiments.plan import Options

NAMES = (
    "raise_2019",
    "recovery_plan_2020",
    "demand_management_2020",
    "worcestershire_2015",
    "send_capacity_2022",
    "occupational_therapy_2022",
    "short_breaks_2022",
    "safe_2022",
    "growth_2031",
)
INDEX = "papers.html"


def carry_out(
    names: Sequence[str], configs: Path, options: Options, jobs: int, out: Path, follow: Follow, tell: Tell
) -> tuple[dict[str, Any], int]:
    """Run these papers, all of them where none is named; what was found as plain data, and the exit code.

    Every config is read before anything runs. Raises what was wrong with a paper where only one is asked for.
    """
    failed: dict[str, Exception] = {}
    prepared = _prepared(_chosen(names, configs), configs, options, failed, tell)
    found = []
    for each in prepared:
        try:
            found.append(one_paper.carry_out(each, out, jobs, follow, tell))
        except Exception as error:  # whatever is wrong with one paper, the others go on
            _keep(failed, each.name, error, tell)
    if not found:
        _give_up(failed)
    reasons = {name: errors.told(error)[1] for name, error in failed.items()}
    folder = _write(found, reasons, out)
    code = errors.RUN_FAILED if failed else errors.DONE
    return _told(found, reasons, folder), code


def _chosen(names: Sequence[str], configs: Path) -> list[str]:
    """The papers asked for; any config of the folder may be named that has a paper."""
    unknown = [name for name in names if not _config(name, configs).is_file()]
    if unknown:
        known = sorted({*NAMES, *(path.stem for path in configs.glob("*.yaml"))})
        lines = [
            f"{name!r}: no such paper in {configs}; the nearest is "
            f"{get_close_matches(name, known, n=1, cutoff=0.0)[0]!r}"
            for name in unknown
        ]
        raise InputError("\n".join(lines))
    return list(dict.fromkeys(names)) or list(NAMES)


def _config(name: str, configs: Path) -> Path:
    return configs / f"{name}.yaml"


def _prepared(
    names: list[str], configs: Path, options: Options, failed: dict[str, Exception], tell: Tell
) -> list[Prepared]:
    prepared = []
    for name in names:
        try:
            prepared.append(one_paper.prepare(_config(name, configs), options))
        except Exception as error:
            if len(names) == 1:
                raise
            _keep(failed, name, error, tell)
    return prepared


def _keep(failed: dict[str, Exception], name: str, error: Exception, tell: Tell) -> None:
    failed[name] = error
    tell(f"{name}: {errors.told(error)[1]}")


def _give_up(failed: dict[str, Exception]) -> None:
    """Nothing was found: with the code of the worst of the reasons, which have been told."""
    codes = {errors.told(error)[0] for error in failed.values()}
    if codes == {errors.BAD_INPUT}:
        raise InputError("no paper could be run")
    raise errors.ExperimentError("no paper could be run")


def _write(found: list[Found], failed: dict[str, str], out: Path) -> Path:
    """The pages and tables of this set of papers, in a folder that the same set always gets."""
    decides = [*sorted(f"{each.prepared.name} {each.prepared.digest}" for each in found), *sorted(failed)]
    digest = hashlib.sha256(json.dumps(decides).encode()).hexdigest()[:12]
    folder = out / "papers" / digest
    store.make_folder(folder)
    for each in found:
        store.write_text(folder / f"{each.prepared.name}.html", page.page_of(each))
    for name, text in page.tables_of(found).items():
        store.write_text(folder / name, text)
    store.write_text(folder / INDEX, page.index_of(found, failed))
    return folder


def _told(found: list[Found], failed: dict[str, str], folder: Path) -> dict[str, Any]:
    return {
        "folder": folder.as_posix(),
        "index": (folder / INDEX).as_posix(),
        "papers": {each.prepared.name: page.in_data(each) for each in found},
        "failed": failed,
    }


def in_words(told: dict[str, Any]) -> str:
    """What was found for a reader at a terminal: of each paper its headline, and where its page is."""
    lines = [f"Page: {told['index']}"]
    for name, paper in told["papers"].items():
        draft = " (a draft)" if paper["draft"] else ""
        lines += ["", f"{name}{draft}: {paper['headline']}", f"  {paper['verdict']}", f"  {paper['tally']}"]
        lines += [f"  {paper['most']}", f"  {paper['altered']}"]
    for name in told["failed"]:
        lines += ["", f"{name}: could not be run, see above"]
    return "\n".join(lines)
