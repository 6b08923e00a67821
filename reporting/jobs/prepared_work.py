"""What a kind of prepared file is made of, for whoever adds one: see `reporting.jobs.prepared`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from actions.actors import Actor

Parameters = Mapping[str, str]
"""What is wanted, as texts by name: small, without secrets, and enough to make the file from."""


class CannotPrepare(Exception):
    """The file cannot be made, whatever is tried again; the text is an Indonesian sentence for whoever asked."""


class LeaseLost(Exception):
    """Another worker has taken the file over: stop at once, and nothing is kept."""


@dataclass(frozen=True)
class Built:
    """What a builder says of the file it has written.

    `filename` is what it is called when saved. `rows` counts what is in it, in the words of its kind (table rows,
    letters); `content_hash` is the SHA-256 of those rows where the same rows make files of several formats.
    """

    filename: str
    rows: int
    content_hash: str = ""


class Progress:
    """How far a builder is. Call it as `progress(done, total)` now and then: each row is not too often.

    Raises LeaseLost when somebody else makes the file now.
    """

    def __init__(self) -> None:
        self.done = self.total = 0
        self.is_lost = False

    def __call__(self, done: int, total: int) -> None:
        self.done, self.total = done, total
        if self.is_lost:
            raise LeaseLost


@dataclass(frozen=True)
class Kind:
    """One kind of prepared file.

    `title` names a file in words from its parameters alone. `is_open_to` tells whether the actor may ask for and
    download it, each time anew and, for lists, without a query. `revision` names the state of the data (at most 64
    characters): another revision makes another file. `build` writes the file at the given path. `counts` names the
    number of its rows. `is_frozen`: it is made from a publication, so that making it again changes nothing in it.
    """

    title: Callable[[Parameters], str]
    is_open_to: Callable[[Actor, Parameters], bool]
    revision: Callable[[Parameters], str]
    build: Callable[[Parameters, Path, Progress], Built]
    counts: str = _("Banyaknya baris")
    is_frozen: bool = False
