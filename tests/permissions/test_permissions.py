"""Every address of ours, asked by every person about every object, against the table written by hand."""

import zlib
from collections.abc import Callable, Iterator, Mapping

import pytest

from tests.permissions.nation import STAGES, Nation
from tests.permissions.table import ROWS, People, Row
from tests.test_conventions import patterns

pytestmark = pytest.mark.usefixtures("bare_404")
looking = pytest.mark.xdist_group("permissions to look")  # several test processes build the nation twice, not more
acting = pytest.mark.xdist_group("permissions to act")

REFUSALS = 2  # of six to eight objects; all of them on all addresses took four minutes more and found nothing else
NOT_REFUSED_AT_THE_DOOR = {"200", "302", "400", "409", "422"}


def names_in(people: People, label: str) -> set[str]:
    """The people whom a cell of the table names for one object."""
    if people is None:
        return set()
    return set((people if isinstance(people, str) else people[label]).split())


def answer_at_the_door(row: Row, person: str) -> str | None:
    """What strangers and people without an office get everywhere; None for whoever gets past the door."""
    if person == "stranger":
        return None if row.door == "open" else "login"
    if person == "no_office" and row.door == "office":
        return "403"
    return None


def expected_page(row: Row, label: str, person: str) -> str:
    if person in names_in(row.get, label):
        return "200"
    return "302" if person in names_in(row.led_away, label) else "404"


def rows(*columns: str) -> list:
    return [pytest.param(row, id=row.name) for row in ROWS if any(getattr(row, column) for column in columns)]


def test_every_address_has_a_row():
    assert sorted(row.name for row in ROWS) == sorted(pattern.name for pattern in patterns())


def test_every_stage_is_used():
    assert {row.stage for row in ROWS} == set(STAGES)


def objects_of(nation: Nation, row: Row) -> Iterator[tuple[str, tuple]]:
    """The objects of a row with the arguments of their addresses; the row must speak of each, and of people we know."""
    objects = nation.objects(row.of)
    for people in (row.get, row.led_away, row.post, row.acts):
        labels = set(people) if isinstance(people, Mapping) else set(objects)
        assert labels == set(objects)
        assert set().union(*(names_in(people, label) for label in labels)) <= set(nation.people)
    yield from objects.items()


def asked(nation: Nation, row: Row, people_let_in: Callable) -> Iterator[tuple[str, str, tuple]]:
    """Every person with every object that is theirs, and with `REFUSALS` that are not: other ones on every address."""
    objects = dict(objects_of(nation, row))
    for person in nation.people:
        theirs = [label for label in objects if person in people_let_in(label)]
        others = [label for label in objects if label not in theirs]
        start = zlib.crc32(f"{row.name} {person}".encode())
        refusals = {others[(start + step) % len(others)] for step in range(REFUSALS)} if others else set()
        yield from ((person, label, objects[label]) for label in [*theirs, *sorted(refusals)])


@looking
@pytest.mark.parametrize("row", rows("get", "led_away"))
def test_who_may_look(nation, row):
    wrong = {}
    with nation.at(row.stage):
        for person, label, args in asked(nation, row, lambda it: names_in(row.get, it) | names_in(row.led_away, it)):
            expected = answer_at_the_door(row, person) or expected_page(row, label, person)
            found, has_written = nation.ask(person, "get", nation.address_of(row, label, args))
            if found != expected or has_written:
                wrong[label, person] = f"{found}, not {expected}" if found != expected else "changed something"

    assert wrong == {}


@acting
@pytest.mark.parametrize("row", rows("post"))
def test_who_may_act(nation, row):
    wrong = {}
    with nation.at(row.stage):
        for person, label, args in asked(nation, row, lambda it: names_in(row.post, it) | names_in(row.acts, it)):
            at_the_door = answer_at_the_door(row, person)
            comes_in = at_the_door is None and person in names_in(row.post, label)
            expected = NOT_REFUSED_AT_THE_DOOR if comes_in else {at_the_door or "404"}
            data = row.data(nation, label, person)
            found, has_written = nation.ask(person, "post", nation.address_of(row, label, args), data)
            if found not in expected:
                wrong[label, person] = f"{found}, not {' or '.join(sorted(expected))}"
            elif has_written != (person in names_in(row.acts, label)):
                wrong[label, person] = "changed something" if has_written else "changed nothing"

    assert wrong == {}
