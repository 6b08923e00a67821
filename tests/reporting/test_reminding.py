"""A coordinator reminds an OPD: whom it reaches, once a day, and every refusal."""

from datetime import timedelta

import pytest

from accounts import formats
from actions.models import Membership
from actions.policies.errors import NotAllowed
from notifications.models import Message
from reporting.models import ReportItem
from reporting.services.reminding import remind, staff_of
from tests import steps
from tests.conftest import StrictClient


def item_of(scenario, number: int = 1) -> ReportItem:
    rows = ReportItem.objects.select_related("aksi", "report__institution", "report__period__plan_year__rule_set")
    return rows.get(report=scenario.report, aksi__number=number)


def reminders() -> list[tuple[str, str]]:
    rows = Message.objects.filter(kind="item_reminder").order_by("user__email")
    return [(row.user.email, row.path) for row in rows.select_related("user")]


def test_reminder_reaches_the_staff_of_the_unit_once_a_day(scenario):
    item, coordinator = item_of(scenario), scenario.actor("coordinator")

    told = [remind(item, by=coordinator, note="Segera.", now=scenario.now) for _ in range(2)]

    assert told == [1, 0]
    assert reminders() == [("opd@contoh.example", item.get_absolute_url())]
    message = Message.objects.get(kind="item_reminder")
    assert message.title == f"Mohon lengkapi Aksi 1, {scenario.period}"
    end = formats.deadline(scenario.period.closes_at, "Asia/Makassar")
    assert message.body == f"Aksi uji 1 untuk perempuan\n\nKoordinator mengirim laporan paling lambat {end}.\n\nSegera."

    assert remind(item, by=coordinator, now=scenario.now + timedelta(days=1)) == 1


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("opd", "Hanya koordinator instansi ini yang mengingatkan perangkat daerahnya."),
        ("signatory", "Hanya koordinator instansi ini yang mengingatkan perangkat daerahnya."),
        ("kanwil", "Hanya koordinator instansi ini yang mengingatkan perangkat daerahnya."),
    ],
)
def test_only_the_coordinator_reminds(scenario, name, reason):
    with pytest.raises(NotAllowed) as refusal:
        remind(item_of(scenario), by=scenario.actor(name))

    assert refusal.value.reasons == [reason]
    assert reminders() == []


def test_nobody_is_reminded_of_what_is_ready_or_over(scenario):
    item, coordinator = item_of(scenario), scenario.actor("coordinator")

    with pytest.raises(NotAllowed, match="tidak dapat diubah lagi"):
        remind(item, by=coordinator, now=scenario.period.late_until_at)

    steps.fill_report(scenario.report, coordinator)
    steps.mark_all_ready(scenario.report, coordinator)

    with pytest.raises(NotAllowed, match="sudah ditandai siap"):
        remind(item_of(scenario), by=coordinator)


def test_without_staff_there_is_nobody_to_remind(scenario):
    Membership.objects.filter(unit=scenario.unit).update(ends_on=scenario.now.date() - timedelta(days=2))

    assert staff_of(item_of(scenario), scenario.now) == []
    with pytest.raises(NotAllowed, match="Undang stafnya, atau isi sendiri aksi ini"):
        remind(item_of(scenario), by=scenario.actor("coordinator"))


def test_the_page_says_whom_it_reaches_and_sends(scenario):
    client, url = scenario.client("coordinator", StrictClient), f"/aksi/{item_of(scenario).pk}/ingatkan/"

    page = client.get(url).content.decode()
    sent = client.post(url, {"note": "Daftar hadir ada di Bagian Hukum."}, follow=True)

    assert "Opd (opd@contoh.example)" in page
    assert "other_opd@contoh.example" not in page
    assert sent.redirect_chain == [("/", 302)]
    assert "Pengingat terkirim kepada 1 orang." in sent.content.decode()
    assert reminders() == [("opd@contoh.example", item_of(scenario).get_absolute_url())]


def test_a_long_note_comes_back_with_its_reason(scenario):
    client, url = scenario.client("coordinator", StrictClient), f"/aksi/{item_of(scenario).pk}/ingatkan/"

    page = client.post(url, {"note": "x" * 501})

    assert page.status_code == 200
    assert "x" * 501 in page.content.decode()
    assert reminders() == []


def test_a_refused_reminder_says_why(scenario):
    client, url = scenario.client("opd", StrictClient), f"/aksi/{item_of(scenario).pk}/ingatkan/"

    page = client.post(url, {"note": ""}, follow=True)

    assert "Hanya koordinator instansi ini yang mengingatkan" in page.content.decode()
    assert "Kirim pengingat?" not in page.content.decode()


@pytest.mark.parametrize("name", ["neighbour_coordinator", "other_opd", "neighbour_kanwil"])
def test_outside_ones_scope_there_is_no_such_aksi(scenario, name):
    client = scenario.client(name, StrictClient)

    assert client.get(f"/aksi/{item_of(scenario).pk}/ingatkan/").status_code == 404
    assert client.get("/aksi/99999999999999999999/ingatkan/").status_code == 404
