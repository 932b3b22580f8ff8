"""Real images to learn from: digits (bundled), MNIST and Fashion-MNIST (local or downloaded).

MNIST and Fashion-MNIST are four IDX files each, gzipped or plain. They are looked for in the folder
that is given, else in `$BNLAB_DATA/<name>`, else in `~/.cache/bnlab/<name>`, and only then
downloaded. The bytes are always checked, so a data set has one meaning on every machine.
"""

from __future__ import annotations

import gzip
import hashlib
import math
import os
import struct
import urllib.request
import uuid
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from tqdm import tqdm

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Dataset:
    """Images with labels, split into a training and a test set.

    Attributes:
        train_x: (N, 1, H, W), float32 in [0, 1].
        train_y: (N,), int64.
        test_x: (M, 1, H, W), float32 in [0, 1].
        test_y: (M,), int64.
        name: "digits", "mnist" or "fashion-mnist".
    """

    train_x: np.ndarray
    train_y: np.ndarray
    test_x: np.ndarray
    test_y: np.ndarray
    name: str

    def head(self, train: int, test: int | None = None) -> Dataset:
        """Return the first `train` and the first `test` rows; None keeps all test rows.

        >>> len(digits().head(100).train_x)
        100
        """
        return replace(
            self,
            train_x=self.train_x[:train],
            train_y=self.train_y[:train],
            test_x=self.test_x[:test],
            test_y=self.test_y[:test],
        )


@dataclass(frozen=True)
class IdxSource:
    """Where a data set of four IDX files comes from, and how each one is recognized.

    Attributes:
        name: of the data set, and of its folder in the cache.
        mirrors: addresses of folders that hold the files, each with ".gz" added.
        sha256: file name -> checksum of the IDX bytes, so one number fits gzipped and plain files.
    """

    name: str
    mirrors: tuple[str, ...]
    sha256: dict[str, str]


MNIST = IdxSource(
    name="mnist",
    mirrors=(
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
        "http://yann.lecun.com/exdb/mnist/",
    ),
    sha256={
        "train-images-idx3-ubyte": (
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"
        ),
        "train-labels-idx1-ubyte": (
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"
        ),
        "t10k-images-idx3-ubyte": (
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"
        ),
        "t10k-labels-idx1-ubyte": (
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"
        ),
    },
)

FASHION_MNIST = IdxSource(
    name="fashion-mnist",
    mirrors=(
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    ),
    sha256={
        "train-images-idx3-ubyte": (
            "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"
        ),
        "train-labels-idx1-ubyte": (
            "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"
        ),
        "t10k-images-idx3-ubyte": (
            "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"
        ),
        "t10k-labels-idx1-ubyte": (
            "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"
        ),
    },
)


def digits() -> Dataset:
    """Return the 8x8 digits that come with scikit-learn: 1297 to train on, 500 to test on.

    The split is the same on every machine.

    Source: scikit-learn, `load_digits`.

    >>> digits().train_x.shape
    (1297, 1, 8, 8)
    """
    from sklearn.datasets import load_digits  # slow to import, and only this function needs it

    images, labels = load_digits(return_X_y=True)
    x = (images / 16).astype(np.float32).reshape(-1, 1, 8, 8)
    order = np.random.default_rng(0).permutation(len(x))
    train, test = order[:-500], order[-500:]
    return Dataset(x[train], labels[train], x[test], labels[test], name="digits")


def mnist(folder: str | Path | None = None) -> Dataset:
    """Return the MNIST digits: 60000 to train on, 10000 to test on, 28x28.

    Args:
        folder: that holds the four files, gzipped or plain. None means the cache, filled by
            download where a file is missing.

    Returns:
        Dataset with images (N, 1, 28, 28).

    Raises:
        ValueError: a file is missing, damaged or not the expected one.

    Source: LeCun et al. (1998).
    """
    return load_idx(MNIST, folder)


def fashion_mnist(folder: str | Path | None = None) -> Dataset:
    """Return the Fashion-MNIST pictures of clothes: 60000 to train on, 10000 to test on, 28x28.

    Args:
        folder: that holds the four files, gzipped or plain. None means the cache, filled by
            download where a file is missing.

    Returns:
        Dataset with images (N, 1, 28, 28).

    Raises:
        ValueError: a file is missing, damaged or not the expected one.

    Source: Xiao, Rasul & Vollgraf (2017).
    """
    return load_idx(FASHION_MNIST, folder)


def batches(
    x: np.ndarray | torch.Tensor,
    y: np.ndarray | torch.Tensor,
    size: int,
    seed: int | Sequence[int] | None = None,
    drop_last: bool = False,
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Yield the rows once, as pairs of torch tensors (inputs, labels).

    Args:
        x: (N, ...), array or tensor; a tensor stays on its device.
        y: (N,), array or tensor.
        size: rows per batch.
        seed: of the order, any seed of `numpy.random.default_rng`; None keeps the order of x.
        drop_last: leave out a last batch of fewer than `size` rows.

    Yields:
        x of a batch: (size, ...), dtype of x.
        y of a batch: (size,), dtype of y.

    Raises:
        ValueError: x and y differ in length, or size is below 1.

    >>> [yb.tolist() for _, yb in batches(np.zeros((5, 2)), np.arange(5), size=2)]
    [[0, 1], [2, 3], [4]]
    """
    import torch  # kept out of the module, which the NumPy exercises import

    if len(x) != len(y):
        raise ValueError(f"batches: y is {len(y)} rows, expected {len(x)}, one for each row of x.")
    if size < 1:
        raise ValueError(f"batches: size is {size}, expected at least 1.")
    x, y = torch.as_tensor(x), torch.as_tensor(y)
    n = len(x)
    order = np.arange(n) if seed is None else np.random.default_rng(seed).permutation(n)
    order = torch.as_tensor(order, device=x.device)
    for rows in order[: n - n % size if drop_last else n].split(size):
        yield x[rows], y[rows]


def load_idx(source: IdxSource, folder: str | Path | None = None) -> Dataset:
    """Return the data set of a source, from a folder or from the cache.

    Args:
        source: what to load.
        folder: that holds the files; None means the cache, filled by download.

    Returns:
        Dataset with images (N, 1, H, W).

    Raises:
        ValueError: a file is missing, damaged or not the expected one.
    """
    where = cache_folder() / source.name if folder is None else Path(folder)
    arrays = {}
    for name, sha256 in source.sha256.items():
        path = _find(where, name)
        if path is None and folder is None:
            path = _download(source, name, where)
        if path is None:
            raise ValueError(f"{source.name}: {where} is without {name}, expected it or {name}.gz.")
        arrays[name] = _verified(path.read_bytes(), sha256, str(path))
    return Dataset(
        _scaled(arrays["train-images-idx3-ubyte"]),
        arrays["train-labels-idx1-ubyte"].astype(np.int64),
        _scaled(arrays["t10k-images-idx3-ubyte"]),
        arrays["t10k-labels-idx1-ubyte"].astype(np.int64),
        name=source.name,
    )


def cache_folder() -> Path:
    """Return the folder that holds downloaded data sets: `$BNLAB_DATA`, else `~/.cache/bnlab`."""
    chosen = os.environ.get("BNLAB_DATA")
    return Path(chosen).expanduser() if chosen else Path.home() / ".cache" / "bnlab"


def parse_idx(content: bytes, where: str) -> np.ndarray:
    """Return the array that the bytes of an IDX file describe.

    Args:
        content: magic number, one size per axis, then the values; big-endian, unsigned bytes.
        where: named in errors.

    Returns:
        Array of the sizes in the header, uint8, read-only.

    Raises:
        ValueError: the magic number is another one, or the length does not fit the header.

    Source: LeCun et al. (1998), the format's description beside the data.

    >>> parse_idx(bytes([0, 0, 8, 1, 0, 0, 0, 2, 5, 7]), "example")
    array([5, 7], dtype=uint8)
    """
    magic, ndim = content[:3], content[3] if len(content) > 3 else 0
    if magic != b"\0\0\x08" or ndim == 0:
        raise ValueError(f"{where}: magic number is {content[:4].hex()}, expected 000008 and rank.")
    header = 4 + 4 * ndim
    if len(content) < header:
        raise ValueError(f"{where}: length is {len(content)} bytes, expected at least {header}.")
    shape = struct.unpack(f">{ndim}I", content[4:header])
    expected = header + math.prod(shape)
    if len(content) != expected:
        raise ValueError(f"{where}: length is {len(content)} bytes, expected {expected}.")
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)


def _scaled(pixels: np.ndarray) -> np.ndarray:
    return (pixels.astype(np.float32) / 255)[:, None]  # (N, H, W) -> (N, 1, H, W)


def _find(folder: Path, name: str) -> Path | None:
    candidates = (folder / name, folder / f"{name}.gz")
    return next((path for path in candidates if path.is_file()), None)


def _verified(content: bytes, sha256: str, where: str) -> np.ndarray:
    if content[:2] == b"\x1f\x8b":
        try:
            content = gzip.decompress(content)
        except (EOFError, OSError, zlib.error) as error:
            raise ValueError(
                f"{where}: gzip stream is broken ({error}), expected a whole one: replace the file."
            ) from error
    array = parse_idx(content, where)
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise ValueError(
            f"{where}: SHA-256 of the content is {found}, expected {sha256}: replace the file."
        )
    return array


def _download(source: IdxSource, name: str, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.gz"
    failures = []
    for mirror in source.mirrors:
        url = f"{mirror}{path.name}"
        try:
            _fetch(url, path, source.sha256[name])
        except (OSError, HTTPException, ValueError) as error:
            failures.append(f"  {url}: {error}")
        else:
            return path
    raise ValueError(
        f"{source.name}: {path.name} is on none of {len(failures)} mirrors, expected on one. "
        f"Put the file into {folder}, or name a folder that has it.\n" + "\n".join(failures)
    )


def _fetch(url: str, path: Path, sha256: str) -> None:
    # The name appears only once the bytes are whole and checked; a killed download leaves no trace
    # that a later one would take for data.
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    try:
        with urllib.request.urlopen(url, timeout=30) as response, part.open("wb") as file:
            length = int(response.headers.get("Content-Length", 0)) or None
            with tqdm(total=length, desc=path.name, unit="B", unit_scale=True, leave=False) as bar:
                while chunk := response.read(1 << 16):
                    bar.update(file.write(chunk))
        _verified(part.read_bytes(), sha256, url)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
