"""Names a kernel of its own in the metadata, with widgets and hooks.

item: B tampered notebook metadata (kernelspec); A input and AST transformers, cell-run hooks
kind: notebook
harm: the teacher's machine starts a program of the learner's choice
deserves: nothing
says: batch_moments: 0 of 4 points
control: by_design: no cell is run, no kernel is started, and the metadata come from our
    own notebook
"""


def spoil(notebook):
    notebook["metadata"]["kernelspec"] = {"name": "../../evil", "argv": ["touch", "owned"]}
    notebook["metadata"]["widgets"] = {"application/x": "<script>INPUT</script>"}
    notebook["cells"].insert(
        0,
        {
            "cell_type": "code",
            "id": "evil",
            "metadata": {},
            "outputs": [],
            "execution_count": None,
            "source": "ip = get_ipython(); ip.ast_transformers.append(INPUT)",
        },
    )
    return notebook
