"""A person with a browser but no script: opens pages, reads them, follows links, fills and sends the forms they show.

Everything posted comes from the page itself, hidden fields too, so a journey sees what a person would see.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.http import HttpResponse
from django.test import Client

VOID = {"input", "br", "img", "meta", "link", "hr", "use"}


@dataclass
class Button:
    """A button of a form: its words, where it leads instead of the form's address, and what it posts."""

    text: str = ""
    address: str = ""
    values: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Form:
    """A form as the page shows it: what it would post if nobody touched it."""

    address: str
    method: str
    values: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    names: set[str] = field(default_factory=set)


class Page(HTMLParser):
    """The visible words, links and forms of a page."""

    def __init__(self, html: str):
        super().__init__()
        self.words: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.forms: list[Form] = []
        self._open: list[tuple[str, dict]] = []
        self._collect: dict[str, list[str]] = {}
        self.feed(html)
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag: str, attributes: list) -> None:
        found = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.forms.append(Form(found.get("action", ""), found.get("method", "get")))
        if tag == "input":
            self._input(found)
        if tag in ("select", "textarea") and self._nearest("form") is not None:
            self.forms[-1].names.add(found["name"])
        if tag == "option" and "selected" in found and (select := self._nearest("select")):
            self.forms[-1].values.append((select["name"], found["value"]))
        if tag in ("a", "button", "textarea"):
            self._collect[tag] = []
        if tag not in VOID:
            self._open.append((tag, found))

    def _input(self, found: dict) -> None:
        name, kind = found.get("name"), found.get("type", "text")
        if not name or self._nearest("form") is None:
            return
        self.forms[-1].names.add(name)
        if kind != "file" and (kind not in ("radio", "checkbox") or "checked" in found):
            untold = "on" if kind in ("radio", "checkbox") else ""
            self.forms[-1].values.append((name, found.get("value", untold)))

    def handle_endtag(self, tag: str) -> None:
        found = self._nearest(tag)
        if found is None:
            return
        while self._open.pop()[0] != tag:
            pass
        written = "".join(self._collect.pop(tag, []))
        said = " ".join(written.split())
        if tag == "a" and "href" in found:
            self.links.append((said, found["href"]))
        if tag == "textarea" and self._nearest("form") is not None:
            self.forms[-1].values.append((found["name"], written.removeprefix("\n")))
        if tag == "button" and self._nearest("form") is not None and found.get("type", "submit") == "submit":
            values = [(found["name"], found.get("value", ""))] if "name" in found else []
            self.forms[-1].buttons.append(Button(said, found.get("formaction", ""), values))

    def _nearest(self, tag: str) -> dict | None:
        """The attributes of the element that this place stands in, or None."""
        return next((found for name, found in reversed(self._open) if name == tag), None)

    def handle_data(self, data: str) -> None:
        for parts in self._collect.values():
            parts.append(data)
        if not any(tag in ("script", "style", "template", "textarea") for tag, _found in self._open):
            self.words.append(data)


class Visitor:
    """One person on one page. Each act answers the visitor, and fails when the page is not there."""

    def __init__(self, client: Client):
        self.client = client
        self.path = ""
        self.page = Page("")

    def sign_in(self, email: str, password: str) -> "Visitor":
        """Sign in at the door, as everybody does."""
        self.open("/masuk/").press("Masuk", login=email, password=password)
        assert self.path != "/masuk/", f"{email} could not sign in: {self.text}"
        return self

    @property
    def text(self) -> str:
        return self.page.text

    def open(self, path: str, status: int = 200) -> "Visitor":
        """Open an address and follow where it leads."""
        return self._arrive(self.client.get(path, follow=True), path, status)

    def follow(self, name: str) -> "Visitor":
        """Follow the first link whose words contain `name`."""
        found = [address for words, address in self.page.links if name in words]
        assert found, f"No link {name!r} on {self.path}: {[words for words, _address in self.page.links]}"
        return self.open(self._absolute(found[0].partition("#")[0]))

    def press(self, button: str, status: int = 200, **fields) -> "Visitor":
        """Press a button; `fields` replace what its form says (a list: several values, a file: an upload)."""
        form, pressed = self._button(button)
        assert set(fields) <= form.names, f"{set(fields) - form.names} are not on {self.path}"
        data: dict[str, list] = {}
        for name, value in [*form.values, *pressed.values]:
            if name not in fields:
                data.setdefault(name, []).append(value)
        address = self._absolute(pressed.address or form.address)
        send = self.client.post if form.method.lower() == "post" else self.client.get
        return self._arrive(send(address, data | fields, follow=True), address, status)

    def offers(self, button: str) -> bool:
        """Tell whether the page has this button."""
        return any(found.text.startswith(button) for form in self.page.forms for found in form.buttons)

    def _button(self, text: str) -> tuple[Form, Button]:
        for form in self.page.forms:
            for button in form.buttons:
                if button.text.startswith(text):
                    return form, button
        names = [button.text for form in self.page.forms for button in form.buttons]
        raise AssertionError(f"No button {text!r} on {self.path}: {names}")

    def _absolute(self, address: str) -> str:
        if address.startswith("/"):
            return address
        return self.path + address if address.startswith("?") else self.path

    def _arrive(self, response: HttpResponse, path: str, status: int) -> "Visitor":
        assert response.status_code == status, f"{path} answered {response.status_code}"
        self.path = response.redirect_chain[-1][0].partition("?")[0] if response.redirect_chain else path
        self.page = Page(response.content.decode())
        return self
