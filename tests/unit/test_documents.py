"""A config is read strictly, explained kindly and turned into settings."""

from __future__ import annotations

import hashlib
import pickle
from datetime import date
from pathlib import Path

import pytest
from bad_configs import SLIPS
from small_config import SMALL, faults_of, line_of

from sim.config.documents import ConfigError, Document, read
from sim.schedule import Schedule


@pytest.fixture
def config(tmp_path: Path):
    """Write a config and give its path: `config(text)` or `config(text, "child.yaml")`."""

    def write(text: str, name: str = "small.yaml") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def without(text: str, start: str, stop: str) -> str:
    """The text less the part from `start` up to `stop`."""
    return text[: text.index(start)] + text[text.index(stop) :]


# Bad input


@pytest.mark.parametrize("wrong, old, new, words, message", SLIPS, ids=[slip[0] for slip in SLIPS])
def test_a_slip_is_named_on_its_line_with_what_to_write(config, wrong, old, new, words, message) -> None:
    assert old in SMALL
    text = SMALL.replace(old, new, 1)
    told = faults_of(config(text))
    expected = f"small.yaml:{line_of(text, words)}:"
    assert [each for each in told if each.startswith(expected) and message in each], told
    assert len(told) <= 2, "one slip must not be told as many"
    assert not [each for each in told if "pydantic" in each or "http" in each or "Input" in each]


def test_every_fault_is_listed_in_the_order_of_the_file(config) -> None:
    text = SMALL
    for old, new in (
        ("years: 3", "years: 0"),
        ("tuesday", "tueday"),
        ("pool: ep,", "pool: eps,"),
        ("    fte: 6\n", "    ftes: 6\n"),
        ("{share: 0.6}", "{share: 0.5}"),
        ("path: staff_pools.ep.fte", "path: staff_pools.ep.fet"),
    ):
        text = text.replace(old, new)
    told = faults_of(config(text))
    lines = [int(each.split(":")[1]) for each in told]
    words = ("years: 0", "sources:", "ftes: 6", "tueday", "ep.fet")
    assert lines == sorted(lines)
    assert set(lines) >= {line_of(text, word) for word in words}


def test_a_fault_names_file_line_column_path_value_rule_and_nearest_name(config) -> None:
    text = SMALL.replace("tuesday", "tueday")
    column = text.splitlines()[line_of(text, "tueday") - 1].index("tueday") + 1
    assert faults_of(config(text)) == [
        f"small.yaml:{line_of(text, 'tueday')}:{column}: panels.assess.weekday: 'tueday', must be one of: "
        "monday, tuesday, wednesday, thursday, friday, did you mean 'tuesday'?"
    ]


def test_an_empty_file_is_refused(config) -> None:
    assert faults_of(config("")) == ["small.yaml:1:1: empty, a config is needed"]
    assert faults_of(config("# only a comment\n")) == ["small.yaml:1:1: empty, a config is needed"]


def test_a_list_or_a_word_is_not_a_config(config) -> None:
    assert faults_of(config("- a\n")) == ["small.yaml:1:1: must be a map of names with values"]
    assert faults_of(config("hello\n")) == ["small.yaml:1:1: must be a map of names with values"]


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    assert faults_of(tmp_path / "none.yaml") == ["none.yaml: no such file"]
    (tmp_path / "folder").mkdir()
    assert faults_of(tmp_path / "folder") == ["folder: a folder, name a file in it"]


def test_a_file_that_may_not_be_read_is_refused(config, monkeypatch) -> None:
    def refuse(_self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    path = config(SMALL)
    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert faults_of(path) == ["small.yaml: cannot be read (Permission denied)"]


def test_a_file_in_another_encoding_is_refused_at_its_line(tmp_path: Path) -> None:
    path = tmp_path / "old.yaml"
    path.write_bytes(SMALL.replace("Smallshire", "Smallshîre").encode("cp1252"))
    line = line_of(SMALL, "Smallshire")
    assert faults_of(path) == [f"old.yaml:{line}:16: not UTF-8 text, save the file as UTF-8"]
    path.write_bytes(SMALL.encode("utf-16"))
    assert "not UTF-8 text" in faults_of(path)[0]


def test_a_byte_order_mark_and_windows_line_ends_are_accepted(tmp_path: Path) -> None:
    path = tmp_path / "windows.yaml"
    path.write_bytes(SMALL.replace("\n", "\r\n").encode("utf-8-sig"))
    assert read(path).settings().name == "small"


def test_control_characters_are_refused(config) -> None:
    assert "characters that are not text" in faults_of(config(SMALL.replace("Smallshire", "Small\0shire")))[0]


def test_a_huge_file_and_a_deep_one_are_refused(config) -> None:
    assert "must be under" in faults_of(config("#" * 5_000_001))[0]
    assert "nested more than 40 deep" in faults_of(config("a: " + "[" * 500 + "]" * 500))[0]


def test_an_alias_bomb_does_not_explode(config) -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{here}: &{here} [*{last}, *{last}]\n" for last, here in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert any("aliases are not allowed" in each for each in faults_of(config(bomb)))


def test_faults_cross_process_borders(config) -> None:
    with pytest.raises(ConfigError) as caught:
        read(config(""))
    assert pickle.loads(pickle.dumps(caught.value)).faults == caught.value.faults


# Values


@pytest.fixture
def small(config) -> Document:
    return read(config(SMALL))


def test_numbers_may_be_grouped_and_written_with_an_exponent(config) -> None:
    text = SMALL.replace("75_000", "7.5e4").replace("fte: 6", "fte: 6.")
    ep = read(config(text)).settings().staff_pools["ep"]
    assert ep.cost_per_fte_year.values == (75_000,)
    assert read(config(SMALL)).settings().staff_pools["ep"].cost_per_fte_year.values == (75_000,)


def test_words_like_no_stay_words(config) -> None:
    assert read(config(SMALL.replace('code: "000"', "code: NO"))).settings().authority.code == "NO"


def test_a_sourced_form_stands_for_its_value(small: Document) -> None:
    settings = small.settings()
    assert settings.needs["ASD"].growth_per_year == Schedule.constant(0.08)
    assert settings.demand.requests_per_1000[0] == 4.5
    assert small.data["needs"]["ASD"]["growth_per_year"]["source"] == "SEN2 2016-2020"


def test_dates_and_their_entries_may_be_sourced(config) -> None:
    dated = "fte: {2020-01-01: 6, 2021-01-01: {value: 8, low: 7, high: 9, source: plan}}"
    document = read(config(SMALL.replace("fte: 6\n", f"{dated}\n")))
    ep = document.settings().staff_pools["ep"].fte
    assert (ep.at(date(2020, 6, 1)), ep.at(date(2021, 6, 1))) == (6, 8)
    assert document.ranges["staff_pools.ep.fte.2021-01-01"].source == "plan"


def test_ranges_are_listed_by_dotted_path(small: Document) -> None:
    growth = small.ranges["needs.ASD.growth_per_year"]
    assert (growth.value, growth.low, growth.high, growth.quality) == (0.08, 0.04, 0.12, "official")
    assert list(small.ranges) == [
        "needs.ASD.growth_per_year",
        "stages.decide_to_assess.0.hours",
        "interventions.earlier_support.changes.0.value",
    ]


# Parameter draws


def test_a_draw_samples_every_range_within_its_bounds(small: Document) -> None:
    draws = [small.settings(draw=draw) for draw in range(1, 40)]
    growth = [each.needs["ASD"].growth_per_year.values[0] for each in draws]
    assert all(0.04 <= each <= 0.12 for each in growth)
    assert len(set(growth)) == len(growth)
    assert abs(sum(growth) / len(growth) - 0.08) < 0.01


def test_a_draw_is_the_same_every_time_and_in_every_scenario(small: Document) -> None:
    assert small.settings(draw=3) == small.settings(draw=3)
    hours = [
        small.settings(name, draw=3).stages.decide_to_assess[0].hours.values for name in small.scenario_names
    ]
    assert len(set(hours)) == 1


def test_a_draw_does_not_depend_on_other_ranges_in_the_file(config, small: Document) -> None:
    text = SMALL.replace("hours: {value: 2, low: 1, high: 3}", "hours: 2")
    other = read(config(text))
    assert other.settings(draw=5).needs == small.settings(draw=5).needs


def test_another_seed_gives_other_draws(config, small: Document) -> None:
    other = read(config(SMALL.replace("seed: 42", "seed: 43")))
    assert other.settings(draw=1).needs != small.settings(draw=1).needs


def test_drawn_shares_of_one_still_sum_to_one(config) -> None:
    shares = "under_5: {ASD: {value: 0.6, low: 0.5, high: 0.7}, SLCN: 0.4}"
    document = read(config(SMALL.replace("under_5: {ASD: 0.6, SLCN: 0.4}", shares)))
    drawn = document.settings(draw=2).demand.need_shares["under_5"]
    assert sum(drawn.values()) == pytest.approx(1)
    assert drawn["ASD"] != 0.6


def test_a_drawn_whole_number_is_whole(config) -> None:
    text = SMALL.replace("report_days: 14", "report_days: {value: 14, low: 7, high: 21}")
    text = text.replace("agency_fte: 2", "agency_fte: 2, reviews.report_days: {value: 9, low: 7, high: 14}")
    document = read(config(text))
    assert all(isinstance(document.settings(draw=d).reviews.report_days, int) for d in range(1, 9))
    assert all(7 <= document.settings("more_eps", d).reviews.report_days <= 14 for d in range(1, 9))


def test_a_draw_leaves_the_document_as_it_was(small: Document) -> None:
    before = small.settings(), small.resolved()
    small.settings("both", draw=1)
    assert (small.settings(), small.resolved()) == before


# Files that extend others


CHILD = """\
extends: small.yaml
name: child
staff_pools: {ep: {fte: 9}}
demand: {month_weights: [2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]}
"""


def test_a_child_config_changes_only_what_it_says(config) -> None:
    config(SMALL)
    settings = read(config(CHILD, "child.yaml")).settings()
    assert settings.name == "child"
    assert settings.staff_pools["ep"].fte == Schedule.constant(9)
    assert settings.staff_pools["ep"].cost_per_fte_year == Schedule.constant(75_000)
    assert settings.demand.month_weights[0] == 2


def test_sourced_and_dated_numbers_replace_those_of_the_parent(config) -> None:
    config(SMALL)
    child = CHILD + (
        "needs: {ASD: {growth_per_year: {value: 0.01}}}\nsettings: {special: {places: {2022-01-01: 100}}}\n"
    )
    document = read(config(child, "child.yaml"))
    assert "needs.ASD.growth_per_year" not in document.ranges
    assert document.settings().settings["special"].places == Schedule((date(2022, 1, 1),), (100,))


def test_the_digest_of_every_file_is_kept(config) -> None:
    config(SMALL)
    inputs = read(config(CHILD, "child.yaml")).inputs
    assert inputs == {
        "child.yaml": hashlib.sha256(CHILD.encode()).hexdigest(),
        "small.yaml": hashlib.sha256(SMALL.encode()).hexdigest(),
    }


def test_a_fault_is_told_in_the_file_that_holds_it(config) -> None:
    text = SMALL.replace("exception: 0.1", "exception: 3")
    config(text)
    told = faults_of(config(CHILD.replace("fte: 9", "ftes: 9"), "child.yaml"))
    assert told == [
        "child.yaml:3:20: staff_pools.ep.ftes: unknown key, did you mean 'fte'?",
        f"small.yaml:{line_of(text, 'exception: 3')}:14: decisions.exception: 3, must be between 0 and 1,"
        " write 3 % as 0.03",
    ]


def test_files_that_extend_one_another_in_a_circle_are_refused(config) -> None:
    config("name: b\nextends: a.yaml\n", "b.yaml")
    told = faults_of(config("extends: b.yaml\n", "a.yaml"))
    assert told == ["b.yaml:2:10: extends: goes in a circle: a.yaml -> b.yaml -> a.yaml"]


def test_a_missing_parent_is_told_where_it_is_named(config) -> None:
    told = faults_of(config("name: child\nextends: none.yaml\nrun: {seed: -1}\n", "child.yaml"))
    assert told[0].startswith("child.yaml:2:10: extends: ")
    assert told[0].endswith("no such file")
    assert told[1].startswith("child.yaml:3:13: run.seed: -1, must be 0 or more")
    assert len(told) == 2


def test_a_chain_of_more_than_ten_files_is_refused(config) -> None:
    for number in range(13):
        config(f"extends: f{number + 1}.yaml\n", f"f{number}.yaml")
    told = faults_of(config("extends: f0.yaml\n", "first.yaml"))
    assert told == ["f9.yaml:1:10: extends: a chain of more than 10 files, must be shorter"]


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "~/mine.yaml", "$HOME/mine.yaml", "C:\\mine.yaml", "[a]", "3"]
)
def test_a_parent_is_a_file_named_from_this_one(config, name: str) -> None:
    told = faults_of(config(f"extends: {name}\n", "child.yaml"))
    assert told[0].startswith("child.yaml:1:10: extends: ")
    assert "must be" in told[0]


def test_a_parent_may_stand_in_another_folder(config, tmp_path: Path) -> None:
    config(SMALL)
    (tmp_path / "mine").mkdir()
    child = config(CHILD.replace("small.yaml", "../small.yaml"), "mine/child.yaml")
    assert read(child).settings().name == "child"


# --set


def test_an_override_replaces_a_number_and_its_range(config) -> None:
    document = read(config(SMALL), ["needs.ASD.growth_per_year=0.02", "run.years=5", "run.replications=auto"])
    assert document.settings().needs["ASD"].growth_per_year == Schedule.constant(0.02)
    assert "needs.ASD.growth_per_year" not in document.ranges
    assert document.settings().run.years == 5
    assert document.settings().run.replications == "auto"


def test_an_override_may_set_what_the_file_leaves_to_its_default(config) -> None:
    overrides = [
        "staff_pools.ep.agency_fte=2",
        "demand.request_rate_multiplier={2020-01-01: 1, 2021-01-01: 1.2}",
        "placement.special_odds.SLCN=0.5",
        "decisions.refusal_odds_by_age.under_5=0.5",
        "authority.population.2030=" + str([900] * 26),
        "settings.inmss.when_full={setting: tuition, share: 0.1}",
        "settings.inmss.when_full.share=0.3",
    ]
    settings = read(config(SMALL), overrides).settings()
    assert settings.staff_pools["ep"].agency_fte == Schedule.constant(2)
    assert settings.demand.request_rate_multiplier.at(date(2022, 1, 1)) == 1.2
    assert settings.placement.special_odds == {"ASD": 1.5, "SLCN": 0.5}
    assert settings.decisions.refusal_odds_by_age == {"under_5": 0.5}
    assert settings.authority.population[2030][0] == 900
    assert settings.settings["inmss"].when_full.share == Schedule.constant(0.3)


def test_an_override_reaches_into_a_sourced_table_and_a_list(config) -> None:
    overrides = ["demand.requests_per_1000.3=9", "stages.registration.0.hours=2"]
    settings = read(config(SMALL), overrides).settings()
    assert settings.demand.requests_per_1000[3] == 9
    assert settings.stages.registration[0].hours == Schedule.constant(2)


def test_an_override_may_bring_a_range(config) -> None:
    document = read(config(SMALL), ["staff_pools.ep.fte={value: 6, low: 5, high: 8}"])
    assert 5 <= document.settings(draw=1).staff_pools["ep"].fte.values[0] <= 8


@pytest.mark.parametrize(
    "override, message",
    [
        (
            "staff_pools.ep.ftes=3",
            "--set:1:1: 'staff_pools.ep.ftes', no such setting, did you mean 'staff_pools.ep.fte'?",
        ),
        (
            "staff_pools.epp.fte=3",
            "--set:1:1: 'staff_pools.epp.fte', no such setting, did you mean 'staff_pools.ep'?",
        ),
        ("staff_pool.ep.fte=3", "'staff_pool.ep.fte', no such setting, did you mean 'staff_pools'?"),
        ("staff_pools.ep.fte.max=3", "no such setting, did you mean 'staff_pools.ep.fte'?"),
        ("advice.ep.delay.days=3", "'advice.ep.delay.days', advice.ep has no 'delay' to change"),
        ("demand.requests_per_1000.26=3", "'demand.requests_per_1000.26', no such setting"),
        ("demand.need_shares.under_6.ASD=1", "did you mean 'demand.need_shares.under_5'?"),
        ("staff_pools.ep.fte=-3", "--set:1:20: staff_pools.ep.fte: -3, must be 0 or more"),
        ("staff_pools.ep.fte=three", "--set:1:20: staff_pools.ep.fte: 'three', must be a number"),
        ("staff_pools.ep.fte=", "--set:1:1: staff_pools.ep.fte: blank, write a value after ="),
        ("staff_pools.ep.fte=[1", "--set:1:"),
        ("staff_pools.ep.fte=.inf", "staff_pools.ep.fte: .inf, must be a finite number"),
        ("staff_pools.ep.fte", "--set:1:1: 'staff_pools.ep.fte', write it as PATH=VALUE"),
        ("demand.sources.school.share=0.5", "demand.sources: the shares sum to 0.9"),
        ("run.year=5", "'run.year', no such setting, did you mean 'run.years'?"),
        ("", "write it as PATH=VALUE"),
    ],
)
def test_an_override_is_checked_like_the_file(config, override: str, message: str) -> None:
    told = faults_of(config(SMALL), override)
    assert any(message in each for each in told), told


def test_the_second_of_two_overrides_is_counted(config) -> None:
    assert faults_of(config(SMALL), "run.years=4", "run.years=0")[0].startswith(
        "--set:2:11: run.years: 0, must"
    )


# The resolved config


def test_the_resolved_config_says_where_each_value_came_from(config) -> None:
    config(SMALL)
    text = read(config(CHILD, "child.yaml"), ["run.years=2"]).resolved()
    growth = line_of(SMALL, "growth_per_year: {value: 0.08")
    assert "    fte: 9  # child.yaml:3" in text
    assert "  years: 2  # --set" in text
    assert "    agency_fte: 0.0  # default" in text
    form = '{value: 0.08, low: 0.04, high: 0.12, source: "SEN2 2016-2020", quality: official}'
    assert f"    growth_per_year: {form}  # small.yaml:{growth}" in text
    assert "extends" not in text


def test_the_resolved_config_can_be_read_again_and_means_the_same(config, tmp_path: Path) -> None:
    document = read(
        config(SMALL), ["staff_pools.ep.fte={2020-01-01: 6, 2021-01-01: {value: 8, source: 'a: b'}}"]
    )
    again = read(config(document.resolved(), "config.yaml"))
    for name in document.scenario_names:
        for draw in (None, 1, 2):
            assert again.settings(name, draw) == document.settings(name, draw)
    assert again.ranges == document.ranges


def test_the_resolved_config_has_the_same_bytes_in_any_folder(config, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    here, there = read(config(SMALL)), read(config(SMALL, "elsewhere/small.yaml"))
    assert here.resolved() == there.resolved()
    assert str(tmp_path) not in here.resolved()


# Warnings


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("from: 2021-04-01", "from: 2024-04-01", "changes.0.from: 2024-04-01, after the end of the run"),
        ("ramp: 26 weeks", "until: 2019-12-01", "changes.0.until: 2019-12-01, before the run begins"),
        (
            "[recruit_eps, earlier_support]",
            "[recruit_eps]",
            "interventions.earlier_support: no scenario uses it",
        ),
        (
            "  tuition: {label",
            "  prison: {label: P, price_per_child_year: 1}\n  tuition: {label",
            "settings.prison: no child",
        ),
        ("years: 3", "years: 9", "authority.population: ends in 2024"),
        ("75_000", "75", "staff_pools.ep.cost_per_fte_year: 75, is in pounds a year"),
        ("  SLCN: {growth", "  HI: {growth_per_year: 0}\n  SLCN: {growth", "needs.HI: no request has it"),
        (
            "  ot: {fte",
            "  typist: {fte: 1, cost_per_fte_year: 20_000}\n  ot: {fte",
            "staff_pools.typist: no stage",
        ),
    ],
)
def test_what_is_allowed_but_odd_is_a_warning(config, old: str, new: str, message: str) -> None:
    text = SMALL.replace(old, new).replace("from: 2021-04-01, until", "until")
    warnings = read(config(text)).warnings
    assert len(warnings) == 1
    assert message in str(warnings[0])
    assert warnings[0].line > 0


def test_the_small_config_has_nothing_odd(small: Document) -> None:
    assert small.warnings == []


# Scenarios


def test_settings_hold_one_scenario_and_every_intervention(small: Document) -> None:
    settings = small.settings("more_eps")
    assert list(settings.scenarios) == ["more_eps"]
    assert list(settings.interventions) == ["recruit_eps", "earlier_support"]
    assert small.settings().interventions == settings.interventions
    assert small.scenario_names == ["baseline", "more_eps", "both"]


def test_an_unknown_scenario_is_refused_with_the_nearest(small: Document) -> None:
    with pytest.raises(ConfigError, match="'more_ep', no such scenario, did you mean 'more_eps'"):
        small.settings("more_ep")


def test_a_document_crosses_process_borders(small: Document) -> None:
    again = pickle.loads(pickle.dumps(small))
    assert again.settings("both", 2) == small.settings("both", 2)
