"""Who may know whom: the rules of the house, read from the imports."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SIM = {
    ".".join(path.relative_to(ROOT / "sim").with_suffix("").parts): path
    for path in sorted((ROOT / "sim").rglob("*.py"))
    if path.name != "__init__.py"
}
EXPERIMENTS = {
    ".".join(path.relative_to(ROOT / "experiments").with_suffix("").parts): path
    for path in sorted((ROOT / "experiments").rglob("*.py"))
}
KNOW_SIMPY = {"model", "service.authority", "service.diary"}
"""The only modules in which SimPy's time passes."""
WRITERS = {"store", "reports.report"}
"""The only modules that write files."""
TOO_HEAVY = {"pandas", "matplotlib", "scipy", "joblib", "typer", "rich", "jinja2"}
LAYERS = (
    ("lengths", "schedule", "luck", "calendars"),
    ("settings",),
    ("event_log",),
    ("service",),
    ("pathway",),
    ("caseload",),
    ("model",),
    ("measures", "money"),
    ("audit",),
    ("replication",),
    ("config",),
)
"""A module of one layer imports none of a later layer; a package is one layer. `config` stands by
itself: nothing that runs knows how settings were read."""


def layer_of(name: str) -> int:
    first = name.split(".")[0]
    return next(number for number, layer in enumerate(LAYERS) if first in layer)


def imports(path: Path) -> set[str]:
    """Dotted modules imported when the file runs; what only type checkers read does not count."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            node.body = [ast.Pass()]
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module or "."} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def packages(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(path)}


def modules_of_sim(path: Path) -> set[str]:
    """The modules of `sim` that a file imports."""
    return {name[4:] for name in imports(path) if name.startswith("sim.") and name[4:] in SIM}


@pytest.mark.parametrize("name", SIM)
def test_the_simulation_knows_nothing_of_experiments_or_of_heavy_libraries(name: str) -> None:
    assert not packages(SIM[name]) & ({"experiments"} | TOO_HEAVY)


def test_simpy_is_known_only_where_time_passes() -> None:
    experiments = {n: path for n, path in EXPERIMENTS.items() if path.parent.name != "benchmarks"}
    everywhere = SIM | {f"experiments {name}": path for name, path in experiments.items()}
    know = {name for name, path in everywhere.items() if "simpy" in packages(path)}
    assert know <= KNOW_SIMPY


def test_modules_of_the_simulation_never_import_each_other_in_a_circle() -> None:
    order = TopologicalSorter({name: modules_of_sim(path) - {name} for name, path in SIM.items()})
    assert len(list(order.static_order())) == len(SIM)


def test_modules_of_the_simulation_import_only_from_their_own_layer_and_those_before() -> None:
    upwards = [
        (name, other)
        for name, path in SIM.items()
        for other in modules_of_sim(path)
        if layer_of(other) > layer_of(name)
    ]
    assert upwards == []


def test_the_pathway_leaves_resources_calendars_of_work_and_the_clock_to_others() -> None:
    others = {f"service.{name}" for name in ("resources", "diary", "casework", "demand", "staffing")}
    assert not modules_of_sim(SIM["pathway"]) & (others | {"luck"})


CHANGE_FILES = {"write_text", "write_bytes", "mkdir", "touch", "unlink", "rmtree"}


def writes(path: Path) -> list[str]:
    """Calls by which a module itself would change files; the store's own verbs are its to use."""
    calls = [
        node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
    ]
    return [ast.unparse(call) for call in calls if _opens_for_writing(call) or _changes_files(call)]


def _opens_for_writing(call: ast.Call) -> bool:
    if ast.unparse(call.func) not in ("open", "gzip.open", "os.open", "Path.open"):
        return False
    mode = [keyword.value for keyword in call.keywords if keyword.arg == "mode"] or call.args[1:2]
    return bool(mode) and (not isinstance(mode[0], ast.Constant) or bool(set(mode[0].value) & set("wax+")))


def _changes_files(call: ast.Call) -> bool:
    function = call.func
    if not isinstance(function, ast.Attribute) or function.attr not in CHANGE_FILES:
        return False
    return ast.unparse(function.value) != "store"


@pytest.mark.parametrize("name", SIM)
def test_the_simulation_writes_no_files(name: str) -> None:
    assert writes(SIM[name]) == []


@pytest.mark.parametrize("name", [name for name in EXPERIMENTS if name not in WRITERS])
def test_only_the_store_and_the_report_write_files(name: str) -> None:
    assert writes(EXPERIMENTS[name]) == []
