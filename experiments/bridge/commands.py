"""The command that takes a scenario apart."""

from __future__ import annotations

from typing import Annotated

import typer

from experiments.options import (
    Config,
    Debug,
    Jobs,
    Json,
    Out,
    Quick,
    Replications,
    Seed,
    Set,
    carried_out,
)

Scenario = Annotated[
    str | None,
    typer.Option(
        "--scenario", metavar="NAME", help="Which one; default the last of those with the most interventions."
    ),
]
Shapley = Annotated[
    bool,
    typer.Option(
        "--shapley", help="Average over all orders of the parts; up to four parts that is the rule."
    ),
]


def bridge_command(
    config: Config,
    scenario: Scenario = None,
    shapley: Shapley = False,
    replications: Replications = None,
    seed: Seed = None,
    jobs: Jobs = None,
    out: Out = None,
    set_: Set = None,
    quick: Quick = False,
    as_json: Json = False,
    debug: Debug = False,
) -> int:
    """Share out what the interventions of a scenario do together: a bridge that adds up to the penny."""
    from experiments.bridge import bridge, parts
    from experiments.plan import Options

    options = Options((), replications, seed, tuple(set_ or ()), quick)
    made = parts.plan(config, scenario, options, shapley)
    return carried_out(
        made.plan,
        out,
        jobs,
        as_json,
        debug,
        lambda finished: bridge.of(made, finished),
        bridge.in_words,
        report=False,
    )
