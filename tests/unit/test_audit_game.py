"""`play` counts the wrong layers that a test finds; a test that rejects a right layer gets 0."""

import pytest

from bngrader.core import solutions
from bnlab.kit.feedback.audit_game import play
from bnlab.kit.nets import practice_layers


class Own(practice_layers.AnyRank):
    """Returns zeros."""

    def forward(self, x):
        return super().forward(x) * 0


def reject(layer):
    raise AssertionError(layer)


def accept(layer):
    return None


@pytest.fixture(scope="module")
def solved():
    space = {}
    exec(solutions.solved("audit"), space)
    return space["audit"]


def test_play_gives_the_reference_all_points_and_a_test_that_accepts_everything_none(solved):
    found = play(solved, Own, popular_test=accept)
    assert found.score("your audit") == found.most == len(practice_layers.WRONG) + 1
    assert found.score("popular test") == 0
    assert "None got through" in found.headline("your audit")
    assert found.headline("popular test") == "popular test: 0 of 7 wrong layers found."


def test_play_gives_no_points_to_a_test_that_rejects_everything():
    found = play(reject)
    assert found.score("your audit") == 0
    assert "because it rejects a right layer" in repr(found)


def test_play_names_the_exception_of_a_test_and_gives_no_points():
    found = play(lambda layer: layer.nothing)
    assert set(found.verdicts["your audit"]) == {"stops with AttributeError"}
    assert found.score("your audit") == 0


def test_the_table_of_play_names_the_layers_that_got_through():
    page = play(accept)._repr_html_()
    assert page.count(">got through</td>") == len(practice_layers.WRONG)
    assert all(layer.__name__ in page for layer in practice_layers.WRONG)
