"""What a worker does for a movement. Imported by every worker, so it needs nothing but `sim`."""

from __future__ import annotations

from collections.abc import Collection

from experiments.plan import Unit
from experiments.task import Result, perform
from sim.settings import Settings


def measure(keys: Collection[str], unit: Unit, settings: Settings, keep_log: bool) -> Result:
    """One replication, of which only the figures with these keys are kept.

    A key is calendar,period,measure,group, as in the yearly results.
    """
    result = perform(unit, settings, keep_log)
    kept = [place for place, key in enumerate(result.keys) if key in keys]
    result.keys = [result.keys[place] for place in kept]
    result.values = result.values[kept] if kept else result.values[:0]
    result.yearly = result.monthly = b""
    return result
