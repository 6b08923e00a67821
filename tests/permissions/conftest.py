"""The nation that the modules of this folder share the code of: built once for each of them, everything undone."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test import override_settings

from tests.permissions.nation import Nation


@pytest.fixture(scope="module")
def db(django_db_setup, django_db_blocker):
    """One transaction around the whole module, in the place of pytest-django's own around each test."""
    with django_db_blocker.unblock(), transaction.atomic(), connection.cursor() as cursor:
        # Planning a query of a dozen tables would take longer than reading our handful of rows.
        cursor.execute("SET LOCAL join_collapse_limit = 1")
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def nation(db) -> Iterator[Nation]:
    """The nation, shared by all tests of a module: whatever a request or a stage changes is undone."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield Nation()
