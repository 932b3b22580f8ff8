"""Interactive figures in Chromium: by mouse, finger and keyboard; NumPy and torch check them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import torch
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace
from torch.nn import functional as F

from book import results
from book._ext import interactive_figure, interactive_figure_data
from book.experiments._shared.analysis import comparison
from tests.helpers.browser import DESKTOP, PHONE, page
from tests.helpers.contrast import contrast
from tests.helpers.interactive import middle, numbers, says, slide, written

STATIC = Path(__file__).parents[2] / "book" / "_static"


@contextmanager
def on_phone(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    tab = context.new_page()
    tab.goto(address)
    yield tab
    context.close()


def drag(tab: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """One finger, from start to end."""
    finger = tab.context.new_cdp_session(tab)
    stops = [("touchStart", start), ("touchMove", end), ("touchEnd", None)]
    for kind, point in stops:
        points = [{"x": point[0], "y": point[1]}] if point else []
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


# What holds for every figure


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", interactive_figure.names())
def test_figure_is_accessible_and_fits_a_phone(name, theme, browser, tmp_path):
    with page(browser, PHONE, theme) as (tab, seen):
        tab.goto(written(tmp_path, name, theme=theme))
        wide = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert tab.evaluate(wide) <= 0
        assert not seen, seen  # before axe, which asks for the style sheets again
        found = Axe().run(tab).response["violations"]
        assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", interactive_figure.names())
def test_words_in_a_figure_stand_out_from_the_page(name, theme, browser, tmp_path):
    with page(browser, DESKTOP, theme) as (tab, _):
        tab.goto(written(tmp_path, name, theme=theme))
        colours = tab.eval_on_selector_all(
            "figure svg text:not(.interactive-shares text)",
            "all => all.map(e => getComputedStyle(e).fill)",
        )
        paper = tab.evaluate("() => getComputedStyle(document.documentElement).backgroundColor")
        assert colours
        assert min(contrast(colour, paper) for colour in set(colours)) >= 4.5


@pytest.mark.parametrize("name", interactive_figure.names())
def test_figure_tells_screen_readers_what_it_shows(name, shown):
    tab = shown(name)
    status = tab.get_by_role("status")
    assert status.inner_text() == says(tab)
    assert len(status.inner_text()) > 40
    assert len(tab.locator("figure svg").get_attribute("aria-label")) > 20


@pytest.mark.parametrize("name", interactive_figure.names())
def test_every_part_of_a_figure_is_reached_and_moved_by_keyboard(name, shown):
    tab = shown(name)
    first = says(tab)
    parts = tab.locator("figure :is(input, button, [tabindex='0']):visible")
    radios = tab.locator("figure fieldset:has([type=radio])").count()
    stops = parts.count() - tab.locator("figure [type=radio]:visible").count() + radios
    reached, changed = set(), False
    for _ in range(stops):
        tab.keyboard.press("Tab")
        reached.add(tab.evaluate("() => document.activeElement.outerHTML.slice(0, 200)"))
        for key in ("ArrowRight", "ArrowDown", "Space"):
            tab.keyboard.press(key)
            changed |= says(tab) != first
    assert tab.evaluate("() => document.activeElement.closest('figure') !== null")
    assert len(reached) == stops
    assert changed


@pytest.mark.parametrize("name", interactive_figure.names())
def test_figure_without_scripts_refers_to_its_caption(name, browser, tmp_path):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(written(tmp_path, name))
    assert tab.locator("figure p").inner_text() == interactive_figure.FALLBACK
    context.close()


def test_figure_in_a_preview_has_no_controls(shown):
    tab = shown("seeds")
    markup = interactive_figure.markup("axes")  # without data, as in a preview
    copied = markup.replace("interactive-axes", "interactive-seeds")
    tab.evaluate(
        """html => {
          const box = Object.assign(document.createElement("div"), { className: "ref-preview" });
          document.body.append(box);
          box.innerHTML = html;
        }""",
        copied,
    )
    assert tab.locator(".ref-preview svg").count() == 0
    assert tab.locator(".ref-preview .interactive-fallback").is_hidden()


@pytest.mark.parametrize("name", interactive_figure.names())
def test_figure_in_print_has_its_picture_and_no_controls(name, shown):
    tab = shown(name)
    tab.emulate_media(media="print")
    assert tab.locator(".interactive-controls").is_hidden()
    assert tab.locator("figure svg").is_visible()
    assert tab.locator(".interactive-summary").is_visible()


@pytest.mark.parametrize("name", ["descent", "running"])
def test_run_moves_only_for_readers_who_want_motion(name, shown):
    tab = shown(name)
    slider = tab.get_by_role("slider", name="steps")
    tab.get_by_role("button", name="Run from the start").click()
    end = slider.get_attribute("max")
    assert slider.input_value() == end
    tab.emulate_media(reduced_motion="no-preference")
    tab.get_by_role("button", name="Run from the start").click()
    assert slider.input_value() != end
    slider.press("ArrowRight")  # a hand on the slider stops the run
    rested = slider.input_value()
    tab.wait_for_timeout(120)
    assert slider.input_value() == rested


# The batch


def batch(tab: Page) -> np.ndarray:
    """The chain of values of each sample, (samples, lines), as a listener hears it."""
    handles = tab.locator("[role=slider]:visible").all()
    return np.array([numbers(handle.get_attribute("aria-valuetext")) for handle in handles])


def test_batch_begins_with_the_worked_example_of_the_chapter(shown):
    tab = shown("batch", "moments")
    assert batch(tab)[:, 0].tolist() == [1, 3, 3, 9]
    assert batch(tab)[:, 1] == pytest.approx([-1, -1 / 3, -1 / 3, 5 / 3], abs=0.005)
    assert numbers(says(tab)) == [4, 3, 0, 1]


def test_batch_with_weight_and_bias_begins_with_the_table_of_its_chapter(shown):
    chain = batch(shown("batch"))
    assert chain[:, 1] == pytest.approx([-0.75, -0.25, -0.25, 1.25])
    assert chain[:, 2] == pytest.approx([-0.5, 0.5, 0.5, 3.5])


def test_batch_agrees_with_torch_wherever_its_controls_stand(shown):
    tab = shown("batch")
    slide(tab, "samples N", 5)  # seven
    slide(tab, "weight γ", 5)  # -2.75
    slide(tab, "bias β", 20)  # 1
    slide(tab, "ε", 10)  # 7
    tab.get_by_role("button", name="New batch").click()
    x, normalized, y = batch(tab).T
    assert len(x) == 7
    column = torch.tensor(x)[:, None]
    weight, bias = torch.tensor([-2.75]).double(), torch.tensor([1.0]).double()
    options = {"training": True, "eps": 7.0}
    assert normalized == pytest.approx(
        F.batch_norm(column, None, None, **options)[:, 0].numpy(), abs=0.006
    )
    wanted = F.batch_norm(column, None, None, weight, bias, **options)[:, 0].numpy()
    assert y == pytest.approx(wanted, abs=0.006)
    assert numbers(says(tab))[2:] == pytest.approx([wanted.mean(), wanted.std()], abs=0.006)


def test_point_is_dragged_by_mouse_and_the_rest_follows(shown):
    tab = shown("batch", "moments")
    point = tab.get_by_role("slider", name="sample 4")
    x, y = middle(point)
    tab.mouse.move(x, y)
    tab.mouse.down()
    tab.mouse.move(x - 150, y)
    tab.mouse.up()
    tab.mouse.move(x + 50, y)  # let go, it stays
    values = batch(tab)[:, 0]
    width = tab.locator("figure svg").bounding_box()["width"]
    assert values[3] == pytest.approx(9 - 150 / (width * 336 / 360) * 16, abs=0.1)
    assert numbers(says(tab))[:2] == pytest.approx([values.mean(), values.std()], abs=0.006)


def test_point_is_dragged_by_finger(browser, tmp_path):
    with on_phone(browser, written(tmp_path, "batch", "moments")) as tab:
        x, y = middle(tab.get_by_role("slider", name="sample 4"))
        drag(tab, (x, y), (x - 100, y))
        values = batch(tab)[:, 0]
        assert values[3] < 8
        assert numbers(says(tab))[0] == pytest.approx(values.mean(), abs=0.006)


def test_point_is_moved_by_keys_and_stops_at_the_ends(shown):
    tab = shown("batch", "moments")
    point = tab.get_by_role("slider", name="sample 1")
    for key, wanted in (("ArrowRight", 1.1), ("PageUp", 2.1), ("ArrowLeft", 2.0), ("End", 10)):
        point.press(key)
        assert float(point.get_attribute("aria-valuenow")) == pytest.approx(wanted)
    point.press("ArrowRight")
    assert point.get_attribute("aria-valuenow") == "10"


def test_batch_of_equal_values_without_eps_divides_zero_by_zero(shown):
    tab = shown("batch")
    slide(tab, "samples N", 0)
    slide(tab, "ε", 0)
    for name in ("sample 1", "sample 2"):
        tab.get_by_role("slider", name=name).press("Home")
    assert "divides 0 by 0" in says(tab)


# Which numbers share a mean


def block(tab: Page) -> np.ndarray:
    """The numbers of the block, (3, 4, 3, 3)."""
    found = tab.locator(".interactive-cell text").all_text_contents()
    return np.array([float(text) for text in found]).reshape(3, 4, 3, 3)


@pytest.mark.parametrize(
    ("norm", "place", "share"),
    [
        ("batch", 1, np.s_[:, 1]),
        ("layer", 1, np.s_[1]),
        ("instance", 1, np.s_[1, 1]),
        ("group", 0, np.s_[1]),
        ("group", 1, np.s_[1, :2]),
        ("group", 2, np.s_[1, 1]),
    ],
)
def test_filled_numbers_are_those_of_the_mean(norm, place, share, shown):
    tab = shown("axes")
    tab.get_by_label(norm, exact=True).check()
    if norm == "group":
        slide(tab, "groups G", place)
    filled = np.zeros((3, 4, 3, 3), bool)
    filled[share] = True
    classes = "all => all.map(e => e.className.baseVal)"
    kinds = tab.eval_on_selector_all(".interactive-cell", classes)
    assert [("shares" in kind) for kind in kinds] == filled.flatten().tolist()
    *_, count, mean, means = numbers(says(tab).split(" One")[0])
    assert (count, means) == (filled.sum(), 108 / filled.sum())
    assert mean == pytest.approx(block(tab)[share].mean(), abs=0.006)


def test_block_is_walked_by_keys_and_pointed_at_by_mouse_and_finger(shown, browser, tmp_path):
    tab = shown("axes")
    board = tab.get_by_role("application")
    board.press("ArrowRight")
    board.press("ArrowRight")
    assert says(tab).startswith("Sample 2, channel 3, row 2, column 1")
    for _ in range(9):
        board.press("ArrowDown")
    assert says(tab).startswith("Sample 3, channel 3, row 3, column 1")
    tab.locator(".interactive-cell").nth(13).hover()
    assert says(tab).startswith("Sample 1, channel 2, row 2, column 2")
    with on_phone(browser, written(tmp_path, "axes")) as phone:
        phone.locator(".interactive-cell").nth(107).tap()
        assert says(phone).startswith("Sample 3, channel 4, row 3, column 3")


# Gradient descent


@pytest.mark.parametrize(("ratio", "correlation", "rate"), [(6, 0, 8), (14, 5, 12), (0, 9, 18)])
def test_steps_to_the_goal_are_those_of_gradient_descent(ratio, correlation, rate, shown):
    tab = shown("descent")
    slide(tab, "spread ratio", ratio)
    slide(tab, "correlation", correlation)
    slide(tab, "relative rate", rate)
    s, r, part = 1 + ratio / 2, correlation / 10, 0.05 + rate / 20
    units = [np.array([[1, r * s], [r * s, s * s]]), np.array([[1, r], [r, 1]])]
    wanted = [steps(h, start, part) for h, start in zip(units, [[-1, -1], [-1, -s]], strict=True)]
    found = re.findall(r"after (more than )?(\d+) steps?", says(tab))
    assert [math.inf if more else int(count) for more, count in found] == wanted
    shown_numbers = numbers(
        " ".join(tab.locator("text:text-matches('condition')").all_text_contents())
    )
    assert shown_numbers == pytest.approx([np.linalg.cond(h) for h in units], abs=0.06)


def steps(curvature: np.ndarray, start: list[float], part: float) -> float:
    """Steps until the weights are within one percent of where they began, at most 500."""
    error = np.array(start, float)
    near = np.linalg.norm(error) / 100
    rate = part * 2 / np.linalg.eigvalsh(curvature)[-1]
    for step in range(1, 501):
        error = error - rate * curvature @ error
        if np.linalg.norm(error) <= near:
            return step
    return math.inf


def test_descent_beyond_the_largest_stable_rate_diverges(shown):
    tab = shown("descent")
    tab.get_by_label("relative rate").press("End")
    assert "run away" in says(tab)


# Gradient paths


WAYS = ("direct", "by the mean", "by the variance")
UPSTREAM = {
    "worked example": [1, 3, -3, 3],
    "first sample": [3, 0, 0, 0],
    "all alike": [2, 2, 2, 2],
    "like x̂": [-2, -2 / 3, -2 / 3, 10 / 3],
}


@pytest.mark.parametrize("upstream", UPSTREAM)
@pytest.mark.parametrize("shut", range(8))
def test_open_paths_add_up_to_what_autograd_finds(upstream, shut, shown):
    tab = shown("paths")
    tab.get_by_label(upstream).check()
    opened = [not shut >> i & 1 for i in range(3)]
    for way, wanted in zip(WAYS, opened, strict=True):
        tab.get_by_label(way).set_checked(wanted)
    x = torch.tensor([1.0, 3.0, 3.0, 9.0], dtype=torch.float64, requires_grad=True)
    dy = torch.tensor(UPSTREAM[upstream], dtype=torch.float64)
    got = gradient(x, dy, *opened)
    text = says(tab)
    said = numbers(text.split("dx is ")[1].split(";")[0])
    assert said == pytest.approx(got.tolist(), abs=0.006)
    whole = gradient(x, dy, True, True, True)
    assert ("this is the gradient" in text) == torch.allclose(got, whole, atol=1e-9)
    sums = numbers(text.split("Sum of dx")[1] + text.split("Sum of dx")[2])
    normalized = (x.detach() - 4) / 3
    assert sums == pytest.approx([got.sum().item(), (got * normalized).sum().item()], abs=0.006)


def gradient(x: torch.Tensor, dy: torch.Tensor, direct: bool, mean: bool, var: bool):
    """Gradient of x over the chosen paths, for weight 3: autograd does not see the others."""
    mu, sigma2 = x.mean(), x.var(correction=0)
    y = ((x if direct else x.detach()) - (mu if mean else mu.detach())) / (
        sigma2 if var else sigma2.detach()
    ).sqrt()
    if not y.requires_grad:
        return torch.zeros_like(x)
    return torch.autograd.grad(3 * y, x, dy)[0]


def test_path_is_closed_by_a_tap_on_the_drawing(browser, tmp_path):
    with on_phone(browser, written(tmp_path, "paths")) as tab:
        tab.touchscreen.tap(*middle(tab.locator(".interactive-way rect").nth(1)))
        assert not tab.get_by_label("by the mean").is_checked()
        assert "the gradient is" in says(tab)


# Running statistics


def drawn(seed: int) -> Iterator[float]:
    """The figure's normal numbers: mulberry32 and Box-Muller."""
    mask = 0xFFFFFFFF

    def uniform() -> float:
        nonlocal seed
        seed = (seed + 0x6D2B79F5) & mask
        t = (seed ^ seed >> 15) * (1 | seed) & mask
        t = (t + ((t ^ t >> 7) * (61 | t) & mask)) & mask ^ t
        return (t ^ t >> 14) / 2**32

    while True:
        yield math.sqrt(-2 * math.log(1 - uniform())) * math.cos(2 * math.pi * uniform())


@pytest.mark.parametrize(("place", "momentum"), [(0, 1.0), (3, 0.1), (6, 0.01), (8, None)], ids=str)
@pytest.mark.parametrize("moves", [False, True])
def test_running_statistics_are_those_of_torch(place, momentum, moves, shown):
    tab = shown("running")
    slide(tab, "momentum", place)
    slide(tab, "values per batch", 1)  # four
    tab.get_by_label("the features move").set_checked(moves)
    tab.get_by_role("slider", name="steps").press("End")
    draw = drawn(1)
    layer = torch.nn.BatchNorm1d(1, momentum=momentum, dtype=torch.float64)
    for step in range(100):
        mean, sd = (6, 3) if moves and step >= 50 else (3, 2)
        layer(torch.tensor([[mean + sd * next(draw)] for _ in range(4)], dtype=torch.float64))
    start = 0 if momentum is None else 100 * (1 - momentum) ** 100
    truth = (6, 9) if moves else (3, 4)
    wanted = [100, layer.running_mean.item(), truth[0], layer.running_var.item(), truth[1], start]
    assert numbers(says(tab)) == pytest.approx(wanted, abs=0.051)


def test_new_batches_give_other_statistics(shown):
    tab = shown("running")
    first = says(tab)
    tab.get_by_role("button", name="New batches").click()
    assert says(tab) != first


# Measured data


def test_bars_of_the_company_are_the_measured_percentages(shown):
    tab = shown("company")
    images = results.record("inference_company")["results"]["images"]
    slide(tab, "image of a", 5)
    for label, kind in (("1 other", "one"), ("31 others", "many"), ("31 of its kind", "alike")):
        tab.get_by_label(label, exact=True).check()
        meeting = images[5]["companies"][kind][0]
        assert bars(tab) == pytest.approx(meeting["told"], abs=0.051)
        assert tab.locator("figure svg g text.interactive-tick").count() == len(meeting["labels"])
    tab.get_by_role("button", name="Next company").click()
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


@pytest.mark.parametrize("setting", interactive_figure_data.SETTINGS)
def test_interval_after_each_seed_is_the_one_of_the_analysis(setting, shown):
    tab = shown("seeds")
    tab.get_by_label(interactive_figure_data.SETTINGS[setting], exact=True).check()
    found = results.record("placement_accuracy")["results"][setting]["accuracies"]
    named = 0
    for k in range(2, 9):
        wanted = comparison(found["before"][:k], found["after"][:k])
        named += wanted["low"] > 0 or wanted["high"] < 0
        if k >= 3:
            said = numbers(says(tab))
            values = [k, len(found["before"]), wanted["mean"], wanted["low"], wanted["high"]]
            assert said[:5] == pytest.approx(values, abs=0.006)
            assert ("the winner is" in says(tab)) == (wanted["low"] > 0 or wanted["high"] < 0)
            assert said[-2:] == [named, k]
            tab.get_by_role("button", name="Draw a seed").click()


def test_all_seeds_give_the_result_of_the_chapter_in_any_order(shown):
    tab = shown("seeds")
    whole = results.value("placement_accuracy", "digits_slow.after_minus_before")
    for _ in range(2):
        tab.get_by_role("button", name="Draw all").click()
        said = numbers(says(tab))
        wanted = [whole["n"], whole["n"], whole["mean"], whole["low"], whole["high"]]
        assert said[:5] == pytest.approx(wanted, abs=0.006)
        assert tab.get_by_role("button", name="Draw a seed").is_disabled()
        tab.get_by_role("button", name="Other order").click()
        assert numbers(says(tab))[0] == 3


def test_map_of_learning_rates_says_what_was_measured(shown):
    tab = shown("rates")
    found = results.record("training_rate")["results"]
    board = tab.get_by_role("application")
    for _ in found["rates"]:
        board.press("ArrowLeft")
    for row, (arm, cells) in enumerate(found["arms"].items()):
        for rate, cell in zip(found["rates"], cells, strict=True):
            others_at_rate = [
                others[found["rates"].index(rate)] for others in found["arms"].values()
            ]
            del others_at_rate[row]
            best = max(range(len(cells)), key=lambda place: cells[place]["mean"])
            wanted = [rate, *(cell[key] for key in ("mean", "low", "high"))]
            wanted += [other["mean"] for other in others_at_rate]
            wanted += [found["rates"][best], cells[best]["mean"]]
            assert says(tab).startswith(f"Batch norm: {arm},")
            assert numbers(says(tab)) == pytest.approx(wanted, abs=0.06)
            board.press("ArrowRight")
        for _ in found["rates"]:
            board.press("ArrowLeft")
        board.press("ArrowDown")


# The directive


def test_page_loads_the_scripts_of_its_own_figures_only(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "conf.py").write_text(
        "extensions = ['myst_parser', 'book._ext.interactive_figure']\n"
        f"html_static_path = [{str(STATIC)!r}]\nnumfig = True\n"
    )
    pages = {"index": "", "01_first": "axes", "02_second": "seeds"}
    for name, figure in pages.items():
        body = f"```{{interactive-figure}} {figure}\nA caption.\n```\n" if figure else ""
        toctree = "" if figure else "```{toctree}\n01_first\n02_second\n```\n"
        (source / f"{name}.md").write_text(f"# {name}\n\n{body}{toctree}")
    out = tmp_path / "out"
    tree = tmp_path / "tree"
    with docutils_namespace():
        app = Sphinx(source, source, out, tree, "html", status=None, warningiserror=True)
        app.build()
    for name, figure in pages.items():
        html = (out / f"{name}.html").read_text()
        scripts = re.findall(r'src="_static/interactive_figures/(\w+)\.js', html)
        assert scripts == (["base", figure] if figure else [])
        assert ("interactive_figures.css" in html) == bool(figure)
    assert 'id="interactive-second-seeds"' in (out / "02_second.html").read_text()


def test_data_that_a_figure_lacks_is_named(monkeypatch):
    record = {"results": {"digits": {}}}
    monkeypatch.setattr(results, "record", lambda claim: record)
    message = r"interactive-figure: placement_accuracy has digits, expected 'digits_slow' too\."
    with pytest.raises(ValueError, match=message):
        interactive_figure.markup("seeds")


def test_unknown_figure_is_named_with_those_that_exist():
    message = r"interactive-figure: name is 'bath', expected one of axes, batch,"
    with pytest.raises(ValueError, match=message):
        interactive_figure.markup("bath")
