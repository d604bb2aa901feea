"""Time contestants in processes of their own, one after the other and in turn.

A contestant is a function of this package that prepares a problem and gives back what is to be
timed. Every repetition is a new interpreter; processor time is user and system time of that
process, read before and after. The turns alternate (A B A B), so that a slow spell of the machine
falls on all. The cyclic garbage collector is put to rest for every contestant, as a worker of
`send-sim run` does.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Contestant:
    """A function `module:name` of this package, and the arguments it prepares its problem with."""

    variant: str
    function: str
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """One repetition."""

    benchmark: str
    variant: str
    repetition: int
    cpu_seconds: float
    peak_mb: float
    found: dict[str, float]
    """What the contestant counted, so that a reader sees that the problems are the same."""

    def as_csv(self) -> str:
        note = "; ".join(f"{name} {value:.10g}" for name, value in self.found.items())
        start = f"{self.benchmark},{self.variant},{self.repetition}"
        return f"{start},{self.cpu_seconds:.3f},{self.peak_mb:.1f},{note}"


HEADER = "benchmark,variant,repetition,cpu_seconds,peak_mb,note"


def race(benchmark: str, contestants: Sequence[Contestant], repetitions: int) -> list[Row]:
    """Every contestant in turn, so many times over."""
    return [
        run_alone(benchmark, contestant, repetition)
        for repetition in range(1, repetitions + 1)
        for contestant in contestants
    ]


def run_alone(benchmark: str, contestant: Contestant, repetition: int) -> Row:
    """One repetition in an interpreter of its own."""
    task = json.dumps([contestant.function, contestant.arguments])
    command = [sys.executable, "-m", "experiments.benchmarks.worker", task]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{contestant.variant} failed:\n{done.stderr}")
    result = json.loads(done.stdout)
    return Row(
        benchmark, contestant.variant, repetition, result["cpu_seconds"], result["peak_mb"], result["found"]
    )


def table(rows: Sequence[Row]) -> str:
    """Least, middle and most processor seconds of each variant, and what it counted at first."""
    lines = [f"{'variant':26}{'runs':>5}{'min s':>9}{'median':>9}{'max':>9}{'peak MB':>9}  counted"]
    for variant in dict.fromkeys(row.variant for row in rows):
        own = [row for row in rows if row.variant == variant]
        seconds = [row.cpu_seconds for row in own]
        counted = ", ".join(f"{name} {value:,.10g}" for name, value in rounded(own[0].found).items())
        lines.append(
            f"{variant:26}{len(own):5}{min(seconds):9.2f}{statistics.median(seconds):9.2f}"
            f"{max(seconds):9.2f}{max(row.peak_mb for row in own):9.0f}  {counted}"
        )
    return "\n".join(lines)


def rounded(found: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 1) for name, value in found.items()}


def ratios(rows: Iterable[Row], slow: str, quick: str) -> str:
    """How many times longer one variant took than another, pair by pair."""
    seconds = {(row.variant, row.repetition): row.cpu_seconds for row in rows}
    pairs = [
        seconds[slow, repetition] / time
        for (variant, repetition), time in seconds.items()
        if variant == quick
    ]
    each = ", ".join(f"{ratio:.1f}" for ratio in pairs)
    return f"{slow} / {quick}: {statistics.median(pairs):.1f} times as long (pair by pair: {each})"
