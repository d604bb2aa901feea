"""The waterfall: bars that begin where the one before ended, and words for those who cannot see it."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from experiments.reports.plots import DARK_BLUE, GREY, ORANGE
from experiments.reports.waterfall import NARROW, WIDE, Step, both, waterfall

NOT = math.nan
STEPS = [
    Step("As things stand", 7_810_000),
    Step("Half an educational psychologist more, in post within half a year", 45_000, 20_000, 70_000),
    Step("Six places in a state special school", -340_000, -500_000, -100_000),
    Step("All of it", 7_515_000),
]
SVG = "{http://www.w3.org/2000/svg}"


def words(drawing: str) -> str:
    """All text that a reader sees, in the order it is drawn."""
    return " ".join("".join(each.itertext()) for each in ElementTree.fromstring(drawing).iter(f"{SVG}text"))


def bars(drawing: str) -> list[tuple[str, float, float]]:
    """Colour, left and right end of each bar, in pixels, from the top down."""
    found = []
    for colour, path in _paths(drawing):
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", path)]
        ends, heights = numbers[0::2], numbers[1::2]
        if colour in (DARK_BLUE, ORANGE, GREY) and path.rstrip().endswith("z"):
            found.append((min(heights), colour, min(ends), max(ends)))
    return [bar[1:] for bar in sorted(found)]


def _paths(drawing: str) -> list[tuple[str, str]]:
    paths = ElementTree.fromstring(drawing).iter(f"{SVG}path")
    styles = ((re.search(r"fill: (#\w+)", each.get("style") or ""), each.get("d") or "") for each in paths)
    return [(style[1].upper(), path) for style, path in styles if style]


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=lambda size: size.name)
def test_each_bar_begins_where_the_one_before_ended_and_is_as_long_as_its_change(size) -> None:
    (_, start, _), (up, low, high), (down, low_2, high_2), (end, low_3, high_3) = bars(
        waterfall(STEPS, "GBP", "test", "Title", "Words", size)
    )
    assert (up, down, end) == (ORANGE, DARK_BLUE, GREY)
    assert low == pytest.approx(start, abs=0.1)
    assert high_2 == pytest.approx(high, abs=0.1)
    assert (low_3, high_3) == pytest.approx((low_2, start), abs=0.1)
    assert (high_2 - low_2) / (high - low) == pytest.approx(340 / 45, rel=0.02)


def test_every_step_is_named_with_its_value_and_the_ends_with_their_levels() -> None:
    for drawing in both(STEPS, "GBP", "test", "Title", "Words"):
        said = words(drawing)
        for expected in ("+£45,000", "−£340,000", "£7.8m", "£7.5m", "As things stand", "All of it"):
            assert expected in said
        assert "Half an educational" in said
        assert "difference from “As things stand”" in said


def test_a_reader_who_cannot_see_it_is_told_the_title_and_the_words() -> None:
    wide, narrow = both(STEPS, "GBP", "cost", "Cost falls", "From 7.8 to 7.5 million")
    for drawing, name in ((wide, "wide"), (narrow, "narrow")):
        root = ElementTree.fromstring(drawing)
        assert root.get("role") == "img"
        assert root.get("aria-labelledby") == f"cost-{name}-title cost-{name}-desc"
        assert root.find(f"{SVG}title").text == "Cost falls"
        assert root.find(f"{SVG}desc").text == "From 7.8 to 7.5 million"


def test_words_stay_on_the_narrow_drawing_and_none_is_smaller_than_on_other_charts() -> None:
    _, drawing = both(STEPS, "GBP", "test", "Title", "Words")
    root = ElementTree.fromstring(drawing)
    assert root.get("viewBox").split()[2] == "340"
    sizes = [float(found) for found in re.findall(r"font-size: ([\d.]+)px", drawing)]
    assert min(sizes) >= 13
    longest = max(len("".join(each.itertext())) for each in root.iter(f"{SVG}text"))
    assert longest * NARROW.font * 0.56 <= 340


def test_rows_with_longer_names_are_higher() -> None:
    def height(steps: list[Step]) -> float:
        return float(ElementTree.fromstring(waterfall(steps, "GBP", "t", "T", "W")).get("viewBox").split()[3])

    short = [Step("a", 1), Step("b", 1), Step("c", 2)]
    long = [Step("a", 1), Step("a name that goes on and on " * 4, 1), Step("c", 2)]
    assert height(long) > height(short) + 20


def test_changes_of_nought_without_ranges_can_be_drawn_and_the_same_steps_give_the_same_bytes() -> None:
    steps = [Step("a", 12.0), Step("b", 0.0, NOT, NOT), Step("c", 12.0)]
    drawing = waterfall(steps, "count", "test", "Title", "Words")
    assert drawing == waterfall(steps, "count", "test", "Title", "Words")
    assert all(after == pytest.approx(before) for before, after in pairwise(x for _, x, _ in bars(drawing)))
    assert "nan" not in drawing
