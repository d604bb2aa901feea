"""`send-sim new`: a complete config for an authority, from what was known at one January.

The published figures go into a short file that extends `configs/england.yaml`. Nothing published after
that January is used for levels and trends; what changes little (single years of age, needs by age,
hours for each plan) is England's of 2024.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from experiments import store
from experiments.authorities.figures import Estimate, Figures, last_january
from experiments.authorities.values import ENGLAND_FILE, number, slug, values
from experiments.errors import InputError
from experiments.evidence.library import Library


def new(
    folder: Path, authority: str, out: Path | None, january: int | None = None, replace: bool = False
) -> dict[str, Any]:
    """Write a config for an authority from the library in `folder`; says what had to be England's.

    Raises InputError for an unknown authority or January, or a file that is already there.
    """
    library = Library.read(folder)
    code = library.find(authority)
    start = january or last_january(library, code)
    figures = Figures(library.known_by(start), code, start)
    if january is not None and january not in library.by_year(code, "plans"):
        known = ", ".join(map(str, sorted(library.by_year(code, "plans"))))
        raise InputError(f"--from {january}: no plans of {figures.name} are published for it; known: {known}")
    path = out or ENGLAND_FILE.parent / f"{slug(figures.name)}.yaml"
    if path.exists() and not replace:
        raise InputError(
            f"{path}: already there, and nothing is overwritten; give another --out or --replace"
        )
    text = config_text(figures, path.parent, slug(path.stem))
    store.make_folder(path.parent)
    store.write_text(path, text)
    return {
        "config": str(path),
        "authority": figures.name,
        "code": code,
        "january": figures.january,
        "national": figures.national,
    }


def in_words(told: dict[str, Any]) -> str:
    lines = [f"{told['authority']} from January {told['january']}: {told['config']}"]
    if told["national"]:
        lines.append(f"England's, because nothing is published of it: {', '.join(told['national'])}")
    lines += ["Next:", f"  send-sim check {told['config']}", f"  send-sim run {told['config']} --quick"]
    return "\n".join(lines)


def frozen_config(library: Library, code: str, january: int, folder: Path = ENGLAND_FILE.parent) -> str:
    """The text of a config that knows nothing published after one January, to stand in `folder`."""
    return config_text(Figures(library.known_by(january), code, january), folder)


def config_text(figures: Figures, folder: Path, name: str = "") -> str:
    """The whole file: `folder` is where it will stand, `name` its experiment."""
    environment = Environment(
        loader=PackageLoader("experiments.authorities"), undefined=StrictUndefined, keep_trailing_newline=True
    )
    environment.globals |= {"quoted": quoted, "sourced": sourced, "number": number}
    england = os.path.relpath(ENGLAND_FILE, folder.resolve()).replace(os.sep, "/")
    return environment.get_template("authority.yaml").render(
        england=england, **values(figures), slug=name or slug(figures.name)
    )


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def sourced(estimate: Estimate) -> str:
    """`{value, low, high, source}` as one line of YAML."""
    bounds = ""
    if estimate.low is not None and estimate.high is not None:
        bounds = f"low: {number(estimate.low)}, high: {number(estimate.high)}, "
    return f"{{value: {number(estimate.value)}, {bounds}source: {quoted(estimate.source)}}}"
