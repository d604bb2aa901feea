"""The engine beside the same authority written from the SimPy tutorial, on the benchmark county."""

from __future__ import annotations

from experiments.benchmarks.timing import Contestant, Row, race, ratios, table

ENGINE, REDUCED, NAIVE = "engine", "engine and measures", "naive SimPy"


def run(repetitions: int = 5, years: float = 10, scale: float = 1) -> list[Row]:
    size = {"years": years, "scale": scale}
    contestants = (
        Contestant(ENGINE, "engine:run_engine", size),
        Contestant(NAIVE, "engine:run_naive", size),
        Contestant(REDUCED, "engine:run_engine_and_reduce", size),
    )
    return race("county", contestants, repetitions)


def describe(rows: list[Row]) -> str:
    return "\n".join(
        [table(rows), ratios(rows, slow=NAIVE, quick=ENGINE), ratios(rows, slow=NAIVE, quick=REDUCED)]
    )
