"""Code that does not end is ended, and whoever goes on afterwards notices nothing of it."""

import subprocess
import sys

import pytest

from bnlab.kit.feedback.timeout import TimeLimitError, timeout

ENDLESS = "while True:\n        pass"
STUBBORN = """while True:
        try:
            while True:
                pass
        except TimeLimitError:
            swallowed.append(1)
            if len(swallowed) % 2 == 0:
                break"""
AFTERWARDS = """
import cProfile, pdb, sys
from bnlab.kit.feedback.timeout import TimeLimitError, timeout

swallowed = []

def block():
    {block}

def twice(x):
    return 2 * x

for _ in range(3):
    try:
        with timeout({seconds}):
            block()
    except TimeLimitError:
        print("ended")

profile = cProfile.Profile()
profile.runcall(lambda: sum(twice(x) for x in range(1000)))
seen = []
sys.settrace(lambda frame, event, extra: seen.append(event))
twice(1)
sys.settrace(None)
print("profiled and traced", seen)
"""


@pytest.mark.parametrize(
    ("block", "seconds", "ended"), [("pass", 5, 0), (ENDLESS, 0.05, 3), (STUBBORN, 0.05, None)]
)
def test_a_debugger_or_a_profiler_works_after_it(block, seconds, ended):
    """CPython 3.11 never returns from a traced call while it thinks that an exception is due."""
    script = AFTERWARDS.format(block=block, seconds=seconds)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60
    )
    assert done.stderr == ""
    assert "profiled and traced ['call']" in done.stdout
    assert ended is None or done.stdout.count("ended") == ended


def test_the_exception_does_not_come_late():
    """The time runs out at about the moment at which the block ends, again and again."""
    ended = 0
    for size in list(range(0, 2_400_000, 100_000)) * 2:
        try:
            with timeout(0.003):
                for _ in range(size):
                    pass
        except TimeLimitError:
            ended += 1
        assert sum(range(50_000)) == 1_249_975_000
    assert 0 < ended < 48
