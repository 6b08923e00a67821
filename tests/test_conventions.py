"""What we would otherwise say in review, said by tests."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.urls import URLPattern, get_resolver
from django.urls.resolvers import URLResolver

OPEN_TO_STRANGERS = {
    "account_inactive",
    "account_login",
    "account_logout",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "healthz",
    "help",
    "invitation-accept",
}
"""The only pages that need no sign-in."""

OURS = ("accounts", "notifications", "actions", "reporting")
LONGEST_MODULE = 430
LONGEST_TEST_MODULE = 700
"""A test module follows its code module, every refusal of which it lists: it may be longer."""


def patterns(resolver: URLResolver | None = None) -> list[URLPattern]:
    """Every address of the portal."""
    found = []
    for entry in (resolver or get_resolver()).url_patterns:
        found += patterns(entry) if isinstance(entry, URLResolver) else [entry]
    return found


def our_models() -> list[type[models.Model]]:
    return [model for app in OURS for model in apps.get_app_config(app).get_models()]


def test_every_address_has_a_name_and_no_two_share_one():
    names = [pattern.name for pattern in patterns()]

    assert None not in names
    assert len(names) == len(set(names))


def test_only_listed_pages_are_open_to_strangers():
    is_open = {pattern.name for pattern in patterns() if not getattr(pattern.callback, "login_required", True)}

    assert is_open == OPEN_TO_STRANGERS


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model.__name__)
def test_who_and_when_are_held_together_by_the_database(model):
    names = {field.name for field in model._meta.get_fields()}
    pairs = [name for name in names if name.endswith("_at") and f"{name[:-3]}_by" in names]
    nullable = [name for name in pairs if model._meta.get_field(name).null]
    rules = " ".join(
        str(constraint.condition) for constraint in model._meta.constraints if hasattr(constraint, "condition")
    )

    missing = [name for name in nullable if f"{name}__isnull" not in rules or f"{name[:-3]}_by__isnull" not in rules]
    assert missing == []


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model.__name__)
def test_a_model_says_what_one_row_is(model):
    assert model.__doc__
    assert not model.__doc__.startswith(f"{model.__name__}(")


def python_files() -> list[Path]:
    folders = [settings.BASE_DIR / name for name in (*OURS, "ranham_portal", "tools", "tests")]
    return sorted(path for folder in folders for path in folder.rglob("*.py") if "migrations" not in path.parts)


def test_no_module_grows_past_its_idea():
    long = {}
    for path in python_files():
        lines = len(path.read_text().splitlines())
        if lines > (LONGEST_TEST_MODULE if "tests" in path.parts else LONGEST_MODULE):
            long[str(path.relative_to(settings.BASE_DIR))] = lines

    assert long == {}


def test_public_functions_of_services_and_policies_have_docstrings():
    missing = []
    for folder in ("services", "policies", "summaries", "jobs"):
        for path in [p for app in OURS for p in (settings.BASE_DIR / app / folder).glob("*.py")]:
            for node in ast.parse(path.read_text()).body:
                is_public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
                if is_public and not ast.get_docstring(node):
                    missing.append(f"{path.relative_to(settings.BASE_DIR)}: {node.name}")

    assert missing == []


def test_no_template_carries_inline_style_or_script():
    inline = re.compile(r"\sstyle=|<script(?![^>]*\ssrc=)|\son(click|change|submit|load)=", re.IGNORECASE)
    found = [
        str(path.relative_to(settings.BASE_DIR))
        for path in (settings.BASE_DIR / "templates").rglob("*.html")
        if not {"emails", "email"} & set(path.parts) and inline.search(path.read_text())
    ]

    assert found == []


def test_forms_posted_from_templates_carry_a_csrf_token():
    found = []
    for path in (settings.BASE_DIR / "templates").rglob("*.html"):
        for form in re.findall(
            r"<form\b[^>]*method=.post.[^>]*>.*?</form>", path.read_text(), re.DOTALL | re.IGNORECASE
        ):
            if "csrf_token" not in form:
                found.append(str(path.relative_to(settings.BASE_DIR)))

    assert found == []


def test_a_form_in_a_part_that_is_shown_alone_is_handed_its_csrf_token():
    """`only` keeps the token from the part: with scripts the page's header carries it, without them nothing does."""
    folder = settings.BASE_DIR / "templates"
    texts = {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*.html")}
    found = [
        f"{name}: {part}"
        for name, text in texts.items()
        for part, words in re.findall(r'{%\s*include "([^"]+)"([^%]*)%}', text)
        if words.split()[-1:] == ["only"] and "csrf_token" in texts.get(part, "") and "csrf_token=" not in words
    ]

    assert found == []
