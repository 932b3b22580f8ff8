"""Hands in a file that takes the compiler minutes: huge constants, nested brackets.

item: D endless loops in Python and in C
harm: a program that parses the source stops or overflows
deserves: nothing
says: your file cannot be imported
control: by_design: the source is compiled in the child, under the deadline
"""

HUGE = "(" * 150 + "1" + ")" * 150
NESTED = compile("-" * 100_000 + "1", "nested", "eval")
