"""The data sets: the real loaders, on small IDX files, from disk and from a server on loopback."""

from __future__ import annotations

import gzip
import hashlib
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain
from pathlib import Path

import numpy as np
import pytest

from bnlab.kit.nets import data

rng = np.random.default_rng(0)
ARRAYS = {
    "train-images-idx3-ubyte": rng.integers(0, 256, (7, 5, 3), dtype=np.uint8),
    "train-labels-idx1-ubyte": rng.integers(0, 10, 7, dtype=np.uint8),
    "t10k-images-idx3-ubyte": rng.integers(0, 256, (2, 5, 3), dtype=np.uint8),
    "t10k-labels-idx1-ubyte": rng.integers(0, 10, 2, dtype=np.uint8),
}
IMAGES = "train-images-idx3-ubyte"


def idx(array: np.ndarray) -> bytes:
    return struct.pack(f">I{array.ndim}I", 0x0800 + array.ndim, *array.shape) + array.tobytes()


def write(folder: Path, zipped: bool = True) -> Path:
    folder.mkdir(parents=True)
    for name, array in ARRAYS.items():
        if zipped:
            (folder / f"{name}.gz").write_bytes(gzip.compress(idx(array)))
        else:
            (folder / name).write_bytes(idx(array))
    return folder


SMALL = data.IdxSource(
    name="small",
    mirrors=(),
    sha256={name: hashlib.sha256(idx(array)).hexdigest() for name, array in ARRAYS.items()},
)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder and the address at which it is served."""
    folder = write(tmp_path / "served")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BNLAB_DATA", str(tmp_path / "cache"))
    return tmp_path / "cache" / "small"


@pytest.mark.parametrize("zipped", [True, False])
def test_a_folder_of_idx_files_is_read_gzipped_or_plain(tmp_path: Path, zipped: bool) -> None:
    small = data.load_idx(SMALL, write(tmp_path / "small", zipped))
    np.testing.assert_array_equal(small.train_x[:, 0] * 255, ARRAYS[IMAGES])
    np.testing.assert_array_equal(small.test_y, ARRAYS["t10k-labels-idx1-ubyte"])
    assert (small.train_x.shape, small.train_x.dtype) == ((7, 1, 5, 3), np.float32)
    assert (small.train_y.dtype, small.name) == (np.int64, "small")


def test_a_missing_file_is_named_and_never_downloaded_into_a_given_folder(
    tmp_path: Path, served: tuple[Path, str]
) -> None:
    folder = write(tmp_path / "small")
    (folder / f"{IMAGES}.gz").unlink()
    with pytest.raises(ValueError, match=f"small is without {IMAGES}, expected it or"):
        data.load_idx(replace(SMALL, mirrors=(served[1],)), folder)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "magic number is , expected 000008 and rank"),
        (b"<html>Not found</html>", "magic number is 3c68746d"),
        (idx(ARRAYS[IMAGES]).replace(b"\x08", b"\x0d", 1), "magic number is 00000d03"),
        (idx(ARRAYS[IMAGES])[:10], "length is 10 bytes, expected at least 16"),
        (idx(ARRAYS[IMAGES])[:-1], "length is 120 bytes, expected 121"),
        (idx(ARRAYS[IMAGES]) + b"\0", "length is 122 bytes, expected 121"),
        (gzip.compress(idx(ARRAYS[IMAGES]))[:-9], "gzip stream is broken"),
        (idx(ARRAYS[IMAGES][::-1]), "SHA-256 of the content is .*: replace the file"),
    ],
)
def test_a_damaged_file_is_refused_with_its_path(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = write(tmp_path / "small") / f"{IMAGES}.gz"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"{IMAGES}.gz: {message}"):
        data.load_idx(SMALL, path.parent)


def test_a_download_fills_the_cache_once(served: tuple[Path, str], cache: Path) -> None:
    folder, address = served
    online = data.load_idx(replace(SMALL, mirrors=(address,)))
    for path in folder.iterdir():
        assert (cache / path.name).read_bytes() == path.read_bytes()
    offline = data.load_idx(SMALL)
    np.testing.assert_array_equal(online.train_x, offline.train_x)


def test_a_mirror_that_is_dead_lies_or_stops_is_passed_over(
    served: tuple[Path, str], cache: Path
) -> None:
    folder, address = served
    bad = folder / "bad"
    bad.mkdir()
    for name, array in ARRAYS.items():
        (bad / f"{name}.gz").write_bytes(gzip.compress(idx(array))[:-9])
    mirrors = (f"{address}gone/", "http://127.0.0.1:1/", f"{address}bad/", address)
    assert len(data.load_idx(replace(SMALL, mirrors=mirrors)).train_x) == 7


def test_a_failed_download_says_why_and_what_to_do_and_leaves_nothing(
    served: tuple[Path, str], cache: Path
) -> None:
    folder, address = served
    (folder / f"{IMAGES}.gz").write_bytes(gzip.compress(idx(ARRAYS[IMAGES][::-1])))
    with pytest.raises(ValueError, match="on none of 2 mirrors") as failure:
        data.load_idx(replace(SMALL, mirrors=(f"{address}gone/", address)))
    assert "HTTP Error 404" in str(failure.value)
    assert "SHA-256 of the content is" in str(failure.value)
    assert f"Put the file into {cache}" in str(failure.value)
    assert list(cache.iterdir()) == []


def test_each_data_set_looks_for_its_own_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BNLAB_DATA", str(tmp_path))
    with pytest.raises(ValueError, match=f"mnist: {tmp_path} is without {IMAGES}"):
        data.mnist(tmp_path)
    for load, name in ((data.mnist, "mnist"), (data.fashion_mnist, "fashion-mnist")):
        write(tmp_path / name)
        with pytest.raises(ValueError, match=f"/{name}/{IMAGES}.gz: SHA-256"):
            load()


def test_digits_are_split_without_loss_and_the_same_way_each_time() -> None:
    digits, again = data.digits(), data.digits()
    assert digits.train_x.shape == (1297, 1, 8, 8)
    assert digits.test_x.shape == (500, 1, 8, 8)
    assert (digits.train_x.dtype, digits.train_y.dtype) == (np.float32, np.int64)
    assert (digits.train_x.min(), digits.train_x.max()) == (0, 1)
    np.testing.assert_array_equal(digits.train_x, again.train_x)
    both = np.concatenate([digits.train_x, digits.test_x]).reshape(1797, 64)
    assert len(np.unique(both, axis=0)) == 1797


def test_head_keeps_the_first_rows_of_inputs_and_labels() -> None:
    digits = data.digits()
    few = digits.head(10, 4)
    np.testing.assert_array_equal(few.train_x, digits.train_x[:10])
    np.testing.assert_array_equal(few.test_y, digits.test_y[:4])
    assert len(digits.head(10).test_x) == 500


def test_batches_cover_each_row_once_in_an_order_fixed_by_the_seed() -> None:
    x, y = np.arange(20.0).reshape(10, 2), np.arange(10)

    def order(seed: int | None, drop_last: bool = False) -> list[list[int]]:
        drawn = list(data.batches(x, y, 4, seed, drop_last))
        assert all((xb[:, 0] == 2 * yb).all() for xb, yb in drawn)
        return [yb.tolist() for _, yb in drawn]

    assert order(None) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    assert sorted(chain(*order(1))) == list(range(10))
    assert order(1) == order(1) != order(2)
    assert order(1, drop_last=True) == order(1)[:2]


def test_batches_refuse_what_makes_no_sense() -> None:
    with pytest.raises(ValueError, match="y is 2 rows, expected 3"):
        next(data.batches(np.zeros((3, 1)), np.zeros(2), 1))
    with pytest.raises(ValueError, match="size is 0, expected at least 1"):
        next(data.batches(np.zeros((3, 1)), np.zeros(3), 0))


def test_numpy_work_does_not_wait_for_torch() -> None:
    code = "import sys; from bnlab.kit.nets import data, plots; sys.exit('torch' in sys.modules)"
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
