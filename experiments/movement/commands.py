"""The command that says why a measure moved."""

from __future__ import annotations

from typing import Annotated

import typer

from experiments import errors
from experiments.console import followed, tell
from experiments.options import Config, Debug, Jobs, Json, Out, Quick, Replications, Seed, Set, show

Measure = Annotated[
    str, typer.Option("--measure", metavar="NAME", help="Which measure, such as timeliness_20w_excl.")
]
First = Annotated[
    str,
    typer.Option("--from", metavar="PERIOD", help="The first period, as in yearly.csv: 2021 or 2021-22."),
]
Second = Annotated[str, typer.Option("--to", metavar="PERIOD", help="The second period.")]
Group = Annotated[str, typer.Option("--group", metavar="GROUP", help="Whom it counts, such as need=ASD.")]
Years = Annotated[
    str | None,
    typer.Option(
        "--calendar", metavar="KIND", help="calendar, financial or academic; default as the measure is read."
    ),
]
Scenario = Annotated[str | None, typer.Option("--scenario", metavar="NAME", help="Default the baseline.")]
Shapley = Annotated[
    bool, typer.Option("--shapley", help="Average over all orders of the causes: many more runs.")
]


def why_command(
    config: Config,
    measure: Measure,
    first: First,
    second: Second,
    scenario: Scenario = None,
    group: Group = "all",
    calendar: Years = None,
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
    """Say why a measure moved between two dates: requests, need mix, agreement, staffing and more."""
    from experiments import plan
    from experiments.movement import movement

    chosen = () if scenario is None else (scenario,)
    options = plan.Options(chosen, replications, seed, tuple(set_ or ()), quick)
    told = movement.why(
        config,
        options,
        measure,
        first,
        second,
        group=group,
        calendar=calendar,
        in_all_orders=shapley,
        jobs=jobs or plan.cores(),
        out=out,
        follow=followed,
    )
    show(told, as_json, movement.in_words)
    if told["failed"]:
        tell(f"{told['failed']} runs failed: see failed.csv in {told['folder']}")
    return errors.RUN_FAILED if told["failed"] else errors.DONE
