"""Raises its own limits, on memory, files and processor time.

item: D memory, disk, fork bombs
harm: the submission lifts its own limits
deserves: everything
control: by_design: only root may raise a hard limit, and children inherit the limits of the fork
    server
"""

import resource


def attempt():
    lifted = []
    for name in ("RLIMIT_AS", "RLIMIT_FSIZE", "RLIMIT_CPU", "RLIMIT_CORE"):
        which = getattr(resource, name)
        before = resource.getrlimit(which)
        try:
            resource.setrlimit(which, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        except (ValueError, OSError):
            continue
        if before[1] != resource.RLIM_INFINITY:
            lifted.append(name)
    return lifted
