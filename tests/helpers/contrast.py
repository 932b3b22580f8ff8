"""Contrast of two colours, by WCAG."""

from __future__ import annotations

import re

import numpy as np


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, each as `rgb(r, g, b)` or `#rrggbb`."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance of a colour."""
    if colour.startswith("#"):
        values = list(bytes.fromhex(colour[1:]))
    else:
        values = [int(part) for part in re.findall(r"\d+", colour)[:3]]
    parts = np.array(values) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])
