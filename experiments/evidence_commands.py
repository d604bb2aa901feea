"""Commands that bring evidence in, make a config of it, calibrate it, and score forecasts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments import errors
from experiments.console import followed
from experiments.options import Config, Debug, Jobs, Json, RunFolder, Seed, Set, show, told_plainly

imports = typer.Typer(
    name="import",
    help="Read published statistics, a council's own returns, logs and tables; only aggregates are kept.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

DATA = Path("data")
Files = Annotated[
    list[Path], typer.Argument(metavar="FILE...", help="One file or more, as published or saved.")
]
Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder with the files.")]
Data = Annotated[Path, typer.Option("--data", metavar="DIR", help="The evidence library; default data.")]
To = Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder to write to.")]
Scenario = Annotated[str | None, typer.Option("--scenario", metavar="NAME", help="Default the baseline.")]
Authority = Annotated[str, typer.Argument(metavar="AUTHORITY", help="Its name or code, such as Devon.")]
January = Annotated[
    int | None, typer.Option("--from", metavar="YEAR", help="The January to start from; default the latest.")
]
Log = Annotated[Path, typer.Argument(metavar="LOG", help="A case-management event log, as CSV.")]
ColumnMap = Annotated[
    Path, typer.Option("--map", metavar="MAP", help="YAML that says which column and activity is what.")
]


def add_evidence_commands(app: typer.Typer) -> None:
    """Put these commands beside the others."""
    app.add_typer(imports)
    for command in (new, calibrate, backtest, logs, export):
        app.command()(told_plainly(command))


@imports.command()
@told_plainly
def dfe(files: Files, out: To = DATA, as_json: Json = False, debug: Debug = False) -> int:
    """DfE's SEN2 releases as downloaded, into the evidence library."""
    from experiments.evidence.dfe import importing

    show(importing.import_dfe(files, out), as_json, importing.in_words)
    return errors.DONE


@imports.command()
@told_plainly
def population(
    files: Files,
    year: Annotated[
        int | None, typer.Option("--year", help="The mid-year, if the file does not say.")
    ] = None,
    out: To = DATA,
    as_json: Json = False,
    debug: Debug = False,
) -> int:
    """People by single year of age (ONS), into the evidence library."""
    from experiments.evidence import population as people

    show(people.import_population(files, out, year), as_json, people.in_words)
    return errors.DONE


@imports.command()
@told_plainly
def sen2(
    folder: Folder,
    out: To = DATA / "sen2_return",
    threshold: Annotated[int, typer.Option("--threshold", min=3, help="Counts below it are not shown.")] = 10,
    collection_year: Annotated[int | None, typer.Option("--year", help="The collection year.")] = None,
    base: Annotated[
        Path | None,
        typer.Option("--config", metavar="CONFIG", help="The config that what is fitted lies over."),
    ] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> int:
    """A SEN2 person-level return: nothing of any person is kept, only aggregates and fitted parameters."""
    from experiments.evidence.returns import importing

    told = importing.import_sen2(folder, out, threshold, collection_year, base)
    show(told, as_json, importing.in_words)
    return errors.DONE


@imports.command()
@told_plainly
def log(
    log: Log, map_: ColumnMap, out: To = DATA / "log", as_json: Json = False, debug: Debug = False
) -> int:
    """A case-management event log: durations by stage, open cases counted as such."""
    from experiments.logs import commands

    show(commands.import_log(log, map_, out), as_json, commands.in_words)
    return errors.DONE


@imports.command()
@told_plainly
def witan(folder: Folder, out: To = DATA / "witan", as_json: Json = False, debug: Debug = False) -> int:
    """witan.send files: counts by January, school year, need and setting."""
    from experiments.logs import commands

    show(commands.import_witan(folder, out), as_json, commands.in_words)
    return errors.DONE


@imports.command()
@told_plainly
def table(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND", help="establishment, time_diary, school_places, contracts or section_251."
        ),
    ],
    files: Files,
    over: Annotated[
        Path | None, typer.Option("--over", metavar="CONFIG", help="The config that the layer will lie over.")
    ] = None,
    out: To = DATA,
    as_json: Json = False,
    debug: Debug = False,
) -> int:
    """A table that planners hold: becomes a layer of config with its sources."""
    from experiments.evidence.tables import importing

    show(importing.import_table(kind, files, out, over), as_json, importing.in_words)
    return errors.DONE


def new(
    authority: Authority,
    january: January = None,
    data: Data = DATA,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Default configs/<authority>.yaml.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Write over a config that is there.")] = False,
    as_json: Json = False,
    debug: Debug = False,
) -> int:
    """Write a config for any English authority from the evidence library."""
    from experiments.authorities import new as authorities

    show(authorities.new(data, authority, out, january, replace), as_json, authorities.in_words)
    return errors.DONE


def calibrate(
    config: Config,
    runs: Annotated[int | None, typer.Option("--runs", min=1, help="Simulations in all.")] = None,
    seed: Seed = None,
    jobs: Jobs = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Default results/<name>/calibration-<id>; runs beside it."),
    ] = None,
    set_: Set = None,
    as_json: Json = False,
    debug: Debug = False,
) -> int:
    """Fit the parameters that a config names to the figures it names; writes a posterior file."""
    from experiments import plan
    from experiments.calibration import calibrate as calibration

    options = plan.Options(seed=seed, overrides=tuple(set_ or ()))
    told = calibration.calibrate(config, out, options, runs, jobs or plan.cores(), followed)
    show(told, as_json, calibration.in_words)
    return errors.DONE


def backtest(
    january: Annotated[int, typer.Option("--from", metavar="YEAR", help="The January to freeze at.")] = 2021,
    years: Annotated[int, typer.Option("--years", min=1, max=4, help="Years to forecast.")] = 4,
    authority: Annotated[
        list[str] | None,
        typer.Option("--authority", metavar="NAME", help="Only this one; may be repeated. Default all."),
    ] = None,
    draws: Annotated[int, typer.Option("--draws", min=2, help="Runs of each authority.")] = 40,
    seed: Seed = None,
    data: Data = DATA,
    jobs: Jobs = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Default results/backtest-<january>.")
    ] = None,
    rescore: Annotated[
        bool, typer.Option("--rescore", help="Only score again what --out holds; nothing is run.")
    ] = False,
    as_json: Json = False,
    debug: Debug = False,
) -> int:
    """Forecast from a January that is past, and score against what was published since."""
    from experiments import plan
    from experiments.backtest import backtest as scoring

    folder = out or Path("results") / f"backtest-{january}"
    if rescore:
        told = scoring.score(folder)
    else:
        told = scoring.backtest(
            data, january, years, authority, draws, 1 if seed is None else seed, jobs or plan.cores(), folder
        )
    show(told, as_json, scoring.in_words)
    return errors.DONE


def logs(
    run: RunFolder,
    log: Annotated[Path, typer.Option("--real", metavar="LOG", help="The real event log, as CSV.")],
    map_: ColumnMap,
    out: To = Path("results/logs"),
    scenario: Scenario = None,
    as_json: Json = False,
    debug: Debug = False,
) -> int:
    """A real event log beside a simulated one: durations, order of steps, throughput and backlog."""
    from experiments.logs import commands

    show(commands.compare(run, log, map_, out, scenario), as_json, commands.in_words)
    return errors.DONE


def export(
    run: RunFolder,
    form: Annotated[str, typer.Option("--to", metavar="FORM", help="xes, animation, witan or sen2.")],
    out: To = Path("results/export"),
    scenario: Scenario = None,
    replication: Annotated[int, typer.Option("--replication", min=1, help="Which one.")] = 1,
    as_json: Json = False,
    debug: Debug = False,
) -> int:
    """A simulated log in a form that other tools read, or as the SEN2 return it would make."""
    if form == "sen2":
        from experiments.evidence.returns import simulated

        show(simulated.export_return(run, out, scenario, replication), as_json, simulated.in_words)
        return errors.DONE
    from experiments.logs import commands

    show(commands.export(run, form, out, scenario, replication), as_json, commands.in_words)
    return errors.DONE
