"""Fixtures for all tests."""

from types import ModuleType

import pytest

from tests import synthetic as synthetic_module


@pytest.fixture(scope="session")
def synthetic() -> ModuleType:
    """The module ``tests/synthetic.py``: results trees with known truth."""
    return synthetic_module
