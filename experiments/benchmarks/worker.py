"""Run one contestant, time it, and print what it took and counted as one line of JSON."""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable
from importlib import import_module

Counts = dict[str, float]


def perform(function: str, arguments: dict) -> dict:
    """Prepare untimed, then run timed, then count untimed."""
    module, name = function.split(":")
    prepare = getattr(import_module(f"experiments.benchmarks.{module}"), name)
    run: Callable[[], Callable[[], Counts]] = prepare(**arguments)
    gc.collect()
    gc.freeze()
    gc.disable()
    before = time.process_time()
    count = run()
    seconds = time.process_time() - before
    peak = peak_mb()
    return {"cpu_seconds": seconds, "peak_mb": peak, "found": count()}


def peak_mb() -> float:
    """The most memory this process has held, in megabytes; 0 where the system does not say."""
    try:
        with open("/proc/self/status", encoding="ascii", errors="replace") as status:
            return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        return 0.0


if __name__ == "__main__":
    print(json.dumps(perform(*json.loads(sys.argv[1]))))
