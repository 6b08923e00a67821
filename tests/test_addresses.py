"""Nonsense in an address: not found, for somebody who may open everything; PostgreSQL takes no NUL characters."""

import re

import pytest
from django.urls.converters import SlugConverter, StringConverter
from django.urls.resolvers import RoutePattern

from reporting.urls import CodeConverter
from tests.scenario import Scenario
from tests.test_conventions import patterns

FREE = {StringConverter, SlugConverter, CodeConverter}


def addresses_with(text: str) -> list[str]:
    """Every address with a free text in it, that text being `text`; a number is 2026."""
    found = []
    for entry in patterns():
        if isinstance(entry.pattern, RoutePattern) and FREE & set(map(type, entry.pattern.converters.values())):
            route = f"/{entry.pattern}"
            for kind, value in {"str": text, "code": text, "int": "2026", "slug": text}.items():
                route = re.sub(rf"<{kind}:\w+>", value, route)
            found.append(route)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["%00", "53%00", "2026-%00", "%F0%9F%98%80", "x" * 300])
def test_a_free_text_that_names_nothing_is_not_found(text):
    client = Scenario().client("secretariat")

    answers = {address: client.get(address).status_code for address in addresses_with(text)}

    assert len(answers) > 8
    assert set(answers.values()) <= {404, 405}, answers  # 405: takes POST only
