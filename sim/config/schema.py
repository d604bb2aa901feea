"""The JSON Schema of a config, for editors: it completes names and shows what each one means.

It comes from the models in `settings/`, with three things a file may do that the models do not
know: extend another file, give a number with its source and range, and so leave out what the
extended file has. The reader, not the schema, is the judge of a config.
"""

from __future__ import annotations

import ast
import inspect
import json
import warnings
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, PydanticJsonSchemaWarning

from sim import settings
from sim.config.parameters import DATES, LENGTHS
from sim.schedule import Schedule

DIALECT = "https://json-schema.org/draft/2020-12/schema"
IN_LISTS = {"Task", "Observed", "OpenCases", "MonthsSinceReview", "Change", "Cost", "Trainees"}
"""Sections that only stand in lists. Lists are never merged, so these must be complete."""
MAY_MOVE = {"Change", "Intervention", "Cost"}
"""Sections whose dates and lengths of time may be uncertain."""


class _WithSchedules(GenerateJsonSchema):
    """A default given by dates is shown as its number, and a section with its own defaults."""

    def encode_default(self, dft: Any) -> Any:
        if isinstance(dft, Schedule):
            return dft.values[0]
        if isinstance(dft, BaseModel):
            parts = ((name, getattr(dft, name)) for name in type(dft).model_fields if name != "source")
            return {name: self.encode_default(part) for name, part in parts}
        return super().encode_default(dft)


def schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a config file."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", PydanticJsonSchemaWarning)
        whole = settings.Settings.model_json_schema(schema_generator=_WithSchedules)
    sections = whole.pop("$defs")
    values = _Values()
    for name, section in {**sections, "Settings": whole}.items():
        _describe(section, getattr(settings, name))
        movable = (*DATES, *LENGTHS) if name in MAY_MOVE else ()
        properties = section["properties"].items()
        section["properties"] = {key: values.of(each, key in movable) for key, each in properties}
        if name not in {*IN_LISTS, "Settings"}:
            section.pop("required", None)
    extends = {"type": "string", "description": "Another config that this one is laid over."}
    whole["properties"] = {"extends": extends, **whole["properties"]}
    alone = {"if": {"not": {"required": ["extends"]}}, "then": {"required": whole.pop("required")}}
    return {"$schema": DIALECT, **whole, **alone, "$defs": {**sections, **values.shared}}


def schema_text() -> str:
    """The text of `configs/schema.json`."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


class _Values:
    """Lets every number, table and list also be `{value, low, high, source, quality}`.

    Each kind of value is written once, under `$defs`, and named where it is used.
    """

    def __init__(self) -> None:
        self.shared: dict[str, dict[str, Any]] = {}
        self._names: dict[str, str] = {}

    def of(self, field: dict[str, Any], movable: bool = False) -> dict[str, Any]:
        """The schema of a field, with its title, description and default kept beside it.

        What is `movable` is a date or a length of time that may have a range of its own kind.
        """
        about = {key: field[key] for key in ("title", "description", "default") if key in field}
        value = {key: field[key] for key in field if key not in about}
        if not movable:
            return {**about, **self._either(value)}
        alone = self._name(value)
        return {**about, **self._name({"anyOf": [alone, _form(alone, alone)]})}

    def _either(self, value: dict[str, Any]) -> dict[str, Any]:
        if not _may_be_sourced(value):
            return self._opened(value)
        alone = self._name(self._opened(value))
        return self._name({"anyOf": [alone, _form(alone)]})

    def _opened(self, value: dict[str, Any]) -> dict[str, Any]:
        """The entries of a list or a table may be sourced one by one."""
        value = dict(value)
        for key in ("additionalProperties", "items"):
            if isinstance(value.get(key), dict):
                value[key] = self._either(value[key])
        if "patternProperties" in value:
            value["patternProperties"] = {
                pattern: self._either(inner) for pattern, inner in value["patternProperties"].items()
            }
        if "anyOf" in value:
            value["anyOf"] = [self._opened(option) for option in value["anyOf"]]
        return value

    def _name(self, value: dict[str, Any]) -> dict[str, Any]:
        text = json.dumps(value, sort_keys=True)
        name = self._names.setdefault(text, f"value_{len(self._names) + 1}")
        self.shared[name] = value
        return {"$ref": f"#/$defs/{name}"}


def _may_be_sourced(each: dict[str, Any]) -> bool:
    """Numbers, switches, lists and tables of them; not sections, names and texts."""
    if "anyOf" in each:
        return any(_may_be_sourced(option) for option in each["anyOf"])
    if each.get("type") in ("number", "integer", "boolean", "array"):
        return True
    entries = [each.get("additionalProperties"), *each.get("patternProperties", {}).values()]
    return any(isinstance(entry, dict) and _may_be_sourced(entry) for entry in entries)


def _form(each: dict[str, Any], bound: dict[str, Any] | None = None) -> dict[str, Any]:
    bound = bound or {"type": "number"}
    return {
        "type": "object",
        "required": ["value"],
        "dependentRequired": {"low": ["high"], "high": ["low"]},
        "additionalProperties": False,
        "properties": {
            "value": each,
            "low": bound,
            "high": bound,
            "source": {"type": "string"},
            "quality": {"type": "string"},
        },
    }


def _describe(section: dict[str, Any], model: type[BaseModel]) -> None:
    """Take the sentence under each field in `settings/` as its description."""
    tree = ast.parse(inspect.getsource(model)).body[0]
    assert isinstance(tree, ast.ClassDef)
    for field, note in zip(tree.body, tree.body[1:], strict=False):
        text = _text(note)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and text:
            name = field.target.id
            key = model.model_fields[name].alias or name
            section["properties"][key]["description"] = text
    section["properties"].get("source", {}).setdefault("description", "Where these numbers come from.")


def _text(node: ast.stmt) -> str:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return inspect.cleandoc(str(node.value.value))
    return ""
