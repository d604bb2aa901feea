"""`python -m experiments` is the same as `send-sim`."""

from __future__ import annotations

from experiments.command_line import main

if __name__ == "__main__":
    main()
