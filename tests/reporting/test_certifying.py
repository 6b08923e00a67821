"""Certifying: by the signatory where a period asks for one, closed for editing until sent or withdrawn."""

from datetime import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from actions.models import Membership
from notifications.models import Message
from reporting.models import MeasureAnswer
from reporting.services import sending
from reporting.services.freezing import content_hash, frozen_content
from tests.reporting.sending_helpers import refused

pytestmark = pytest.mark.django_db


def test_where_asked_for_the_signatory_certifies_first(signed):
    coordinator, signatory = signed.actor("coordinator"), signed.actor("signatory")

    reasons = refused(sending.submit, signed.report, by=coordinator)
    sending.certify(signed.report, by=signatory, now=signed.now)
    certified = signed.report
    sending.submit(certified, by=coordinator)

    assert reasons == ["Laporan harus disahkan dulu oleh pejabat penanda tangan instansi Anda."]
    assert (certified.status, certified.certified_by, certified.certified_at) == (
        "certified",
        signatory.user,
        signed.now,
    )
    assert (signed.report.status, signed.report.certified_by) == ("submitted", signatory.user)
    assert [event.kind for event in signed.report.events.order_by("pk")][-2:] == ["certified", "submitted"]


def test_who_is_told_of_a_certification_is_counted_by_the_day_in_jakarta(signed):
    now = datetime(2026, 11, 30, 23, 30, tzinfo=timezone.get_default_timezone())  # the next day already in Jayapura
    members = Membership.objects.filter(institution=signed.kabupaten, role=Membership.Role.COORDINATOR)
    members.update(ends_on=now.date())

    with timezone.override("Asia/Jayapura"):
        sending._tell_coordinators_to_send(signed.report, now)

    assert Message.objects.filter(kind="report_certified").count() == members.count() == 1


def test_certifying_tells_the_coordinator(signed):
    sending.certify(signed.report, by=signed.actor("signatory"))

    told = Message.objects.filter(kind="report_certified")
    assert [(row.user, row.path) for row in told] == [
        (signed.user("coordinator"), reverse("report-detail", args=[signed.report.pk]))
    ]


@pytest.mark.parametrize("name", ["opd", "coordinator", "other_coordinator", "kanwil", "secretariat"])
def test_only_the_signatory_certifies(signed, name):
    reasons = refused(sending.certify, signed.report, by=signed.actor(name))

    assert reasons == ["Hanya pejabat penanda tangan instansi ini yang mengesahkan laporan."]


def test_a_period_without_signatory_is_not_certified(scenario, full):
    reasons = refused(sending.certify, full, by=scenario.actor("signatory"))

    assert reasons == ["Periode ini tidak meminta pengesahan pejabat. Koordinator dapat langsung mengirim laporan."]


def test_what_changed_since_it_was_read_is_not_certified(signed):
    checked = content_hash(frozen_content(signed.report))
    MeasureAnswer.objects.filter(item__report=signed.report).update(obstacles="Banjir")

    reasons = refused(sending.certify, signed.report, by=signed.actor("signatory"), checked_hash=checked)

    assert reasons == ["Isian berubah sejak Anda memeriksanya. Periksa sekali lagi di bawah ini."]


@pytest.mark.parametrize("name", ["coordinator", "signatory"])
def test_a_certification_is_withdrawn_by_either(signed, name):
    sending.certify(signed.report, by=signed.actor("signatory"))

    sending.withdraw_certification(signed.report, by=signed.actor(name))

    assert (signed.report.status, signed.report.certified_at) == ("draft", None)
    assert signed.report.events.first().kind == "certification_withdrawn"


def test_a_withdrawal_needs_a_certification_and_a_party(signed):
    nothing = refused(sending.withdraw_certification, signed.report, by=signed.actor("coordinator"))
    sending.certify(signed.report, by=signed.actor("signatory"))
    stranger = refused(sending.withdraw_certification, signed.report, by=signed.actor("opd"))

    assert nothing == ["Laporan ini tidak sedang disahkan, jadi tidak ada pengesahan yang dapat ditarik."]
    assert stranger == ["Hanya koordinator atau pejabat penanda tangan instansi ini yang menarik pengesahan."]
