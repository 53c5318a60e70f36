import pytest

from . import sample


@pytest.fixture
def samples():
    """The sample rules, forgotten again after the test."""
    forget = sample.install()
    yield
    forget()
