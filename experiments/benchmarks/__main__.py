"""Run benchmarks: `python -m experiments.benchmarks [county queues growth memory] [--repetitions N]`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from types import ModuleType

from experiments import store
from experiments.benchmarks import engine_against_naive, growth, memory, pool_against_ciw
from experiments.benchmarks.timing import HEADER

BENCHMARKS: dict[str, ModuleType] = {
    "county": engine_against_naive,
    "queues": pool_against_ciw,
    "growth": growth,
    "memory": memory,
}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m experiments.benchmarks", description=__doc__)
    parser.add_argument(
        "benchmark", nargs="*", metavar="BENCHMARK", help=f"some of {', '.join(BENCHMARKS)}; all by default"
    )
    parser.add_argument("--repetitions", type=int, metavar="N", help="how often each variant runs")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write every repetition to this file")
    chosen = parser.parse_args(arguments)
    if unknown := set(chosen.benchmark) - set(BENCHMARKS):
        parser.error(
            f"no benchmark is called {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}"
        )
    how_often = {"repetitions": chosen.repetitions} if chosen.repetitions else {}
    rows, failed = [], False
    for name in chosen.benchmark or BENCHMARKS:
        try:
            own = BENCHMARKS[name].run(**how_often)
        except pool_against_ciw.Missing as missing:
            print(f"{name}: {missing}\n", file=sys.stderr)
            failed = True
            continue
        print(f"{name}\n{BENCHMARKS[name].describe(own)}\n", flush=True)
        rows += own
    if chosen.csv:
        store.write_text(chosen.csv, "\n".join([HEADER, *(row.as_csv() for row in rows)]) + "\n")
    return 2 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
