"""The practice bench counts what a test finds, and nothing for one that rejects what is right."""

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


def test_the_solved_audit_finds_everything_and_the_popular_test_little(solved):
    found = play(solved, Own, popular_test=accept)
    assert found.score("your audit") == found.most == len(practice_layers.WRONG) + 1
    assert found.score("popular test") == 0
    assert "Nothing got through" in found.headline("your audit")
    assert found.headline("popular test") == "popular test: 0 of 7 wrong layers found."


def test_a_test_that_rejects_everything_has_no_point():
    found = play(reject)
    assert found.score("your audit") == 0
    assert "rejects a layer that is right" in repr(found)


def test_a_test_that_stops_by_itself_is_named_and_found_nothing():
    found = play(lambda layer: layer.nothing)
    assert set(found.verdicts["your audit"]) == {"stops with AttributeError"}
    assert found.score("your audit") == 0


def test_the_table_names_what_got_through():
    page = play(accept)._repr_html_()
    assert page.count(">got through</td>") == len(practice_layers.WRONG)
    assert all(layer.__name__ in page for layer in practice_layers.WRONG)
