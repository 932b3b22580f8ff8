"""A file that takes the compiler minutes: constants that are folded, brackets that are nested.

item: D endless loops in Python and in C
harm: whoever only looks at the source is stalled or overflows
deserves: nothing
says: your file cannot be imported
control: design: the source is compiled in the worker, under the deadline
"""

HUGE = "(" * 150 + "1" + ")" * 150
NESTED = compile("-" * 100_000 + "1", "nested", "eval")
