"""Folders for the tests of collecting."""

import pytest


@pytest.fixture
def inbox(tmp_path):
    """The folder of the downloads."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def into(tmp_path):
    """The folder of the submissions."""
    return tmp_path / "submitted"
