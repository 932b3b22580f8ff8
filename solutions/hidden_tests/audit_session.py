"""One session of a learner's audit with all layers of `audit_layers*.py`, in a drawn disguise.

The order and number of the layers, their names and details of their code are drawn for each
submission, so a table by order, name or digest of the code answers nothing. The learner's module
is shown the layers once; each hidden test reads its own verdicts.
"""

import ast
import re
from pathlib import Path
from weakref import WeakKeyDictionary

FOLDER = Path(__file__).parent
TEXT = "".join(
    (FOLDER / f"audit_layers{part}.py").read_text("utf-8")
    for part in ("", "_state", "_gradient", "_alone")
)  # fmt: skip
RIGHT = ("Torch", "Backwards", "TwoSteps", "Wide", "Plain")
OTHER_SETTINGS = "other settings"
AT_ONCE = 2
"""Layers of one request: a slow audit must not reach the time limit of a call."""

SCRIPT = """

def verdict(layer):
    torch.rand(3)  # every request begins with the seed that an audit would choose
    before = torch.is_grad_enabled(), torch.get_default_dtype(), torch.get_rng_state()
    try:
        result = module.audit(layer)
        said = "returns" if result is None else "returns a value"
    except AssertionError:
        said = "AssertionError"
    except (Exception, SystemExit) as error:
        said = type(error).__name__[:40]
    after = torch.is_grad_enabled(), torch.get_default_dtype()
    unchanged = [after[0] == before[0], after[1] == before[1]]
    unchanged.append(torch.equal(torch.get_rng_state(), before[2]))
    torch.set_grad_enabled(before[0])
    torch.set_default_dtype(before[1])
    return [said, unchanged]


def verdicts(start, stop):
    rows = [verdict(layer) for layer in LAYERS[start:stop]]
    if stop < len(LAYERS):
        return rows
    torch.set_grad_enabled(False)  # an audit may not run so, but must leave it so
    torch.set_default_dtype(torch.float64)
    return [*rows, verdict(BASE)]
"""


def _without_docstring(node):
    if ast.get_docstring(node):
        node.body = node.body[1:]
    for each in getattr(node, "body", []):
        if isinstance(each, ast.ClassDef | ast.FunctionDef):
            _without_docstring(each)
    return node


NODES = [each for each in ast.parse(TEXT).body if isinstance(each, ast.ClassDef | ast.FunctionDef)]
SENTENCES = {
    each.name: (ast.get_docstring(each) or "").removesuffix(".")
    for each in NODES
    if isinstance(each, ast.ClassDef)
}
CODE = {each.name: ast.unparse(_without_docstring(each)) for each in NODES}
METHODS = [
    "\n".join("    " + line for line in ast.unparse(method).splitlines())
    for each in NODES
    if isinstance(each, ast.ClassDef) and each.name != "Torch"
    for method in each.body
    if isinstance(method, ast.FunctionDef) and method.name == "forward"
]
HELPERS = ("moments", "along", "share", "keep", "normalized")

JUNK = (
    "{} = {}", "{} = ({}, {})", "{} = [{}]", "{} = {} if {} else {}", "{} = not {}", "{} = -{}",
    "{} = {{{}: {}}}", "{} = {} < {}", "{} = {} or {}", "{} = {} and {}", "{} = f'{{{}}}'",
)  # fmt: skip


class Disguise:
    """Names and useless statements, drawn from rng."""

    def __init__(self, rng):
        self.rng = rng
        self.helpers = {name: self.name() for name in HELPERS}
        self.base = self.name().title()

    def name(self):
        """A name that means nothing."""
        letters = self.rng.integers(97, 123, size=8)
        return "".join(map(chr, letters)) + "_"

    def junk(self, indent):
        """Up to four statements that change nothing."""
        forms = self.rng.integers(len(JUNK), size=self.rng.integers(5))
        return "".join(
            f"{indent}{JUNK[form].format(self.name(), *self.rng.integers(9, 999, size=3))}\n"
            for form in forms
        )

    def code(self, name, shown):
        """The code of a function or class under another name, with statements put in."""
        text = CODE[name]
        if name in SENTENCES:
            decoys = self.rng.choice(len(METHODS), size=self.rng.integers(3), replace=False)
            text = "\n".join([text, *map(self._decoy, decoys)])
        text = re.sub(
            r"^( *)def .*:\n", lambda m: m[0] + self.junk(m[1] + "    "), text, flags=re.M
        )
        names = self.helpers | {"Torch": self.base, name: shown}
        return re.sub(rf"\b({'|'.join(names)})\b", lambda m: names[m[0]], text) + "\n"

    def _decoy(self, index):
        return METHODS[index].replace("def forward", f"def {self.name()}", 1)


def source(rng, names):
    """The source of some layers in a list LAYERS, and of the function that shows them."""
    disguise = Disguise(rng)
    parts = [
        "import torch\nfrom torch import nn\nfrom torch.nn import functional as F\n",
        *(disguise.code(name, disguise.helpers[name]) for name in ("moments", "along")),
        disguise.code("Torch", disguise.base),
    ]
    shown = [disguise.name().title() for _ in names]
    for name, other in zip(names, shown, strict=True):
        parts.append(
            f"class {other}({disguise.base}):\n    pass\n"
            if name == "Torch"
            else disguise.code(name, other)
        )
    layers = f"BASE, LAYERS = {disguise.base}, [{', '.join(shown)}]"
    return "\n".join([*parts, layers, SCRIPT])


def drawn_names(rng):
    """Every layer, some of them more than once, in any order.

    A guess at each layer passes all right ones, nine at least, once in 512 submissions.
    """
    names = [*SENTENCES, *rng.choice(RIGHT, size=rng.integers(4, 7))]
    names += list(rng.choice(list(SENTENCES.keys() - set(RIGHT)), size=rng.integers(3)))
    return [str(name) for name in rng.permutation(names)]


_sessions = WeakKeyDictionary()


def verdicts(learner, rng):
    """What the learner's audit says of each layer, by its name in `audit_layers*.py`.

    Returns:
        for each name a list of `[said, unchanged]`, one for each time the layer was shown: said is
        "returns", "returns a value" or the name of an exception; unchanged tells whether gradient
        mode, default dtype and random state of torch are as before. Under OTHER_SETTINGS the same
        of torch's layer with gradients off and a default dtype of float64.
    """
    learner = learner.unrecorded  # one session for all tests, of which none is the first
    if learner not in _sessions:
        names = drawn_names(rng)
        show = learner.define(source(rng, names), "verdicts")
        rows = []
        for start in range(0, len(names), AT_ONCE):
            rows += show(start, start + AT_ONCE)
        said = {name: [] for name in (*SENTENCES, OTHER_SETTINGS)}
        for name, row in zip((*names, OTHER_SETTINGS), rows, strict=True):
            said[name].append(row)
        _sessions[learner] = said
    return _sessions[learner]
