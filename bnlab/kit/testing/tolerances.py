"""The tolerances of `assert_close`, by dtype, with their reasons.

A result `got` is right if `|got - want| <= atol + rtol * |want|` holds for every element.
"""

from __future__ import annotations

from typing import Any

RTOL = ATOL = 1e-9
"""Relative and absolute tolerance of float64.

The largest error of a right implementation is 8e-15, the smallest error of a mistake is 3e-2.
A GPU sums in another order but rounds each float64 operation like a CPU, so its errors are of the
same size; the tolerance is 100,000 times larger.
"""

LOW_PRECISION = {"float32": 1e-4, "bfloat16": 1.6e-2, "float16": 2e-3}
"""Tolerances for tests of a low-precision dtype; wrong formulas are found in float64.

They hold on a GPU as well.

- float32: 800 units in the last place, for another order of summation and fused multiply-adds.
  TF32 has 10 bits of mantissa and an error of 1e-3; `remote_ops.exact` switches it off.
- bfloat16: 7 bits of mantissa. Two units in the last place (2 * 2**-7): one for the rounded
  result, one for a rounded input.
- float16: 10 bits of mantissa, two units in the last place (2 * 2**-10).
"""


def tolerance(array: Any) -> dict[str, float]:
    """Return the tolerances for results in the dtype of an array that a few operations made.

    Those of low precision are larger than one rounding: an intermediate result may be rounded, too.
    """
    return {
        "float32": {"rtol": 1e-4, "atol": 1e-4},
        "float16": {"rtol": 1e-2, "atol": 2e-2},
    }.get(str(array.dtype), {"rtol": RTOL, "atol": ATOL})
