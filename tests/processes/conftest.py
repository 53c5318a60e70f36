import pytest

from tests.leads.conftest import arriving, firm  # noqa: F401

from .children import Broker, Children


@pytest.fixture
def children(tmp_path):
    children = Children(tmp_path)
    yield children
    children.stop()


@pytest.fixture
def broker(children):
    """A running Valkey, which the children use."""
    broker = Broker()
    children.redis_url = broker.url
    try:
        broker.start()
        yield broker
    finally:
        children.stop()
        broker.close()
