"""Which columns of a case-management extract say what: a small YAML file that stands beside it.

layout: events                  # one row an event; or `milestones`, one row a case
case: Case reference
activity: Status                # of events
time: Status date
activities: {Request received: requested, Phone call: ignore}
milestones: {Date of request: requested}    # instead, of milestones
extract_date: 2024-12-31        # open cases are followed to the close of this day
from: 2022-01-01                # the log is complete from this day on
unknown_activities: warn        # or refuse
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from experiments.evidence.columns import heading_key
from experiments.evidence.faults import DataError, DataFault
from experiments.evidence.sheets import content_of
from experiments.logs.activities import NAMES
from sim.event_log import PLAN_ISSUED, REQUESTED

IGNORE = "ignore"
EVENTS, MILESTONES = "events", "milestones"
KEYS = {
    EVENTS: (
        "layout",
        "case",
        "activity",
        "time",
        "activities",
        "extract_date",
        "from",
        "unknown_activities",
    ),
    MILESTONES: ("layout", "case", "milestones", "extract_date", "from"),
}
NEEDED = {EVENTS: ("case", "activity", "time", "activities"), MILESTONES: ("case", "milestones")}


@dataclass(frozen=True)
class ColumnMap:
    """Headings by what they mean, and our names for the authority's steps by the key of theirs."""

    layout: str
    case: str
    steps: dict[str, str]
    """Their step, or the heading of its date → ours or IGNORE."""
    activity: str = ""
    time: str = ""
    extract_date: date | None = None
    first: date | None = None
    refuse_unknown: bool = False
    known: dict[str, str] = field(default_factory=dict)
    """The same as `steps` by `heading_key`."""

    @property
    def activities(self) -> tuple[str, ...]:
        """The steps the log keeps, in the order of the law."""
        kept = set(self.steps.values())
        return tuple(activity for activity in NAMES if activity in kept)


def read_column_map(path: Path) -> ColumnMap:
    """The map in a YAML file, or a DataError with every fault by its row and key."""
    data = _parsed(path)
    layout = data.get("layout", EVENTS)
    faults = _Faults(path.name, data)
    if layout not in KEYS:
        faults.add("layout", f"{layout!r}, must be {EVENTS} or {MILESTONES}")
        raise DataError(faults.found)
    for key in data:
        if key not in KEYS[layout]:
            faults.add(key, f"unknown key{_hint(str(key), KEYS[layout])}")
    for key in NEEDED[layout]:
        if not data.get(key):
            faults.add(key, "missing, must be there")
    for key in ("case", "activity", "time"):
        if key in data and not isinstance(data[key], str):
            faults.add(key, f"{data[key]!r}, must be the heading of a column")
    steps = _steps(data, "activities" if layout == EVENTS else "milestones", faults)
    unknown = data.get("unknown_activities", "warn")
    if unknown not in ("warn", "refuse"):
        faults.add("unknown_activities", f"{unknown!r}, must be warn or refuse")
    extract, first = (_day(data, key, faults) for key in ("extract_date", "from"))
    if extract and first and first >= extract:
        faults.add("from", f"{first}, must be before extract_date")
    if faults.found:
        raise DataError(faults.found)
    return ColumnMap(
        layout,
        data["case"],
        steps,
        data.get("activity", ""),
        data.get("time", ""),
        extract,
        first,
        unknown == "refuse",
        {heading_key(theirs): ours for theirs, ours in steps.items()},
    )


class _Faults:
    """Faults of one file, each at the row of its key."""

    def __init__(self, name: str, data: Any) -> None:
        self.name, self.data = name, data
        self.found: list[DataFault] = []

    def add(self, key: Any, message: str, within: Any = None) -> None:
        mapping = self.data if within is None else within
        self.found.append(DataFault(self.name, _row(mapping, key), str(key), message))


def _row(mapping: Any, key: Any) -> int:
    try:
        return int(mapping.lc.key(key)[0]) + 1
    except (AttributeError, KeyError, TypeError):
        return 0


def _parsed(path: Path) -> Any:
    content = content_of(path)
    try:
        data = YAML(typ="rt").load(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise DataError([DataFault(path.name, 0, "", "not UTF-8 text, must be a YAML file")]) from None
    except YAMLError as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        told = f"{getattr(error, 'problem', None) or 'cannot be read'}, must be well-formed YAML"
        raise DataError([DataFault(path.name, mark.line + 1 if mark else 0, "", told)]) from None
    if not isinstance(data, dict):
        raise DataError([DataFault(path.name, 0, "", "must be keys with values, such as `case: Case ref`")])
    return data


def _steps(data: Any, key: str, faults: _Faults) -> dict[str, str]:
    """Their names for steps with ours, checked: some must say when a case begins and is over."""
    given = data.get(key)
    if not given:
        return {}
    if not isinstance(given, dict):
        faults.add(key, "must be names with our names for them, such as `Request received: requested`")
        return {}
    allowed = [*NAMES, IGNORE] if key == "activities" else list(NAMES)
    for theirs, ours in given.items():
        if ours not in allowed:
            hint = _hint(str(ours), allowed)
            faults.add(theirs, f"{ours!r}, must be one of {', '.join(allowed)}{hint}", given)
    for needed in (REQUESTED, PLAN_ISSUED):
        if needed not in given.values():
            faults.add(key, f"nothing stands for {needed}, something must")
    return {str(theirs): str(ours) for theirs, ours in given.items()}


def _hint(seen: str, choices: Any) -> str:
    near = get_close_matches(seen, choices, n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else ""


def _day(data: Any, key: str, faults: _Faults) -> date | None:
    value = data.get(key)
    if isinstance(value, datetime):
        value = value.date()
    if value is None or isinstance(value, date):
        return value
    faults.add(key, f"{value!r}, must be a date such as 2024-12-31")
    return None
