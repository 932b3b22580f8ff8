"""Writes files that Python and IPython run at every start.

item: D writing configuration, start-up files, site-packages
harm: code runs as the teacher, later
deserves: everything
witness: changed
control: unconfined
"""

import os


def attempt():
    places = (
        (TARGETS["site"], "sitecustomize.py"),
        (TARGETS["site"], "owned.pth"),
        (os.path.join(TARGETS["home"], ".ipython"), "startup.py"),
        (TARGETS["home"], ".bashrc"),
    )
    for place in places:
        try:
            with open(os.path.join(*place), "w") as file:
                file.write("import os  # owned\n")
        except OSError:
            continue
