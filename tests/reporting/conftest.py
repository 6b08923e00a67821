"""The small nation for tests of reporting."""

import pytest

from tests.scenario import Scenario


@pytest.fixture
def scenario(db) -> Scenario:
    return Scenario()
