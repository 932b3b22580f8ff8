"""Figures of the chapter on folding, recalibration and freezing."""

from __future__ import annotations

from book import results
from book.experiments.folding_recalibrate import IMAGES
from book.figures.theme import cases, log_x, means, save, subplots, write
from book.palette import BLUE, GRID, MUTED, ORANGE

CASES = {
    "trained": "10 epochs,\nmomentum 0.1",
    "average": "weights averaged",
    "short": "2 epochs,\nmomentum 0.01",
    "pruned": "60 % pruned",
}
WAYS = {
    "start": "before fine-tuning",
    "gradients_off": "gradients off",
    "momentum_zero": "gradients off,\nmomentum 0",
    "tracking_off": "gradients off,\ntracking off",
    "mode_only": "evaluation mode",
    "mode_and_gradients": "evaluation mode,\ngradients off",
}


def recalibrate() -> None:
    """Accuracy with stale and with fresh statistics in four situations."""
    rows = results.record("folding_recalibrate")["results"]
    fig, ax = subplots(2.6)
    for place, case in enumerate(CASES):
        stale, fresh = rows[case]["stale"], rows[case]["fresh"]
        ax.plot([stale["mean"], fresh["mean"]], [place, place], color=GRID, lw=2, zorder=0)
        ax.errorbar(
            stale["mean"], place, xerr=stale["half"], fmt="o", ms=7, color=ORANGE, mfc="none"
        )
        ax.errorbar(fresh["mean"], place, xerr=fresh["half"], fmt="o", ms=7, color=BLUE)
    write(ax, "as found", (rows["short"]["stale"]["mean"], 2), (0, 9), color=ORANGE)
    write(ax, "recalibrated", (rows["short"]["fresh"]["mean"], 2), (-12, 9), color=BLUE)
    cases(ax, CASES.values())
    ax.set(xlim=(20, 103), ylim=(len(CASES) - 0.6, -0.5), xlabel="test accuracy, %")
    save(
        fig,
        "folding_recalibrate",
        alt="""Test accuracy before and after recalibration in four situations. After ten epochs it
        rises from 97 to 98 %, and for averaged weights from 97 to 98 %. After two epochs with
        momentum 0.01 it rises from 40 to 95 %, and with 60 % of the weights pruned from 60 to
        95 %.""",
    )


def images() -> None:
    """Accuracy of the pruned networks against the number of images."""
    rows = results.record("folding_recalibrate")["results"]
    cells = [rows["images"][str(n)] for n in IMAGES]
    stale = rows["pruned"]["stale"]["mean"]
    fig, ax = subplots(2.6)
    means(ax, IMAGES, cells, "o-", color=BLUE, ms=5)
    ax.axhline(stale, color=MUTED, ls="--", lw=1.5)
    write(ax, "without recalibration", (IMAGES[0], stale), (0, 5), ha="left")
    ax.set(ylim=(35, 101))
    log_x(ax, IMAGES)
    ax.set(xlabel="images to recalibrate with", ylabel="test accuracy, %")
    ax.grid(True)
    save(
        fig,
        "folding_images",
        alt="""Test accuracy of pruned networks against the number of images used to recalibrate
        them. Without any it is 60 %, with 4 images 88 %, with 16 94 %, and from 64 on between 94
        and 95 %.""",
    )


def freeze() -> None:
    """Accuracy on old and new images for each way of freezing."""
    rows = results.record("folding_freeze")["results"]
    fig, ax = subplots(3.3)
    for place, way in enumerate(WAYS):
        for which, colour, fill in (("old", BLUE, BLUE), ("new", ORANGE, "none")):
            cell = rows[way][which]
            ax.errorbar(
                cell["mean"], place, xerr=cell["half"], fmt="o", ms=7, color=colour, mfc=fill
            )
    write(ax, "new images", (rows["start"]["new"]["mean"], 0), (0, 9), color=ORANGE)
    write(ax, "old images", (rows["start"]["old"]["mean"], 0), (-12, 9), color=BLUE)
    cases(ax, WAYS.values())
    ax.set(xlim=(0, 103), ylim=(len(WAYS) - 0.5, -0.8), xlabel="accuracy, %")
    save(
        fig,
        "folding_freeze",
        alt="""Accuracy on old and on new images for each way of freezing. Before fine-tuning 97 and
        16 %. With gradients off 70 and 97 %. With momentum 0 or tracking off as before, 97 and
        16 %. In evaluation mode 85 and 84 %. In evaluation mode with gradients off 91 and 73 %.""",
    )


FIGURES = (recalibrate, images, freeze)
