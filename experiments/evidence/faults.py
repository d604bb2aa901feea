"""What is wrong with a data file, told by file, row, column, value and rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from experiments.errors import InputError

MOST_TOLD = 50


@dataclass(frozen=True, slots=True)
class DataFault:
    """One fault. `row` counts from 1, the header included; 0 is the file as a whole."""

    file: str
    row: int
    column: str
    message: str
    """The value that was seen and the rule it breaks; for personal columns the rule alone."""

    def __str__(self) -> str:
        return f"{self.file}:{self.row}:{self.column}: {self.message}"


class DataError(InputError):
    """Every fault of the files that were read; nothing was written."""

    def __init__(self, faults: Iterable[DataFault]) -> None:
        self.faults = list(faults)
        lines = [str(fault) for fault in self.faults[:MOST_TOLD]]
        if len(self.faults) > MOST_TOLD:
            lines.append(f"and {len(self.faults) - MOST_TOLD} more faults like these")
        super().__init__("\n".join(lines))
