"""Options that mean the same in every command, and how a command ends."""

from __future__ import annotations

import json
import signal
import traceback
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from experiments import errors
from experiments.console import followed, say, tell

if TYPE_CHECKING:
    from experiments.experiment import Finished
    from experiments.plan import Plan

Config = Annotated[
    Path, typer.Argument(metavar="CONFIG", help="The config file, such as configs/ci_small.yaml.")
]
RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="A results folder.")]
RunFolders = Annotated[list[Path], typer.Argument(metavar="RUN...", help="One results folder or more.")]
Golden = Annotated[
    Path, typer.Argument(metavar="GOLDEN", help="A results folder, or a YAML file of named numbers.")
]
Scenario = Annotated[
    list[str] | None,
    typer.Option(
        "--scenario", metavar="NAME", help="Only this scenario, beside the baseline. May be repeated."
    ),
]
Replications = Annotated[
    str | None,
    typer.Option("--replications", metavar="N", help="Replications in all, two to a draw of the parameters."),
]
Seed = Annotated[int | None, typer.Option("--seed", metavar="S", help="The seed of all luck.")]
Jobs = Annotated[
    int | None, typer.Option("--jobs", metavar="J", min=1, help="Replications at a time; default one a core.")
]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="The results folder; default results/<name>/<run-id>."),
]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Change one value of the config. May be repeated."),
]
Quick = Annotated[bool, typer.Option("--quick", help="4 replications, marked as a draft.")]
EventLog = Annotated[bool, typer.Option("--event-log", help="Also keep every event of every child.")]
Json = Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]


def told_plainly(command: Callable[..., int]) -> Callable[..., None]:
    """End with the exit code a command returns, or with the one and the words of its error."""

    @wraps(command)
    def run_command(*arguments: Any, **options: Any) -> None:
        try:
            code = command(*arguments, **options)
        except KeyboardInterrupt:
            tell("Interrupted. The same command starts again; backtests and calibrations go on from there.")
            code = errors.INTERRUPTED
        except Exception as error:
            code, words = errors.told(error)
            tell(traceback.format_exc() if options.get("debug") else words)
        raise typer.Exit(code)

    return run_command


def show(told: dict[str, Any], as_json: bool, in_words: Callable[[dict[str, Any]], str]) -> None:
    """Print what a command found, as words or as JSON."""
    say(json.dumps(told, indent=2, ensure_ascii=True) if as_json else in_words(told))


def carried_out(
    made: Plan,
    out: Path | None,
    jobs: int | None,
    as_json: bool,
    debug: bool,
    of: Callable[[Finished], dict[str, Any]],
    in_words: Callable[[dict[str, Any]], str],
    report: bool = True,
) -> int:
    """The plan run to the end: its warnings and progress told, what is found, and what failed."""
    from experiments import conclusion, experiment, plan

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    for warning in made.document.warnings:
        tell(f"warning: {warning}")
    workers = jobs or plan.cores()
    tell(f"{made.name}: {len(made.units)} runs, {min(workers, len(made.units))} at a time")
    finished = experiment.carry_out(made, out, workers, followed, report)
    show(of(finished), as_json, in_words)
    faults = conclusion.faults(finished, debug)
    for fault in faults:
        tell(fault)
    return errors.RUN_FAILED if faults else errors.DONE
