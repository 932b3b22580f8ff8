"""Writes scripts, markup, control and direction characters into its written answer.

item: D HTML, JavaScript, ANSI, markdown, bidi text in feedback or reports
kind: notebook
harm: a script runs in the teacher's browser
deserves: nothing
says: The factor is 0.87
control: naive_reader
"""

ANSWER = (
    "The factor is 0.87\n\n<script>alert(1)</script>\n\n"
    "```\n\n<script>alert(1)</script>\n<img src=x onerror=alert(1)>\n"
    "[click](javascript:alert(1))\n~~~~~~\n`````text\n\x1b[31mred\u202eder\u2028\x85\n$$\\href{x}$$"
)


def spoil(notebook):
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            cell["source"] = ANSWER
            cell["attachments"] = {"a.svg": {"image/svg+xml": "<script>alert(1)</script>"}}
    return notebook


def naive_reader(targets):
    import json

    import nbformat
    from nbconvert.exporters import HTMLExporter

    made = spoil(json.loads(next(targets.submission().glob("*.ipynb")).read_text()))
    read = nbformat.reads(json.dumps(made), as_version=4)
    page, _ = HTMLExporter(template_name="basic").from_notebook_node(read)
    return "<script>alert(1)</script>" in page and "nbconvert writes the script into the page"
