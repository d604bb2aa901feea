"""What a config is calibrated with, and the draws that came of it.

`calibration` is read by `send-sim calibrate` alone. `posterior` names what it wrote: from then on the
calibrated parameters of a run are drawn from that file.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, field_validator

from sim.settings.numbers import FixedAmount, Section

ENDING = ".posterior.csv"
DIGEST = re.compile(r"[0-9a-f]{64}")


class Observed(Section):
    """A published figure that runs are compared with; `source` says where it was published."""

    measure: str
    """A measure of the yearly results, such as requests."""
    calendar: Literal["calendar", "financial", "academic"] = "calendar"
    period: int | str
    """The year, as results name it: 2021, or 2021-22."""
    group: str = "all"
    """Whom it counts, as results name it: all, need=ASD, age=5_to_10."""
    value: Annotated[float, Field(ge=-1e12, le=1e12, allow_inf_nan=False)]
    sd: FixedAmount = 0.0
    """How far the figure itself may be off, rounding and model included: a standard deviation."""


class Calibration(Section):
    """Which uncertain numbers are to be learnt, and from what. Their ranges are what is believed before."""

    parameters: list[str]
    """Dotted paths of numbers written as {value, low, high}."""
    observed: list[Observed]
    runs: Annotated[int, Field(ge=100, le=1_000_000)] = 2000
    """Runs in all, over all waves."""
    waves: Annotated[int, Field(ge=1, le=10)] = 2
    """After each wave but the last, draws that the figures rule out are run no more."""
    accepted: Annotated[float, Field(gt=0, le=1)] = 0.2
    """Share of the runs, those nearest to the figures, that the posterior is made from."""
    rows: Annotated[int, Field(ge=100, le=10_000)] = 400
    """Equally likely rows of the posterior file."""
    authorities: Annotated[int, Field(ge=50, le=10_000)] = 200
    """Simulated authorities whose parameters are known, on which the method itself is tried."""


class Posterior(Section):
    """Joint draws of calibrated parameters, which take the place of their ranges."""

    file: str
    """A file beside this config, or a path from it, as `send-sim calibrate` wrote it."""
    sha256: str
    """The file's digest: another file of the same name is refused."""

    @field_validator("file")
    @classmethod
    def _tells_what_it_is(cls, file: str) -> str:
        if not file.endswith(ENDING):
            raise ValueError(f"must be the name of a file that ends in {ENDING}")
        return file

    @field_validator("sha256")
    @classmethod
    def _is_a_digest(cls, sha256: str) -> str:
        if not DIGEST.fullmatch(sha256):
            raise ValueError("must be the 64 digits 0 to 9 and a to f that calibrate told")
        return sha256
