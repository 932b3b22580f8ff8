"""`play(your_audit)`: which layers of the practice bench get through a test, and the score."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from torch import nn

from ..nets import practice_layers
from .result import COLOUR
from .timeout import TimeLimitError, timeout

Test = Callable[[type[nn.Module]], None]
AUDIT_TIMEOUT_S = 20.0
FOUND, THROUGH, ACCEPTED, ALARM = "found", "got through", "accepted", "false alarm"


@dataclass(frozen=True)
class Round:
    """What each test said of each layer; a table in a notebook, text in a terminal.

    Attributes:
        verdicts: for each test by name, for each layer: "found", "got through", "accepted",
            "false alarm", or how the test itself failed.
    """

    benched: tuple[type[nn.Module], ...]
    verdicts: dict[str, tuple[str, ...]]

    def score(self, name: str) -> int:
        """Wrong layers found; 0 where a right one was rejected, for that is no test."""
        said = self.verdicts[name]
        return said.count(FOUND) if said.count(ACCEPTED) == len(practice_layers.RIGHT) else 0

    @property
    def most(self) -> int:
        return len(self.benched) - len(practice_layers.RIGHT)

    def headline(self, name: str) -> str:
        """The score of one test in a sentence."""
        said = self.verdicts[name]
        if ALARM in said:
            return f"{name}: 0 of {self.most}, for it rejects a layer that is right."
        text = f"{name}: {self.score(name)} of {self.most} wrong layers found."
        if self.score(name) == self.most:
            text += " Nothing got through: write a layer that does."
        return text

    def __repr__(self) -> str:
        width = max(len(layer.__name__) for layer in self.benched) + 2
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
            for row, layer in enumerate(self.benched)
        ]

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{escape(name)}</th>" for name in self.verdicts)
        rows = "".join(
            f'<tr><td style="text-align:left"><code>{escape(layer.__name__)}</code></td>'
            f'<td style="text-align:left">{escape((layer.__doc__ or "").strip())}</td>'
            + "".join(_cell(verdict) for verdict in row[1:])
            + "</tr>"
            for layer, row in zip(self.benched, self._rows(), strict=True)
        )
        scores = "".join(
            f"<p><strong>{escape(self.headline(n))}</strong></p>" for n in self.verdicts
        )
        left = "".join(
            f'<th style="text-align:left">{words}</th>' for words in ("layer", "what it does")
        )
        return f"{scores}<table><tr>{left}{head}</tr>{rows}</table>"


def play(audit: Test, *more: type[nn.Module], **others: Test) -> Round:
    """Tries a test on the practice bench: two right layers, six wrong ones, and any of your own.

    Args:
        audit: the test; it raises AssertionError for a layer that it takes to be wrong.
        more: wrong layers that you have written.
        others: further tests by name, to compare with.
    """
    benched = (*practice_layers.RIGHT, *practice_layers.WRONG, *more)
    tests = {**{name.replace("_", " "): test for name, test in others.items()}, "your audit": audit}
    verdicts = {
        name: tuple(_verdict(test, layer) for layer in benched) for name, test in tests.items()
    }
    return Round(benched, verdicts)


def _verdict(test: Test, layer: type[nn.Module]) -> str:
    right = layer in practice_layers.RIGHT
    try:
        with timeout(AUDIT_TIMEOUT_S):
            test(layer)
    except AssertionError:
        return ALARM if right else FOUND
    except NotImplementedError:
        raise  # not written yet: there is nothing to play with
    except (Exception, TimeLimitError) as error:
        return f"stops with {type(error).__name__}"
    return ACCEPTED if right else THROUGH


def _cell(verdict: str) -> str:
    good = verdict in (FOUND, ACCEPTED)
    colour = COLOUR["passed" if good else "failed"]
    return f'<td style="color:{colour};font-weight:bold">{escape(verdict)}</td>'
