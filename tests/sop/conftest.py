import pytest

from salesops.sop.registry import registry

from . import sample


@pytest.fixture
def samples():
    """The sample rules, forgotten again after the test."""
    forget = sample.install()
    yield
    forget()


@pytest.fixture
def with_rule():
    """Registers another rule until the test ends."""
    added = []

    def register(key, **values):
        registry.register(sample.rule(key, **values))
        added.append(key)

    yield register
    registry.unregister(*added)
