"""Nothing of a person leaves the import of a return: canaries are put in and every byte that is written
or said is searched for them; and no number counts few people.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import os
import subprocess
import sys
from calendar import month_abbr
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

import pytest
from ruamel.yaml import YAML
from simulated_returns import CONFIG, run

from experiments.errors import ExperimentError, told
from experiments.evidence.returns import importing
from experiments.evidence.returns.importing import import_sen2, in_words
from sim.calendars import third_thursday_of_january
from sim.config.documents import read

CENSUS = third_thursday_of_january(2022)
SURNAMES = ("Zzyzxworth", "Quillfeather", "Øvermåle")
FORENAMES = ("Xanthippe", "Thaddeusz")
POSTCODES = ("ZQ7 4XX", "QZ12 9VV")
ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Canaries:
    """A return full of what must not come out, and the words to search for."""

    folder: Path
    words: frozenset[str]

    @cached_property
    def disguised(self) -> dict[int, dict[bytes, str]]:
        return by_length(self.words)

    def copy(self, to: Path) -> Path:
        to.mkdir()
        for path in self.folder.iterdir():
            (to / path.name).write_bytes(path.read_bytes())
        return to


def table_named(folder: Path, name: str) -> Path:
    return next(path for path in folder.iterdir() if path.name.endswith(f"_{name}.csv"))


def rewritten(path: Path, change: Callable[[int, dict[str, str]], dict[str, str]]) -> None:
    """Change every row of a table."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = [change(number, row) for number, row in enumerate(csv.DictReader(file))]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")


@pytest.fixture(scope="module")
def canaries(tmp_path_factory: pytest.TempPathFactory) -> Canaries:
    """The return of a simulated authority, with names, numbers and addresses given to everybody."""
    made = tmp_path_factory.mktemp("canaries")
    folder = run(read(CONFIG), 1, made / "run").write(CENSUS, made / "return")
    words = {*SURNAMES, *FORENAMES, *POSTCODES, "likes trains and Zog"}

    def identify(number: int, row: dict[str, str]) -> dict[str, str]:
        numbers = {"upn": f"Z83099{number:07d}", "uniquelearnernumber": f"98765{number:05d}"}
        words.update(numbers.values())
        words.update(forms_of(row["personbirthdate"]))
        names = {"surname": SURNAMES[number % 3], "forename": FORENAMES[number % 2]}
        more = {"postcode": POSTCODES[number % 2], "ethnicity": "WROM", "notes": "likes trains and Zog"}
        return {**row, **numbers, **names, **more}

    def rename_keys(_: int, row: dict[str, str]) -> dict[str, str]:
        keys = {
            name: f"{name[:4].upper()}-KZ{int(row[name]) * 7919:08d}"
            for name in row
            if name.endswith("tableid")
        }
        words.update(keys.values())
        return {**row, **keys}

    for path in sorted(folder.iterdir()):
        if path.name.startswith("Blade"):
            rewritten(path, rename_keys)
    rewritten(table_named(folder, "person"), identify)
    return Canaries(folder, frozenset(words))


def forms_of(birth: str) -> set[str]:
    """The forms in which a birth date could be written down."""
    day = date.fromisoformat(birth[:10]) if birth[5].isdigit() else _blade_date(birth)
    return {
        f"{day:{form}}" for form in ("%Y-%m-%d", "%d/%m/%Y", "%Y-%b-%d", "%d-%b-%Y", "%d %B %Y", "%Y%m%d")
    }


def _blade_date(text: str) -> date:
    year, month, day = text.split()[0].split("-")
    return date(int(year), list(month_abbr).index(month), int(day))


def disguises(word: str) -> Iterator[bytes]:
    """A word in the encodings and hashes in which it might slip out."""
    plain = word.encode()
    yield from (plain, word.encode("utf-16-le"), word.encode("utf-16-be"), word.encode("cp1252"))
    yield from (word.upper().encode(), word.lower().encode(), word.replace(" ", "").encode())
    yield from (quote(word).encode(), json.dumps(word)[1:-1].encode(), plain.hex().encode())
    yield from (base64.b64encode(b"x" * shift + plain)[4 if shift else 0 : -4] for shift in range(3))
    yield from (hashlib.new(name, plain).hexdigest().encode() for name in ("md5", "sha1", "sha256"))


def by_length(words: Iterable[str]) -> dict[int, dict[bytes, str]]:
    """Every disguise of the words, by its length."""
    found: dict[int, dict[bytes, str]] = {}
    for word in words:
        for each in disguises(word):
            if each:
                found.setdefault(len(each), {})[each] = word
    return found


def leaks(content: bytes, disguised: dict[int, dict[bytes, str]]) -> list[str]:
    """The words that are in some bytes, however disguised."""
    found = set()
    for length, forms in disguised.items():
        pieces = {content[place : place + length] for place in range(len(content) - length + 1)}
        found |= {forms[each] for each in pieces & forms.keys()}
    return sorted(found)


def everything_in(folder: Path) -> bytes:
    """Every name and every byte of every file below a folder."""
    parts = [b""]
    for path in sorted(folder.rglob("*")):
        parts.append(str(path.relative_to(folder)).encode())
        if path.is_file():
            parts.append(path.read_bytes())
    return b"\n".join(parts)


def test_the_search_finds_a_canary_in_any_disguise() -> None:
    hidden = by_length(["Quillfeather", "Z830990000012"])
    for content in (
        b"nothing to see QUILLFEATHER",
        "Quillfeather".encode("utf-16-le"),
        base64.b64encode(b"so Quillfeather it is"),
        hashlib.sha256(b"Z830990000012").hexdigest().encode(),
        b'{"upn": "Z830990000012"}',
    ):
        assert len(leaks(content, hidden)) == 1, content
    assert not leaks(b"plans,need=ASD,163", hidden)


def test_the_canaries_are_in_what_goes_in(canaries: Canaries) -> None:
    inside = set(leaks(everything_in(canaries.folder), canaries.disguised))
    people = table_named(canaries.folder, "person").read_text(encoding="utf-8").count("\n") - 1
    assert {*SURNAMES, *FORENAMES, *POSTCODES} <= inside
    assert sum(word.startswith("Z83099") for word in inside) == people
    assert sum("-KZ" in word for word in inside) > 5 * people


def test_no_byte_of_a_person_is_in_what_is_written_or_said(
    canaries: Canaries, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    words_said = in_words(import_sen2(canaries.folder, tmp_path / "out", base=CONFIG))
    printed = "".join(capfd.readouterr())
    assert "surname" in words_said and "notes" in words_said  # dropped, by name
    written = everything_in(tmp_path)
    assert len(list((tmp_path / "out").iterdir())) == 4
    assert leaks(written + words_said.encode() + printed.encode(), canaries.disguised) == []


def shifted(folder: Path) -> None:
    """A name in the column of dates, as when a case system loses a comma."""
    rewritten(table_named(folder, "requests"), lambda n, row: {**row, "receiveddate": SURNAMES[n % 2]})


def coded(folder: Path) -> None:
    rewritten(
        table_named(folder, "senneed"), lambda n, row: {**row, "sentype": SURNAMES[0] if n < 30 else "ASD"}
    )


def born_wrong(folder: Path) -> None:
    def change(number: int, row: dict[str, str]) -> dict[str, str]:
        return {**row, "personbirthdate": "44832" if number < 3 else f"{row['personbirthdate']} ZQ7 4XX"}

    rewritten(table_named(folder, "person"), change)


def doubled(folder: Path) -> None:
    key = {}

    def change(_: int, row: dict[str, str]) -> dict[str, str]:
        return {**row, "persontableid": key.setdefault("first", row["persontableid"])}

    rewritten(table_named(folder, "person"), change)


def without_headings(folder: Path) -> None:
    path = table_named(folder, "person")
    path.write_text(path.read_text(encoding="utf-8").split("\n", 1)[1], encoding="utf-8")


def not_closed(folder: Path) -> None:
    path = table_named(folder, "person")
    path.write_text(path.read_text(encoding="utf-8") + '"Zzyzxworth,\n', encoding="utf-8")


def uneven(folder: Path) -> None:
    path = table_named(folder, "person")
    path.write_text(path.read_text(encoding="utf-8") + "Zzyzxworth,Xanthippe\n", encoding="utf-8")


def of_no_year(folder: Path) -> None:
    rewritten(table_named(folder, "sen2"), lambda _, row: {**row, "year": SURNAMES[1]})


def out_of_order(folder: Path) -> None:
    rewritten(table_named(folder, "requests"), lambda _, row: {**row, "requestoutcomedate": "1999-01-01"})


def of_schools(folder: Path) -> None:
    (folder / "establishments.csv").write_text("urn,setting\nZzyzxworth,Quillfeather\n")


def in_windows_text(folder: Path) -> None:
    path = table_named(folder, "person")
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1252"))
    shifted(folder)


FAULTS = (
    *(shifted, coded, born_wrong, doubled, without_headings, not_closed, uneven, of_no_year),
    *(out_of_order, of_schools, in_windows_text),
)


@pytest.mark.parametrize("spoil", FAULTS, ids=lambda each: each.__name__)
def test_no_byte_of_a_person_is_in_the_words_of_an_error_and_nothing_is_written(
    spoil: Callable[[Path], None], canaries: Canaries, tmp_path: Path
) -> None:
    folder = canaries.copy(tmp_path / "return")
    spoil(folder)
    with pytest.raises(ExperimentError) as error:
        import_sen2(folder, tmp_path / "out")
    _, words = told(error.value)
    chain = repr(error.value) + repr(error.value.__cause__) + repr(vars(error.value))
    assert words
    assert leaks((words + chain).encode(), canaries.disguised) == []
    assert not (tmp_path / "out").exists()


def test_an_unforeseen_error_does_not_repeat_what_it_was_about(
    canaries: Canaries, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: object) -> None:
        raise ValueError("could not convert 'Quillfeather'")

    monkeypatch.setattr(importing, "check", stumble)
    with pytest.raises(ExperimentError) as error:
        import_sen2(canaries.folder, tmp_path / "out")
    assert "Quillfeather" not in str(error.value) and "ValueError" in str(error.value)
    assert error.value.__suppress_context__


IN_ANOTHER_PROCESS = """
import sys
from pathlib import Path
from experiments.errors import told
from experiments.evidence.returns.importing import import_sen2, in_words
for folder in sys.argv[2:]:
    try:
        print(in_words(import_sen2(Path(folder), Path(sys.argv[1]))))
    except Exception as error:
        print(*told(error), file=sys.stderr)
"""


def test_a_process_of_its_own_leaves_nothing_behind_anywhere(canaries: Canaries, tmp_path: Path) -> None:
    places = {name: tmp_path / name for name in ("out", "temporary", "home", "work")}
    for place in places.values():
        place.mkdir()
    spoilt = canaries.copy(tmp_path / "spoilt")
    shifted(spoilt)
    environment = {
        **os.environ,
        "TMPDIR": str(places["temporary"]),
        "HOME": str(places["home"]),
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [
        sys.executable,
        "-c",
        IN_ANOTHER_PROCESS,
        str(places["out"]),
        str(canaries.folder),
        str(spoilt),
    ]
    done = subprocess.run(command, cwd=places["work"], env=environment, capture_output=True, timeout=120)
    assert b"figures written" in done.stdout and b"receiveddate" in done.stderr
    assert sorted(path.name for path in places["out"].iterdir()) == [
        "aggregates.csv",
        "fitted.csv",
        "fitted.yaml",
        "import.json",
    ]
    left = b"".join(everything_in(place) for place in places.values())
    assert leaks(left + done.stdout + done.stderr, canaries.disguised) == []


# Small numbers.


def is_small(number: float | str | None, threshold: int) -> bool:
    return number not in (None, "") and 0 < float(number) < threshold  # type: ignore[arg-type]


@pytest.mark.parametrize("threshold", [5, 10, 20])
def test_no_number_that_leaves_counts_few_people(canaries: Canaries, threshold: int, tmp_path: Path) -> None:
    import_sen2(canaries.folder, tmp_path, threshold, base=CONFIG)
    with open(tmp_path / "aggregates.csv", encoding="utf-8") as file:
        aggregates = list(csv.DictReader(file))
    assert not [row for row in aggregates if is_small(row["value"], threshold)]
    assert {row["status"] for row in aggregates} == {"published", "suppressed"}
    with open(tmp_path / "fitted.csv", encoding="utf-8") as file:
        fitted = list(csv.DictReader(file))
    for row in fitted:
        n, events = float(row["n"]), float(row["events"] or row["n"])
        assert not is_small(n, threshold) and not is_small(events, threshold), row
        assert not is_small(n - events, threshold), row
    opening = YAML(typ="safe").load(tmp_path / "fitted.yaml")["opening"]
    by_age, by_need, by_setting = (
        opening["plans"][name]["value"] for name in ("by_age", "by_need", "by_setting")
    )
    for margin in (by_age, by_need.values(), by_setting.values()):
        assert not [number for number in margin if is_small(number, threshold)]
    assert not [each for each in opening.get("cases", []) if is_small(each["count"], threshold)]


ACCOUNT = (
    *("collection", "census", "year", "policy", "threshold", "rows", "dropped_unread", "read_as", "merged"),
    *("unknown_settings", "shown", "held_back", "fitted", "not_fitted", "left_out", "warnings", "files"),
)
"""All that the account of an import may hold: nothing with a line for each person."""


def test_every_output_says_which_policy_it_keeps_to(canaries: Canaries, tmp_path: Path) -> None:
    told_of = import_sen2(canaries.folder, tmp_path, threshold=10)
    for name in ("aggregates.csv", "fitted.csv"):
        with open(tmp_path / name, encoding="utf-8") as file:
            assert {row["threshold"] for row in csv.DictReader(file)} == {"10"}
    layer = (tmp_path / "fitted.yaml").read_text(encoding="utf-8")
    account = json.loads((tmp_path / "import.json").read_text(encoding="utf-8"))
    assert account["policy"] == told_of["policy"] in layer
    assert set(account) == set(ACCOUNT)
    assert "Cells of 1 to 9 people" in account["policy"]
    assert set(account["dropped_unread"][table_named(canaries.folder, "person").name]) >= {"surname", "notes"}
