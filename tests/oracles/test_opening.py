"""The opening caseload: proportional fitting worked by hand, and margins that hold."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from small_settings import small_settings

from sim.service.opening import Chooser, fit, joint_table, plan_holders, round_along


def margins_of(*margins: tuple[float, ...]) -> list[np.ndarray]:
    return [np.array(margin, float) for margin in margins]


def test_without_association_every_cell_is_the_product_of_its_margins() -> None:
    fitted = fit(np.ones((2, 2, 2)), margins_of((60, 40), (70, 30), (20, 80)))
    expected = [[[8.4, 33.6], [3.6, 14.4]], [[5.6, 22.4], [2.4, 9.6]]]
    np.testing.assert_allclose(fitted, expected, atol=1e-9)


def test_the_odds_ratio_of_the_larger_population_is_kept() -> None:
    # Need by age has odds ratio 4, setting is independent. With margins of 50 the cells of need by
    # age are 2x and x with 3x = 50; then 60 and 40 per cent of each by setting.
    seed = np.array([[[2.0, 1.0], [2.0, 1.0]], [[1.0, 2.0], [1.0, 2.0]]])
    fitted = fit(seed, margins_of((50, 50), (60, 40), (50, 50)))
    expected = [[[20, 10], [40 / 3, 20 / 3]], [[10, 20], [20 / 3, 40 / 3]]]
    np.testing.assert_allclose(fitted, expected, atol=1e-8)


def test_a_cell_that_cannot_be_stays_empty() -> None:
    # Nobody of the second age is in the first setting, so the first setting is all first age.
    seed = np.array([[[1.0, 0.0], [1.0, 1.0]], [[1.0, 0.0], [1.0, 1.0]]])
    fitted = fit(seed, margins_of((50, 50), (30, 70), (60, 40)))
    expected = [[[15, 0], [15, 20]], [[15, 0], [15, 20]]]
    np.testing.assert_allclose(fitted, expected, atol=1e-6)


def test_a_margin_that_no_cell_can_hold_is_an_error() -> None:
    seed = np.array([[[1.0, 0.0]]])
    with pytest.raises(ValueError, match="no cell"):
        fit(seed, margins_of((2,), (2,), (1, 1)))


def test_rounding_keeps_the_total_and_never_strays_by_more_than_a_half() -> None:
    cells = np.array([0.3, 0.3, 0.3, 1.7, 0.4, 2.0])
    whole = round_along(cells)
    assert whole.tolist() == [0, 1, 0, 2, 0, 2]
    assert np.abs(np.cumsum(whole) - np.cumsum(cells)).max() <= 0.5


ASSOCIATED = {
    "by_age": [0] * 4 + [3, 4, 9, 11, 15, 17, 21, 22, 19, 18, 16, 15, 12, 9, 6, 4, 3, 2, 2, 1, 1, 0],
    "by_need": {"ASD": 131, "SEMH": 79},
    "by_setting": {"mainstream": 121, "special": 77, "tuition": 12},
    "need_by_age_seed": {
        "ASD": {"under_5": 8, "5_to_10": 5, "11_to_15": 3, "16_to_19": 2, "20_to_25": 1},
        "SEMH": {"under_5": 1, "5_to_10": 3, "11_to_15": 6, "16_to_19": 2, "20_to_25": 1},
    },
    "need_by_setting_seed": {
        "ASD": {"mainstream": 5, "special": 7, "tuition": 1},
        "SEMH": {"mainstream": 6, "special": 2, "tuition": 3},
    },
    "months_since_review": [{"months": [0, 12], "share": 1.0}],
}


@pytest.mark.parametrize("plans", [{}, ASSOCIATED], ids=["plain", "associated"])
def test_the_opening_plans_have_the_published_total_and_margins_to_within_one(plans: dict) -> None:
    settings = small_settings(opening={"plans": plans} if plans else {})
    published = settings.opening.plans
    table = joint_table(settings)
    assert table.sum() == sum(published.by_need.values())
    assert np.all(table >= 0)
    by_need, by_setting = list(published.by_need.values()), list(published.by_setting.values())
    assert np.abs(table.sum(axis=(1, 2)) - by_need).max() <= 1
    assert np.abs(table.sum(axis=(0, 2)) - by_setting).max() <= 1
    assert np.abs(table.sum(axis=(0, 1)) - published.by_age).max() <= 1


def test_every_plan_of_the_table_is_one_child_with_a_key_of_its_own() -> None:
    settings = small_settings(opening={"plans": ASSOCIATED})
    holders = list(plan_holders(settings))
    assert len({one.key for one in holders}) == len(holders) == 210
    table = joint_table(settings)
    found = Counter((one.need, one.setting, one.age) for one in holders)
    for (need, setting, age), count in found.items():
        n, s = ["ASD", "SEMH"].index(need), ["mainstream", "special", "tuition"].index(setting)
        assert table[n, s, age] == count


def test_one_more_plan_in_the_figures_leaves_nearly_every_other_child_the_same() -> None:
    more = {**ASSOCIATED, "by_age": [*ASSOCIATED["by_age"][:-1], 1], "by_need": {"ASD": 132, "SEMH": 79}}
    more["by_setting"] = {**ASSOCIATED["by_setting"], "mainstream": 122}
    before, after = (
        {one.key for one in plan_holders(small_settings(opening={"plans": plans}))}
        for plans in (ASSOCIATED, more)
    )
    assert len(before & after) > 0.9 * len(before)


def test_a_chooser_gives_each_item_its_slice_of_the_uniform() -> None:
    chooser = Chooser({"a": 1, "b": 0, "c": 3})
    assert [chooser.choose(u) for u in (0.0, 0.2499, 0.25, 0.9999999)] == ["a", "a", "c", "c"]
