"""What is shown while a run is going on: a live bar on a terminal, plain lines anywhere else.

Results go to standard output, everything else to standard error, so that `--json` can be piped.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

from experiments.reports.wording import MINUS, NO_BREAK

Item = TypeVar("Item")
PLAIN = str.maketrans({MINUS: "-", NO_BREAK: " ", "“": '"', "”": '"', "→": "->"})
"""Consoles may lack the finer characters of the report."""
LINES = 10
"""About how many progress lines a run prints where there is no terminal."""


def ready_streams() -> None:
    """Never fail on a character that an older console cannot show."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def say(text: str) -> None:
    print(text.translate(PLAIN), flush=True)


def tell(text: str) -> None:
    print(text.translate(PLAIN), file=sys.stderr, flush=True)


def followed(results: Iterable[Item], total: int) -> Iterator[Item]:
    """The same results, with progress shown as they come."""
    if sys.stderr.isatty():
        return _on_terminal(results, total)
    return _in_lines(results, total)


def _on_terminal(results: Iterable[Item], total: int) -> Iterator[Item]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("runs"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[pace]}"))
    started = time.monotonic()
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=total, pace="")
        for done, result in enumerate(results, start=1):
            yield result
            bar.update(task, completed=done, pace=pace(done, total, time.monotonic() - started))


def _in_lines(results: Iterable[Item], total: int) -> Iterator[Item]:
    started = time.monotonic()
    for done, result in enumerate(results, start=1):
        yield result
        if done == total or done * LINES // total > (done - 1) * LINES // total:
            tell(f"{done} of {total} runs done, {pace(done, total, time.monotonic() - started)}")


def pace(done: int, total: int, seconds: float) -> str:
    """Runs a second so far and, from them, the time left."""
    a_second = done / max(seconds, 1e-9)
    return f"{a_second:.2g} runs a second, {duration((total - done) / a_second)} left"


def duration(seconds: float) -> str:
    """40 s, 3 min 20 s, 2 h 5 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
