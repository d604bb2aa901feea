"""Tables that planners hold, staff and time: what rows become in a config, and what is never written."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from statistics import mean, stdev

import pytest
from planners_tables import (
    CONTRACTS,
    PLACES,
    POSTS,
    SMALL,
    faults_of,
    layer_of,
    nested,
    plain,
    post,
    rows_written,
    told_of,
    written,
)
from scipy.stats import t

from experiments.errors import InputError
from experiments.evidence.faults import DataError
from experiments.evidence.tables.importing import KINDS, import_table, in_words, template
from experiments.evidence.tables.layer import layer_text, sourced
from experiments.evidence.tables.time_diary import times
from sim.config.documents import Addition, ConfigError, read
from sim.config.faults import Place
from sim.config.yaml_nodes import parse

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


def test_no_interval_goes_below_nought(tmp_path):
    told_of("time_diary", "stage,pool,hours\n" + diary(0.1, 0.1, 0.1, 0.1, 30), tmp_path)
    assert written("time_diary", tmp_path)["stages"]["draft_plan"][0]["hours"]["low"] == 0


def test_two_tasks_of_one_pool_in_a_step_cannot_be_told_apart(tmp_path):
    (tmp_path / SMALL.name).write_text(SMALL.read_text())
    tasks = "[{pool: ep, hours: 1}, {pool: ep, hours: 2}]"
    (tmp_path / "two.yaml").write_text(f"extends: {SMALL.name}\nstages:\n  draft_plan: {tasks}\n")
    with pytest.raises(DataError, match="'ep', has two tasks at draft_plan in") as caught:
        told_of(
            "time_diary", "stage,pool,hours\n" + diary(5, pool="ep"), tmp_path, over=tmp_path / "two.yaml"
        )
    assert [(fault.row, fault.column) for fault in caught.value.faults] == [(2, "pool")]


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
