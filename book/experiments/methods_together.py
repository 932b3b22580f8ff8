"""Which differences of the protocol remain when all of them are judged together?

Nothing is trained: the differences are those of the records. A difference is asked three times:
alone, with the correction of Holm for all of them, and, where seeds split the same 1,797 digits,
with the correction of Nadeau and Bengio for splits that share images as well.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats

from book import results
from book.experiments._shared.analysis import holm

NETS, DRIFTS = ("shallow", "deep"), ("noisy0_5", "noisy1", "shift0_5", "shift1")
COMPARED = {
    "training_source": ("change.first", "change.final", "change.epochs_to_985"),
    "training_scales": tuple(f"change.{place}" for place in range(7)),
    "training_few": (
        *(f"n{n}.before.change" for n in (100, 300, 1000, 3000)),
        "dropout.dropout_beside_batch_norm",
    ),
    "training_decay": ("reach_change",),
    "why_drift": tuple(f"{net}.{arm}.gain" for net in NETS for arm in ("bn", *DRIFTS)),
    "why_groups": ("g16.gain", "g4.gain"),
    "why_affine": ("affine_minus_last",),
    "variants_sizes": ("b2.group_minus_batch", "from_four"),
    "variants_two": ("group_minus_batch",),
    "variants_newer": tuple(
        f"{norm}.minus_batch" for norm in ("none", "group", "layer", "rms", "tanh")
    ),
    "training_depth": tuple(f"depth{depth}.change" for depth in (2, 5, 10, 20, 40)),
    "training_rate": tuple(
        f"{weights}.{key}"
        for weights in ("he", "default")
        for key in ("decades_change", "before_minus_none_at_best")
    ),
    "channels_axes": tuple(
        f"batch_{batch}.{axes}.{kind}.minus_channel"
        for batch in (64, 8)
        for axes in ("pixel", "sample", "column")
        for kind in ("as_is", "moved")
    ),
    # Norms within a sample are left out where no accuracy changed.
    "variants_contrast": (
        *(f"{arm}.change.{by}" for arm in ("batch", "augmented") for by in ("c0.1", "c0.3", "c3")),
        *(f"{arm}.minus_batch" for arm in ("layer", "group", "instance", "augmented")),
    ),
    "inference_finetune": tuple(f"batch{size}.change" for size in (2, 8, 32)),
    "inference_shift": tuple(
        f"{camera}.{pair}"
        for camera in ("dim", "fog", "grain", "negative")
        for pair in ("old_minus_none", "few_minus_old")
    ),
    "scaling_inputs": tuple(
        f"{norm}.{factor}.tuned.{pair}"
        for norm in ("none", "before")
        for factor in ("0.01", "0.1", "10", "100")
        for pair in ("minus_same", "minus_plain")
    ),
    "backward_detached": tuple(
        f"own_rate.{arm}.change" for arm in ("no_mean", "no_variance", "direct")
    ),
    "layer_state": tuple(f"{part}.change" for part in ("parameters_only", "mean_only")),
    "folding_recalibrate": tuple(
        f"{case}.gain" for case in ("trained", "average", "short", "pruned")
    ),
    "folding_dropout": tuple(f"p{share}.off_minus_on" for share in ("0.2", "0.5")),
    "folding_freeze": tuple(
        f"{way}.{kind}.minus_frozen"
        for way in ("gradients_off", "momentum_zero", "tracking_off", "mode_only")
        for kind in ("old", "new")
    ),
    "sync_sorted": ("shuffled_gain", "sorted_gain"),
}
ON_MNIST = {
    "training_source",
    "training_few",
    "why_groups",
    "inference_finetune",
    "inference_shift",
}
ON_DIGITS = set(COMPARED) - ON_MNIST
SHARED = 500 / 1000  # test images per training image of a split of the digits
SPLITS = 10
SAMPLES = 4000


def run(quick: bool) -> dict:
    """Each difference with its p-values, how many remain, and how often such intervals cover."""
    rows = {
        f"{claim}:{key}": judged(values, claim in ON_DIGITS)
        for claim, keys in COMPARED.items()
        if results.path(claim).is_file() and "protocol" in results.record(claim)["provenance"]
        for key in keys
        # Where the best rate of a factor is that of the factor 1, the two are one network.
        if any(values := results.value(claim, f"{key}.values"))
    }
    for kind in ("p", "p_split"):
        corrected = holm([row[kind] for row in rows.values()])
        for row, value in zip(rows.values(), corrected, strict=True):
            row[f"{kind}_holm"] = value
    coverage = [row["coverage"] for row in rows.values()]
    kinds = ("p", "p_holm", "p_split", "p_split_holm")
    return {
        "rows": rows,
        "count": len(rows),
        "experiments": len({name.partition(":")[0] for name in rows}),
        "shown": {kind: sum(row[kind] < 0.05 for row in rows.values()) for kind in kinds},
        "coverage": {"median": float(np.median(coverage)), "least": min(coverage)},
        "seeds": SPLITS,
        "widening": widening(SPLITS),
    }


def judged(values: list[float], on_digits: bool) -> dict[str, Any]:
    """P-values of one list of paired differences, and the coverage of intervals like its own."""
    x = np.array(values)
    t = x.mean() / (x.std(ddof=1) / len(x) ** 0.5)
    wider = widening(len(x)) if on_digits else 1.0
    ups, downs = int((x > 0).sum()), int((x < 0).sum())
    p, p_split = (float(2 * stats.t.sf(abs(t) / factor, len(x) - 1)) for factor in (1.0, wider))
    return {
        "mean": float(x.mean()),
        "p": p,
        "p_split": p_split,
        "sign_test": float(stats.binomtest(ups, ups + downs).pvalue),
        "coverage": coverage_of(x),
    }


def widening(seeds: int) -> float:
    """How much wider an interval over splits of the digits is with Nadeau and Bengio's variance.

    >>> round(widening(10), 2)
    2.45
    """
    return float(((1 / seeds + SHARED) * seeds) ** 0.5)


def coverage_of(x: np.ndarray) -> float:
    """Share of Student's 95 % intervals that hold the mean, for draws from the values (seeds,)."""
    drawn = x[np.random.default_rng(0).integers(len(x), size=(SAMPLES, len(x)))]
    half = stats.t.ppf(0.975, len(x) - 1) * drawn.std(axis=1, ddof=1) / len(x) ** 0.5
    return float((np.abs(drawn.mean(axis=1) - x.mean()) <= half).mean())
