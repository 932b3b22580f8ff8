"""Never finishes its import.

item: D endless loops in Python and in C
harm: the grading stops
deserves: nothing
says: your file cannot be imported: one call took longer than
control: by_design: loading a file is a call with a deadline like any other
"""

while True:
    pass
