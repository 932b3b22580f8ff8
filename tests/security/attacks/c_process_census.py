"""Asks for group, session, processors, priority and limits of every process, to count them.

item: C /proc/<pid> of the grader
harm: it learns which processes run on the machine
deserves: everything
witness: obtained
control: unconfined
"""

import os
import resource


def attempt():
    found = []
    for pid in (*range(2, 40), os.getppid(), *range(100, 3000)):
        for ask in (
            os.getpgid,
            os.getsid,
            os.sched_getaffinity,
            os.sched_getscheduler,
            lambda each: os.getpriority(os.PRIO_PROCESS, each),
            lambda each: resource.prlimit(each, resource.RLIMIT_AS),
        ):
            try:
                ask(pid)
            except OSError:
                continue
            if pid not in (os.getpid(), 0):
                found.append(pid)
    return found[:3]
