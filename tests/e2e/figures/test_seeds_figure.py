"""Seeds one by one; the intervals are those of the analysis."""

from __future__ import annotations

import pytest

from book import results
from book._ext import interactive_figure_data
from book.experiments._shared.analysis import summary
from tests.helpers.interactive import numbers, says


@pytest.mark.parametrize("setting", interactive_figure_data.SETTINGS)
def test_interval_after_each_seed_is_the_one_of_the_analysis(setting, shown):
    tab = shown("seeds")
    tab.get_by_label(interactive_figure_data.SETTINGS[setting], exact=True).check()
    found = results.value("placement_networks", f"rows.{setting}.after_minus_before.values")
    named = 0
    for k in range(2, 9):
        wanted = summary(found[:k])
        named += wanted["low"] > 0 or wanted["high"] < 0
        if k >= 3:
            said = numbers(says(tab))
            values = [k, len(found), wanted["mean"], wanted["low"], wanted["high"]]
            assert said[:5] == pytest.approx(values, abs=0.006)
            assert ("the winner is" in says(tab)) == (wanted["low"] > 0 or wanted["high"] < 0)
            assert said[-2:] == [named, k]
            tab.get_by_role("button", name="Draw a seed").click()


def test_all_seeds_give_the_result_of_the_chapter_in_any_order(shown):
    tab = shown("seeds")
    whole = results.value("placement_networks", "rows.nine_fashion.after_minus_before")
    for _ in range(2):
        tab.get_by_role("button", name="Draw all").click()
        said = numbers(says(tab))
        wanted = [whole["n"], whole["n"], whole["mean"], whole["low"], whole["high"]]
        assert said[:5] == pytest.approx(wanted, abs=0.006)
        assert tab.get_by_role("button", name="Draw a seed").is_disabled()
        tab.get_by_role("button", name="Other order").click()
        assert numbers(says(tab))[0] == 3
