"""`send-sim calibrate`: from a config and published figures to a posterior file and what it is worth.

Everything it writes stands in one folder, put there whole: the posterior, which `run` draws from once
the config names it; the same as plain data; and a page. The runs stand beside it in a bank and serve
again: after a kill, or with corrected figures.
"""

from __future__ import annotations

import hashlib
import json
import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from experiments import store
from experiments.calibration import outcome
from experiments.calibration.bank import Bank, Follow
from experiments.calibration.calibration_page import page
from experiments.calibration.learning import Learning, as_csv, learn, predicted
from experiments.calibration.problem import Problem, digest, pose
from experiments.errors import InputError
from experiments.plan import Options, model_version, plain_data

SCHEMA_VERSION = 1


def calibrate(
    config: Path,
    out: Path | None,
    options: Options,
    runs: int | None,
    jobs: int,
    follow: Follow,
) -> dict[str, Any]:
    """Calibrate a config and write its posterior, or give the same calibration where it is complete.

    `runs` takes the place of the config's own number. The dictionary is what was written, with the
    `folder`, whether it was `found` there, and the `section` to put into the config. ConfigError or
    InputError for what is wrong in the config, RuledOut if no parameters give the figures.
    """
    if find_spec("sklearn") is None:
        raise InputError("calibrate needs scikit-learn: pip install 'send-sim[calibrate]'")
    problem = pose(config, options, runs)
    identity = calibration_id(problem)
    final = out if out is not None else Path("results") / problem.name / f"calibration-{identity}"
    found = store.existing_run(final, identity) is not None
    if not found:
        bank = Bank(final.parent / f"bank-{problem.bank_id()}", problem)
        learning = learn(problem, bank, jobs, follow)
        told = outcome.told(problem, learning, predicted(problem, learning, jobs, follow))
        _write(problem, identity, final, told, learning)
    content = json.loads((final / f"{problem.name}.calibration.json").read_text(encoding="utf-8"))
    section = section_for(config, final, content["posterior"])
    return {**content, "folder": final.as_posix(), "found": found, "section": section}


def calibration_id(problem: Problem) -> str:
    """Twelve hexadecimal digits that stand for all that decides the posterior."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    method = hashlib.sha256(b"".join(path.read_bytes().replace(b"\r\n", b"\n") for path in sources))
    wanted = plain_data(problem.calibration.model_dump())
    return digest({"bank": problem.bank_id(), "calibration": wanted, "method": method.hexdigest()})


def section_for(config: Path, folder: Path, written: dict[str, str]) -> list[str]:
    """The lines that make a config draw from the posterior."""
    try:
        there = os.path.relpath(folder / written["file"], config.parent)
    except ValueError:  # another drive of Windows: no path leads there, so the file must be copied
        there = written["file"]
    there = there.replace(os.sep, "/")
    return ["posterior:", f"  file: {json.dumps(there)}", f"  sha256: {json.dumps(written['sha256'])}"]


def _write(problem: Problem, identity: str, final: Path, told: dict[str, Any], learning: Learning) -> None:
    """Put the folder in its place, whole."""
    name, text = problem.name, as_csv(problem, learning.rows)
    written = {"file": f"{name}.posterior.csv", "sha256": hashlib.sha256(text.encode()).hexdigest()}
    content = {"schema_version": SCHEMA_VERSION, "calibration": identity, "posterior": written, **told}
    with store.Staging(final) as staging:
        store.write_text(staging.folder / written["file"], text)
        plain = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
        store.write_text(staging.folder / f"{name}.calibration.json", plain)
        store.write_text(staging.folder / f"{name}.calibration.html", page(content, learning.rows))
        facts = {"experiment": name, "run_id": identity, "status": "complete", "model": model_version()}
        store.write_manifest(staging.folder, {"schema_version": store.SCHEMA_VERSION, **facts})
        staging.publish()


def in_words(told: dict[str, Any]) -> str:
    """The same for a reader."""
    lines = [
        f"{told['name']}: {len(told['parameters'])} parameters from {len(told['figures'])} figures and "
        f"{told['runs']} runs, of which the nearest {told['accepted']} were taken.",
        *(
            f"Wave {wave['wave']}: {wave['runs']} runs leave {wave['space_left']:.1%} of the ranges."
            for wave in told["waves"]
        ),
        *_table(told["parameters"]),
    ]
    lines += [
        f"not identifiable by these figures: {each['path']}: {each['reason']}"
        for each in told["parameters"]
        if not each["identifiable"]
    ]
    lines += [
        f"warning: {each['name']} was published as {each['value']:g}; the posterior seldom gives that"
        for each in told["figures"]
        if each["surprising"]
    ]
    return "\n".join(
        [*lines, f"In {told['folder']}. To draw from it, put into the config:", *told["section"]]
    )


def _table(parameters: list[dict[str, Any]]) -> list[str]:
    """Ranges before and after, a line a parameter."""
    rows = [["", "before (90 %)", "after (90 %)", "median", "learnt"]]
    for each in parameters:
        spans = [f"{span['0.05']:.3g} to {span['0.95']:.3g}" for span in (each["prior"], each["posterior"])]
        rows.append([each["path"], *spans, f"{each['posterior']['0.5']:.3g}", f"{each['contraction']:.0%}"])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
