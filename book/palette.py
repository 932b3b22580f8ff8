"""The colours of all figures, in light and in dark: the only place where they are set.

`book/figures/theme.py` draws with the light ones and names a CSS variable with each, so that a
page can replace it. The pages and the interactive figures read the variables from
`_static/palette.css`, which `python -m book.palette` writes.
"""

from __future__ import annotations

from pathlib import Path

FILE = Path(__file__).parent / "_static" / "palette.css"

# Variable: light, dark. All but the grid reach a contrast of 4.5:1 on the page's background.
COLOURS = {
    "ink": ("#1b1b1f", "#ececf1"),
    "muted": ("#5d5d66", "#a6a6b2"),  # axes and ticks
    "grid": ("#c9c9d1", "#43434d"),
    "paper": ("#ffffff", "#121212"),  # the page's background
    "1": ("#0072b2", "#56b4e9"),  # blue
    "2": ("#c75300", "#ff9e4a"),  # orange
    "3": ("#008060", "#3fd0a4"),  # green
    "4": ("#b1548c", "#f0a3cf"),  # pink
}
LIGHT = {name: light for name, (light, _) in COLOURS.items()}
INK, MUTED, GRID, PAPER, BLUE, ORANGE, GREEN, PINK = LIGHT.values()
DARK = {name: dark for name, (_, dark) in COLOURS.items()}


def css() -> str:
    """Style sheet that sets the variables in both themes."""
    rules = (("html", LIGHT), ('html[data-theme="dark"]', DARK))
    lines = ["/* Written by `python -m book.palette`; do not edit. */"]
    for selector, colours in rules:
        settings = " ".join(f"--fig-{name}: {colour};" for name, colour in colours.items())
        lines.append(f"{selector} {{ {settings} }}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    FILE.write_text(css(), "utf8")
