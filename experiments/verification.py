"""Is a stored run what it was, and is it the same as a golden one?

The golden one is another results folder, compared table by table, or a YAML file of named
numbers, each the mean of one row of the summary:

    tolerance: 1.0e-9
    numbers:
      - {scenario: baseline, measure: requests, calendar: calendar, period: "2024", group: all, mean: 95.5}
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd

from experiments import store
from experiments.errors import InputError

TABLES = ("summary.csv", "yearly.csv", "monthly.csv", "events.csv.gz", "children.csv.gz", "failed.csv")
NAMES = ("scenario", "measure", "calendar", "period", "group")
MOST_SHOWN = 20


def differences(folder: Path, golden: Path) -> list[str]:
    """One line a difference; nothing when the run is as it should be."""
    changed = [f"{name}: changed since the run was made" for name in store.changed_files(folder)]
    if golden.is_dir():
        return changed + between_folders(folder, golden)
    return changed + from_numbers(folder, golden)


def in_words(told: dict[str, Any]) -> str:
    """The verdict, and what differs."""
    if told["same"]:
        return "The same."
    return "\n".join(["Not the same:", *told["differences"]])


def between_folders(folder: Path, golden: Path) -> list[str]:
    store.read_manifest(golden)
    found = []
    for name in TABLES:
        here, there = folder / name, golden / name
        if here.is_file() != there.is_file():
            found.append(f"{name}: only in {folder if here.is_file() else golden}")
        elif here.is_file() and store.digest_of(here) != store.digest_of(there):
            found += _between_tables(name, _table(here), _table(there))
    return found


def _table(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def _between_tables(name: str, here: pd.DataFrame, there: pd.DataFrame) -> list[str]:
    if list(here.columns) != list(there.columns):
        return [f"{name}: columns {', '.join(here.columns)}; golden {', '.join(there.columns)}"]
    columns = list(here.columns)
    last_key = columns.index("uncertainty") + 1 if "uncertainty" in columns else len(columns) - 1
    keys, figures = columns[:last_key], columns[last_key:]
    keys = [*keys, "occurrence"]
    both = _numbered(here, keys).merge(_numbered(there, keys), on=keys, how="outer", suffixes=("", "_golden"))
    odd = pd.Series(False, index=both.index)
    for figure in figures:
        odd |= both[figure].ne(both[f"{figure}_golden"])
    lines = [_told(name, row, keys[:-1], figures) for _, row in both[odd].head(MOST_SHOWN).iterrows()]
    if odd.sum() > MOST_SHOWN:
        lines.append(f"{name}: {odd.sum() - MOST_SHOWN:,} more rows differ")
    return lines or [f"{name}: the same rows in another order or form"]


def _numbered(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Rows with the same key, as in an event log, are told apart by the order they come in."""
    return table.assign(occurrence=table.groupby(keys[:-1], sort=False).cumcount())


def _told(name: str, row: pd.Series, keys: list[str], figures: list[str]) -> str:
    where = " ".join(str(row[key]) for key in keys if row[key] != "")
    parts = []
    for figure in figures:
        here, there = row[figure], row[f"{figure}_golden"]
        if pd.isna(here) or pd.isna(there):
            return f"{name}: {where}: only in {'the run' if pd.isna(there) else 'the golden one'}"
        if here != there:
            parts.append(f"{figure} {here or 'empty'}, golden {there or 'empty'}")
    return f"{name}: {where}: {'; '.join(parts)}"


def from_numbers(folder: Path, golden: Path) -> list[str]:
    """Compare the summary's means with named numbers."""
    expected = read_numbers(golden)
    tolerance = float(expected.get("tolerance", 0.0))
    means = means_of(folder)
    lines = []
    for entry in expected["numbers"]:
        key = key_of(entry)
        found = means.get(key)
        if found is None or not math.isclose(found, entry["mean"], rel_tol=tolerance, abs_tol=0.0):
            seen = "not in the summary" if found is None else f"{found:.12g}"
            lines.append(f"summary.csv: {' '.join(key)}: {seen}, golden {entry['mean']:.12g}")
    return lines


def means_of(folder: Path) -> dict[tuple[str, ...], float]:
    """Every mean of a stored summary by its names."""
    texts = dict.fromkeys([*NAMES, "uncertainty", "unit"], str)
    table = pd.read_csv(folder / "summary.csv", dtype=texts, keep_default_na=False, na_values={"mean": [""]})
    table = table[table["uncertainty"] == "all"]
    return dict(zip(zip(*(table[name] for name in NAMES), strict=True), table["mean"], strict=True))


def key_of(entry: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(entry[name]) for name in NAMES)


def read_numbers(path: Path) -> dict[str, Any]:
    """A golden file of named numbers, checked."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        content = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except (YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as YAML: {' '.join(str(error).split())}") from None
    numbers = content.get("numbers") if isinstance(content, dict) else None
    if not isinstance(numbers, list) or not numbers:
        raise InputError(f"{path}: a golden file needs a list called 'numbers'")
    needed = {*NAMES, "mean"}
    for place, entry in enumerate(numbers):
        missing = sorted(needed - set(entry)) if isinstance(entry, dict) else sorted(needed)
        if missing:
            raise InputError(f"{path}: numbers[{place}]: missing {', '.join(missing)}")
        if isinstance(entry["mean"], bool) or not isinstance(entry["mean"], (int, float)):
            raise InputError(f"{path}: numbers[{place}].mean: {entry['mean']!r} is not a number")
    return content
