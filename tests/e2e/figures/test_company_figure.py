"""One image among others; the bars are those of the record."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Page

from book import results
from tests.helpers.interactive import numbers, slide


def test_bars_of_the_company_are_the_measured_percentages(shown):
    tab = shown("company")
    images = results.record("inference_company")["results"]["images"]
    slide(tab, "image of a", 5)
    for label, kind in (("1 other", "one"), ("31 others", "many"), ("31 of its kind", "alike")):
        tab.get_by_label(label, exact=True).check()
        meeting = images[5]["companies"][kind][0]
        assert bars(tab) == pytest.approx(meeting["told"], abs=0.051)
        assert tab.locator("figure svg g text.interactive-tick").count() == len(meeting["labels"])
    tab.get_by_role("button", name="Other images").click()
    assert bars(tab) == pytest.approx(images[5]["companies"]["alike"][1]["told"], abs=0.051)
    tab.get_by_label("evaluation").check()
    assert bars(tab) == pytest.approx(images[5]["alone"], abs=0.051)


def bars(tab: Page) -> list[float]:
    """Percentages next to the bars; an empty place is less than 0.05."""
    texts = tab.locator("figure svg text.interactive-value").all_text_contents()
    return [numbers(text)[0] if text else 0.0 for text in texts]


def test_company_figure_has_no_image_that_is_recognized_among_its_kind():
    for image in results.record("inference_company")["results"]["images"]:
        for meeting in image["companies"]["alike"]:
            assert int(np.argmax(meeting["told"])) != image["label"]
