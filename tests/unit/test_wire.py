"""The wire: frames carry data and nothing else."""

import contextlib
import json
import socket
import struct
import threading
import time
import tracemalloc

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bngrader.remote import framing, wire

DTYPES = ("float64", "float32", "float16", "int64", "int32", "int16", "int8", "uint8", "bool")
arrays = st.sampled_from(DTYPES).flatmap(
    lambda name: hnp.arrays(name, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
)
plain = st.none() | st.booleans() | st.integers(-(2**62), 2**62) | st.floats() | st.text(max_size=9)
values = st.recursive(
    plain | arrays,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


def equal(one, other):
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(
            one, other, equal_nan=one.dtype.kind == "f"
        )
    if isinstance(one, tuple | list):
        return len(one) == len(other) and all(map(equal, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(equal(one[k], other[k]) for k in one)
    return type(one) is type(other) and (one == other or one != one)


@given(values)
def test_whatever_is_sent_arrives_unchanged(value):
    assert equal(value, wire.decode(wire.encode(value)))


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float64, torch.bool])
def test_tensors_arrive_as_tensors_of_the_same_dtype(dtype):
    x = torch.arange(6).reshape(3, 2).T.to(dtype)
    got = wire.decode(wire.encode({"x": x}))["x"]
    assert got.dtype == dtype
    assert torch.equal(got, x)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_value_or_a_wire_error(frame):
    with contextlib.suppress(framing.WireError):
        wire.decode(frame)


@settings(max_examples=200)
@given(values, st.data())
def test_a_frame_with_changed_bytes_is_a_value_or_a_wire_error(value, data):
    frame = bytearray(wire.encode(value))
    for _ in range(3):
        place = data.draw(st.integers(0, len(frame) - 1))
        frame[place] = data.draw(st.integers(0, 255))
    with contextlib.suppress(framing.WireError):
        wire.decode(bytes(frame))


def frame(tree, body=None):
    text = json.dumps(tree).encode()
    return struct.pack("<I", len(text)) + text + (body or wire.safetensors.serialize({}))


def safetensors_of(shape):
    """One array of one number, in a shape that no library may know."""
    row = {"dtype": "F64", "shape": shape, "data_offsets": [0, 8]}
    header = json.dumps({"0": row}, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)
    return struct.pack("<Q", len(header)) + header + bytes(8)


ONE_ARRAY = safetensors_of([1])


@pytest.mark.parametrize(
    "hostile",
    [
        frame({"ndarray": 0}),
        frame({"pickle": "x"}),
        frame([1, 2]),
        frame({"list": [[]]}),
        struct.pack("<I", 2**31) + b"{}",
        frame(None, struct.pack("<Q", 2**40) + b"{}"),
        frame({"dict": [["a", {"list": "no"}]]}),
        b"\x04\x00\x00\x00 NaN" + wire.safetensors.serialize({}),
        frame({"handle": "many"}),
        frame({"list": [None] * (wire.MAX_NODES + 1)}),
        frame({"list": [{"float": "0.5"}] * 40_000}),
        frame({"list": [{"ndarray": 0}] * 2}, ONE_ARRAY),
        frame({"list": [{"ndarray": 0}, {"tensor": 0}]}, ONE_ARRAY),
        frame({"list": [{"ndarray": 0}, {"ndarray": " 0"}]}, ONE_ARRAY),
        frame({"dict": [["a", {"ndarray": 0}], ["a", {"ndarray": 0}]]}, ONE_ARRAY),
        frame(None, ONE_ARRAY),
        frame({"ndarray": 0}, safetensors_of([1] * 65)),
        frame({"tensor": 0}, safetensors_of([1] * 20_000)),
        frame(10**4000),
        frame({"handle": 10**30, "type": "Linear"}),
    ],
)
def test_decode_refuses_hostile_frames(hostile):
    with pytest.raises(framing.WireError):
        wire.decode(hostile)


def test_a_lazily_negated_tensor_crosses_with_its_sign():
    x = torch.arange(3.0)
    assert torch.equal(wire.decode(wire.encode(torch._neg_view(x))), -x)
    assert torch.equal(wire.decode(wire.encode(torch.tensor([1 + 2j]).conj().imag)), -x[2:])


def test_a_decoded_frame_is_not_much_larger_than_its_bytes():
    """A frame of 8 MiB that names its array again and again is refused before it is copied."""
    tracemalloc.start()
    try:
        for count in (1, 15_000):
            body = wire.encode(np.zeros(2**20))[4 + len('{"ndarray":0}') :]
            tree = {"list": [{"ndarray": 0}] * count}
            with contextlib.suppress(framing.WireError):
                wire.decode(frame(tree, body))
            assert tracemalloc.get_traced_memory()[1] < 100 * 2**20
    finally:
        tracemalloc.stop()


def test_a_value_that_is_too_large_is_refused_before_it_is_sent():
    with pytest.raises(framing.WireError):
        wire.encode(np.zeros(framing.MAX_FRAME_BYTES // 8 + 1))


def test_a_long_text_arrives_whole():
    text = "x = 'ü'\n" * 40_000
    assert wire.decode(wire.encode(text)) == text


def test_encode_refuses_code():
    with pytest.raises(framing.WireError):
        wire.encode(print)


def test_receive_keeps_its_deadline_while_bytes_drip():
    """The bytes would drip for a minute; the deadline is after a fifth of a second."""
    here, there = socket.socketpair()
    received = threading.Event()

    def drip():
        for byte in struct.pack("<I", 10_000) + b"x" * 3_000:
            there.send(bytes([byte]))
            if received.wait(0.02):
                return

    with here, there:
        thread = threading.Thread(target=drip)
        thread.start()
        try:
            with pytest.raises(framing.DeadlineExceededError):
                framing.receive(here, time.monotonic() + 0.2)
            assert thread.is_alive()
        finally:
            received.set()
            thread.join()


def test_receive_refuses_a_frame_that_another_follows():
    here, there = socket.socketpair()
    with here, there:
        framing.send(there, wire.encode(1))
        framing.send(there, wire.encode(2))
        with pytest.raises(framing.WireError, match=r"expected a frame of \d+ alone"):
            framing.receive(here, time.monotonic() + 1)


def test_receive_joins_the_pieces_of_a_frame():
    here, there = socket.socketpair()
    value = np.arange(300_000.0)

    def pieces():
        whole = struct.pack("<I", len(wire.encode(value))) + wire.encode(value)
        for cut in (whole[:2], whole[2:4], whole[4:9], whole[9:]):
            there.sendall(cut)
            time.sleep(0.01)

    thread = threading.Thread(target=pieces)
    thread.start()
    with here, there:
        got = wire.decode(framing.receive(here, time.monotonic() + 10))
        thread.join()
    assert np.array_equal(got, value)
