"""`make book`: the book from its sources, with every warning an error."""

from __future__ import annotations

from .steps import ROOT, step

INPUTS = ("_config.yml", "_toc.yml", "book/**/*", "exercises/*.ipynb")


def main() -> None:
    """Build `_build/html`."""
    # --all: Sphinx does not notice a changed script, style or results file.
    step(
        "book",
        ["jupyter-book", "build", ".", "-W", "-n", "--keep-going", "--all"],
        inputs=INPUTS,
        variables="BOOK_",
        output=ROOT / "_build" / "html" / "book" / "index.html",
    )


if __name__ == "__main__":
    main()
