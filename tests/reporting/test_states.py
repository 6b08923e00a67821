"""Every pair of statuses and every role, for both machines, against a table written out here by hand."""

from itertools import product

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from reporting import states
from reporting.models import Report, ReportEvent, ReportItem
from reporting.policies.parties import parties_of
from reporting.services.moves import IllegalMove, move_item, move_report

OPD, COORDINATOR, SIGNATORY, REVIEWER = "opd", "coordinator", "signatory", "reviewer"
PARTIES = [OPD, COORDINATOR, SIGNATORY, REVIEWER]
REPORT = ["draft", "certified", "submitted", "in_review", "returned", "verified"]
ITEM = ["filling", "ready", "sent", "accepted", "returned"]

# from -> to: who. A pair that is missing is refused to everybody.
REPORT_EXPECTED = {
    "draft": {"certified": {SIGNATORY}, "submitted": {COORDINATOR}},
    "certified": {
        "draft": {COORDINATOR, SIGNATORY},
        "returned": {COORDINATOR, SIGNATORY},
        "submitted": {COORDINATOR},
        "in_review": {REVIEWER},
    },
    "submitted": {"draft": {COORDINATOR}, "returned": {COORDINATOR}, "in_review": {REVIEWER}},
    "in_review": {"returned": {REVIEWER}, "verified": {REVIEWER}},
    "returned": {"certified": {SIGNATORY}, "submitted": {COORDINATOR}, "in_review": {REVIEWER}},
    "verified": {},
}
ITEM_EXPECTED = {
    "filling": {"ready": {OPD, COORDINATOR}, "sent": {COORDINATOR}},
    "ready": {"filling": {OPD, COORDINATOR}, "returned": {OPD, COORDINATOR}, "sent": {COORDINATOR, REVIEWER}},
    "sent": {
        "ready": {COORDINATOR},
        "filling": {COORDINATOR},
        "returned": {COORDINATOR, REVIEWER},
        "accepted": {REVIEWER},
    },
    "accepted": {"returned": {REVIEWER}},
    "returned": {"ready": {OPD, COORDINATOR}, "sent": {COORDINATOR, REVIEWER}, "accepted": {REVIEWER}},
}
# What each person of the scenario is to the report of Kabupaten Sikka; who is not listed is nothing to it.
PARTY_OF = {
    "opd": {OPD},
    "other_opd": {OPD},
    "coordinator": {COORDINATOR},
    "signatory": {SIGNATORY},
    "kanwil": {REVIEWER},
    "kanwil_colleague": {REVIEWER},
}
STRANGERS = [
    "other_coordinator",
    "province_coordinator",
    "pembina",
    "neighbour_opd",
    "neighbour_coordinator",
    "neighbour_kanwil",
    "verifier",
    "panitia_verifier",
    "leader",
    "reader",
    "secretariat",
    "ministry_coordinator",
]


@pytest.mark.parametrize(("origin", "target", "party"), list(product(REPORT, REPORT, PARTIES)))
def test_who_may_move_a_report(origin, target, party):
    expected = party in REPORT_EXPECTED[origin].get(target, set())

    assert states.may_move_report(origin, target, party) is expected


@pytest.mark.parametrize(("origin", "target", "party"), list(product(ITEM, ITEM, PARTIES)))
def test_who_may_move_an_item(origin, target, party):
    expected = party in ITEM_EXPECTED[origin].get(target, set())

    assert states.may_move_item(origin, target, party) is expected


@pytest.mark.parametrize("origin", REPORT)
def test_a_report_moves_only_as_the_table_says(scenario, origin):
    by, now = scenario.actor("coordinator"), timezone.now()
    who = {"round": 1}
    for verb in ("submitted", "claimed", "returned", "verified"):
        who |= {f"{verb}_at": now, f"{verb}_by": by.user}

    moved, refused = set(), set()
    for target, party in product(REPORT, PARTIES):
        Report.objects.filter(pk=scenario.report.pk).update(status=origin, **who)
        report, events = scenario.report, ReportEvent.objects.count()
        try:
            with transaction.atomic():
                event = move_report(report, target, party=party, by=by, kind="submitted", at=now)
        except IllegalMove:
            assert (scenario.report.status, ReportEvent.objects.count()) == (origin, events)
            refused.add((target, party))
        else:
            assert (event.from_status, event.to_status, event.by, event.at) == (origin, target, by.user, now)
            assert (scenario.report.status, ReportEvent.objects.count()) == (target, events + 1)
            moved.add((target, party))

    assert moved == {(target, party) for target, who in REPORT_EXPECTED[origin].items() for party in who}
    assert len(moved) + len(refused) == len(REPORT) * len(PARTIES)


@pytest.mark.parametrize("origin", ITEM)
def test_an_item_moves_only_as_the_table_says(scenario, origin):
    by, now = scenario.actor("coordinator"), timezone.now()
    pk = scenario.report.items.first().pk

    moved = set()
    for target, party in product(ITEM, PARTIES):
        ReportItem.objects.filter(pk=pk).update(status=origin)
        item = ReportItem.objects.get(pk=pk)
        try:
            with transaction.atomic():
                move_item(item, target, party=party, by=by, at=now, kind="marked_ready")
        except IllegalMove:
            assert ReportItem.objects.get(pk=pk).status == origin
        else:
            event = ReportEvent.objects.latest("pk")
            assert (event.item_id, event.from_status, event.to_status) == (pk, origin, target)
            moved.add((target, party))

    assert moved == {(target, party) for target, who in ITEM_EXPECTED[origin].items() for party in who}
    assert ReportEvent.objects.count() == len(moved)


def test_every_person_of_the_nation_is_the_party_they_should_be(scenario):
    report = Report.objects.select_related("institution").get(pk=scenario.report.pk)

    found = {name: parties_of(scenario.actor(name), report) for name in [*PARTY_OF, *STRANGERS]}

    assert found == {**PARTY_OF, **dict.fromkeys(STRANGERS, frozenset())}


@pytest.mark.parametrize(
    ("moves", "pen", "statuses"),
    [
        (states.REPORT_MOVES, states.REPORT_PEN, states.ReportStatus),
        (states.ITEM_MOVES, states.ITEM_PEN, states.ItemStatus),
    ],
    ids=["report", "item"],
)
def test_tables_name_every_status_and_reach_it(moves, pen, statuses):
    first = next(iter(statuses))

    reached, grown = {first}, True
    while grown:
        new = {target for origin, target in moves if origin in reached} - reached
        reached, grown = reached | new, bool(new)

    assert reached == set(statuses) == set(pen)
    assert {status for pair in moves for status in pair} == set(statuses)
    assert all(moves.values())


def test_whoever_holds_the_pen_can_move_on():
    for status, party in states.REPORT_PEN.items():
        outward = [parties for (origin, _), parties in states.REPORT_MOVES.items() if origin == status]
        assert any(party in parties for parties in outward) or party is None
    for status, party in states.ITEM_PEN.items():
        outward = [parties for (origin, _), parties in states.ITEM_MOVES.items() if origin == status]
        assert any(party in parties for parties in outward) or party is None


def test_the_state_diagrams_are_fresh():
    call_command("draw_report_states", "--check")
