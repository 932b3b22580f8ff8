"""No attack succeeds: each is judged on every tier, and shown to be real where nothing stops it."""

import os

import pytest

from bngrader.sandbox.tiers import SandboxUnavailableError
from tests.security import harness
from tools.attacks import TABLE, _cell

ATTACKS = harness.attacks()
by_name = pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)


def judge_on(tier):
    one = harness.judge_on(tier)
    try:
        assert one.tier == tier
    except SandboxUnavailableError as missing:
        one.close()
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))
    return one


@pytest.fixture(scope="module", params=harness.TIERS)
def judge(request):
    with judge_on(request.param) as one:
        yield one


@pytest.fixture(scope="module")
def unprotected():
    with judge_on("none") as one:
        yield one


@by_name
def test_the_attack_fails_the_mark_is_deserved_and_the_class_goes_on(judge, attack):
    assert harness.faults(attack, harness.judged(attack, judge)) == []


@by_name
def test_the_attack_is_real_where_nothing_stops_it(unprotected, attack):
    assert harness.tripped(attack, unprotected)


def test_every_group_of_the_catalogue_is_attacked():
    assert {attack.item[:1] for attack in ATTACKS} == set("ABCDE")
    assert len(ATTACKS) >= 60
    for attack in ATTACKS:
        assert attack.name[:2] == attack.item[0].lower() + "_"


def test_a_defence_is_named_where_there_is_nothing_to_show():
    for attack in ATTACKS:
        assert bool(attack.why) == (attack.control == "design"), attack.name
        assert bool(attack.witness) == (attack.control == "open"), attack.name


def test_the_table_has_a_row_for_every_attack_and_every_row_is_good():
    text = TABLE.read_text("utf-8")
    for attack in ATTACKS:
        assert f"| **{attack.name[2:]}**: {_cell(attack.title)} |" in text
    assert f"{len(ATTACKS)} of {len(ATTACKS)} attacks fail on every tier" in text
