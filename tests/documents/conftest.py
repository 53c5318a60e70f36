from tests.leads.conftest import arriving, claimed, firm, graded, lead  # noqa: F401 - fixtures
