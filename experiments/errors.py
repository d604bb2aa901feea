"""What can go wrong that a planner can put right, and the exit code each gives."""

from __future__ import annotations

DONE = 0
BAD_INPUT = 2
DIFFERS = 3
RUN_FAILED = 4
INTERRUPTED = 130
NO_SUCH_PLACE = (
    FileExistsError,
    FileNotFoundError,
    IsADirectoryError,
    NotADirectoryError,
    PermissionError,
)
"""A folder that cannot be made because a file stands in its place is a `FileExistsError`."""


class ExperimentError(Exception):
    """A fault to be told in plain words, without a traceback."""

    exit_code = RUN_FAILED


class InputError(ExperimentError):
    """An option, a folder or a file that cannot be used; nothing was run."""

    exit_code = BAD_INPUT


class DifferenceError(ExperimentError):
    """Stored results are not what they should be."""

    exit_code = DIFFERS


def told(error: Exception) -> tuple[int, str]:
    """The exit code and the words for any error that reached the command line."""
    from sim.config.documents import ConfigError

    if isinstance(error, ConfigError):
        return BAD_INPUT, str(error)
    if isinstance(error, ExperimentError):
        return error.exit_code, str(error)
    if isinstance(error, NO_SUCH_PLACE):
        return BAD_INPUT, f"{error.filename}: {error.strerror}"
    return RUN_FAILED, f"unexpected {type(error).__name__}: {error} (add --debug to see where)"
