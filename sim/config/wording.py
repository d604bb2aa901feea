"""The faults pydantic finds, in words a planner can act on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from pydantic import ValidationError

from sim.config.faults import Fault, Path, nearest, shown
from sim.config.fields import Kind, kind_at
from sim.config.parameters import Plain
from sim.config.tables import keys_of, member
from sim.schedule import Schedule

NAMES = "must begin with a letter and hold only letters, digits and _"
RUN_NAMES = "must be 1 to 61 small letters, digits, - and _, beginning with a letter or digit"
MISSING = "missing, this key is required"
TYPES = {
    "int": "a whole number",
    "float": "a number",
    "string": "text",
    "bool": "true or false",
    "date": "a date such as 2022-04-01",
    "dict": "names with values",
    "list": "a list",
}
WORDS_FOR_TRUTH = {"yes", "no", "on", "off", "y", "n"}


def faults_of(error: ValidationError, plain: Plain) -> Iterator[Fault]:
    """Every fault of a config that pydantic refused, with its place in the file."""
    seen: dict[Path, list[str]] = {}
    for each in error.errors(include_url=False):
        path, rule = _rule(each, plain.data)
        seen.setdefault(path, []).append(rule)
    for path, rules in seen.items():
        if rules == [MISSING] and _is_misspelt(path, seen):
            continue
        yield from _at_dates(path, plain) or [_fault(path, rules, plain)]


def _is_misspelt(path: Path, seen: dict[Path, list[str]]) -> bool:
    """Is a missing key the one that an unknown key beside it should have been?"""
    asked = f"did you mean {path[-1]!r}?"
    return any(asked in rules[0] for other, rules in seen.items() if other[:-1] == path[:-1])


def _fault(path: Path, rules: list[str], plain: Plain) -> Fault:
    first, *others = dict.fromkeys(rules)
    message = " or ".join([first, *(rule.partition(", must be ")[2] for rule in others)])
    if first == MISSING:
        return Fault.at(plain.key_place(path[:-1]), path, message)
    about_key = first.startswith(("unknown key", "a name that"))
    return Fault.at(plain.key_place(path) if about_key else plain.place(path), path, message)


def _at_dates(path: Path, plain: Plain) -> list[Fault]:
    """For a number given by dates: one fault for each wrong entry, on its own line."""
    kind, raw = kind_at(path), member(plain.data, path)
    if not kind or not kind.dated or path[-1] not in keys_of(member(plain.data, path[:-1])):
        return []
    if isinstance(raw, Schedule):
        raw = dict(zip(raw.dates, raw.values, strict=True))
    faults = []
    for day, rule in kind.dated.faults(raw):
        where = path if day is None or day == date.min else (*path, day)
        seen = raw if day is None else day if "date" in rule else raw[day]
        place = plain.key_place(where) if "date" in rule else plain.place(where)
        faults.append(Fault.at(place, where, f"{shown(seen)}, {rule}{hint(seen, rule)}"))
    return faults


def _rule(error: Any, data: Any) -> tuple[Path, str]:
    """The path in the config and the words of one pydantic error."""
    location = error["loc"]
    if error["type"] == "missing":
        return location, MISSING
    if error["type"] == "extra_forbidden":
        parent = kind_at(location[:-1])
        return location, f"unknown key{nearest(location[-1], parent.names() if parent else [])}"
    if error["type"] == "invalid_key":
        return (*_present(location[:-1], data), error["input"]), "unknown key, must be a name"
    if location[-1:] == ("[key]",):
        return location[:-1], f"a name that {_type_rule(error, None)}"
    path = _present(location, data)
    rule = _type_rule(error, kind_at(path))
    return path, f"{shown(error['input'])}, {rule}{hint(error['input'], rule)}"


def _present(location: Path, data: Any) -> Path:
    """The part of an error's location that is in the config (a choice of types adds more)."""
    path: Path = ()
    for key in location:
        if key not in keys_of(data):
            break
        path, data = (*path, key), member(data, (key,))
    return path


def _type_rule(error: Any, kind: Kind | None) -> str:
    name, context = error["type"], error.get("ctx", {})
    if name == "value_error":
        return str(context["error"])
    if name == "literal_error":
        return f"must be one of: {context['expected'].replace(chr(39), '').replace(' or ', ', ')}"
    if name == "string_pattern_mismatch":
        return RUN_NAMES if "61" in str(context) or "{0,60}" in context["pattern"] else NAMES
    if name in ("greater_than", "greater_than_equal", "less_than", "less_than_equal"):
        return _bounds(kind, context)
    if name in ("too_short", "too_long"):
        wanted = context.get("min_length", context.get("max_length"))
        return f"must have {wanted} entries"
    if name == "int_from_float":
        return "must be a whole number"
    if name == "model_type":
        return "must be a section of its own, with keys"
    return f"must be {TYPES.get(name.split('_')[0], 'another kind of value')}"


def _bounds(kind: Kind | None, context: dict[str, Any]) -> str:
    limits = {}
    for each in kind.metadata if kind else ():
        for name in ("gt", "ge", "lt", "le"):
            if getattr(each, name, None) is not None:
                limits[name] = getattr(each, name)
    limits = limits or context
    if {"ge", "le"} <= limits.keys():
        return f"must be between {limits['ge']} and {limits['le']}"
    words = {"gt": "more than {}", "ge": "{} or more", "lt": "less than {}", "le": "{} or less"}
    return "must be " + " and ".join(words[name].format(limit) for name, limit in limits.items())


def hint(value: Any, rule: str) -> str:
    """What to write instead, where the slip is a common one."""
    if "number" in rule or "between" in rule:
        return _number_hint(value, rule)
    if "true or false" in rule and isinstance(value, str) and value.lower() in WORDS_FOR_TRUTH:
        return ", write true or false without quotes"
    if "date" in rule and isinstance(value, str):
        return ", write year-month-day without quotes"
    if rule == "must be text" and isinstance(value, (int, float, date)):
        return ", put it in quotes"
    if rule.startswith("must be one of: ") and isinstance(value, str):
        close = nearest(value, rule.removeprefix("must be one of: ").split(", "))
        return close if "did you mean" in close else ""
    return ""


def _number_hint(value: Any, rule: str) -> str:
    if isinstance(value, str):
        text = value.strip()
        if re.fullmatch(r"-?[\d.]+ ?%", text, re.ASCII):
            return ", write 5 % as 0.05"
        if re.fullmatch(r"[£$]?-?\d{1,3}(,\d{3})+(\.\d+)?", text, re.ASCII):
            return f", write {text.lstrip('£$').replace(',', '_')}"
        if re.fullmatch(r"-?\d+(\.\d+)?", text, re.ASCII):
            return ", remove the quotes"
    elif "between 0 and 1" in rule and isinstance(value, (int, float)) and 1 < value <= 100:
        return f", write {value:g} % as {value / 100:g}"
    return ""
