"""Settings for stock nbgrader 0.9.6 that docs/stock_nbgrader.md explains, tried by its attacks."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from nbconvert.filters import strings

c = get_config()  # noqa: F821

# Submissions run in the kernel of kernels/confined, whatever kernel their notebook names.
os.environ["JUPYTER_PATH"] = str(Path(__file__).parent)
c.Execute.kernel_name = "confined"
# Without a network, the kernel is reached through sockets in a folder of their own.
c.KernelManager.transport = "ipc"
sockets = tempfile.mkdtemp(prefix="nbgrader-")
atexit.register(shutil.rmtree, sockets, ignore_errors=True)
c.KernelManager.connection_file = f"{sockets}/kernel.json"

# A cell that exceeds its time ends the notebook. By default the next cell gets the same time again.
c.Execute.timeout = 30
c.Execute.interrupt_on_timeout = False
c.Execute.shutdown_kernel = "immediate"

# Only learners of the gradebook are graded, and test cells that were removed are put back.
c.Autograde.create_student = False
c.OverwriteCells.add_missing_cells = True

# The page for the learner shows no hidden test, and no output that could contain one.
c.HTMLExporter.exclude_code_cell = True


def without_scripts(html):
    """Sanitize a Markdown cell: nbgrader's template for feedback ignores `sanitize_html` there."""
    return strings.clean_html(strings.strip_files_prefix(html))


c.HTMLExporter.sanitize_html = True
c.HTMLExporter.filters = {"strip_files_prefix": without_scripts}
