"""Planners' tables in a few rows: importing them in a test, and reading what was written."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from experiments.evidence.faults import DataError
from experiments.evidence.tables.importing import import_table
from sim.config.faults import Place
from sim.config.yaml_nodes import parse

SMALL = Path(__file__).resolve().parents[2] / "configs" / "ci_small.yaml"
POSTS = "post_number,pool,fte,start_date,end_date,vacant,agency,cost_per_fte_year,cost_is,as_at\n"
PLACES = "urn,school,setting,places,from,until\n"
CONTRACTS = "setting,provider,kind,places,price_per_place_year,from,until\n"
LINES_251 = "authority,financial_year,basis,line,phase,gross,income,net,children\n"


def told_of(kind: str, text: str, tmp_path: Path, over: Path | None = None, **others: str) -> dict:
    """What an import of this text says; `others` are further files by name."""
    files = []
    for name, content in {kind: text, **others}.items():
        files.append(tmp_path / f"{name}.csv")
        files[-1].write_text(content, encoding="utf-8")
    return import_table(kind, files, tmp_path / "out", over)


def faults_of(kind: str, text: str, tmp_path: Path, **others: str) -> list[str]:
    with pytest.raises(DataError) as caught:
        told_of(kind, text, tmp_path, **others)
    assert not (tmp_path / "out").exists()
    return [str(fault).partition(".csv:")[2] for fault in caught.value.faults]


def layer_of(kind: str, text: str, tmp_path: Path, over: Path | None = None, **others: str) -> dict:
    """The layer that was written, as nested plain values: a number without its source and range."""
    told_of(kind, text, tmp_path, over, **others)
    return plain(written(kind, tmp_path))


def written(kind: str, tmp_path: Path) -> dict:
    root, faults = parse((tmp_path / "out" / f"{kind}.yaml").read_text(), Place("layer"))
    assert faults == []
    return nested(root)


def nested(node):
    if isinstance(node.value, dict):
        return {key: nested(child) for key, child in node.value.items()}
    return [nested(child) for child in node.value] if isinstance(node.value, list) else node.value


def plain(value):
    if isinstance(value, dict):
        return (
            plain(value["value"]) if "value" in value else {key: plain(each) for key, each in value.items()}
        )
    return [plain(each) for each in value] if isinstance(value, list) else value


def rows_written(kind: str, tmp_path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader((tmp_path / "out" / f"{kind}.csv").read_text().splitlines()))


def post(number: str, **changes: object) -> str:
    row = {"pool": "ep", "fte": 1, "start_date": "2018-09-01", "end_date": "", "vacant": "no", "agency": "no"}
    row |= {"cost_per_fte_year": "", "cost_is": "", "as_at": "2024-09-01"} | changes
    return ",".join([number, *map(str, row.values())]) + "\n"
