"""Tables that planners hold: what a few rows become in a config, and what is never written."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from statistics import mean, stdev

import pytest
from scipy.stats import t

from experiments.errors import InputError
from experiments.evidence.faults import DataError
from experiments.evidence.tables.importing import KINDS, import_table, in_words, template
from experiments.evidence.tables.layer import layer_text, sourced
from experiments.evidence.tables.section_251_lines import LINES, read_line
from experiments.evidence.tables.time_diary import times
from sim.config.documents import Addition, ConfigError, read
from sim.config.faults import Place
from sim.config.yaml_nodes import parse

SMALL = Path(__file__).resolve().parents[2] / "configs" / "ci_small.yaml"
POSTS = "post_number,pool,fte,start_date,end_date,vacant,agency,cost_per_fte_year,cost_is,as_at\n"
PLACES = "urn,school,setting,places,from,until\n"
CONTRACTS = "setting,provider,kind,places,price_per_place_year,from,until\n"
LINES_251 = "authority,financial_year,basis,line,phase,gross,income,net,children\n"


def told_of(kind: str, text: str, tmp_path: Path, over: Path | None = None, **others: str) -> dict:
    """What an import of this text says; `others` are further files by name."""
    files = []
    for name, content in {kind: text, **others}.items():
        files.append(tmp_path / f"{name}.csv")
        files[-1].write_text(content, encoding="utf-8")
    return import_table(kind, files, tmp_path / "out", over)


def faults_of(kind: str, text: str, tmp_path: Path, **others: str) -> list[str]:
    with pytest.raises(DataError) as caught:
        told_of(kind, text, tmp_path, **others)
    assert not (tmp_path / "out").exists()
    return [str(fault).partition(".csv:")[2] for fault in caught.value.faults]


def layer_of(kind: str, text: str, tmp_path: Path, over: Path | None = None, **others: str) -> dict:
    """The layer that was written, as nested plain values: a number without its source and range."""
    told_of(kind, text, tmp_path, over, **others)
    return plain(written(kind, tmp_path))


def written(kind: str, tmp_path: Path) -> dict:
    root, faults = parse((tmp_path / "out" / f"{kind}.yaml").read_text(), Place("layer"))
    assert faults == []
    return nested(root)


def nested(node):
    if isinstance(node.value, dict):
        return {key: nested(child) for key, child in node.value.items()}
    return [nested(child) for child in node.value] if isinstance(node.value, list) else node.value


def plain(value):
    if isinstance(value, dict):
        return (
            plain(value["value"]) if "value" in value else {key: plain(each) for key, each in value.items()}
        )
    return [plain(each) for each in value] if isinstance(value, list) else value


def rows_written(kind: str, tmp_path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader((tmp_path / "out" / f"{kind}.csv").read_text().splitlines()))


def post(number: str, **changes: object) -> str:
    row = {"pool": "ep", "fte": 1, "start_date": "2018-09-01", "end_date": "", "vacant": "no", "agency": "no"}
    row |= {"cost_per_fte_year": "", "cost_is": "", "as_at": "2024-09-01"} | changes
    return ",".join([number, *map(str, row.values())]) + "\n"


# All kinds.


@pytest.mark.parametrize("kind", KINDS)
def test_every_template_becomes_a_layer_that_a_config_accepts(kind, tmp_path):
    told = told_of(kind, template(kind), tmp_path)
    text = (tmp_path / "out" / f"{kind}.yaml").read_text()
    read(SMALL, addition=Addition("layer", text))
    (tmp_path / "ci_small.yaml").write_text(SMALL.read_text())
    (tmp_path / "mine.yaml").write_text(text.replace("# extends: your_config.yaml", "extends: ci_small.yaml"))
    assert read(tmp_path / "mine.yaml").settings().name == "ci_small"
    assert told["rows"] == len(template(kind).splitlines()) - 1
    assert [Path(path).name for path in told["written"]] == [f"{kind}.yaml", f"{kind}.csv"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_layer_over_a_named_config_extends_it_and_is_a_config_itself(kind, tmp_path):
    told_of(kind, template(kind), tmp_path, over=SMALL)
    assert read(tmp_path / "out" / f"{kind}.yaml").settings().name == "ci_small"


@pytest.mark.parametrize("kind", KINDS)
def test_every_number_of_a_layer_has_its_source(kind, tmp_path):
    told_of(kind, template(kind), tmp_path)

    def bare(value, path=()):
        if isinstance(value, dict) and "source" in value:
            return []
        if isinstance(value, dict):
            return [each for key, child in value.items() for each in bare(child, (*path, key))]
        if isinstance(value, list):
            return [each for child in value for each in bare(child, path)]
        return [path[-1]] if isinstance(value, (int, float)) else []

    assert set(bare(written(kind, tmp_path))) <= {"cv"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_files_give_the_same_bytes(kind, tmp_path):
    for number in (1, 2):
        (tmp_path / str(number)).mkdir()
        told_of(kind, template(kind), tmp_path / str(number))
    one, two = (sorted((tmp_path / number / "out").iterdir()) for number in "12")
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def test_the_words_name_what_was_found_what_to_mind_and_what_was_written(tmp_path):
    told = told_of("establishment", template("establishment"), tmp_path)
    words = in_words(told)
    assert "establishment: 8 rows of establishment.csv" in words
    assert "ep: 1.1 FTE in post, 0.2 FTE agency, 0.6 FTE vacant" in words
    assert "warning: tribunal_officer: pay is not written: fewer than 3 posts" in words
    assert "out/establishment.yaml" in words


def test_an_unknown_kind_no_file_and_a_folder_that_is_a_file_are_refused(tmp_path):
    with pytest.raises(InputError, match="'staff', no such table; known: establishment, time_diary"):
        import_table("staff", [], tmp_path)
    with pytest.raises(InputError, match="name at least one CSV file"):
        import_table("contracts", [], tmp_path)
    (tmp_path / "out").write_text("")
    with pytest.raises(InputError, match="a file, must be a folder"):
        told_of("contracts", template("contracts"), tmp_path)


def test_an_import_never_writes_over_the_file_it_reads(tmp_path):
    path = tmp_path / "contracts.csv"
    path.write_text(template("contracts"))
    with pytest.raises(InputError, match="would be written over"):
        import_table("contracts", [path], tmp_path)
    assert path.read_text() == template("contracts")


def test_a_layer_that_its_config_refuses_is_not_written(tmp_path):
    row = "state_special,Provider,block,500,50000,2020-01-01,\n"
    with pytest.raises(ConfigError, match=r"contract\.block_places: 500, must be within its 112 places"):
        told_of("contracts", CONTRACTS + row, tmp_path, over=SMALL)
    assert not (tmp_path / "out").exists()


def test_several_files_are_read_as_one_and_a_row_in_both_is_found(tmp_path):
    first, second = PLACES + "100001,A,ap,5,2020-01-01,\n", PLACES + "100002,B,ap,7,2020-01-01,\n"
    assert layer_of("school_places", first, tmp_path, more=second)["settings"]["ap"]["places"] == 12
    (tmp_path / "again").mkdir()
    assert faults_of("school_places", first, tmp_path / "again", zz=first) == [
        "2:school: the same school and setting as school_places.csv:2 on the same days, must be there once"
    ]


def test_two_files_of_one_name_are_refused(tmp_path):
    paths = [tmp_path / name / "places.csv" for name in "ab"]
    for number, path in enumerate(paths, 1):
        path.parent.mkdir()
        path.write_text(PLACES + f"10000{number},A,ap,5,2020-01-01,\n")
    with pytest.raises(
        DataError, match=r"places\.csv:0:: a second file of this name, must have a name of its own"
    ):
        import_table("school_places", paths, tmp_path / "out")


def test_a_file_name_cannot_break_out_of_its_comment():
    text = layer_text({"prices": {"transport_per_child_year": sourced(1, 'a "b"\\c')}}, ["x\nname: evil"])
    root, faults = parse(text, Place("layer"))
    assert faults == []
    assert nested(root) == {"prices": {"transport_per_child_year": {"value": 1, "source": 'a "b"\\c'}}}


# Establishment.


def test_posts_become_fte_by_date_from_the_day_of_the_extract(tmp_path):
    text = POSTS + post("P1", fte=0.6) + post("P2", fte="0.5", end_date="2025-03-31")
    text += post("P3", start_date="2025-01-06")
    fte = layer_of("establishment", text, tmp_path)["staff_pools"]["ep"]["fte"]
    assert fte == {date(2024, 9, 1): 1.1, date(2025, 1, 6): 2.1, date(2025, 4, 1): 1.6}


def test_leavers_make_a_history_only_where_the_file_is_said_to_have_them_all(tmp_path):
    text = POSTS.replace("as_at", "as_at,complete_from")
    text += post("P1", start_date="2010-01-01", as_at="2024-09-01,2023-01-01")
    text += post("P2", start_date="2010-01-01", end_date="2023-06-30", as_at="2024-09-01,2023-01-01")
    fte = layer_of("establishment", text, tmp_path)["staff_pools"]["ep"]["fte"]
    assert fte == {date(2023, 1, 1): 2, date(2023, 7, 1): 1}


def test_vacant_posts_are_no_fte_and_agency_people_stand_apart(tmp_path):
    text = POSTS + post("P1") + post("P2", vacant="yes") + post("A1", agency="yes", fte=0.4)
    pool = layer_of("establishment", text, tmp_path)["staff_pools"]["ep"]
    assert (pool["fte"], pool["agency_fte"]) == (1, 0.4)
    source = written("establishment", tmp_path)["staff_pools"]["ep"]["fte"]["source"]
    assert source == "HR establishment as at 2024-09-01: 1 post filled, 1 FTE vacant"


def test_a_file_without_agency_people_says_nothing_about_them(tmp_path):
    assert "agency_fte" not in layer_of("establishment", POSTS + post("P1"), tmp_path)["staff_pools"]["ep"]


def test_a_pool_of_which_every_post_is_vacant_has_nobody(tmp_path):
    text = POSTS + post("P1", vacant="yes")
    assert layer_of("establishment", text, tmp_path)["staff_pools"]["ep"]["fte"] == 0


def test_pay_of_three_posts_is_a_mean_by_fte_to_the_nearest_hundred(tmp_path):
    text = POSTS + post("P1", cost_per_fte_year=60_000) + post("P2", fte=0.5, cost_per_fte_year=72_345)
    text += post("P3", fte=0.5, cost_per_fte_year=66_000) + post("P4")
    pool = layer_of("establishment", text, tmp_path)["staff_pools"]["ep"]
    assert pool["cost_per_fte_year"] == 64_600  # (60,000 + 0.5 x 72,345 + 0.5 x 66,000) / 2 = 64,586
    row = next(
        each for each in rows_written("establishment", tmp_path) if each["quantity"] == "cost_per_fte_year"
    )
    assert (row["value"], row["posts"]) == ("64600", "3")


@pytest.mark.parametrize("posts", [1, 2])
def test_pay_of_one_or_two_people_is_nowhere_in_what_is_written_or_said(posts, tmp_path):
    text = POSTS + "".join(post(f"P{n}", cost_per_fte_year=71_300) for n in range(posts))
    told = told_of("establishment", text, tmp_path)
    everything = in_words(told) + "".join(path.read_text() for path in (tmp_path / "out").iterdir())
    assert "71300" not in everything.replace(",", "")
    assert "cost_per_fte_year" not in plain(written("establishment", tmp_path))["staff_pools"]["ep"]
    assert "ep: pay is not written: fewer than 3 posts" in in_words(told)


def test_the_cost_of_a_grade_is_nobodys_pay(tmp_path):
    text = POSTS + post("P1", cost_per_fte_year=71_300, cost_is="grade")
    pool = layer_of("establishment", text, tmp_path)["staff_pools"]["ep"]
    assert pool["cost_per_fte_year"] == 71_300


def test_a_grade_beside_one_persons_pay_does_not_let_the_pay_out(tmp_path):
    text = POSTS + post("P1", cost_per_fte_year=71_300)
    text += "".join(post(f"G{n}", cost_per_fte_year=60_000, cost_is="grade") for n in range(5))
    assert "cost_per_fte_year" not in layer_of("establishment", text, tmp_path)["staff_pools"]["ep"]


def test_agency_people_cost_a_220th_of_their_year_for_each_day(tmp_path):
    text = POSTS + post("P1") + post("A1", agency="yes", cost_per_fte_year=110_000, cost_is="grade")
    assert layer_of("establishment", text, tmp_path)["staff_pools"]["ep"]["agency_cost_per_day"] == 500


def test_pay_is_taken_to_the_prices_of_the_config_that_is_named(tmp_path):
    # ci_small: prices of April 2020, 3 % a year and from April 2022 5 %.
    text = POSTS + post("P1", cost_per_fte_year=60_000, cost_is="grade", as_at="2023-05-01")
    pool = layer_of("establishment", text, tmp_path, over=SMALL)["staff_pools"]["ep"]
    assert pool["cost_per_fte_year"] == round(60_000 / (1.03 * 1.05 * 1.05))


def test_pay_of_before_the_base_date_is_raised_to_it(tmp_path):
    text = POSTS + post("P1", cost_per_fte_year=60_000, cost_is="grade", as_at="2019-05-01")
    pool = layer_of("establishment", text, tmp_path, over=SMALL)["staff_pools"]["ep"]
    assert pool["cost_per_fte_year"] == round(60_000 * 1.03)


def test_only_posts_of_the_day_of_the_extract_count_as_paid(tmp_path):
    text = POSTS + post("P1", cost_per_fte_year=60_000) + post("P2", cost_per_fte_year=60_000)
    text += post("P3", cost_per_fte_year=90_000, end_date="2024-08-31")
    text += post("P4", cost_per_fte_year=90_000, start_date="2024-09-02")
    told = told_of("establishment", text, tmp_path)
    assert "ep: pay is not written: fewer than 3 posts" in in_words(told)


def test_a_pool_of_which_every_post_ends_is_told(tmp_path):
    told = told_of("establishment", POSTS + post("P1", end_date="2025-03-31"), tmp_path)
    assert "ep: every post ends; nobody is left from 2025-04-01" in told["warnings"]


def test_post_numbers_and_job_titles_are_never_written(tmp_path):
    text = POSTS.replace("pool", "job_title") + post("POST77", pool="Senior EP (Fenland)")
    told = told_of("establishment", text, tmp_path, map="job_title,pool\nSenior EP (Fenland),ep\n")
    everything = in_words(told) + "".join(path.read_text() for path in (tmp_path / "out").iterdir())
    assert "POST77" not in everything
    assert "Fenland" not in everything
    assert plain(written("establishment", tmp_path))["staff_pools"]["ep"]["fte"] == 1


def test_a_job_title_that_the_map_lacks_is_refused(tmp_path):
    text = POSTS.replace("pool", "job_title") + post("P1", pool="Senior EP")
    assert faults_of("establishment", text, tmp_path, map="job_title,pool\nEP,ep\n") == [
        "2:job_title: 'Senior EP', must be a job title that the map of job titles has"
    ]


def test_a_pool_of_the_config_that_is_named_is_known(tmp_path):
    (tmp_path / "own.yaml").write_text(
        f"extends: {SMALL.name}\nstaff_pools:\n  portage: {{fte: 1, cost_per_fte_year: 40_000}}\n"
    )
    (tmp_path / SMALL.name).write_text(SMALL.read_text())
    text = POSTS + post("P1", pool="portage")
    assert layer_of("establishment", text, tmp_path, over=tmp_path / "own.yaml")["staff_pools"]["portage"]
    (tmp_path / "alone").mkdir()
    assert faults_of("establishment", text, tmp_path / "alone")[0].startswith(
        "2:pool: 'portage', must be one of ep"
    )


def test_a_pool_paid_from_two_funds_has_that_of_most_fte_and_is_told(tmp_path):
    text = POSTS.replace("as_at", "as_at,fund") + post("P1", fte=0.4, as_at="2024-09-01,dsg")
    told = told_of("establishment", text + post("P2", as_at="2024-09-01,general fund"), tmp_path)
    assert plain(written("establishment", tmp_path))["staff_pools"]["ep"]["fund"] == "general_fund"
    assert any("paid from dsg and general_fund" in each for each in told["warnings"])


# Time diary.


def diary(*hours: float, stage: str = "draft_plan", pool: str = "casework_officer") -> str:
    return "".join(f"{stage},{pool},{each}\n" for each in hours)


HOURS = (4.0, 5.0, 6.0, 7.0, 11.0)


def test_a_task_has_its_mean_its_spread_and_the_interval_of_the_mean(tmp_path):
    task = written_task(tmp_path)
    half = t.ppf(0.975, 4) * stdev(HOURS) / 5**0.5
    assert task["hours"]["value"] == round(mean(HOURS), 2) == 6.6
    assert task["hours"]["low"] == pytest.approx(6.6 - half, abs=0.006)
    assert task["hours"]["high"] == pytest.approx(6.6 + half, abs=0.006)
    assert task["cv"] == round(stdev(HOURS) / mean(HOURS), 2) == 0.41
    assert task["hours"]["source"] == "time diary, 5 entries of 4 to 11 h"


def written_task(tmp_path: Path) -> dict:
    told_of("time_diary", "stage,pool,hours\n" + diary(*HOURS), tmp_path)
    return written("time_diary", tmp_path)["stages"]["draft_plan"][0]


def test_the_interval_covers_the_mean_as_often_as_it_says():
    from numpy.random import Generator, Philox

    draws = Generator(Philox(251)).normal(6.0, 1.5, (2_000, 8))
    inside = sum(found.low <= 6.0 <= found.high for found in map(times, draws.tolist()))
    assert abs(inside / 2_000 - 0.95) < 4 * (0.95 * 0.05 / 2_000) ** 0.5


def test_equal_hours_have_no_range(tmp_path):
    told_of("time_diary", "stage,pool,hours\n" + diary(*[3.0] * 5), tmp_path)
    hours = written("time_diary", tmp_path)["stages"]["draft_plan"][0]["hours"]
    assert (hours["value"], "low" in hours) == (3.0, False)


def test_a_task_with_four_entries_is_left_out_and_told(tmp_path):
    told = told_of(
        "time_diary", "stage,pool,hours\n" + diary(*HOURS) + diary(1, 2, 3, 4, pool="ep"), tmp_path
    )
    assert [task["pool"] for task in written("time_diary", tmp_path)["stages"]["draft_plan"]] == [
        "casework_officer"
    ]
    assert "draft_plan, ep: fewer than 5 entries, left out" in told["warnings"]
    few = next(row for row in rows_written("time_diary", tmp_path) if row["pool"] == "ep")
    assert (few["hours"], few["entries"], few["status"]) == ("", "", "fewer than 5 entries")


def test_a_named_config_keeps_its_other_tasks_and_its_shares(tmp_path):
    text = "stage,pool,hours\n" + diary(*HOURS, stage="emergency_review", pool="ep")
    tasks = layer_of("time_diary", text, tmp_path, over=SMALL)["stages"]["emergency_review"]
    assert tasks == [
        {"pool": "review_officer", "hours": 8},
        {"pool": "ep", "hours": 6.6, "share": 0.3, "cv": 0.41},
    ]


def test_hours_of_advice_and_of_hearings_go_where_the_config_has_them(tmp_path):
    text = "stage,pool,hours\n" + diary(*HOURS, stage="advice", pool="ep")
    text += diary(*HOURS, stage="hearing", pool="tribunal_officer")
    layer = layer_of("time_diary", text, tmp_path, over=SMALL)
    assert layer["advice"] == {"ep": {"hours": 6.6, "cv": 0.41}}
    assert layer["disputes"]["hearing_tasks"] == [
        {"pool": "tribunal_officer", "hours": 6.6, "cv": 0.41},
        {"pool": "ep", "hours": 6, "share": 0.5},
    ]


def test_a_pool_that_writes_no_advice_is_refused_where_the_config_is_named(tmp_path):
    text = "stage,pool,hours\n" + diary(*HOURS, stage="advice", pool="review_officer")
    with pytest.raises(DataError, match="'review_officer', writes no advice in"):
        told_of("time_diary", text, tmp_path, over=SMALL)


# Places.


def test_places_of_schools_add_up_by_setting_and_date(tmp_path):
    text = (
        PLACES + "100001,A,state_special,60,2019-09-01,\n100002,B,special school,40,2019-09-01,2022-08-31\n"
    )
    text += "100002,B,state_special,48,2022-09-01,\n,New,state_special,30,2023-09-01,\n"
    text += "100001,A,resourced_provision,8,2021-09-01,\n"
    settings = layer_of("school_places", text, tmp_path)["settings"]
    assert settings["state_special"]["places"] == {
        date(2019, 9, 1): 100,
        date(2022, 9, 1): 108,
        date(2023, 9, 1): 138,
    }
    assert settings["resourced_provision"]["places"] == 8


def test_a_school_that_closes_has_no_places_after_its_last_day(tmp_path):
    text = PLACES + "100001,A,ap,20,2019-09-01,\n100002,B,ap,10,2019-09-01,2021-08-31\n"
    places = layer_of("school_places", text, tmp_path)["settings"]["ap"]["places"]
    assert places == {date(2019, 9, 1): 30, date(2021, 9, 1): 20}


def test_the_last_day_of_a_row_is_the_last_on_which_it_holds(tmp_path):
    text = PLACES + "100001,A,ap,20,2019-09-01,2020-08-31\n100002,B,ap,10,2020-08-31,\n"
    places = layer_of("school_places", text, tmp_path)["settings"]["ap"]["places"]
    assert places == {date(2019, 9, 1): 20, date(2020, 8, 31): 30, date(2020, 9, 1): 10}


def test_rows_of_one_school_may_follow_each_other_and_may_not_share_a_day(tmp_path):
    def rows(*days: str) -> str:
        return PLACES + "".join(f"100001,A,ap,20,{each}\n" for each in days)

    for place, days in enumerate(
        (("2019-09-01,2020-08-31", "2020-09-01,"), ("2020-01-01,2020-01-01", "2020-01-02,"))
    ):
        (tmp_path / str(place)).mkdir()
        assert layer_of("school_places", rows(*days), tmp_path / str(place))["settings"]["ap"]["places"] == 20
    rule = "the same school and setting as row 2 on the same days, must be there once"
    assert faults_of("school_places", rows("2019-09-01,2020-08-31", "2020-08-31,"), tmp_path) == [
        f"3:school: {rule}"
    ]
    within = rows("2019-09-01,", "2020-01-01,2020-02-01", "2020-03-01,2020-04-01")
    assert faults_of("school_places", within, tmp_path) == [f"3:school: {rule}", f"4:school: {rule}"]


def test_a_commissioning_year_that_ends_is_no_closure(tmp_path):
    text = PLACES + "100001,A,ap,20,2019-09-01,2020-08-31\n100001,A,ap,22,2020-09-01,2021-08-31\n"
    assert faults_of("school_places", text, tmp_path) == [
        "3:until: 2021-08-31, and no place in ap would be left; leave it blank if they go on"
    ]


def test_a_setting_may_be_said_to_end(tmp_path):
    text = PLACES + "100001,A,ap,20,2019-09-01,2020-08-31\n100001,A,ap,0,2020-09-01,\n"
    assert layer_of("school_places", text, tmp_path)["settings"]["ap"]["places"] == {
        date(2019, 9, 1): 20,
        date(2020, 9, 1): 0,
    }


def test_children_over_number_are_a_share_of_the_places_or_nothing(tmp_path):
    header = PLACES.replace("from", "over_number,from")
    text = header + "100001,A,ap,30,3,2019-09-01,\n100002,B,ap,10,1,2019-09-01,\n"
    assert layer_of("school_places", text, tmp_path)["settings"]["ap"]["over_number"] == 0.1
    (tmp_path / "blank").mkdir()
    text = header + "100001,A,ap,30,3,2019-09-01,\n100002,B,ap,10,,2019-09-01,\n"
    told = told_of("school_places", text, tmp_path / "blank")
    assert "over_number" not in written("school_places", tmp_path / "blank")["settings"]["ap"]
    assert told["warnings"] == ["ap: over_number is not written, a row of it is blank"]


# Contracts.


def test_block_places_add_up_and_prices_are_means_by_places(tmp_path):
    text = CONTRACTS + "inmss,A,block,8,50000,2020-01-01,\ninmss,B,block,4,56000,2020-01-01,2021-08-31\n"
    text += 'inmss,C,spot,6,"£60,000",2020-01-01,\ninmss,D,spot,3,66000,2021-04-01,\n'
    contract = layer_of("contracts", text, tmp_path)["settings"]["inmss"]["contract"]
    assert contract == {
        "block_places": {date(2020, 1, 1): 12, date(2021, 9, 1): 8},
        "block_price_per_place_year": {date(2020, 1, 1): 52_000, date(2021, 9, 1): 50_000},
        "spot_price_per_child_year": {date(2020, 1, 1): 60_000, date(2021, 4, 1): 62_000},
    }


def test_when_the_last_block_ends_its_places_end_and_its_price_is_kept(tmp_path):
    text = CONTRACTS + "inmss,A,block,8,50000,2020-01-01,2021-08-31\n"
    told = told_of("contracts", text, tmp_path)
    contract = plain(written("contracts", tmp_path))["settings"]["inmss"]["contract"]
    assert contract["block_places"] == {date(2020, 1, 1): 8, date(2021, 9, 1): 0}
    assert contract["block_price_per_place_year"] == 50_000
    assert "inmss: every block contract ends by 2021-08-31; no block places after it" in told["warnings"]


def test_spot_contracts_alone_buy_no_block_and_never_make_one_free(tmp_path):
    text = CONTRACTS + "inmss,A,spot,,60000,2020-01-01,\n"
    contract = layer_of("contracts", text, tmp_path)["settings"]["inmss"]["contract"]
    assert contract == {
        "block_places": 0,
        "block_price_per_place_year": 60_000,
        "spot_price_per_child_year": 60_000,
    }


def test_each_contracts_price_is_taken_from_its_own_first_day(tmp_path):
    text = CONTRACTS + "inmss,A,block,10,50000,2021-05-01,\ninmss,B,block,10,50000,2020-05-01,2021-04-30\n"
    contract = layer_of("contracts", text, tmp_path, over=SMALL)["settings"]["inmss"]["contract"]
    assert contract["block_price_per_place_year"] == {
        date(2020, 5, 1): 50_000,
        date(2021, 5, 1): round(50_000 / 1.03),
    }


def test_the_providers_are_never_written(tmp_path):
    told = told_of("contracts", CONTRACTS + "inmss,Acorn Care,block,8,50000,2020-01-01,\n", tmp_path)
    everything = in_words(told) + "".join(path.read_text() for path in (tmp_path / "out").iterdir())
    assert "Acorn" not in everything


# Section 251.


def line(code: str, net: float, phase: str = "", children: object = "", **changes: object) -> str:
    row = {"authority": "Smallshire", "financial_year": "2021-22", "basis": "outturn", "line": code}
    row |= {"phase": phase, "gross": net, "income": 0, "net": net, "children": children} | changes
    return ",".join(f'"{value}"' for value in row.values()) + "\n"


def others(net: float = 10_000, **changes: object) -> str:
    codes = ("1.2.4", "1.2.5", "1.2.6", "1.2.7", "1.2.8", "1.2.9", "1.2.10", "1.2.11", "1.2.13")
    return "".join(line(code, net, **changes) for code in codes)


def test_top_ups_are_prices_by_setting_from_both_lines(tmp_path):
    text = LINES_251 + line("1.2.1", 600_000, "special", 45) + line("1.2.2", 450_000, "special", 40)
    text += line("1.2.1", 300_000, "primary", 40) + line("1.2.2", 500_000, "secondary", 60)
    text += line("1.2.3", 750_000, children=15) + line("2.1.4", 680_000, children=85)
    layer = layer_of("section_251", text, tmp_path)
    assert layer["settings"] == {
        "inmss": {"price_per_child_year": 50_000},
        "mainstream": {"price_per_child_year": 8_000},
        "state_special": {"price_per_child_year": round(1_050_000 / 85)},
    }
    assert layer["prices"] == {"transport_per_child_year": 8_000}


def test_without_children_a_line_has_no_price_and_it_is_said(tmp_path):
    text = LINES_251 + line("1.2.3", 750_000) + line("2.1.4", 680_000, children=85)
    told = told_of("section_251", text, tmp_path)
    assert "settings" not in written("section_251", tmp_path)
    assert "inmss: no price for 2021-22, children are not given" in told["warnings"]


def test_other_spending_is_the_sum_of_all_its_lines_or_nothing(tmp_path):
    account = layer_of("section_251", LINES_251 + others(), tmp_path)["account"]
    assert account == {"other_spending_per_year": 90_000}
    (tmp_path / "short").mkdir()
    text = LINES_251 + others().replace(line("1.2.8", 10_000), "") + line("HNB", 5_000_000)
    told = told_of("section_251", text, tmp_path / "short")
    assert plain(written("section_251", tmp_path / "short"))["account"] == {"allocation_per_year": 5_000_000}
    assert any("lines 1.2.8 are missing" in each for each in told["warnings"])


def test_a_total_is_checked_and_never_counted_with_its_lines(tmp_path):
    text = LINES_251 + line("1.2", 90_000) + others()
    assert layer_of("section_251", text, tmp_path)["account"] == {"other_spending_per_year": 90_000}
    assert all(row["line"] != "1.2" for row in rows_written("section_251", tmp_path))
    (tmp_path / "wrong").mkdir()
    text = LINES_251 + line("1.2", 190_000) + others()
    assert faults_of("section_251", text, tmp_path / "wrong") == [
        "2:net: 190,000, a total, and its lines here come to 90,000; a line is missing or there twice"
    ]


def test_a_total_without_its_lines_is_refused(tmp_path):
    assert faults_of("section_251", LINES_251 + line("1.2", 190_000), tmp_path) == [
        "2:line: '1.2', a total without its lines, must have them too"
    ]


def test_an_outturn_takes_the_place_of_its_budget(tmp_path):
    text = LINES_251 + others(20_000, basis="budget") + others()
    text += line("HNB", 5_500_000, financial_year="2022-23", basis="budget")
    text += line("HNB", 5_100_000)
    told = told_of("section_251", text, tmp_path)
    account = plain(written("section_251", tmp_path))["account"]
    assert account["other_spending_per_year"] == 90_000
    assert account["allocation_per_year"] == {date(2021, 4, 1): 5_100_000, date(2022, 4, 1): 5_500_000}
    assert "2021-22: budget left out, the outturn is there" in told["found"]


def test_cash_stays_cash_and_prices_go_to_the_base_date(tmp_path):
    text = LINES_251 + line("HNB", 5_100_000) + line("1.2.3", 721_000, children=14) + others()
    layer = layer_of("section_251", text, tmp_path, over=SMALL)
    assert layer["account"]["allocation_per_year"] == 5_100_000
    assert layer["account"]["other_spending_per_year"] == round(90_000 / 1.03)
    assert layer["settings"]["inmss"]["price_per_child_year"] == 50_000


def test_a_setting_that_the_config_lacks_gets_no_price(tmp_path):
    text = LINES_251 + line("1.2.1", 100_000, "ap", 10) + line("1.2.3", 750_000, children=15)
    told = told_of("section_251", text, tmp_path, over=SMALL)
    assert list(written("section_251", tmp_path)["settings"]) == ["inmss"]
    assert "ap: no price is written, ci_small.yaml has no such setting" in told["warnings"]


def test_every_line_is_known_by_code_by_name_and_by_both():
    for each in LINES:
        assert (
            read_line(each.code) == read_line(each.name) == read_line(f"{each.code} {each.name}") == each.code
        )
    assert read_line("1.2.5 SEN Support Services") == "1.2.5"
    assert read_line("Top\u2013up funding \u2013 maintained schools") == "1.2.1"


def test_a_file_with_nothing_for_a_config_is_refused(tmp_path):
    with pytest.raises(InputError, match="section_251: nothing to put into a config"):
        told_of("section_251", LINES_251 + line("2.1.2", 500_000), tmp_path)


def test_lines_that_come_to_less_than_nothing_are_no_spending(tmp_path):
    told = told_of("section_251", LINES_251 + others(-10_000) + line("HNB", 5_000_000), tmp_path)
    assert plain(written("section_251", tmp_path))["account"] == {"allocation_per_year": 5_000_000}
    assert any("its lines come to less than nothing" in each for each in told["warnings"])


def test_a_top_up_of_all_phases_is_no_settings_price_and_it_is_said(tmp_path):
    text = LINES_251 + line("1.2.1", 600_000, children=60) + line("1.2.3", 750_000, children=15)
    told = told_of("section_251", text, tmp_path)
    assert list(written("section_251", tmp_path)["settings"]) == ["inmss"]
    assert "line 1.2.1: no price is written, it is not given by phase" in told["warnings"]
