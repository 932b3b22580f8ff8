"""`timeout` ends code that does not end, and has no effect on the code after it."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from bnlab.kit.feedback.timeout import TimeLimitError, limit_output, refuse_exit, timeout

LIMIT_S = 0.003
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
def test_timeout_leaves_debuggers_and_profilers_working(block, seconds, ended):
    """CPython 3.11 never returns from a traced call while it thinks that an exception is due."""
    script = AFTERWARDS.format(block=block, seconds=seconds)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60
    )
    assert done.stderr == ""
    assert "profiled and traced ['call']" in done.stdout
    assert ended is None or done.stdout.count("ended") == ended


def compute(seconds):
    """Keep the processor busy for so many seconds of its time."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_timeout_raises_nothing_after_the_block():
    """The blocks end 3 ms before to 9 ms after their limit, in steps of 0.25 ms."""
    for step in range(-12, 37):
        with suppress(TimeLimitError), timeout(LIMIT_S):
            compute(LIMIT_S + step * 0.25e-3)
        assert sum(range(50_000)) == 1_249_975_000


def test_timeout_ends_a_block_far_beyond_its_limit():
    with pytest.raises(TimeLimitError), timeout(LIMIT_S):
        compute(30)


def test_timeout_ends_a_block_that_sleeps():
    handler = signal.getsignal(signal.SIGALRM)
    started = time.monotonic()
    with pytest.raises(TimeLimitError), timeout(LIMIT_S):
        time.sleep(30)
    assert time.monotonic() - started < 20
    assert signal.getsignal(signal.SIGALRM) == handler


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        (["a\n"] * 39, 39 * 2),
        (["a\n"] * 100, 40 * 2),
        (["x" * 5000], 2000),
        (["x" * 1999, "\n", "y\n" * 9], 2000),
        (["a\n" * 30, "b\n" * 30], 40 * 2),
        (["", "b"], 1),
    ],
)
def test_output_is_cut_after_some_lines_or_characters(capsys, printed, shown):
    with limit_output():
        for text in printed:
            print(text, end="")
    whole, out = "".join(printed), capsys.readouterr().out
    if shown == len(whole):
        assert out == whole
    else:
        more = f"\n... and {len(whole) - shown} more characters; is there a print in a loop?\n"
        assert out == whole[:shown] + more


def test_code_that_ends_python_raises_and_its_children_still_end():
    exits = os._exit, os.abort
    with refuse_exit():
        for end in (os.abort, lambda: os._exit(3)):
            with pytest.raises(SystemExit):
                end()
        child = os.fork()
        if not child:
            os._exit(7)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert (os._exit, os.abort) == exits
