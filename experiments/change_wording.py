"""What an intervention does and costs, in words a planner reads: one wording for screens and pages.

A change or a cost may be given as settings hold it or as a config writes it, in which any number, date
or length of time may be `{value, low, high, source}`; a range is then told behind its central value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from experiments.reports.wording import FUNDS, inside_sentence, listed, plain_name
from sim.config.faults import counted
from sim.config.parameters import is_sourced

if TYPE_CHECKING:
    from pydantic import BaseModel

Told = Mapping[str, Any]
NameOf = Callable[[str], str]
LONGEST = 60
OPERATIONS = {
    "set": "sets {path} to {value}",
    "add": "adds {value} to {path}",
    "multiply": "multiplies {path} by {value}",
}


def value_in_words(value: Any, longest: int = LONGEST) -> str:
    """A value of a config: 12,000; 0.5 (0.2 to 0.8); 4 from 2021-04-01, 6 from 2022-04-01.

    A list or a table of more than `longest` characters is told by how much it holds.
    """
    if _is_sourced(value):
        central = value_in_words(value["value"], longest)
        if "low" not in value or "high" not in value:
            return central
        return f"{central} ({value_in_words(value['low'])} to {value_in_words(value['high'])})"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, Mapping):
        return _map_in_words(value, longest)
    if isinstance(value, (list, tuple)):
        text = ", ".join(value_in_words(each, longest) for each in value)
        return f"[{text}]" if len(text) <= longest else f"a list of {counted(len(value), 'entry', 'entries')}"
    return str(value)


def _number(value: float) -> str:
    """Four digits stand together, since they may be a year."""
    return f"{value:.12g}" if abs(value) < 10_000 else f"{value:,.12g}"


def _map_in_words(entries: Told, longest: int) -> str:
    if entries and all(isinstance(key, date) for key in entries):
        steps = sorted(entries.items())
        return ", ".join(f"{value_in_words(value)} from {day}" for day, value in steps)
    text = ", ".join(f"{key}: {value_in_words(value, longest)}" for key, value in entries.items())
    return (
        f"{{{text}}}" if len(text) <= longest else f"a table of {counted(len(entries), 'entry', 'entries')}"
    )


def in_words(change: BaseModel | Told, name_of: NameOf = str) -> str:
    """One change: `from 2021-01-01 adds 0.5 to staff_pools.ep.fte over 26 weeks`; `name_of` names a path."""
    parts = _as_map(change)
    words = OPERATIONS.get(str(parts.get("operation")), "changes {path} with {value}")
    done = words.format(path=name_of(str(parts.get("path"))), value=value_in_words(parts.get("value")))
    return "".join((_dates(parts), done, *_course(parts)))


def _course(parts: Told) -> Iterator[str]:
    """How a change comes, how late, how much of it and for how long."""
    if parts.get("ramp") is not None:
        yield f" over {value_in_words(parts['ramp'])}"
    if parts.get("slip") is not None:
        yield f", {value_in_words(parts['slip'])} late"
    share = parts.get("delivered_share")
    if share is not None and share != 1:
        yield f", a share of {value_in_words(share)} of it delivered"
    if parts.get("decay") is not None:
        yield f", half of what is left gone after every {value_in_words(parts['decay'])}"


def cost_in_words(cost: BaseModel | Told) -> str:
    """One cost: `from 2021-01-01 costs £5,000 once from the general fund`."""
    parts = _as_map(cost)
    sums = [
        f"{pounds_in_words(parts[key])} {when}"
        for key, when in (("one_off", "once"), ("per_year", "a year"))
        if parts.get(key)
    ]
    text = f"{_dates(parts)}costs {listed(sums) or 'nothing'} from {fund_in_words(parts.get('fund', ''))}"
    if parts.get("repaid_on") is None:
        return text
    by = f" by {fund_in_words(parts['repaid_by'])}" if parts.get("repaid_by") else ""
    return f"{text}, an advance repaid on {value_in_words(parts['repaid_on'])}{by}"


def pounds_in_words(value: Any) -> str:
    """£5,000; £5,000 (£4,000 to £7,000)."""
    if not _is_sourced(value):
        return f"£{value:,.12g}"
    central = pounds_in_words(value["value"])
    if "low" not in value or "high" not in value:
        return central
    return f"{central} ({pounds_in_words(value['low'])} to {pounds_in_words(value['high'])})"


def fund_in_words(fund: str) -> str:
    """`the general fund`."""
    return f"the {inside_sentence(plain_name(fund, FUNDS))}"


def intervention_in_words(intervention: BaseModel | Told) -> str:
    """All that an intervention does, pushes elsewhere and costs, in one line."""
    return "; ".join(intervention_in_parts(intervention)) or "does nothing"


def intervention_in_parts(intervention: BaseModel | Told, name_of: NameOf = str) -> list[str]:
    """The same, a text for each change and each cost; nothing where it does nothing."""
    parts = _as_map(intervention)
    told = [in_words(change, name_of) for change in parts.get("changes") or ()]
    told += [f"pushes elsewhere: {in_words(change, name_of)}" for change in parts.get("displaces") or ()]
    told += [cost_in_words(cost) for cost in parts.get("cost") or ()]
    if parts.get("slip") is not None:
        told.append(f"all of it {value_in_words(parts['slip'])} late")
    if parts.get("optimism_bias"):
        told.append(f"an optimism bias of {value_in_words(parts['optimism_bias'])} allowed for")
    return told


def scenario_in_words(scenario: BaseModel | Told | None) -> str:
    """What a scenario switches on and changes, in one line."""
    parts = _as_map(scenario or {})
    names = [str(name) for name in parts.get("interventions") or ()]
    told = [f"with {listed(names)}"] if names else []
    told += [in_words(change) for change in parts.get("changes") or ()]
    told += [f"sets {path} to {value_in_words(value)}" for path, value in (parts.get("set") or {}).items()]
    return "; ".join(told) or "changes nothing"


def _dates(parts: Told) -> str:
    ends = (("from", parts.get("from")), ("until", parts.get("until")))
    return "".join(f"{word} {value_in_words(day)} " for word, day in ends if day is not None)


def _as_map(told: BaseModel | Told) -> Told:
    if isinstance(told, Mapping):
        return told
    return told.model_dump(by_alias=True, exclude_defaults=True)


def _is_sourced(value: Any) -> bool:
    return isinstance(value, Mapping) and is_sourced(value)
