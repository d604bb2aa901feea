"""The command that sets council papers beside their simulations."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.options import Debug, Jobs, Json, Quick, Replications, Seed, show

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="[NAME]...", help="Configs with a paper, such as raise_2019; default all nine."),
]
Configs = Annotated[Path, typer.Option("--configs", metavar="DIR", help="The folder with the configs.")]
Out = Annotated[
    Path, typer.Option("--out", metavar="DIR", help="The results folder; pages come into its papers/.")
]


def papers_command(
    names: Names = None,
    replications: Replications = None,
    seed: Seed = None,
    jobs: Jobs = None,
    out: Out = Path("results"),
    configs: Configs = Path("configs"),
    quick: Quick = False,
    as_json: Json = False,
    debug: Debug = False,
) -> int:
    """Run council papers: what each claims beside what its simulation gives, on one page."""
    import signal

    from experiments import plan
    from experiments.console import followed, tell
    from experiments.papers import papers

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    options = plan.Options(replications=replications, seed=seed, quick=quick)
    workers = jobs or plan.cores()
    told, code = papers.carry_out(tuple(names or ()), configs, options, workers, out, followed, tell)
    show(told, as_json, papers.in_words)
    return code
