"""Fixtures of the tests of actions."""

import pytest

from tests.actions.people_nation import Nation


@pytest.fixture
def nation(db) -> Nation:
    return Nation()
