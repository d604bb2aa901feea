"""`send-sim backtest`: a whole one, broken off and taken up again, with somebody who cannot be run."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from made_up_library import MadeUpLibrary, code_of, made_up_library

from experiments.backtest import forecasting
from experiments.backtest.backtest import backtest, in_words, score
from experiments.backtest.forecasting import bring_what_it_names
from experiments.errors import InputError

PLACES = ["Place 3", "Place 9"]
MADE_BY_SCORING = ("forecasts.csv", "scores.csv", "skill.csv", "coverage.csv", "league.csv", "summary.json")


def config_of(library: MadeUpLibrary, code: str, january: int) -> str:
    """The small authority of `configs/`, with another name and start."""
    assert library.figure(code, "plans", january + 1) is None, "a config may look at nothing later"
    return (
        f"extends: ci_small.yaml\nname: backtest_{code.lower()}\n"
        f"run: {{start: {january}-01-01}}\nauthority: {{name: {library.name(code)}}}\n"
    )


def faulty_for_place_9(library: MadeUpLibrary, code: str, january: int) -> str:
    if code == code_of(9):
        return config_of(library, code, january) + "decisions: {refuse_to_assess: 2}\n"
    return config_of(library, code, january)


def quietly(results, total):
    return iter(results)


def run(out: Path, **different):
    asked = {
        "library_folder": Path("none"),
        "january": 2020,
        "horizons": 2,
        "authorities": PLACES,
        "draws": 2,
        "seed": 4,
        "jobs": 1,
        "out": out,
        "make_config": config_of,
        "follow": quietly,
        "read_library": lambda folder: made_up_library(),
    }
    return backtest(**(asked | different))


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def rows(path: Path) -> list[dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("backtest") / "out"
    run(out)
    return out


def test_every_authority_is_forecast_scored_and_set_beside_the_naive_forecasts(done: Path) -> None:
    told = json.loads((done / "summary.json").read_text(encoding="utf-8"))
    assert (told["asked"], told["simulated"], told["scored"]) == (2, 2, 2)
    assert told["complete"] and told["failures"] == {} and told["not_run"] == []
    methods = {(row["method"], row["horizon"]) for row in rows(done / "scores.csv")}
    names = ("simulated", "last_value", "growth", "linear_trend")
    assert methods == {(name, horizon) for name in names for horizon in "12"}
    for target in ("plans", "requests", "plans_issued", "timeliness"):
        assert set(told["targets"][target]["skill_hindsight"]) == {"all", "1", "2"}
    assert "2 authorities scored of 2 asked for" in in_words(score(done))
    assert (done / "page.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_the_draws_are_those_of_the_simulation(done: Path) -> None:
    from experiments.plan import Options, make
    from sim.replication import replicate

    kept = json.loads((done / "forecasts" / f"{code_of(9)}.json").read_text(encoding="utf-8"))["draws"]
    seed = forecasting.seed_of(code_of(9), 4)
    plan = make(done / "configs" / f"{code_of(9)}.yaml", Options(seed=seed, overrides=("run.years=2.25",)))
    outcome = replicate(plan.document.settings("baseline", 2), 2)
    values = {row[:4]: row[4] for row in outcome.yearly}
    assert kept["plans"]["2"][1] == values["calendar", "2022", "plans_active", "all"]
    assert kept["plans"]["1"][1] == values["calendar", "2021", "plans_active", "all"]
    assert kept["requests"]["1"][1] == values["calendar", "2020", "requests", "all"]
    assert kept["plans_issued"]["2"][1] == values["calendar", "2021", "plans_issued", "all"]
    rate = values["calendar", "2021", "timeliness_20w_excl", "all"]
    assert kept["timeliness"]["2"][1] == pytest.approx(rate, rel=1e-11)


def test_authorities_have_luck_of_their_own(done: Path) -> None:
    one, other = (
        json.loads((done / "forecasts" / f"{code_of(each)}.json").read_text())["draws"] for each in (3, 9)
    )
    assert one["requests"] != other["requests"]


def test_any_number_of_workers_gives_the_same_bytes(done: Path, tmp_path: Path) -> None:
    run(tmp_path / "two", jobs=2)
    first, second = files_of(done), files_of(tmp_path / "two")
    assert first.keys() == second.keys()
    differ = [name for name in first if first[name] != second[name]]
    assert differ == []


def test_scoring_again_runs_nothing_and_gives_the_same_bytes(
    done: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files_of(done)
    for name in (*MADE_BY_SCORING, "page.html"):
        (done / name).unlink()
    monkeypatch.setattr("experiments.runner.run", None)
    score(done)
    assert files_of(done) == before


def counted(seen: list[str]):
    """Follows a run and notes what was run."""

    def follow(results, total):
        for result in results:
            seen.append(f"{result.unit.scenario} {result.unit.draw}")
            yield result

    return follow


def test_a_broken_run_is_taken_up_where_it_was_left(done: Path, tmp_path: Path) -> None:
    def broken_off(results, total):
        for number, result in enumerate(results):
            if number == 2:  # the bigger authority is whole, the other has not begun
                raise KeyboardInterrupt
            yield result

    out, seen = tmp_path / "out", []
    with pytest.raises(KeyboardInterrupt):
        run(out, follow=broken_off)
    assert [path.name for path in (out / "forecasts").iterdir()] == [f"{code_of(9)}.json"]
    told = run(out, follow=counted(seen))
    assert seen == [f"{code_of(3)} 1", f"{code_of(3)} 2"]
    assert told["not_run"] == []
    assert files_of(out)["scores.csv"] == files_of(done)["scores.csv"]


def test_what_was_done_before_a_break_can_be_scored_and_is_marked_unfinished(tmp_path: Path) -> None:
    def broken_off(results, total):
        yield next(iter(results))
        yield next(iter(results))
        raise KeyboardInterrupt

    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        run(out, follow=broken_off)
    told = score(out)
    assert (told["complete"], told["simulated"], told["not_run"]) == (False, 1, ["Place 3"])
    assert "not finished" in (out / "page.html").read_text(encoding="utf-8")


def test_nothing_is_run_twice_and_whatever_differs_is_run_again(done: Path, tmp_path: Path) -> None:
    out, seen = tmp_path / "out", []
    shutil.copytree(done, out)
    run(out, follow=counted(seen))
    assert seen == []
    run(out, seed=5, follow=counted(seen))
    assert len(seen) == 4
    seen.clear()
    damaged = out / "forecasts" / f"{code_of(3)}.json"
    damaged.write_text(damaged.read_text()[:100])
    run(out, seed=5, follow=counted(seen))
    assert seen == [f"{code_of(3)} 1", f"{code_of(3)} 2"]


def test_one_that_cannot_be_run_is_named_with_its_reason_and_the_others_go_on(tmp_path: Path) -> None:
    told = run(tmp_path / "out", make_config=faulty_for_place_9)
    assert told["simulated"] == 1
    assert list(told["failures"]) == ["Place 9"]
    assert told["failures"]["Place 9"].startswith(f"config: {code_of(9)}.yaml:5:")
    assert "decisions.refuse_to_assess" in told["failures"]["Place 9"]
    assert "failed: Place 9: config:" in in_words(told)
    compared = {row["name"] for row in rows(tmp_path / "out" / "scores.csv") if row["compared"] == "True"}
    assert compared == {"Place 3"}


def test_a_config_that_starts_on_another_day_is_refused(tmp_path: Path) -> None:
    def a_year_late(library, code, january):
        return config_of(library, code, january).replace("2020-01-01", "2021-01-01")

    told = run(tmp_path / "out", authorities=["Place 3"], make_config=a_year_late)
    assert "starts on 2021-01-01, must start on 2020-01-01" in told["failures"]["Place 3"]
    assert told["page"] is None and told["simulated"] == 0


def test_a_run_with_faults_in_its_checks_is_not_scored(tmp_path: Path, monkeypatch) -> None:
    honest = forecasting.perform

    def with_fault(unit, settings, keep_log):
        result = honest(unit, settings, keep_log)
        result.audit["clock"] = int(unit.draw == 2)
        return result

    monkeypatch.setattr(forecasting, "perform", with_fault)
    told = run(tmp_path / "out", authorities=["Place 3"])
    assert told["failures"] == {"Place 3": "draw 2: the checks of the run found faults (clock 1)"}


def test_without_draws_the_naive_forecasts_are_scored_alone(tmp_path: Path) -> None:
    told = run(tmp_path / "out", draws=0, make_config=None)
    assert told["page"] is None
    assert set(told["targets"]["plans"]["mean_scaled_crps"]) == {"last_value", "growth", "linear_trend"}
    assert "best naive forecast" in in_words(told)


def test_a_figure_nobody_published_afterwards_leaves_the_others(tmp_path: Path) -> None:
    library = made_up_library()
    for number in range(24):
        library.put(number, "requests", range(2020, 2024), None)
    told = run(tmp_path / "out", authorities=["Place 3"], read_library=lambda folder: library)
    assert set(told["targets"]) == {"plans", "plans_issued", "timeliness"}
    missing = rows(tmp_path / "out" / "missing.csv")
    assert [(row["target"], row["year"]) for row in missing] == [("requests", "2020"), ("requests", "2021")]


def test_where_all_are_small_nothing_is_averaged_and_each_is_still_scored(tmp_path: Path) -> None:
    library = made_up_library()
    library.put(3, "requests", range(2015, 2024), 9.0)
    told = run(tmp_path / "out", authorities=["Place 3"], read_library=lambda folder: library)
    assert told["small"] == ["Place 3"] and told["targets"] == {}
    page = (tmp_path / "out" / "page.html").read_text(encoding="utf-8")
    assert "nothing could be compared" in page
    assert "Place 3: new plans" in page


@pytest.mark.parametrize(
    ("different", "words"),
    [
        ({"january": 1999}, "january: 1999"),
        ({"horizons": 0}, "horizons: 0"),
        ({"draws": 1}, "draws: 1"),
        ({"authorities": ["Nowhere"]}, "'Nowhere': no authority"),
    ],
)
def test_a_question_that_cannot_be_asked_writes_nothing(different, words: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=words):
        run(tmp_path / "out", **different)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("dear")
    with pytest.raises(InputError, match="no backtest"):
        run(tmp_path)
    assert files_of(tmp_path) == {"letters.txt": b"dear"}


def test_what_a_config_names_is_brought_beside_it_and_nothing_from_elsewhere(tmp_path: Path) -> None:
    shelf, folder = tmp_path / "shelf", tmp_path / "folder"
    (shelf / "posteriors").mkdir(parents=True)
    folder.mkdir()
    (tmp_path / "secret.yaml").write_text("a: 1")
    (shelf / "country.yaml").write_text("extends: base.yaml\nposterior: {file: posteriors/p.csv}\n")
    (shelf / "base.yaml").write_text("a: 1\n")
    (shelf / "posteriors" / "p.csv").write_text("x\n1\n")
    bring_what_it_names("extends: country.yaml\n", folder, shelf)
    assert sorted(files_of(folder)) == ["base.yaml", "country.yaml", "posteriors/p.csv"]
    bring_what_it_names("extends: ../secret.yaml\n", folder, shelf)
    assert not (folder.parent / "folder" / "secret.yaml").exists() and len(files_of(folder)) == 3
