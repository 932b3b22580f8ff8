"""Opens the gradebook, reads everybody's marks and gives itself more.

item: C gradebook
harm: marks are read and changed
deserves: everything
witness: changed
control: unconfined
"""

import sqlite3


def attempt():
    with sqlite3.connect(TARGETS["gradebook"]) as book:
        rows = book.execute("select * from grade").fetchall()
        book.execute("insert into grade values ('mallory', 99, '')")
    return rows
