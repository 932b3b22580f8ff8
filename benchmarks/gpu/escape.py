"""The escape probes of every tier, with the device nodes of the driver open."""

from __future__ import annotations

from benchmarks.gpu.parts import Ask, Rows
from bngrader.core.errors import GraderError
from bngrader.core.solutions import SOLUTIONS
from bngrader.sandbox.choose import check_tier
from bngrader.sandbox.tiers import TIERS, best


def rows(ask: Ask) -> Rows:
    """Yield for each tier what its probes reached; `none` is the control, where they must."""
    checks = {}
    for tier in TIERS:
        found = checks[tier] = check_tier(tier, ask.device, (SOLUTIONS,))
        yield (
            tier,
            {
                "mechanisms": list(found.mechanisms),
                "probes": len(found.probes),
                "escaped": [each.name for each in found.probes if not each.held],
                "computes": not found.problem,
                "why not": found.problem,
            },
        )
    try:
        yield "chosen", best(checks.__getitem__, ask.device).tier
    except GraderError as error:
        yield "problem", str(error)
