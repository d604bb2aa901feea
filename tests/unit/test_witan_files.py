"""The files of witan.send: read strictly, counted, and made from a simulated log without losing a child."""

from __future__ import annotations

import csv

import pandas as pd
import pytest
from logged_run import logged_run

from experiments.errors import InputError
from experiments.evidence.faults import DataError
from experiments.logs.commands import export, import_witan, in_words
from experiments.logs.run_logs import run_log
from experiments.logs.witan_counts import flows, stock, totals_by_year
from experiments.logs.witan_export import STATISTICS, census_states, statistics, transitions
from experiments.logs.witan_files import HEADERS, NONSEND, read_witan

TRANSITIONS = """\
calendar-year,setting-1,need-1,academic-year-1,setting-2,need-2,academic-year-2
2020,M,ASD,3,M,ASD,4
2020,M,ASD,6,S,ASD,7
2020,S,MLD,10,NONSEND,NONSEND,11
2020,NONSEND,NONSEND,0,M,MLD,1
2021,M,ASD,4,M,ASD,5
2021,S,ASD,7,S,ASD,8
2021,M,MLD,1,NONSEND,NONSEND,2"""
POPULATION = "calendar-year,academic-year,population\n" + "\n".join(
    f"{year},{age},{1000 + age}" for year in (2020, 2021, 2022) for age in range(0, 12)
)
COSTS = "need,setting,cost\nASD,M,8000\nMLD,M,7500.5\nASD,S,30000\nMLD,S,28000"
STATES = """\
setting,setting-group,min-academic-year,max-academic-year,needs,setting->setting
M,Mainstream,0,13,"ASD,MLD","M,S"
S,Special,0,14,"ASD, MLD",S"""
FILES = {
    "transitions.csv": TRANSITIONS,
    "population.csv": POPULATION,
    "costs.csv": COSTS,
    "valid-states.csv": STATES,
}


def folder(tmp_path, **changed: str):
    """The four files, none of which ends in a line feed; a changed one by its name without `.csv`."""
    for name, content in FILES.items():
        content = changed.get(name.removesuffix(".csv").replace("-", "_"), content)
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


def faults(tmp_path, **changed: str) -> list[str]:
    with pytest.raises(DataError) as refused:
        read_witan(folder(tmp_path, **changed))
    return str(refused.value).splitlines()


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    out = tmp_path_factory.mktemp("witan") / "out"
    return export(logged_run(), "witan", out, replication=3), out


# Reading.


def test_four_good_files_are_read_with_or_without_a_last_line_feed(tmp_path):
    files = read_witan(folder(tmp_path))
    assert len(files.transitions) == 7
    assert files.costs["MLD", "M"] == 7500.5
    assert files.population[2022, 11] == 1011
    assert files.states["S"].needs == ("ASD", "MLD")
    assert files.states["M"].moves_to == ("M", "S")
    assert files.warnings == ()
    assert len(read_witan(folder(tmp_path, transitions=f"{TRANSITIONS}\n")).transitions) == 7


@pytest.mark.parametrize("name", list(HEADERS))
def test_headers_must_be_exact(tmp_path, name):
    header = FILES[name].splitlines()[0]
    wrong = header.replace("setting", "Setting", 1).replace("population", "people")
    key = name.removesuffix(".csv").replace("-", "_")
    told = faults(tmp_path, **{key: FILES[name].replace(header, wrong)})
    assert told == [f"{name}:1:: the header is {wrong}, must be {header}"]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (
            {"transitions": TRANSITIONS.replace("M,ASD,3,M,ASD,4", "M,ASD,3,M,ASD,5")},
            "transitions.csv:2:academic-year-2: 5, must be academic-year-1 + 1, 4",
        ),
        (
            {"transitions": TRANSITIONS.replace("S,MLD,10,NONSEND,NONSEND", "S,MLD,10,NONSEND,MLD")},
            "transitions.csv:4:setting-2: NONSEND in one of setting-2 and need-2, must be in both or neither",
        ),
        (
            {"transitions": TRANSITIONS.replace("M,ASD,3,M,ASD,4", "M,ASD,25,M,ASD,26")},
            "transitions.csv:2:academic-year-2: 26, must be from -5 to 25 for a child with a plan",
        ),
        (
            {"transitions": f"{TRANSITIONS}\n2021,NONSEND,NONSEND,1,NONSEND,NONSEND,2"},
            "transitions.csv:9:setting-2: NONSEND at both ends, must be a setting at one",
        ),
        (
            {"transitions": TRANSITIONS.replace("M,ASD,3,M,ASD,4", "X,ASD,3,M,ASD,4")},
            "transitions.csv:2:setting-1: 'X', must be in valid-states.csv",
        ),
        ({"costs": f"{COSTS}\nASD,M,9000"}, "costs.csv:6:setting: ASD, M is on row 2 already, must be once"),
        (
            {"costs": COSTS.replace("\nMLD,S,28000", "")},
            "costs.csv:0:cost: no cost for need MLD in setting S, every pair in transitions.csv must have",
        ),
        (
            {"population": POPULATION.replace("2021,5,1005\n", "")},
            "population.csv:0:population: no row for calendar-year 2021 and academic-year 5, must be there",
        ),
        (
            {"valid_states": STATES.replace('"M,S"', '"M,Z"')},
            "valid-states.csv:2:setting->setting: 'Z', must be a setting of this file",
        ),
        ({"population": POPULATION.replace("2020,0,1000", "2020,0,x")}, "population.csv:2:population: 'x', "),
    ],
)
def test_each_fault_is_told_by_file_row_and_column(tmp_path, changed, told):
    found = faults(tmp_path, **changed)
    assert any(fault.startswith(told) for fault in found), found


def test_faults_of_all_files_are_told_at_once_and_nothing_is_written(tmp_path):
    bad = folder(tmp_path, costs="need,setting\nASD,M", population="calendar-year\n2020")
    (bad / "valid-states.csv").unlink()
    with pytest.raises(DataError) as refused:
        import_witan(bad, tmp_path / "out")
    assert {fault.file.rpartition("/")[2] for fault in refused.value.faults} == {
        "population.csv",
        "costs.csv",
        "valid-states.csv",
    }
    assert not (tmp_path / "out").exists()


def test_children_whom_the_valid_states_do_not_expect_are_counted(tmp_path):
    files = read_witan(folder(tmp_path, valid_states=STATES.replace("S,Special,0,14", "S,Special,8,14")))
    assert files.warnings == (
        "transitions.csv: 1 rows have a setting-1 that by valid-states.csv takes no such child",
        "transitions.csv: 1 rows have a setting-2 that by valid-states.csv takes no such child",
    )


# Counting.


def test_joiners_leavers_movers_and_stayers_are_counted_by_year(tmp_path):
    steps = read_witan(folder(tmp_path)).transitions
    assert totals_by_year(steps).to_dict("records") == [
        {
            "calendar_year": 2020,
            "at_start": 3,
            "joiners": 1,
            "leavers": 1,
            "movers": 1,
            "stayers": 1,
            "at_end": 3,
        },
        {
            "calendar_year": 2021,
            "at_start": 3,
            "joiners": 0,
            "leavers": 1,
            "movers": 0,
            "stayers": 2,
            "at_end": 2,
        },
    ]
    moved = flows(steps).set_index("kind").loc["mover"]
    assert moved[["setting_1", "setting_2", "academic_year_2", "children"]].tolist() == ["M", "S", 7, 1]


def test_a_january_is_known_from_the_steps_before_it_and_from_those_after(tmp_path):
    table = stock(read_witan(folder(tmp_path)).transitions)
    middle = table[table["january"] == 2021]
    assert middle["from_here"].tolist() == middle["to_here"].tolist() == [1, 1, 1]
    assert table.loc[table["january"] == 2020, "to_here"].isna().all()
    assert table.loc[table["january"] == 2022, "from_here"].isna().all()
    assert table.loc[table["january"] == 2022, "to_here"].sum() == 2


def test_januaries_that_do_not_chain_are_told(tmp_path):
    broken = TRANSITIONS.replace("\n2021,M,MLD,1,NONSEND,NONSEND,2", "")
    told = import_witan(folder(tmp_path, transitions=broken), tmp_path / "out")
    assert told["warnings"] == [
        "January 2021: 3 plans at the end of one step and 2 at the start of the next; they should be the "
        "same children"
    ]
    words = in_words(told)
    assert "6 steps of children; 2 plans at the end." in words
    assert "keep them inside the authority" in words
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "flows.csv",
        "stock.csv",
        "totals.csv",
    ]


# A simulated log.


def test_what_is_written_is_read_back_without_a_fault_or_warning(exported):
    _, out = exported
    files = read_witan(out)
    assert files.warnings == ()
    states = census_states(run_log(logged_run()))
    made = transitions(states[states["replication"] == 3])
    assert [tuple(row) for row in files.transitions.itertuples(index=False)] == made
    assert NONSEND in set(files.transitions["setting_1"])
    assert NONSEND in set(files.transitions["setting_2"])
    assert min(files.costs.values()) > 1000


def test_the_stock_is_the_runs_own_census_in_every_replication():
    """Plans in force at the close of the third Thursday of January, to the child."""
    states = census_states(run_log(logged_run()))
    table = pd.read_csv(logged_run() / "yearly.csv", dtype=str)
    table = table[(table["measure"] == "plans_active") & (table["calendar"] == "calendar")]
    bands = [
        (0, 4, "under_5"),
        (5, 10, "5_to_10"),
        (11, 15, "11_to_15"),
        (16, 19, "16_to_19"),
        (20, 25, "20_to_25"),
    ]
    band = {age - 4: f"age={name}" for low, high, name in bands for age in range(low, high + 1)}
    groups = {
        "all": states.assign(group="all"),
        "need": states.assign(group="need=" + states["need"]),
        "setting": states.assign(group="setting=" + states["setting"]),
        "age": states.assign(group=states["academic_year"].map(band)),
    }
    counted = {
        (str(replication), str(january), group): count
        for rows in groups.values()
        for (replication, january, group), count in rows.groupby(["replication", "january", "group"])
        .size()
        .items()
    }
    published = {
        (row.replication, row.period.removesuffix(" (part)"), row.group): int(row.value)
        for row in table.itertuples()
    }
    assert {key: count for key, count in published.items() if count} == counted
    assert {january for _, january, _ in counted} == {"2020", "2021", "2022"}


def test_joiners_less_leavers_are_the_change_of_the_stock(exported):
    _, out = exported
    steps = read_witan(out).transitions
    totals = totals_by_year(steps)
    states = census_states(run_log(logged_run()))
    plans = states[states["replication"] == 3].groupby("january").size()
    assert totals["at_start"].tolist() == plans.iloc[:-1].tolist()
    assert totals["at_end"].tolist() == plans.iloc[1:].tolist()
    assert (totals["joiners"] - totals["leavers"]).tolist() == plans.diff().iloc[1:].tolist()
    table = stock(steps)
    assert (table["from_here"].dropna().sum(), table["to_here"].dropna().sum()) == (
        plans.iloc[:-1].sum(),
        plans.iloc[1:].sum(),
    )
    both = table.dropna()
    assert (both["from_here"] == both["to_here"]).all()


def test_summaries_have_the_columns_of_witans_outputs_and_are_over_all_replications(exported):
    told, out = exported
    states = census_states(run_log(logged_run()))
    for name, group in (
        ("Count", []),
        ("AY", ["academic-year"]),
        ("Need", ["need"]),
        ("Setting", ["setting"]),
    ):
        with open(out / f"Output_{name}.csv", encoding="utf-8") as file:
            assert next(csv.reader(file)) == ["calendar-year", *group, *STATISTICS]
    table = pd.read_csv(out / "Output_Setting.csv").set_index(["calendar-year", "setting"])
    counts = states[states["setting"] == "inmss"].groupby(["january", "replication"]).size()
    row = table.loc[(2022, "inmss")]
    assert row["mean"] == counts[2022].mean()
    assert (row["min"], row["max"]) == (counts[2022].min(), counts[2022].max())
    total = pd.read_csv(out / "Output_Count.csv").set_index("calendar-year")["mean"]
    for name in ("AY", "Need", "Setting"):
        parts = pd.read_csv(out / f"Output_{name}.csv").groupby("calendar-year")["mean"].sum()
        assert parts.tolist() == pytest.approx(total.tolist())
    assert "Summaries are over 4 replications; costs are those of 2020." in in_words(told)


def test_statistics_by_hand():
    found = dict(zip(STATISTICS, statistics(pd.Series([10.0, 20, 30, 40]).to_numpy()), strict=True))
    assert (found["mean"], found["median"], found["iqr"]) == (25, 25, 15)
    assert found["std-dev"] == pytest.approx(12.90994449)
    assert found["high-ci"] - found["mean"] == pytest.approx(1.96 * 12.90994449 / 2)
    assert found["low-95pc-bound"] == pytest.approx(10.75)


def test_costs_are_what_the_run_spent_on_a_child_year(exported):
    _, out = exported
    table = pd.read_csv(logged_run() / "yearly.csv", dtype={"period": str})
    spent = table[
        (table["measure"] == "unit_cost") & (table["calendar"] == "calendar") & (table["period"] == "2020")
    ]
    mean = spent.groupby("group")["value"].mean()
    costs = read_witan(out).costs
    assert costs["ASD", "inmss"] == pytest.approx(mean["setting=inmss"])
    assert costs["OTH", "mainstream"] == pytest.approx(mean["setting=mainstream"])


def test_a_run_with_one_january_makes_no_step(tmp_path):
    folder = logged_run("run.years=1", replications=1)
    with pytest.raises(InputError, match="covers 1 January, must cover two"):
        export(folder, "witan", tmp_path / "out")
    assert not (tmp_path / "out").exists()
