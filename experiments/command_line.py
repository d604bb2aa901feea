"""What a user types. Each command reads its options, asks the rest of the package and prints.

Heavy libraries are imported inside the commands that need them, so that help and `check` answer
at once.
"""

from __future__ import annotations

import json
from typing import Any

import typer

from experiments import errors
from experiments.console import ready_streams, say
from experiments.evidence_commands import add_evidence_commands
from experiments.intervention_commands import add_intervention_commands
from experiments.options import (
    Config,
    Debug,
    EventLog,
    Golden,
    Jobs,
    Json,
    Out,
    Quick,
    Replications,
    RunFolder,
    RunFolders,
    Scenario,
    Seed,
    Set,
    carried_out,
    show,
    told_plainly,
)

app = typer.Typer(
    name="send-sim",
    help="Simulate how a local authority assesses, plans for, places and reviews children with SEND.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def main() -> None:
    """The `send-sim` command."""
    ready_streams()
    app()


add_evidence_commands(app)
add_intervention_commands(app)


@app.command()
@told_plainly
def run(
    config: Config,
    scenario: Scenario = None,
    replications: Replications = None,
    seed: Seed = None,
    jobs: Jobs = None,
    out: Out = None,
    set_: Set = None,
    quick: Quick = False,
    event_log: EventLog = False,
    as_json: Json = False,
    debug: Debug = False,
) -> int:
    """Run every scenario of a config and write one results folder with its report."""
    from experiments import plan

    made = plan.make(config, _options(scenario, replications, seed, set_, quick, event_log))

    from experiments import conclusion

    return carried_out(made, out, jobs, as_json, debug, conclusion.of, conclusion.in_words)


@app.command()
@told_plainly
def loops(
    config: Config,
    replications: Replications = None,
    seed: Seed = None,
    jobs: Jobs = None,
    out: Out = None,
    set_: Set = None,
    quick: Quick = False,
    event_log: EventLog = False,
    as_json: Json = False,
    debug: Debug = False,
) -> int:
    """Run the baseline without each closed loop and without all, and say what each is worth."""
    from experiments import loops as closed_loops

    made = closed_loops.plan(config, _options(None, replications, seed, set_, quick, event_log))
    return carried_out(made, out, jobs, as_json, debug, closed_loops.of, closed_loops.in_words)


@app.command()
@told_plainly
def check(
    config: Config,
    scenario: Scenario = None,
    replications: Replications = None,
    seed: Seed = None,
    jobs: Jobs = None,
    out: Out = None,
    set_: Set = None,
    quick: Quick = False,
    event_log: EventLog = False,
    as_json: Json = False,
    debug: Debug = False,
) -> int:
    """Check everything and run nothing: says what would run and about what it would take."""
    from experiments import estimate, plan

    made = plan.make(config, _options(scenario, replications, seed, set_, quick, event_log))
    show(estimate.prospect(made, out, jobs or plan.cores()), as_json, estimate.in_words)
    return errors.DONE


@app.command()
@told_plainly
def compare(runs: RunFolders, scenario: Scenario = None, as_json: Json = False, debug: Debug = False) -> int:
    """The headline numbers of stored runs side by side, with paired differences."""
    from experiments import comparison

    table = comparison.compare(runs, tuple(scenario or ()))
    say(table.to_json(orient="records", indent=2) if as_json else comparison.as_text(table))
    return errors.DONE


@app.command()
@told_plainly
def report(run: RunFolder, as_json: Json = False, debug: Debug = False) -> int:
    """Write the report of a stored run again, from its tables."""
    from experiments import store
    from experiments.reports.report import write_report

    manifest = store.read_manifest(run)
    path = write_report(run)
    store.write_manifest(run, manifest)
    show({"report": str(path)}, as_json, lambda told: told["report"])
    return errors.DONE


@app.command()
@told_plainly
def verify(run: RunFolder, golden: Golden, as_json: Json = False, debug: Debug = False) -> int:
    """Compare a stored run with another or with named numbers; exit code 3 if they differ."""
    from experiments import verification

    found = verification.differences(run, golden)
    show({"same": not found, "differences": found}, as_json, verification.in_words)
    return errors.DIFFERS if found else errors.DONE


@app.command()
@told_plainly
def schema(debug: Debug = False) -> int:
    """Print the JSON schema of a config, for editors that check while you type."""
    from sim.config.schema import schema as config_schema

    say(json.dumps(config_schema(), indent=2, ensure_ascii=True))
    return errors.DONE


def _options(
    scenario: list[str] | None,
    replications: str | None,
    seed: int | None,
    overrides: list[str] | None,
    quick: bool,
    event_log: bool,
) -> Any:
    from experiments.plan import Options

    return Options(tuple(scenario or ()), replications, seed, tuple(overrides or ()), quick, event_log)
