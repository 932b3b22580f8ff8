"""The wire format: values as JSON and arrays, whose sizes are checked before they are parsed.

    frame  u32 length | u32 length of the JSON | JSON | safetensors

Integers are little-endian. The JSON is a tree of null, booleans, numbers, strings and these tags:

    {"list": [...]}, {"tuple": [...]}, {"dict": [[key, value], ...]}
    {"float": "nan"}               infinite and undefined numbers, and large integers
    {"ndarray": n}, {"tensor": n}  the n-th array of the safetensors part
    {"longdouble": n}              a NumPy array of long doubles, rounded to float64 on the way
    {"handle": n, "type": name}    a value that stays in the child
    {"opaque": name, "dtype": name}  a value that cannot cross, and the dtype of an array

A tree names each array once, so a decoded value is not larger than its frame.

The format is hand-written because pickle executes code of the sender, and because msgpack and Arrow
would replace only the small JSON part: the arrays already are safetensors.
"""

from __future__ import annotations

import json
import math
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import safetensors

from bnlab.kit.testing.remote_ops import Reference

from .framing import MAX_FRAME_BYTES, WireError, too_large

MAX_JSON_BYTES = 2**21
MAX_TENSOR_HEADER_BYTES = 64 * 2**10
MAX_TENSORS = 512
MAX_DEPTH = 12
MAX_NODES = 20_000
MAX_AXES = 64
"""Of NumPy and of torch."""

_DTYPES = {
    "F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16",
    "I64": "int64", "I32": "int32", "I16": "int16", "I8": "int8", "U8": "uint8", "BOOL": "bool",
}  # fmt: skip
_CROSSES = frozenset(_DTYPES.values())

# json.dumps would create an encoder for every frame, and json.loads a decoder.
_json = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode


@dataclass(frozen=True)
class Opaque:
    """A value that cannot cross; only the name of its class does, and the dtype of an array."""

    type_name: str
    dtype: str = ""


# --- values to bytes ----------------------------------------------------------------------------


def encode(value: Any, replace: Callable[[Any], Any] | None = None) -> bytes:
    """Return the frame for a value.

    Args:
        value: None, bool, int, float, str, a reference, an array or tensor of any shape, or a
            list, tuple or dict of these.
        replace: called with any other value; returns data to send in its place.

    Raises:
        WireError: if the value is too large or too deep, or if `replace` is None and it holds
            another kind of value.
    """
    arrays: list[Any] = []
    tree = _to_tree(value, arrays, replace, 0)
    text = _json(tree).encode()
    if len(text) > MAX_JSON_BYTES:
        raise too_large("JSON", len(text), MAX_JSON_BYTES)
    body = safetensors.serialize({str(i): _spec(array) for i, array in enumerate(arrays)})
    frame = struct.pack("<I", len(text)) + text + bytes(body)
    if len(frame) > MAX_FRAME_BYTES:
        raise too_large("frame", len(frame), MAX_FRAME_BYTES)
    return frame


def _to_tree(value: Any, arrays: list[Any], replace: Any, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise WireError(f"wire: depth is over {MAX_DEPTH}, expected a flatter value.")
    if value is None or type(value) in (bool, str):
        return value
    if type(value) is int:
        return value if abs(value) < 2**63 else {"float": repr(float(value))}
    if type(value) is float:
        return value if math.isfinite(value) else {"float": repr(value)}
    if isinstance(value, Reference):
        return {"handle": value.id, "type": value.type_name}
    if isinstance(value, Opaque):
        return {"opaque": value.type_name, "dtype": value.dtype}
    if isinstance(value, np.ndarray | np.generic) and _name(value.dtype) in _CROSSES:
        arrays.append(np.asarray(value, order="C"))
        return {"ndarray": len(arrays) - 1}
    if isinstance(value, np.ndarray | np.generic) and value.dtype == np.longdouble:
        arrays.append(np.asarray(value, np.float64, order="C"))
        return {"longdouble": len(arrays) - 1}
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor) and _name(value.dtype) in _CROSSES:
        # The sign of a lazily negated view is not in its bytes.
        arrays.append(value.detach().resolve_neg().cpu().contiguous())
        return {"tensor": len(arrays) - 1}
    if isinstance(value, list | tuple):
        items = [_to_tree(each, arrays, replace, depth + 1) for each in value]
        return {"tuple" if isinstance(value, tuple) else "list": items}
    if isinstance(value, dict):
        pairs = [[str(k), _to_tree(v, arrays, replace, depth + 1)] for k, v in value.items()]
        return {"dict": pairs}
    if replace is None:
        raise WireError(f"wire: value is a {type(value).__name__}, expected data.")
    return _to_tree(replace(value), arrays, None, depth + 1)


@cache
def _name(dtype: Any) -> str:
    return str(dtype).removeprefix("torch.")


def _spec(array: Any) -> safetensors.TensorSpec:
    """Return where the bytes of an array are; the caller must keep the array alive."""
    shape = list(array.shape)
    if isinstance(array, np.ndarray):
        pointer, size = array.ctypes.data, array.nbytes
    else:
        pointer, size = array.data_ptr(), array.numel() * array.element_size()
    name = _name(array.dtype)
    return safetensors.TensorSpec(dtype=name, shape=shape, data_ptr=pointer, data_len=size)


# --- bytes to values ----------------------------------------------------------------------------


def decode(frame: bytes) -> Any:
    """Return the value in a frame of an untrusted sender.

    Raises:
        WireError: if `encode` cannot have written it.
    """
    try:
        return _decode(frame)
    except WireError:
        raise
    except Exception as error:  # a hostile frame may break a parser in any way
        raise WireError(f"wire: frame is unreadable ({type(error).__name__}).") from None


def _decode(frame: bytes) -> Any:
    (length,) = struct.unpack_from("<I", frame)
    if length > MAX_JSON_BYTES or 4 + length + 8 > len(frame):
        raise WireError(f"wire: JSON length is {length}, expected one that fits the frame.")
    body = frame[4 + length :]
    (header,) = struct.unpack_from("<Q", body)
    if header > MAX_TENSOR_HEADER_BYTES:
        raise too_large("tensor header", header, MAX_TENSOR_HEADER_BYTES)
    tensors = safetensors.deserialize(body)
    if len(tensors) > MAX_TENSORS:
        raise WireError(f"wire: tensors are {len(tensors)}, expected at most {MAX_TENSORS}.")
    tree = _parse(frame[4 : 4 + length].decode("utf-8"))
    budget, arrays = [MAX_NODES], dict(tensors)
    value = _from_tree(tree, arrays, budget, 0)
    if arrays:
        raise WireError(f"wire: tensors are {len(arrays)} too many, expected each in the tree.")
    return value


def _no_constant(text: str) -> Any:
    raise WireError(f"wire: number is {text}, expected a finite one.")


_parse = json.JSONDecoder(parse_constant=_no_constant).decode


def _from_tree(tree: Any, tensors: dict[str, Any], budget: list[int], depth: int) -> Any:
    budget[0] -= 1
    if budget[0] < 0 or depth > 2 * MAX_DEPTH:
        raise WireError("wire: tree is too large, expected a smaller value.")
    if tree is None or type(tree) in (bool, float, str):
        return tree
    if type(tree) is int:
        if abs(tree) >= 2**63:
            raise WireError("wire: integer is large, expected one of 64 bits.")
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
        return _array(tensors.pop(str(int(content))), tag)
    if tag == "longdouble":
        return _array(tensors.pop(str(int(content))), "ndarray").astype(np.longdouble)
    if tag == "float":
        return float(content)
    if tag == "handle":
        if type(content) is not int or not 0 <= content < 2**63:
            raise WireError("wire: handle is no number, expected one that was given out.")
        return Reference(content, str(tree["type"])[:80])
    if tag == "opaque":
        return Opaque(str(content)[:80], str(tree.get("dtype", ""))[:80])
    raise WireError(f"wire: node is {str(tag)[:20]!r}, expected data.")


def _array(entry: dict[str, Any], tag: str) -> Any:
    name, shape, data = _DTYPES[entry["dtype"]], entry["shape"], entry["data"]
    if len(shape) > MAX_AXES:
        raise WireError(f"wire: axes are {len(shape)}, expected at most {MAX_AXES}.")
    # `data` is a bytearray that nobody else holds.
    if tag == "ndarray":
        return np.frombuffer(data, dtype=name).reshape(shape)
    import torch

    dtype = getattr(torch, name)
    if not len(data):
        return torch.empty(shape, dtype=dtype)
    return torch.frombuffer(data, dtype=dtype).reshape(shape)
