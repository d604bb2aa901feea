"""Commands about configs and what is changed in them: what a value comes from, and how two configs differ."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments import errors
from experiments.bridge.commands import bridge_command
from experiments.console import followed
from experiments.movement.commands import why_command
from experiments.options import (
    Config,
    Debug,
    Jobs,
    Json,
    Quick,
    Replications,
    RunFolder,
    Scenario,
    Seed,
    Set,
    show,
    told_plainly,
)
from experiments.papers.commands import papers_command

DottedPath = Annotated[
    str, typer.Argument(metavar="PATH", help="A dotted path, such as staff_pools.ep.fte, or a section.")
]
OneScenario = Annotated[
    str | None,
    typer.Option("--scenario", metavar="NAME", help="The option; default every one that there is."),
]
Option = Annotated[
    str | None, typer.Option("--scenario", metavar="NAME", help="The option; default the only one there is.")
]
Late = Annotated[
    str | None,
    typer.Option("--intervention", metavar="ID", help="Only this one is late; default all of the option."),
]
Measures = Annotated[
    list[str] | None,
    typer.Option("--measure", metavar="NAME", help="A measure to look at besides cost. May be repeated."),
]
First = Annotated[Path, typer.Argument(metavar="A", help="A config file.")]
Second = Annotated[Path, typer.Argument(metavar="B", help="Another config file.")]


def add_intervention_commands(app: typer.Typer) -> None:
    """Put these commands beside the others."""
    for command in (explain, diff, appraise, delay):
        app.command()(told_plainly(command))
    app.command("bridge")(told_plainly(bridge_command))
    app.command("papers")(told_plainly(papers_command))
    app.command("why")(told_plainly(why_command))


def explain(
    config: Config,
    path: DottedPath,
    scenario: Scenario = None,
    set_: Set = None,
    as_json: Json = False,
    debug: Debug = False,
) -> int:
    """Print a value of a config, the file and line it comes from, and what each scenario makes of it."""
    from experiments import explanation
    from experiments.plan import Options

    options = Options(tuple(scenario or ()), overrides=tuple(set_ or ()))
    show(explanation.explain(config, path, options), as_json, explanation.in_words)
    return errors.DONE


def diff(a: First, b: Second, as_json: Json = False, debug: Debug = False) -> int:
    """List in plain English what differs between two configs, with all that they extend."""
    from experiments import config_differences

    show(config_differences.diff(a, b), as_json, config_differences.in_words)
    return errors.DONE


def appraise(
    run: RunFolder, scenario: OneScenario = None, as_json: Json = False, debug: Debug = False
) -> int:
    """When an option of a stored run pays back, by fund: cash flows, savings to investment, present value."""
    from experiments.appraisal import appraisal, wording

    show(appraisal.appraise(run, scenario), as_json, wording.in_words)
    return errors.DONE


def delay(
    config: Config,
    scenario: Option = None,
    intervention: Late = None,
    measure: Measures = None,
    replications: Replications = None,
    seed: Seed = None,
    jobs: Jobs = None,
    set_: Set = None,
    quick: Quick = False,
    as_json: Json = False,
    debug: Debug = False,
) -> int:
    """When an option arrives, with what chance by each quarter, and what each month of its delay costs."""
    from experiments.appraisal import wording
    from experiments.appraisal.delay import delay as cost_of_delay
    from experiments.plan import Options

    options = Options((), replications, seed, tuple(set_ or ()), quick)
    told = cost_of_delay(config, options, scenario, intervention, tuple(measure or ()), jobs, followed)
    show(told, as_json, wording.delay_in_words)
    return errors.DONE
