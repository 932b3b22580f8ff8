"""What holds for every interactive figure, and the directive that puts them on a page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from book import results
from book._ext import interactive_figure
from tests.helpers.browser import DESKTOP, PHONE, page
from tests.helpers.contrast import contrast
from tests.helpers.interactive import says, written

STATIC = Path(__file__).parents[3] / "book" / "_static"


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


@pytest.mark.parametrize(("unit", "name"), [("backward", "circle"), ("backward", "graph")])
def test_figure_with_a_drawing_shows_it_where_scripts_are_off(unit, name, browser, tmp_path):
    drawing = interactive_figure.picture(unit, name)
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    plain, drawn = (interactive_figure.markup(name, "", each) for each in ("", drawing))
    path = tmp_path / f"{name}.html"
    written(tmp_path, name)
    path.write_text(path.read_text("utf8").replace(plain, drawn), "utf8")
    tab.goto(path.as_uri())
    assert tab.locator("figure svg[role=img]").is_visible()
    assert tab.locator("figure p").inner_text() == interactive_figure.PICTURE
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
    record = {"results": {"rows": {}}}
    monkeypatch.setattr(results, "record", lambda claim: record)
    message = r"interactive-figure: placement_networks has rows, expected 'nine_fashion' too\."
    with pytest.raises(ValueError, match=message):
        interactive_figure.markup("seeds")


def test_unknown_figure_is_named_with_those_that_exist():
    message = r"interactive-figure: name is 'bath', expected one of axes, batch,"
    with pytest.raises(ValueError, match=message):
        interactive_figure.markup("bath")
