"""The engine beside the same authority written from the SimPy tutorial, on the benchmark county."""

from __future__ import annotations

from experiments.benchmarks.timing import Contestant, Row, race, ratios, table

ENGINE, REDUCED, NAIVE = "engine", "engine and measures", "naive SimPy"
WHOLE, WHOLE_REDUCED = "engine, whole service", "engine and measures, whole service"


def run(repetitions: int = 5, years: float = 10, scale: float = 1) -> list[Row]:
    size = {"years": years, "scale": scale}
    contestants = (
        Contestant(ENGINE, "engine:run_engine", size),
        Contestant(NAIVE, "engine:run_naive", size),
        Contestant(REDUCED, "engine:run_engine_and_reduce", size),
        Contestant(WHOLE, "engine:run_engine", {**size, "whole": True}),
        Contestant(WHOLE_REDUCED, "engine:run_engine_and_reduce", {**size, "whole": True}),
    )
    return race("county", contestants, repetitions)


def describe(rows: list[Row]) -> str:
    quick = (ENGINE, REDUCED, WHOLE, WHOLE_REDUCED)
    return "\n".join([table(rows), *(ratios(rows, slow=NAIVE, quick=each) for each in quick)])
