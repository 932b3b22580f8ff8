"""What the processes exchange: frames of JSON and arrays, bounded before they are parsed.

A frame is `u32 length | u32 length of the JSON | JSON | safetensors`. The JSON is a tree in which
an array is a number, its place among the tensors. Nothing in a frame can be code.
"""

from __future__ import annotations

import json
import math
import socket
import struct
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import safetensors

MAX_FRAME = 32 * 2**20
MAX_JSON = 2**21
MAX_TENSOR_HEADER = 64 * 2**10
MAX_TENSORS = 512
MAX_DEPTH = 12
MAX_NODES = 20_000

_DTYPES = {
    "F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16",
    "I64": "int64", "I32": "int32", "I16": "int16", "I8": "int8", "U8": "uint8", "BOOL": "bool",
}  # fmt: skip
_CROSSES = frozenset(_DTYPES.values())


# json.dumps would make an encoder for every frame, and json.loads a decoder.
_json = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode


class WireError(Exception):
    """A frame is not what the protocol allows."""


class ConnectionClosedError(Exception):
    """The other side is gone."""


class DeadlineExceededError(Exception):
    """The deadline passed before a whole frame had come."""


@dataclass(frozen=True)
class Handle:
    """A value that stays in the worker, known on this side by a number and a class name."""

    id: int
    type_name: str


@dataclass(frozen=True)
class Opaque:
    """A value that cannot cross; only the name of its class does."""

    type_name: str


# --- frames on a socket -------------------------------------------------------------------------


def send(sock: socket.socket, frame: bytes) -> None:
    """Sends one frame with its length before it.

    Raises:
        ConnectionClosedError: where the other side is gone.
    """
    if len(frame) > MAX_FRAME:
        raise WireError(f"wire: frame is {len(frame)} bytes, expected at most {MAX_FRAME}.")
    try:
        sock.sendall(struct.pack("<I", len(frame)) + frame)
    except TimeoutError:
        raise DeadlineExceededError from None
    except OSError:
        raise ConnectionClosedError from None


def receive(
    sock: socket.socket, deadline: float | None = None, more: Callable[[], float] | None = None
) -> bytes:
    """The next frame, or an exception by the deadline, however slowly its bytes drip.

    Args:
        deadline: in seconds of `time.monotonic()`, None to wait for ever.
        more: asked at the deadline; seconds to wait on from there, 0 for none. It must come to 0.

    Raises:
        DeadlineExceededError, ConnectionClosedError, WireError
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
            # Almost every frame comes with its length, in one piece.
            part = sock.recv(min(whole - len(got), 2**20) if whole else 2**16)
        except TimeoutError:
            if deadline is None:
                raise DeadlineExceededError from None
            continue  # to the deadline, which may have moved
        except OSError:
            raise ConnectionClosedError from None
        if not part:
            raise ConnectionClosedError
        got += part
        if not whole and len(got) >= 4:
            whole = 4 + int.from_bytes(got[:4], "little")
            if whole > 4 + MAX_FRAME:
                raise WireError(f"wire: frame is {whole - 4} bytes, expected at most {MAX_FRAME}.")
    if len(got) > whole:  # nobody answers what has not been asked
        raise WireError(f"wire: bytes are {len(got)}, expected a frame of {whole} alone.")
    return bytes(memoryview(got)[4:])


# --- values to bytes ----------------------------------------------------------------------------


def encode(value: Any, hold: Callable[[Any], Any] | None = None) -> bytes:
    """The frame for `value`.

    Args:
        value: None, bool, int, float, str, lists, tuples, dicts with text keys, arrays, tensors.
        hold: called with whatever else turns up; gives what stands for it (a Handle, an Opaque,
            or a description of a module as a dict).

    Raises:
        WireError: where it is too large, too deep, or cannot cross and `hold` is None.
    """
    arrays: list[Any] = []
    tree = _to_tree(value, arrays, hold, 0)
    text = _json(tree).encode()
    if len(text) > MAX_JSON:
        raise WireError(f"wire: JSON is {len(text)} bytes, expected at most {MAX_JSON}.")
    body = safetensors.serialize({str(i): _spec(array) for i, array in enumerate(arrays)})
    frame = struct.pack("<I", len(text)) + text + bytes(body)
    if len(frame) > MAX_FRAME:
        raise WireError(f"wire: frame is {len(frame)} bytes, expected at most {MAX_FRAME}.")
    return frame


def _to_tree(value: Any, arrays: list[Any], hold: Any, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise WireError(f"wire: depth is over {MAX_DEPTH}, expected a flatter value.")
    if value is None or type(value) in (bool, str):
        return value
    if type(value) is int:
        return value if abs(value) < 2**63 else {"float": repr(float(value))}
    if type(value) is float:
        return value if math.isfinite(value) else {"float": repr(value)}
    if isinstance(value, Handle):
        return {"handle": value.id, "type": value.type_name}
    if isinstance(value, Opaque):
        return {"opaque": value.type_name}
    if isinstance(value, np.ndarray | np.generic) and _name(value.dtype) in _CROSSES:
        arrays.append(np.asarray(value, order="C"))
        return {"ndarray": len(arrays) - 1}
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor) and _name(value.dtype) in _CROSSES:
        arrays.append(value.detach().cpu().contiguous())
        return {"tensor": len(arrays) - 1}
    if isinstance(value, list | tuple):
        items = [_to_tree(each, arrays, hold, depth + 1) for each in value]
        return {"tuple" if isinstance(value, tuple) else "list": items}
    if isinstance(value, dict):
        pairs = [[str(k), _to_tree(v, arrays, hold, depth + 1)] for k, v in value.items()]
        return {"dict": pairs}
    if hold is None:
        raise WireError(f"wire: value is a {type(value).__name__}, expected data.")
    return _to_tree(hold(value), arrays, None, depth + 1)


@cache
def _name(dtype: Any) -> str:
    return str(dtype).removeprefix("torch.")


def _spec(array: Any) -> safetensors.TensorSpec:
    """Where an array's bytes lie; the caller keeps the array alive while they are read."""
    shape = list(array.shape)
    if isinstance(array, np.ndarray):
        pointer, size = array.ctypes.data, array.nbytes
    else:
        pointer, size = array.data_ptr(), array.numel() * array.element_size()
    name = _name(array.dtype)
    return safetensors.TensorSpec(dtype=name, shape=shape, data_ptr=pointer, data_len=size)


# --- bytes to values ----------------------------------------------------------------------------


def decode(frame: bytes) -> Any:
    """The value in a frame that may come from anybody.

    Raises:
        WireError: for anything that `encode` would not have written.
    """
    try:
        return _decode(frame)
    except WireError:
        raise
    except Exception as error:  # a hostile frame may break any parser in any way
        raise WireError(f"wire: frame is unreadable ({type(error).__name__}).") from None


def _decode(frame: bytes) -> Any:
    (length,) = struct.unpack_from("<I", frame)
    if length > MAX_JSON or 4 + length + 8 > len(frame):
        raise WireError(f"wire: JSON length is {length}, expected one that fits the frame.")
    body = frame[4 + length :]
    (header,) = struct.unpack_from("<Q", body)
    if header > MAX_TENSOR_HEADER:
        raise WireError(f"wire: tensor header is {header}, expected at most {MAX_TENSOR_HEADER}.")
    tensors = safetensors.deserialize(body)
    if len(tensors) > MAX_TENSORS:
        raise WireError(f"wire: tensors are {len(tensors)}, expected at most {MAX_TENSORS}.")
    tree = _parse(frame[4 : 4 + length].decode("utf-8"))
    budget = [MAX_NODES]
    return _from_tree(tree, dict(tensors), budget, 0)


def _no_constant(text: str) -> Any:
    raise WireError(f"wire: number is {text}, expected a finite one.")


_parse = json.JSONDecoder(parse_constant=_no_constant).decode


def _from_tree(tree: Any, tensors: dict[str, Any], budget: list[int], depth: int) -> Any:
    budget[0] -= 1
    if budget[0] < 0 or depth > 2 * MAX_DEPTH:
        raise WireError("wire: tree is too large, expected a smaller value.")
    if tree is None or type(tree) in (bool, int, float, str):
        return tree
    if type(tree) is not dict or not tree:
        raise WireError("wire: node is not a value, expected data.")
    tag, content = next(iter(tree.items()))
    if tag in ("list", "tuple") and type(content) is list:
        items = [_from_tree(each, tensors, budget, depth + 1) for each in content]
        return tuple(items) if tag == "tuple" else items
    if tag == "dict" and type(content) is list:
        return {str(k): _from_tree(v, tensors, budget, depth + 1) for k, v in content}
    if tag in ("ndarray", "tensor"):
        return _array(tensors[str(int(content))], tag)
    if tag == "float":
        return float(content)
    if tag == "handle":
        return Handle(int(content), str(tree["type"])[:80])
    if tag == "opaque":
        return Opaque(str(content)[:80])
    raise WireError(f"wire: node is {str(tag)[:20]!r}, expected data.")


def _array(entry: dict[str, Any], tag: str) -> Any:
    name, shape, data = _DTYPES[entry["dtype"]], entry["shape"], entry["data"]
    if tag == "ndarray":
        return np.frombuffer(bytearray(data), dtype=name).reshape(shape)
    import torch

    dtype = getattr(torch, name)
    if not len(data):
        return torch.empty(shape, dtype=dtype)
    return torch.frombuffer(bytearray(data), dtype=dtype).reshape(shape)
