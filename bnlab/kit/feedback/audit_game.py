"""`play(your_audit)`: the wrong layers that a test finds, and its score."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from torch import nn

from ..nets import practice_layers
from .result_html import COLOUR
from .timeout import TimeLimitError, timeout

Test = Callable[[type[nn.Module]], None]
AUDIT_TIMEOUT_S = 20.0
FOUND, THROUGH, ACCEPTED, ALARM = "found", "got through", "accepted", "false alarm"


@dataclass(frozen=True)
class Round:
    """The verdict of each test on each layer: a table in a notebook, text in a terminal.

    Attributes:
        layers: the layers that were tested.
        verdicts: for each test by name, for each layer: "found", "got through", "accepted",
            "false alarm", or the exception that the test stopped with.
    """

    layers: tuple[type[nn.Module], ...]
    verdicts: dict[str, tuple[str, ...]]

    def score(self, name: str) -> int:
        """Return the number of wrong layers found, or 0 if the test rejects a right layer."""
        said = self.verdicts[name]
        return said.count(FOUND) if said.count(ACCEPTED) == len(practice_layers.RIGHT) else 0

    @property
    def most(self) -> int:
        """The largest possible score."""
        return len(self.layers) - len(practice_layers.RIGHT)

    def headline(self, name: str) -> str:
        """Return the score of one test in a sentence."""
        said = self.verdicts[name]
        if ALARM in said:
            return f"{name}: 0 of {self.most}, because it rejects a right layer."
        text = f"{name}: {self.score(name)} of {self.most} wrong layers found."
        if self.score(name) == self.most:
            text += " None got through: write a wrong layer that does."
        return text

    def __repr__(self) -> str:
        width = max(len(layer.__name__) for layer in self.layers) + 2
        columns = [max(len(name), 12) + 2 for name in self.verdicts]
        rows = [("", *self.verdicts), *self._rows()]
        table = [
            f"{row[0]:{width}}"
            + "".join(f"{cell:{wide}}" for cell, wide in zip(row[1:], columns, strict=True))
            for row in rows
        ]
        return "\n".join([*(line.rstrip() for line in table), *map(self.headline, self.verdicts)])

    def _rows(self) -> list[tuple[str, ...]]:
        return [
            (layer.__name__, *(said[row] for said in self.verdicts.values()))
            for row, layer in enumerate(self.layers)
        ]

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{escape(name)}</th>" for name in self.verdicts)
        rows = "".join(
            f'<tr><td style="text-align:left"><code>{escape(layer.__name__)}</code></td>'
            f'<td style="text-align:left">{escape((layer.__doc__ or "").strip())}</td>'
            + "".join(_cell(verdict) for verdict in row[1:])
            + "</tr>"
            for layer, row in zip(self.layers, self._rows(), strict=True)
        )
        scores = "".join(
            f"<p><strong>{escape(self.headline(n))}</strong></p>" for n in self.verdicts
        )
        left = "".join(
            f'<th style="text-align:left">{words}</th>' for words in ("layer", "what it does")
        )
        return f"{scores}<table><tr>{left}{head}</tr>{rows}</table>"


def play(audit: Test, *more: type[nn.Module], **others: Test) -> Round:
    """Try a test on the practice layers (two right, six wrong) and on layers of your own.

    Args:
        audit: the test; it raises AssertionError for a layer that it finds wrong.
        more: wrong layers of your own.
        others: other tests by name, to compare with.
    """
    layers = (*practice_layers.RIGHT, *practice_layers.WRONG, *more)
    tests = {**{name.replace("_", " "): test for name, test in others.items()}, "your audit": audit}
    verdicts = {
        name: tuple(_verdict(test, layer) for layer in layers) for name, test in tests.items()
    }
    return Round(layers, verdicts)


def _verdict(test: Test, layer: type[nn.Module]) -> str:
    right = layer in practice_layers.RIGHT
    try:
        with timeout(AUDIT_TIMEOUT_S):
            test(layer)
    except AssertionError:
        return ALARM if right else FOUND
    except NotImplementedError:
        raise  # not written yet
    except (Exception, TimeLimitError) as error:
        return f"stops with {type(error).__name__}"
    return ACCEPTED if right else THROUGH


def _cell(verdict: str) -> str:
    good = verdict in (FOUND, ACCEPTED)
    colour = COLOUR["passed" if good else "failed"]
    return f'<td style="color:{colour};font-weight:bold">{escape(verdict)}</td>'
