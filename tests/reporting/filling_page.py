"""What tests of the filling page share: its address, what an untouched page posts, what people are told."""

from django.contrib.messages import get_messages
from django.urls import reverse

HTMX = {"HX-Request": "true"}


def typed(answer, **values) -> dict:
    """What the page of an untouched answer posts, with these fields changed."""
    blank = dict.fromkeys(["description", "budget", "realisation", "obstacles", "reason", "letter_number"], "")
    values = blank | {"version": answer.version} | values
    return {f"u{answer.pk}-{name}": value for name, value in values.items()}


def fill_address(item) -> str:
    return reverse("item-fill", args=[item.pk])


def told(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]
