"""`send-sim import sen2`: a folder with a return in, a folder of aggregates and fitted numbers out.

What is written is counts, rates and fitted distributions only. Nothing of a person is in a message
either: whatever goes wrong is told by file, row and column.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from experiments import store
from experiments.errors import ExperimentError, InputError
from experiments.evidence.disclosure import LEAST_THRESHOLD, THRESHOLD, at_least, policy
from experiments.evidence.returns import fitting
from experiments.evidence.returns.cases import Return
from experiments.evidence.returns.checks import check
from experiments.evidence.returns.definitions import Defined, by_series, definitions
from experiments.evidence.returns.fitting import Fits, fit
from experiments.evidence.returns.layering import Layer
from experiments.evidence.returns.publishing import SUPPRESSED, Released, Stock, release, stock_of
from experiments.evidence.returns.reading import read_return
from experiments.evidence.returns.vocabulary import Names, adopt
from experiments.evidence.tables.base import Base, read_base
from experiments.evidence.tables.layer import layer_text
from experiments.evidence.vocabulary import SETTINGS

AGGREGATES, FITTED, LAYER, ACCOUNT = "aggregates.csv", "fitted.csv", "fitted.yaml", "import.json"
MOST_UNKNOWN = 0.05
"""Of plans in settings that nothing explains, above which no opening caseload is made."""
EXPECTED = (
    *("requests_per_1000", "month_share", "source_share", "need_share", "named_setting"),
    *("refuse_to_assess", "refuse_to_issue", "exception", "outside_timeliness", "withdraw_per_year"),
    *("leaving_at_31_august", "left_transfer_per_year", "left_needs_met_per_year", "left_other_per_year"),
    *("school_entry", "secondary", "post_16", "moves_per_year", "transfers_in_per_year"),
    *("reviews_held", "review_amend", "review_cease", "decision_outstanding", "months_since_review"),
    *("days_request_to_decision", "days_decision_to_outcome", "days_outcome_to_plan"),
    *("days_meeting_to_decision", "open_cases"),
)
"""Parameters that a return can give, told of where it does not."""


def import_sen2(
    folder: Path,
    out: Path,
    threshold: int = THRESHOLD,
    collection_year: int | None = None,
    base: Path | None = None,
) -> dict[str, Any]:
    """Read the person-level return in `folder` and write what may leave it into `out`.

    `base` is the config over which `fitted.yaml` will be laid: it gives the names of needs and settings
    and the population. Returns what `import.json` holds. Raises DataError with every fault of the return,
    and then nothing is written.
    """
    if threshold < LEAST_THRESHOLD:
        raise InputError(f"--threshold {threshold}: must be {LEAST_THRESHOLD} or more")
    if Path(out).resolve() == Path(folder).resolve():
        raise InputError(f"--out {out}: must not be the folder of the return")
    under = read_base(base)
    try:
        return _import(Path(folder), Path(out), threshold, collection_year, under)
    except (ExperimentError, OSError):
        raise
    except Exception as error:
        # Its words may hold what a cell holds, so they are not repeated.
        kind = type(error).__name__
        raise ExperimentError(f"the return could not be read: unexpected {kind}, details not shown") from None


def _import(folder: Path, out: Path, threshold: int, year: int | None, base: Base | None) -> dict[str, Any]:
    read = read_return(folder, year)
    check(read)
    names = names_of(base, read)
    renamed = adopt(read, names)
    table = definitions(read)
    if by_series(table).get("plans", 0) < threshold or by_series(table).get("requests", 0) < threshold:
        raise InputError(f"{folder}: fewer than {threshold} plans or requests, nothing of it can be shown")
    stock = stock_of(table, names, threshold)
    rows = release(read, table, stock, threshold)
    fits = fit(read, table, people_of(base, read.year), names, threshold)
    settings = base.settings if base else None
    layer = Layer(read, fits, stock, names, settings, people_of(base, read.year))
    text, without = text_of(layer, table, threshold, base, out)
    told = _account(read, threshold, rows, fits, stock, renamed, without)
    store.make_folder(out)
    store.write_text(out / AGGREGATES, aggregates_csv(rows, read, threshold))
    store.write_text(out / FITTED, fitting.as_csv(fits, threshold))
    store.write_text(out / LAYER, text)
    store.write_text(out / ACCOUNT, json.dumps(told, indent=2, ensure_ascii=False) + "\n")
    return {**told, "out": str(out)}


def names_of(base: Base | None, read: Return) -> Names:
    """The needs and settings of the config; without one all needs, and the settings of the return."""
    if base is not None:
        return Names(tuple(base.settings.needs), tuple(base.settings.settings))
    met = {stay.setting for case in read.cases for stay in case.stays}
    met |= {case.named for case in read.cases if case.named is not None}
    return Names(settings=tuple(name for name in SETTINGS if name in met) or SETTINGS)


def people_of(base: Base | None, year: int) -> Sequence[float] | None:
    """People aged 0 to 25 at the middle of a year, by the config's population."""
    if base is None:
        return None
    from sim.service.demand import population

    return population(base.settings.authority.population, date(year, 7, 1))


def text_of(
    layer: Layer, table: list[Defined], threshold: int, base: Base | None, out: Path
) -> tuple[str, list[str]]:
    """The text of `fitted.yaml`, and what was left out of it and why."""
    without = []
    unknown = next((each.value for each in table if each.group == "setting=unknown"), 0)
    with_opening = unknown <= MOST_UNKNOWN * by_series(table)["plans"]
    if not with_opening:
        without.append("opening: too many placements are in schools that establishments.csv does not list")
    extends = os.path.relpath(base.path, out) if base else None
    about = [
        f"Fitted to a SEN2 person-level return, census {layer.read.census}.",
        policy(threshold),
        "Lay it over a config with extends; what is not here stays as that config has it.",
    ]
    text = layer_text(layer.tree(with_opening), about, extends)
    if base and with_opening and (fault := _fault(base, text)):
        without.append(f"opening: {fault}")
        text = layer_text(layer.tree(False), about, extends)
    return text, without


def _fault(base: Base, text: str) -> str:
    """Why the opening plans do not fit the config, if they do not; nothing of a person is in a config."""
    from sim.config.documents import Addition, read
    from sim.config.faults import ConfigError

    body = "\n".join(line for line in text.splitlines() if not line.startswith("extends:"))
    try:
        read(base.path, addition=Addition(LAYER, body))
    except ConfigError as error:
        of_opening = [fault for fault in error.faults if fault.path.startswith("opening")]
        if len(of_opening) < len(error.faults):
            raise InputError(f"{LAYER} does not fit {base.path}:\n{error}") from None
        return of_opening[0].message
    return ""


def aggregates_csv(rows: Sequence[Released], read: Return, threshold: int) -> str:
    """`aggregates.csv`, in the columns of the evidence library as far as a return has them."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["period", "series", "group", "value", "status", "collection", "source", "threshold"])
    source = f"SEN2 person-level return {read.collection}"
    for row in rows:
        value = "" if row.value is None else row.value
        writer.writerow([row.period, row.series, row.group, value, row.status, "person", source, threshold])
    return text.getvalue()


def _account(
    read: Return,
    threshold: int,
    rows: Sequence[Released],
    fits: Fits,
    stock: Stock,
    renamed: dict[str, str],
    without: list[str],
) -> dict[str, Any]:
    fitted = {row.parameter for row in fits.rows}
    return {
        "collection": read.collection,
        "census": read.census.isoformat(),
        "year": read.year,
        "policy": policy(threshold),
        "threshold": threshold,
        "rows": {name: at_least(number, threshold) for name, number in read.rows.items()},
        "dropped_unread": read.dropped,
        "read_as": renamed,
        "merged": {kind: dict(sorted(each.items())) for kind, each in stock.merged.items()},
        "unknown_settings": at_least(read.unknown_settings, threshold),
        "shown": sum(row.status != SUPPRESSED for row in rows),
        "held_back": sum(row.status == SUPPRESSED for row in rows),
        "fitted": len(fits.rows),
        "not_fitted": [name for name in EXPECTED if name not in fitted],
        "left_out": without,
        "warnings": read.warnings,
        "files": [AGGREGATES, FITTED, LAYER],
    }


def in_words(told: dict[str, Any]) -> str:
    """What the import did, for the screen."""
    rows = ", ".join(f"{name} {number}" for name, number in told["rows"].items())
    lines = [
        f"SEN2 return {told['collection']} (census {told['census']}, activity of {told['year']}): {rows}",
        told["policy"],
        *(f"{file}: not read: {', '.join(columns)}" for file, columns in told["dropped_unread"].items()),
    ]
    if told["read_as"]:
        lines.append("read as: " + ", ".join(f"{old} as {new}" for old, new in told["read_as"].items()))
    lines.append(
        f"{told['shown']} figures written, {told['held_back']} held back; {told['fitted']} numbers fitted"
    )
    if told["not_fitted"]:
        lines.append(f"not fitted, too few cases or not in the return: {', '.join(told['not_fitted'])}")
    lines += [f"left out: {each}" for each in told["left_out"]]
    lines += [f"warning: {each}" for each in told["warnings"]]
    lines.append(f"written: {told['out']} ({', '.join(told['files'])}, {ACCOUNT})")
    return "\n".join(lines)
