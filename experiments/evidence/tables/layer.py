"""A config layer as YAML text: what is laid over a config by `extends`, every number with its source."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

WIDEST = 100


def sourced(value: Any, source: str, low: float | None = None, high: float | None = None) -> dict[str, Any]:
    """`{value, low, high, source}`; the range is left out where it is none."""
    spread = {} if low is None or high is None or low == high else {"low": low, "high": high}
    return {"value": value, **spread, "source": source}


def layer_text(tree: Mapping[str, Any], about: Sequence[str], extends: str | None = None) -> str:
    """The YAML of a layer: `about` as comments, the config it extends where that is known, the settings.

    A map that fits on a line stands on one; the same tree gives the same bytes.
    """
    above = (
        f"extends: {json.dumps(extends, ensure_ascii=False)}" if extends else "# extends: your_config.yaml"
    )
    return "\n".join([*(f"# {' '.join(line.split())}" for line in about), above, *_entries(tree, "")]) + "\n"


def _entries(entries: Mapping[Any, Any], indent: str) -> Iterator[str]:
    for key, value in entries.items():
        start = f"{indent}{_word(key, is_key=True)}:"
        line = f"{start} {_flow(value)}"
        if isinstance(value, Mapping) and value and (_is_section(value) or len(line) > WIDEST):
            yield start
            yield from _entries(value, f"{indent}  ")
        elif isinstance(value, list) and value and (isinstance(value[0], Mapping) or len(line) > WIDEST):
            yield start
            yield from (f"{indent}  - {_flow(item)}" for item in value)
        else:
            yield line


def _is_section(entries: Mapping[Any, Any]) -> bool:
    """A part of the config, not a number with its source or by dates."""
    return "value" not in entries and not any(isinstance(key, date) for key in entries)


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return (
            "{" + ", ".join(f"{_word(key, is_key=True)}: {_flow(each)}" for key, each in value.items()) + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _word(value)


def _word(value: Any, is_key: bool = False) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str) and is_key:
        return value
    return json.dumps(value, ensure_ascii=False)
