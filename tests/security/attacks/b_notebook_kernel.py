"""Names a kernel of its own, with widgets, hooks and attachments, for whoever runs the notebook.

item: B tampered notebook metadata (kernelspec); A input and AST transformers, cell-run hooks
kind: notebook
harm: the teacher's machine starts a program of the learner's choice
deserves: nothing
says: batch_moments: 0 of 4 points
control: design: no cell is run and no kernel is started; metadata are those of the pristine one
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
