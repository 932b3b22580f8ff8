"""Never comes to the end of its import.

item: D endless loops in Python and in C
harm: the class waits
deserves: nothing
says: your file cannot be imported: one call took longer than
control: design: loading a file is a call with a deadline like any other
"""

while True:
    pass
