"""What was known at the freeze, what became of it, and who cannot be asked: read once and stored.

The stored table is all that scoring needs, so a backtest can be scored again without the library.
Everything that a forecast may use is marked as known; the outcomes stand beside it and are looked at
by the scores alone.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments import store
from experiments.backtest.targets import FIRST_YEAR, NOT_CREDIBLE, SMALLEST, TARGETS, Figure, figure, figures
from experiments.errors import InputError
from experiments.evidence.dfe.geography import ABOLISHED

if TYPE_CHECKING:
    from experiments.evidence.library import Library

EVIDENCE, FACTS = "evidence.csv", "backtest.json"
COLUMNS = ["code", "name", "target", "year", "value", "status", "collection", "known"]
SCHEMA_VERSION = 1


@dataclass(frozen=True)
class LeftOut:
    """A series of an authority (or all of them, where `target` is blank) that is not scored."""

    code: str
    name: str
    target: str
    reason: str


@dataclass
class Frozen:
    """A backtest before anything is forecast.

    `known` and `later` are figures by target, authority and year: to the freeze, and after it.
    """

    january: int
    horizons: int
    names: dict[str, str]
    asked: list[str]
    """Codes of the authorities to forecast."""
    known: dict[str, dict[str, dict[int, Figure]]] = field(default_factory=dict)
    later: dict[str, dict[str, dict[int, Figure]]] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)

    def history(self, target: str) -> dict[str, dict[int, float]]:
        """Code → year → published value, of every authority, to the freeze."""
        return {code: published(years) for code, years in self.known.get(target, {}).items()}

    def last_value(self, code: str, target: str) -> float | None:
        last = self.known[target][code].get(TARGETS[target].last_known(self.january))
        return None if last is None else last.value

    def outcome(self, code: str, target: str, horizon: int) -> Figure | None:
        return self.later[target][code].get(TARGETS[target].year(self.january, horizon))

    def is_small(self, code: str) -> bool:
        """Too few requests in the last known year to say much about by itself."""
        requests = self.last_value(code, "requests")
        return requests is not None and requests < SMALLEST

    def break_after(self, target: str) -> int | None:
        """The first horizon collected from each child's record, where the last known year was not."""
        for horizon in range(1, self.horizons + 1):
            found = {self._collection(code, target, horizon) for code in self.asked} - {""}
            if found == {"person"}:
                return horizon if self._collection_known(target) == {"aggregate"} else None
        return None

    def _collection(self, code: str, target: str, horizon: int) -> str:
        found = self.outcome(code, target, horizon)
        return found.collection if found and found.value is not None else ""

    def _collection_known(self, target: str) -> set[str]:
        last = TARGETS[target].last_known(self.january)
        found = [years[last] for years in self.known[target].values() if last in years]
        return {each.collection for each in found if each.value is not None}


def published(years: dict[int, Figure]) -> dict[int, float]:
    return {year: each.value for year, each in years.items() if each.value is not None}


def freeze(library: Library, january: int, horizons: int, authorities: list[str] | None) -> Frozen:
    """Take from a library what was known by a January and what was published later.

    `authorities` are names or codes; None asks for all with an outcome. Raises InputError where a name
    is not known or nobody can be forecast.
    """
    past = library.known_by(january)
    names = {**past.authorities(), **library.authorities()}
    asked = [library.find(each) for each in authorities] if authorities else sorted(names)
    names |= {code: library.name(code) for code in asked if code not in names}
    frozen = Frozen(january, horizons, names, list(dict.fromkeys(asked)))
    years = range(FIRST_YEAR, january + horizons + 1)
    for each in figures(library, sorted(names), years):
        target = TARGETS[each.target]
        shelf = frozen.known if each.year <= target.last_known(january) else frozen.later
        shelf.setdefault(each.target, {}).setdefault(each.code, {})[each.year] = each
    _check_known(past, frozen)
    frozen.left_out = list(_changed(library, frozen))
    out = {each.code for each in frozen.left_out}
    for code in frozen.asked:
        if code not in out and not _has_outcome(frozen, code):
            frozen.left_out.append(LeftOut(code, names[code], "", "no figures published since the freeze"))
    out = {each.code for each in frozen.left_out}
    frozen.asked = [code for code in frozen.asked if code not in out]
    if not frozen.asked:
        raise InputError(f"january {january}: no authority asked for has figures both before and after it")
    return frozen


def _check_known(past: Library, frozen: Frozen) -> None:
    """The forecasts may use exactly what the library says was known: neither more nor less."""
    for target, by_code in frozen.known.items():
        for code, years in by_code.items():
            every = {**years, **frozen.later[target][code]}
            for year, found in every.items():
                value = figure(past, code, TARGETS[target], year).value
                expected = found.value if year in years else None
                if value != expected and found.status != NOT_CREDIBLE:
                    told = f"{frozen.names[code]}, {target} {year}"
                    raise InputError(f"{told}: the library does not say rightly what was known by the freeze")


def _changed(library: Library, frozen: Frozen) -> Iterable[LeftOut]:
    """Authorities asked for that are not the same place before and after the freeze."""
    now = library.authorities()
    for code in frozen.asked:
        name = frozen.names[code]
        if code in ABOLISHED and code not in now:
            year, successors = ABOLISHED[code]
            heirs = " and ".join(now[heir] for heir in successors if heir in now) or "others"
            yield LeftOut(code, name, "", f"abolished: from January {year} {heirs} took its place")
            continue
        before = [old for old in library.predecessors(code) if old in ABOLISHED]
        first = max((ABOLISHED[old][0] for old in before), default=0)
        if first > frozen.january:
            yield LeftOut(code, name, "", f"new since the freeze, from January {first}")


def _has_outcome(frozen: Frozen, code: str) -> bool:
    return any(each.value is not None for target in TARGETS for each in frozen.later[target][code].values())


# Stored beside the results.


def store_evidence(frozen: Frozen, out: Path) -> None:
    """One row a figure, known or later, missing ones too."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for shelf, known in ((frozen.known, "yes"), (frozen.later, "no")):
        for target in TARGETS:
            for code, years in shelf[target].items():
                for year, each in years.items():
                    value = "" if each.value is None else repr(each.value)
                    row = [code, frozen.names[code], target, year, value, each.status, each.collection, known]
                    writer.writerow(row)
    store.write_text(out / EVIDENCE, text.getvalue())


def facts_of(frozen: Frozen, more: dict[str, Any]) -> dict[str, Any]:
    """What a reader of the folder must know besides the table."""
    return {
        "schema_version": SCHEMA_VERSION,
        "january": frozen.january,
        "horizons": frozen.horizons,
        "asked": frozen.asked,
        "left_out": [[getattr(each, part.name) for part in fields(LeftOut)] for each in frozen.left_out],
        **more,
    }


def store_facts(facts: dict[str, Any], out: Path) -> None:
    store.write_text(out / FACTS, json.dumps(facts, indent=2, ensure_ascii=False) + "\n")


def read_facts(out: Path) -> dict[str, Any]:
    """What `backtest` wrote. Raises InputError where the folder holds no backtest."""
    try:
        facts = json.loads((out / FACTS).read_text(encoding="utf-8"))
    except OSError:
        raise InputError(f"{out}: not the folder of a backtest (no {FACTS} in it)") from None
    except ValueError:
        raise InputError(f"{out / FACTS}: cannot be read as JSON; the file is damaged") from None
    if not isinstance(facts, dict) or facts.get("schema_version") != SCHEMA_VERSION:
        raise InputError(f"{out / FACTS}: this version reads schema_version {SCHEMA_VERSION}")
    return facts


def read_frozen(out: Path, facts: dict[str, Any]) -> Frozen:
    """The frozen backtest of a folder, from its table."""
    left_out = [LeftOut(*each) for each in facts["left_out"]]
    frozen = Frozen(facts["january"], facts["horizons"], {}, facts["asked"], left_out=left_out)
    try:
        with open(out / EVIDENCE, encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                value = float(row["value"]) if row["value"] else None
                part = (row["code"], row["target"], int(row["year"]), value, row["status"], row["collection"])
                shelf = frozen.known if row["known"] == "yes" else frozen.later
                by_code = shelf.setdefault(row["target"], {}).setdefault(row["code"], {})
                by_code[int(row["year"])] = Figure(*part)
                frozen.names[row["code"]] = row["name"]
    except OSError:
        raise InputError(f"{out / EVIDENCE}: missing; run the backtest again") from None
    except (KeyError, TypeError, ValueError):
        raise InputError(f"{out / EVIDENCE}: the file is damaged; run the backtest again") from None
    return frozen
