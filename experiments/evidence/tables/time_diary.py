"""Time diary: a row for the whole time that one case took of one kind of staff in one step.

stage      registration, decide_to_assess, refusal, decide_to_issue, refusal_to_issue, draft_plan,
           final_plan, annual_review, phase_transfer, emergency_review, amendment; advice; mediation,
           appeal, hearing
pool       the config's staff pool
hours      0.05 to 100, in hours (not minutes)
case_type  optional; a word or two, such as complex. Never a case reference: such columns are refused

Becomes `stages.<stage>`, `advice.<body>.hours` or `disputes.<step>_tasks`: mean hours and the coefficient
of variation of each task. The range is the 95 % confidence interval of the mean (Student's t), because
the config's range says how well the mean is known; how cases differ is `cv`. A task with fewer than five
entries is left out and told: so few say little, and might tell whose they are.

A stage of a config is a list, and a list replaces the one below it. Where the config is named, tasks
that are not in the diary and shares of cases stay as they are there. Where it is not, the stage has the
diary's tasks alone, for every case.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import fsum, sqrt
from pathlib import Path
from typing import Any, NamedTuple

from experiments.evidence.columns import Column, number
from experiments.evidence.faults import DataFault
from experiments.evidence.tables.base import Base
from experiments.evidence.tables.establishment import POOLS, POOLS_CALLED
from experiments.evidence.tables.layer import sourced
from experiments.evidence.tables.reading import Imported, Line, code, known_as, read_table, refuse

STAGES = (
    "registration",
    "decide_to_assess",
    "refusal",
    "decide_to_issue",
    "refusal_to_issue",
    "draft_plan",
    "final_plan",
    "annual_review",
    "phase_transfer",
    "emergency_review",
    "amendment",
)
ADVICE = "advice"
DISPUTES = ("mediation", "appeal", "hearing")
FEWEST_ENTRIES = 5
CONFIDENCE = 0.95
ALL = "all"
CASE_TYPE_RULE = "must be a type of case in letters, 30 at most, without numbers or references"


class Times(NamedTuple):
    """What some entries come to, in hours."""

    entries: int
    mean: float
    cv: float
    low: float
    high: float
    least: float
    most: float


def read_time_diary(files: Sequence[Path], base: Base | None = None) -> Imported:
    """Hours and their spread by task."""
    pools = list(dict.fromkeys([*POOLS, *(base.settings.staff_pools if base else ())]))
    columns = [
        Column("stage", known_as((*STAGES, ADVICE, *DISPUTES)), aliases=("step", "task")),
        Column("pool", known_as(pools, POOLS_CALLED), aliases=("staff_pool",)),
        Column("hours", number(0.05, 100, "hours for one case")),
        Column(
            "case_type", code(r"[A-Za-z][A-Za-z _-]{0,29}", CASE_TYPE_RULE), required=False, may_be_blank=True
        ),
    ]
    table = read_table(files, columns)
    refuse(_without_a_body(table.lines, base))
    groups = _groups(table.lines)
    tasks = {key[:2]: times(hours) for key, hours in groups.items() if key[2] == ALL and _enough(hours)}
    tidy = [_row(*key, hours) for key, hours in groups.items()]
    words = [f"{stage}, {pool}: {_said(found)}" for (stage, pool), found in tasks.items()]
    return Imported(table, _layer(tasks, base), tidy, words, _warnings(groups, tasks, base))


def times(hours: Sequence[float]) -> Times:
    """Mean, spread and the confidence interval of the mean, of five entries or more."""
    from scipy.stats import t

    count, mean = len(hours), fsum(hours) / len(hours)
    deviation = sqrt(fsum((each - mean) ** 2 for each in hours) / (count - 1))
    half = float(t.ppf((1 + CONFIDENCE) / 2, count - 1)) * deviation / sqrt(count)
    rounded = (round(each, 2) for each in (mean, max(mean - half, 0.0), mean + half))
    mean_, low, high = rounded
    return Times(count, mean_, round(deviation / mean, 2), low, high, min(hours), max(hours))


def _enough(hours: Sequence[float]) -> bool:
    return len(hours) >= FEWEST_ENTRIES


def _groups(lines: Iterable[Line]) -> dict[tuple[str, str, str], list[float]]:
    """Hours by stage, pool and type of case; `all` is every type together."""
    groups: dict[tuple[str, str, str], list[float]] = {}
    for line in lines:
        types = [ALL] if line["case_type"] is None else [ALL, line["case_type"].lower()]
        for case_type in types:
            groups.setdefault((line["stage"], line["pool"], case_type), []).append(line["hours"])
    order = (*STAGES, ADVICE, *DISPUTES)
    return dict(sorted(groups.items(), key=lambda item: (order.index(item[0][0]), item[0][1:])))


def _row(stage: str, pool: str, case_type: str, hours: Sequence[float]) -> dict[str, Any]:
    found = times(hours) if _enough(hours) else None
    figures = found._asdict() if found else dict.fromkeys(Times._fields)
    names = {"mean": "hours", "cv": "cv", "low": "low", "high": "high", "least": "least", "most": "most"}
    row = {"stage": stage, "pool": pool, "case_type": case_type, "entries": figures["entries"]}
    status = "enough" if found else f"fewer than {FEWEST_ENTRIES} entries"
    return row | {name: figures[key] for key, name in names.items()} | {"status": status}


def _said(found: Times) -> str:
    return f"{found.mean:g} h ({found.low:g} to {found.high:g}), cv {found.cv:g}, {found.entries} entries"


def _hours(found: Times) -> dict[str, Any]:
    source = f"time diary, {found.entries} entries of {found.least:g} to {found.most:g} h"
    return {"hours": sourced(found.mean, source, found.low, found.high), "cv": found.cv}


def _layer(tasks: dict[tuple[str, str], Times], base: Base | None) -> dict[str, Any]:
    layer: dict[str, Any] = {}
    for (stage, pool), found in tasks.items():
        if stage == ADVICE:
            layer.setdefault(ADVICE, {})[_body(pool, base)] = _hours(found)
        else:
            section, name = _place(stage)
            listed = layer.setdefault(section, {}).setdefault(name, _tasks(section, name, base))
            _put(listed, pool, found)
    return layer


def _place(stage: str) -> tuple[str, str]:
    return ("disputes", f"{stage}_tasks") if stage in DISPUTES else ("stages", stage)


def _tasks(section: str, name: str, base: Base | None) -> list[dict[str, Any]]:
    """The tasks of the config that is named, as it has them."""
    if base is None:
        return []
    listed = (base.document.data.get(section) or {}).get(name, [])
    return [dict(task) for task in (listed["value"] if isinstance(listed, dict) else listed)]


def _put(tasks: list[dict[str, Any]], pool: str, found: Times) -> None:
    for task in tasks:
        if task["pool"] == pool:
            task.update(_hours(found))
            return
    tasks.append({"pool": pool, **_hours(found)})


def _body(pool: str, base: Base | None) -> str:
    """The advice that a pool writes; its own name where no config says otherwise."""
    bodies = (
        [name for name, advice in base.settings.advice.items() if advice.pool == pool] if base else [pool]
    )
    return bodies[0] if bodies else ""


def _without_a_body(lines: Sequence[Line], base: Base | None) -> list[DataFault]:
    """Rows that have no one place in the config that is named."""
    if base is None:
        return []
    faults = []
    for line in lines:
        stage, pool = line["stage"], line["pool"]
        if stage == ADVICE and not _body(pool, base):
            faults.append(line.fault("pool", f"{pool!r}, writes no advice in {base.path.name}"))
        elif stage != ADVICE and [task["pool"] for task in _tasks(*_place(stage), base)].count(pool) > 1:
            faults.append(line.fault("pool", f"{pool!r}, has two tasks at {stage} in {base.path.name}"))
        elif stage in DISPUTES and base.settings.disputes is None:
            faults.append(line.fault("stage", f"{stage!r}, and {base.path.name} has no disputes"))
    return faults


def _warnings(
    groups: dict[tuple[str, str, str], list[float]], tasks: dict[tuple[str, str], Times], base: Base | None
) -> list[str]:
    few = [
        f"{stage}, {pool}"
        for stage, pool, case_type in groups
        if case_type == ALL and (stage, pool) not in tasks
    ]
    told = [f"{each}: fewer than {FEWEST_ENTRIES} entries, left out" for each in few]
    if base is None and any(stage != ADVICE for stage, _ in tasks):
        told.append(
            "each stage here has the diary's tasks alone, for every case; name the config to keep its other "
            "tasks and its shares of cases"
        )
    return told
