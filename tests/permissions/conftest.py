"""The nation that the modules of this folder share the code of: built once for each of them, everything undone."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import override_settings

from actions import actors
from ranham_portal import urls
from tests.permissions.nation import STAGES, Nation

HERE = Path(__file__).parent
QUICK = {
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
    "SESSION_ENGINE": "django.contrib.sessions.backends.signed_cookies",  # one query less for every request
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort the tests of a module by the stage of the reports that they ask for: each stage is reached once."""
    places = [place for place, item in enumerate(items) if HERE in item.path.parents]
    modules = list(dict.fromkeys(items[place].path for place in places))
    ours = sorted((items[place] for place in places), key=lambda item: (modules.index(item.path), stage_of(item)))
    for place, item in zip(places, ours, strict=True):
        items[place] = item


def stage_of(item: pytest.Item) -> int:
    """The place of a test's stage among the stages; a test without one wants drafts, and comes first."""
    row = item.callspec.params.get("row") if hasattr(item, "callspec") else None
    return STAGES.index(row.stage) if row else -1


@pytest.fixture(scope="module")
def db(django_db_setup, django_db_blocker):
    """One transaction around the whole module, in the place of pytest-django's own around each test."""
    with django_db_blocker.unblock(), transaction.atomic(), connection.cursor() as cursor:
        # Planning a query of a dozen tables would take longer than reading our handful of rows.
        cursor.execute("SET LOCAL join_collapse_limit = 1")
        yield
        transaction.set_rollback(True)
    with django_db_blocker.unblock():
        connection.close()  # beside a browser it is another than the one that drops the database


@pytest.fixture(scope="module")
def shared_nation(db) -> Iterator[Nation]:
    """The nation of a module: whatever a request or a stage changes is undone, so memberships are read once."""
    memberships_of = cache(actors.memberships_of)
    with override_settings(**QUICK), pytest.MonkeyPatch.context() as patch:
        nation = Nation()
        patch.setattr(actors, "memberships_of", memberships_of)
        yield nation


@pytest.fixture
def nation(shared_nation: Nation, request: pytest.FixtureRequest) -> Nation:
    """The shared nation, with drafts unless the test asks for a stage of its own."""
    if stage_of(request.node) < 0:
        shared_nation.bring_to("draft")
    return shared_nation


@pytest.fixture
def bare_404(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer 404 with no page: most requests here get it, and drawing it would take most of the time."""
    monkeypatch.setattr(urls, "handler404", lambda request, exception: HttpResponse(status=404), raising=False)
