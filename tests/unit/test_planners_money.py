"""Tables that planners hold, places and money: places by school, contracts, section 251."""

from __future__ import annotations

from datetime import date

import pytest
from planners_tables import (
    CONTRACTS,
    LINES_251,
    PLACES,
    SMALL,
    faults_of,
    layer_of,
    plain,
    rows_written,
    told_of,
    written,
)

from experiments.errors import InputError
from experiments.evidence.tables.importing import in_words
from experiments.evidence.tables.section_251_lines import LINES, read_line

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


def test_a_summer_between_two_rows_is_no_closure(tmp_path):
    text = PLACES + "100001,A,ap,20,2019-09-01,2020-07-31\n100001,A,ap,20,2020-09-01,\n"
    assert layer_of("school_places", text, tmp_path)["settings"]["ap"]["places"] == 20


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


def test_over_number_that_is_known_for_some_years_only_is_not_written(tmp_path):
    text = PLACES.replace("from", "over_number,from") + "100001,A,ap,30,3,2019-09-01,2020-08-31\n"
    told_of("school_places", text + "100001,A,ap,30,,2020-09-01,\n", tmp_path)
    assert "over_number" not in written("school_places", tmp_path)["settings"]["ap"]


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
