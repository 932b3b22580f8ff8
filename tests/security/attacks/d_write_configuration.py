"""Appends a line to nbgrader_config.py, which the teacher's next command would run.

item: D writing configuration, start-up files, site-packages
harm: code runs as the teacher, later
deserves: everything
witness: changed
control: unconfined
"""


def attempt():
    with open(TARGETS["config"], "a") as file:
        file.write("import os  # owned\n")
