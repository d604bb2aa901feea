"""`send-sim new` and `send-sim run --quick` for every authority of the library, one after another.

    python -m experiments.authorities.every_authority DATA OUT [NAME ...]

Writes a config and a results folder for each and ends with a list of those that failed; run again, it
goes on where it stopped. The whole of England takes about an hour on two cores.
"""

from __future__ import annotations

import sys
from pathlib import Path

from experiments import experiment, plan
from experiments.authorities.new import new
from experiments.authorities.values import slug
from experiments.console import followed, say
from experiments.errors import told
from experiments.evidence.library import Library


def run_quickly(data: Path, out: Path, name: str) -> str:
    """What became of one authority, in a line."""
    config = out / f"{slug(name)}.yaml"
    if not config.exists():
        new(data, name, config)
    made = plan.make(config, plan.Options(quick=True))
    finished = experiment.carry_out(made, out / slug(name), plan.cores(), lambda results, _: iter(results))
    audit = sum(finished.manifest["audit"].values())
    if finished.failed or audit:
        return f"{len(finished.failed)} runs failed, {audit} audit violations"
    return "done"


def main(data: Path, out: Path, names: list[str]) -> int:
    """The number of authorities that failed."""
    failed = 0
    everybody = names or list(Library.read(data).authorities().values())
    for name in followed(everybody, len(everybody)):
        try:
            outcome = run_quickly(data, out, name)
        except Exception as error:  # one authority must not stop the others
            outcome = told(error)[1]
        if outcome != "done":
            failed += 1
            say(f"{name}: {outcome}")
    say(f"{len(everybody) - failed} of {len(everybody)} authorities done, {failed} failed")
    return failed


if __name__ == "__main__":
    sys.exit(1 if main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]) else 0)
