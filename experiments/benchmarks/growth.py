"""Does the time grow with the number of children, and no faster?

Counties of 1, 2, 5 and 10 times the size, staff included, and one county whose educational
psychologists start with ten times the backlog: processor seconds a child, and the factor over
straight proportion to the first.
"""

from __future__ import annotations

from experiments.benchmarks.timing import Contestant, Row, race, table

SCALES = (1, 2, 5, 10)


def run(
    repetitions: int = 1, years: float = 10, scale: float = 1, scales: tuple[float, ...] = SCALES
) -> list[Row]:
    contestants = [
        Contestant(f"{times} times the county", "engine:run_engine", {"years": years, "scale": times * scale})
        for times in scales
    ]
    backlog = {"years": years, "scale": scale, "ep_backlog": 10}
    contestants.append(Contestant("10 times the EP backlog", "engine:run_engine", backlog))
    return race("growth", contestants, repetitions)


def describe(rows: list[Row]) -> str:
    lines = [table(rows), "", f"{'variant':26}{'children':>10}{'ms a child':>12}{'over linear':>13}"]
    first = None
    for variant in dict.fromkeys(row.variant for row in rows):
        own = [row for row in rows if row.variant == variant]
        children = own[0].found["children"]
        each = min(row.cpu_seconds for row in own) / children
        first = first or each
        lines.append(f"{variant:26}{children:10,.0f}{1000 * each:12.3f}{each / first:13.2f}")
    return "\n".join(lines)
