"""Ships a line of 240 KB of quotes, which is no Python.

item: D parser bombs
kind: files
harm: Python's tokenizer takes half an hour, in the judge, under no deadline
deserves: nothing
says: your file cannot be imported
control: by_design: the static review reads each character once
"""


def build(targets):
    path = targets.submission() / "bnlab" / "moments.py"
    path.write_text("import os\n" + "\\'" * 120_000 + "\n")
