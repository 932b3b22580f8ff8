"""The tiers of confinement, the result of testing one, and the choice among them.

A tier is used if torch computes in a child of it and every escape probe fails there. Version
numbers of the kernel decide nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..core.errors import GraderError

TIERS = ("namespaces", "landlock", "container", "none")
"""From the strongest to the weakest; `none` is used only on request."""


class SandboxUnavailableError(GraderError):
    """The error for a machine on which no allowed tier holds."""


class DeviceUnavailableError(GraderError):
    """The error for a device that does not exist, or on which no confined child can compute."""


@dataclass(frozen=True)
class ProbeResult:
    """One escape probe, and whether the tier held against it."""

    name: str
    held: bool


@dataclass(frozen=True)
class TierCheck:
    """The mechanisms of a tier, the results of its probes, and why it cannot be used, if so.

    Attributes:
        short_of: the memory that the machine lacks, in words, where that is the reason.
    """

    tier: str
    mechanisms: tuple[str, ...] = ()
    probes: tuple[ProbeResult, ...] = ()
    problem: str = ""
    short_of: str = ""

    @property
    def holds(self) -> bool:
        """Whether a child can compute and every probe failed to escape."""
        held = bool(self.probes) and all(each.held for each in self.probes)
        return held and not self.problem

    def why_not(self) -> str:
        """Return half a sentence on what is wrong with the tier."""
        ways = ", ".join(each.name for each in self.probes if not each.held)
        return "; ".join(
            filter(None, (self.problem, f"learners' code could {ways}" if ways else ""))
        )


def best(check: Callable[[str], TierCheck], device: str = "cpu") -> TierCheck:
    """Return the check of the strongest tier that holds.

    Args:
        check: tests a tier.
        device: the device on which children compute, for the error.

    Raises:
        SandboxUnavailableError: if no tier holds; the message says what is missing.
        DeviceUnavailableError: likewise, for a device other than the CPU.
    """
    checked = []
    for tier in TIERS[:-1]:
        found = check(tier)
        if found.holds:
            return found
        checked.append(found)
    raise _unavailable(checked, device)


def required(check: TierCheck, device: str = "cpu") -> TierCheck:
    """Return the check of a tier that the user asked for.

    Raises:
        SandboxUnavailableError, DeviceUnavailableError: if the tier does not hold.
    """
    trusted = check.tier == "none" and (device == "cpu" or not check.problem)
    if check.holds or trusted:
        return check
    raise _unavailable([check], device)


def _unavailable(checked: list[TierCheck], device: str) -> GraderError:
    if device == "cpu":
        return SandboxUnavailableError(_advice(checked))
    reasons: dict[str, list[str]] = {}
    for each in checked:
        reasons.setdefault(each.why_not(), []).append(each.tier)
    why = "; ".join(
        reason if len(reasons) == 1 else f"{', '.join(tiers)}: {reason}"
        for reason, tiers in reasons.items()
    )
    return DeviceUnavailableError(
        f"device: {device} does not work in a confined child here ({why}); grade with --device cpu."
    )


def _advice(checked: list[TierCheck]) -> str:
    if short_of := next((each.short_of for each in checked if each.short_of), ""):
        return (
            f"sandbox: there is too little memory to run learners' code: {short_of}. "
            "Free memory or raise the limit, and run the command again."
        )
    missing = ". ".join(f"{each.tier}: {each.why_not()}" for each in checked)
    return (
        f"sandbox: no tier holds on this machine. {missing}. "
        "Use Linux 5.13 or newer on x86-64 or aarch64 with user namespaces or Landlock; "
        "in a container, start as root, with solutions and course readable for root only. "
        "`bngrader sandbox` prints the result of each probe."
    )
