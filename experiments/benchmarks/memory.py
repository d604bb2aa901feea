"""The most memory a worker holds that imports only `sim` and runs the benchmark county."""

from __future__ import annotations

from experiments.benchmarks.timing import Contestant, Row, race, table

TARGET_MB = 120


def run(repetitions: int = 1, years: float = 10, scale: float = 1) -> list[Row]:
    size = {"years": years, "scale": scale}
    contestants = (
        Contestant("engine", "engine:run_engine", size),
        Contestant("engine and measures", "engine:run_engine_and_reduce", size),
        Contestant("whole service", "engine:run_engine", {**size, "whole": True}),
        Contestant("whole service and measures", "engine:run_engine_and_reduce", {**size, "whole": True}),
    )
    return race("memory", contestants, repetitions)


def describe(rows: list[Row]) -> str:
    most = max(row.peak_mb for row in rows)
    return f"{table(rows)}\npeak {most:.0f} MB, target {TARGET_MB} MB"
