"""Frames on a socket: bytes that are preceded by their length, with a deadline and a largest size.

Integers are little-endian. What is in a frame is the matter of `wire`.
"""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable

MAX_FRAME_BYTES = 32 * 2**20


class RemoteError(Exception):
    """The base of the errors below."""


class WireError(RemoteError):
    """A value or a frame that the format does not allow."""


class ConnectionClosedError(RemoteError):
    """The other side has closed the connection."""


class DeadlineExceededError(RemoteError):
    """The deadline passed before a whole frame arrived."""


def too_large(what: str, size: int, most: int) -> WireError:
    """Return the error for something that has more bytes than it may have."""
    return WireError(f"wire: {what} is {size} bytes, expected at most {most}.")


def send(sock: socket.socket, frame: bytes) -> None:
    """Send one frame, preceded by its length.

    Raises:
        WireError: if the frame is too large.
        DeadlineExceededError: if the socket's timeout passes first.
        ConnectionClosedError: if the other side has closed the connection.
    """
    if len(frame) > MAX_FRAME_BYTES:
        raise too_large("frame", len(frame), MAX_FRAME_BYTES)
    try:
        sock.sendall(struct.pack("<I", len(frame)) + frame)
    except TimeoutError:
        raise DeadlineExceededError from None
    except OSError:
        raise ConnectionClosedError from None


def receive(
    sock: socket.socket, deadline: float | None = None, more: Callable[[], float] | None = None
) -> bytes:
    """Return the next frame; the deadline holds however slowly its bytes arrive.

    Args:
        deadline: a time of `time.monotonic()`, None to wait without a limit.
        more: called at the deadline; returns how many seconds to wait from then on, 0 for none.
            It must return 0 after a bounded number of calls.

    Raises:
        DeadlineExceededError: if the frame did not arrive in time.
        ConnectionClosedError: if the other side has closed the connection.
        WireError: if the frame is too large, or bytes follow it.
    """
    got, whole = bytearray(), 0
    while not whole or len(got) < whole:
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0:
                left = more() if more else 0.0
            if left <= 0:
                raise DeadlineExceededError
            sock.settimeout(left)
        try:
            # Almost every frame arrives together with its length.
            part = sock.recv(min(whole - len(got), 2**20) if whole else 2**16)
        except TimeoutError:
            if deadline is None:
                raise DeadlineExceededError from None
            continue  # the loop checks the deadline, which may have moved
        except OSError:
            raise ConnectionClosedError from None
        if not part:
            raise ConnectionClosedError
        got += part
        if not whole and len(got) >= 4:
            whole = 4 + int.from_bytes(got[:4], "little")
            if whole > 4 + MAX_FRAME_BYTES:
                raise too_large("frame", whole - 4, MAX_FRAME_BYTES)
    if len(got) > whole:  # the child sent a frame without a request
        raise WireError(f"wire: bytes are {len(got)}, expected a frame of {whole} alone.")
    return bytes(memoryview(got)[4:])
