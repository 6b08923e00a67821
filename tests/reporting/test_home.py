"""Home by role: what each person finds there, nothing of the neighbour's, and at a fixed cost."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions.models import Institution, Membership, Oversight
from reporting.jobs.scores import compute_period
from reporting.models import Report, ReportItem
from reporting.services.opening import open_period
from reporting.summaries.home import reporter_home
from reporting.summaries.home_review import review_home
from tests import steps
from tests.conftest import StrictClient
from tests.scenario import Scenario

PAGE_QUERIES = 12


def get(scenario, name: str, url: str = "/"):
    return scenario.client(name, StrictClient).get(url)


def text_of(response) -> str:
    """The words of a page's main part."""
    assert response.status_code == 200
    main = response.content.decode().split("<main", 1)[1].split("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def home_of(scenario, name: str, *, previous=None, now=None):
    period = type(scenario.period).objects.select_related("plan_year__rule_set").get(pk=scenario.period.pk)
    return reporter_home(scenario.actor(name), period, previous, now=now or scenario.now)


def send(scenario, code: str, by: str) -> Report:
    report = scenario.reports[code]
    steps.fill_report(report, scenario.actor(by))
    steps.send_report(report, scenario.actor(by))
    return Report.objects.get(pk=report.pk)


# Reporters


def test_coordinator_sees_deadline_step_aksi_and_gaps(scenario):
    words = text_of(get(scenario, "coordinator"))

    assert f"Laporan Triwulan III {scenario.now.year}" in words
    assert "Kabupaten Sikka. 0 dari 3 ukuran lengkap." in words
    assert "Sisa waktu mengirim 4 hari 23 jam" in words
    assert "Minta Dinas Koperasi mengisi Aksi 1" in words
    assert "Belum ada isian. Aksi ini bernilai 50,00 poin" in words
    detail = "Belum diisi. Data dukung: notulen (wajib), foto"
    assert f"Aksi 1: Isi ukuran 1 Dinas Koperasi, {detail} +25,00" in words.replace(" ,", ",")
    assert "Perkiraan nilai" not in words


def test_the_gap_list_leads_to_the_field(scenario):
    home = home_of(scenario, "coordinator")
    row, gap = home.completeness.gaps[0]

    page = get(scenario, "coordinator").content.decode()

    assert f'href="/aksi/{row.item.pk}/#{gap.anchor}"' in page
    assert [found.item.aksi.number for found, _gap in home.completeness.gaps] == [2, 1, 1]


def test_the_estimate_appears_with_the_first_answer(scenario):
    steps.fill_item(ReportItem.objects.get(report=scenario.report, aksi__number=2), scenario.actor("coordinator"))

    home = home_of(scenario, "coordinator")

    assert (home.estimate.value, home.estimate.band) == (50, "kuning")
    assert (home.estimate.best, home.estimate.best_number, home.estimate.best_band) == (100, 1, "hijau")
    assert home.step.title == "Periksa Aksi 2"


def test_staff_of_one_opd_see_only_their_items(scenario):
    words = text_of(get(scenario, "opd"))

    assert "Dinas Koperasi, Kabupaten Sikka. 0 dari 2 ukuran lengkap." in words
    assert "Aksi uji 1 untuk perempuan" in words
    assert "Aksi uji 2" not in words
    assert "Perkiraan nilai" not in words


def test_target_groups_and_acts_stand_beside_each_aksi(scenario):
    home = home_of(scenario, "coordinator")

    assert [(row.groups, row.act) for row in home.items] == [(("Perempuan",), "remind"), (("Anak",), "remind")]
    assert [row.act for row in home_of(scenario, "opd").items] == ["begin"]
    assert [row.act for row in home_of(scenario, "signatory").items] == ["look", "look"]


def test_an_office_without_staff_is_not_reminded(scenario):
    Membership.objects.filter(unit=scenario.unit).delete()

    home = home_of(scenario, "coordinator")

    assert [row.act for row in home.items] == ["begin", "remind"]
    assert home.step.title == "Isi Aksi 1"
    assert "Dinas Koperasi belum punya staf yang terdaftar" in home.step.text


def test_signatory_sees_what_waits_for_certification(db):
    scenario = Scenario(needs_signatory=True)
    coordinator = scenario.actor("coordinator")
    steps.fill_report(scenario.report, coordinator)

    assert home_of(scenario, "signatory").step.title == "Laporan masih disusun"

    steps.mark_all_ready(scenario.report, coordinator)

    assert "Sahkan laporan" in text_of(get(scenario, "signatory"))
    assert home_of(scenario, "coordinator").step.title == "Minta pengesahan laporan"


def test_after_sending_home_shows_the_receipt(scenario):
    report = send(scenario, "53.07", "coordinator")

    page = get(scenario, "coordinator")

    assert "Laporan terkirim, menunggu telaah" in text_of(page)
    assert f'href="/tanda-terima/{report.submissions.get().pk}/"' in page.content.decode()
    assert "Sisa waktu mengirim" not in text_of(page)


def test_what_came_back_is_the_next_step(scenario):
    report = send(scenario, "53.07", "coordinator")
    steps.judge_all(report, scenario.actor("kanwil"), returned=[1], substance="partly")
    steps.return_report(report, scenario.actor("kanwil"))

    words = text_of(get(scenario, "coordinator"))

    assert "Perbaiki Aksi 1 yang dikembalikan" in words
    assert "Kantor Wilayah Nusa Tenggara Timur mengembalikan Aksi 1 (Dinas Koperasi)." in words
    assert "Sisa waktu memperbaiki" in words
    assert "mengembalikan laporan untuk diperbaiki" in words
    assert "perlu diperbaiki Lihat catatan" in words
    assert "82,50 Hijau" in words
    assert "bila semua isian lainnya dinilai sesuai; ukuran yang sudah diterima dihitung dengan nilainya." in words
    assert [row.act for row in home_of(scenario, "opd").items] == ["mend"]
    assert [row.act for row in home_of(scenario, "other_opd").items] == ["look"]


def test_a_verified_report_shows_its_score(scenario):
    report = send(scenario, "53.07", "coordinator")
    steps.judge_all(report, scenario.actor("kanwil"))
    steps.verify_report(report, scenario.actor("kanwil"))

    assert "Sedang dihitung" in text_of(get(scenario, "coordinator"))

    compute_period(scenario.period)

    home = home_of(scenario, "coordinator")
    assert (home.score.value, home.score.band, home.estimate) == (100, "hijau", None)
    assert "Nilai laporan 100,00 Hijau" in text_of(get(scenario, "coordinator"))


def test_closed_without_sending_says_what_now(scenario):
    home = home_of(scenario, "coordinator", now=scenario.period.late_until_at)

    assert home.step.title == "Laporan ini tidak dikirim"
    assert home.step.text.endswith("Hubungi Kantor Wilayah Nusa Tenggara Timur bila ada kendala.")
    assert home.deadline.state == "lewat"
    assert not home.is_open


def test_the_last_period_stands_beside_this_one(scenario):
    report = send(scenario, "53.07", "coordinator")
    kanwil = scenario.actor("kanwil")
    later = scenario.add_period(4, "B12", "Triwulan IV", scenario.now + timedelta(days=90))
    for aksi in scenario.aksi:
        scenario.add_measure(aksi, later, 1)
    open_period(later, by=scenario.actor("secretariat"))
    later = type(later).objects.select_related("plan_year__rule_set").get(pk=later.pk)
    steps.judge_all(report, kanwil, returned=[1, 2], substance="partly")

    in_review = reporter_home(scenario.actor("coordinator"), later, scenario.period, now=scenario.now)
    steps.return_report(report, kanwil)
    home = reporter_home(scenario.actor("coordinator"), later, scenario.period, now=scenario.now)

    assert in_review.last.reasons == ()
    assert home.report.period_id == later.pk
    assert home.last.report.pk == report.pk
    assert home.last.reasons == ("Bukti hanya mencakup sebagian sasaran",)
    assert home.last.score.value is None


def test_the_kanwil_contact_has_links_only_where_there_is_an_address(scenario):
    scenario.kanwil.contact_email = "ham.ntt@contoh.example"
    scenario.kanwil.save()

    page = get(scenario, "coordinator").content.decode()

    assert 'href="mailto:ham.ntt@contoh.example"' in page
    assert 'href="mailto:kanwil@contoh.example"' in page
    assert "neighbour_kanwil@contoh.example" not in page
    assert "tel:" not in page


def test_ministries_ask_ditjen_ham_and_its_own_house_asks_the_panitia(scenario):
    Institution.objects.filter(code="HAM").update(contact_phone="021-000000")

    assert home_of(scenario, "ministry_coordinator").contact.phone == "021-000000"
    assert home_of(scenario, "ham_coordinator").contact.name == "Anggota lain Panitia Nasional"
    assert not home_of(scenario, "ham_coordinator").contact.is_known


def test_an_institution_without_a_report_is_told_so(scenario):
    Report.objects.filter(institution=scenario.kabupaten).update(institution=scenario.ksp)

    assert "Tidak ada laporan pada periode ini" in text_of(get(scenario, "coordinator"))


@pytest.mark.parametrize("name", ["coordinator", "opd", "signatory", "kanwil", "pembina", "verifier"])
def test_before_the_first_period_home_says_so(db, name):
    assert "Belum ada periode yang dibuka" in text_of(get(Scenario(opened=False), name))


# Those who look after others


def test_kanwil_sees_its_queue_and_who_has_not_sent(scenario):
    send(scenario, "53.07", "coordinator")
    send(scenario, "52.01", "neighbour_coordinator")

    words = text_of(get(scenario, "kanwil"))

    assert "1 dari 3 instansi sudah mengirim." in words
    assert "Langkah berikutnya Telaah Kabupaten Sikka" in words
    assert "Belum mengirim 2 dari 3" in words
    assert "Kabupaten Ende" in words
    assert "Lombok" not in words
    assert "Nusa Tenggara Barat" not in words


def test_the_figures_of_a_reviewer_lead_to_their_reports(scenario):
    send(scenario, "53.07", "coordinator")

    page = get(scenario, "kanwil").content.decode()

    for stage in ("menunggu", "diperbaiki", "terverifikasi"):
        assert f'href="/telaah/?status={stage}"' in page
    assert f'href="{scenario.reports["53.08"].get_absolute_url()}"' in page


def test_kanwil_counts_whom_no_email_reaches(scenario):
    Membership.objects.filter(institution=scenario.other_kabupaten).delete()

    home = review_home(scenario.actor("kanwil"), scenario.period, now=scenario.now)

    assert [row.report.institution.code for row in home.unsent if not row.is_reachable] == ["53.08"]
    assert (home.not_started, home.unreachable) == (3, 1)


def test_pembina_sees_the_readiness_of_its_kab_kota(scenario):
    send(scenario, "53.07", "coordinator")

    page = get(scenario, "pembina")

    words = text_of(page)
    assert "1 dari 2 kabupaten/kota sudah mengirim." in words
    assert "Kabupaten Sikka Menunggu telaah" in words
    assert "Kabupaten Ende Belum mulai" in words
    assert "other_coordinator@contoh.example" in words
    assert "Lombok" not in words
    assert 'href="/hasil/wilayah/"' in page.content.decode()


def test_pembina_who_also_coordinates_reaches_the_readiness(scenario):
    user = scenario.user("province_coordinator")
    Membership.objects.create(user=user, institution=scenario.province, role="pembina", starts_on="2020-01-01")

    page = get(scenario, "province_coordinator")
    assert 'href="/wilayah/kesiapan/"' in page.content.decode()
    assert tools_of(page)[:2] == ["/hasil/wilayah/", "/hasil/sebab/"]
    assert "Kabupaten Ende" in text_of(get(scenario, "province_coordinator", "/wilayah/kesiapan/"))


@pytest.mark.parametrize("name", ["coordinator", "kanwil", "verifier", "leader", "secretariat"])
def test_readiness_belongs_to_pembina(scenario, name):
    assert get(scenario, name, "/wilayah/kesiapan/").status_code == 404


def test_verifiers_see_the_ministries_of_their_office(scenario):
    central, panitia = text_of(get(scenario, "verifier")), text_of(get(scenario, "panitia_verifier"))

    assert "0 dari 1 instansi sudah mengirim." in central
    assert "Kementerian Sosial belum mulai" in central
    assert "Kementerian Hak Asasi Manusia belum mulai" in panitia
    assert "Kabupaten" not in central + panitia


def test_secretariat_sees_reports_by_level_and_what_to_do(scenario):
    send(scenario, "53.07", "coordinator")

    words = text_of(get(scenario, "secretariat"))

    assert "Tindak lanjuti yang belum mengirim" in words
    assert "Provinsi 2 2 0 0 0" in words
    assert "Kabupaten dan kota 3 2 1 0 0" in words
    assert "Seluruh jenjang 7 6 1 0 0" in words
    assert 'href="/orang/"' in get(scenario, "secretariat").content.decode()


def test_secretariat_opens_the_first_period(db):
    scenario = Scenario(opened=False)

    words = text_of(get(scenario, "secretariat"))

    assert f"Langkah berikutnya Buka Triwulan III {scenario.now.year} (B09)" in words


@pytest.mark.parametrize("name", ["leader", "reader"])
def test_readers_of_the_nation_go_to_the_national_page(scenario, name):
    response = get(scenario, name)

    assert (response.status_code, response["Location"]) == (302, "/hasil/nasional/")


def tools_of(response) -> list[str]:
    """Where "Lihat juga" leads."""
    tools = response.content.decode().split('id="lihat-juga"', 1)[1].split("</section>")[0]
    return re.findall(r'href="([^"]+)"', tools)


@pytest.mark.parametrize(
    ("name", "results"),
    [
        ("secretariat", "/hasil/nasional/"),
        ("verifier", "/hasil/nasional/"),
        ("kanwil", "/hasil/wilayah/"),
        ("pembina", "/hasil/wilayah/"),
    ],
)
def test_home_leads_to_causes_and_comparisons_in_one_click(scenario, name, results):
    assert tools_of(get(scenario, name)) == [results, "/hasil/sebab/", "/hasil/banding/", "/terbitan/"]


def test_a_kemenko_reads_only_its_own_ministries(scenario):
    Institution.objects.filter(pk=scenario.ksp.pk).update(is_national_reader=False)
    Oversight.objects.create(overseer=scenario.ksp, overseen=scenario.ministry_social, kind="read")

    page = get(scenario, "reader")
    words = text_of(page)

    assert tools_of(page) == ["/hasil/sebab/", "/hasil/banding/", "/terbitan/"]
    assert "1 instansi, urut menurut kode." in words
    assert "Kementerian Sosial Belum dikirim" in words
    assert "Kementerian Hak Asasi Manusia" not in words


# After the period


def test_a_closed_period_calls_who_did_not_send_tidak_lapor(scenario):
    period, now = scenario.period, scenario.now
    send(scenario, "53.07", "coordinator")
    moved = {name: now - timedelta(days=30) for name in ("opens_at", "covers_from")}
    for days, name in enumerate(("closes_at", "late_until_at", "review_due_at", "correction_until_at"), start=1):
        moved[name] = now - timedelta(days=20 - days)
    type(period).objects.filter(pk=period.pk).update(
        **moved, objection_until_at=now - timedelta(days=1), objection_from_at=now - timedelta(days=2)
    )

    assert "Kabupaten Ende. 0 dari 3 ukuran lengkap. Tidak lapor" in text_of(get(scenario, "other_coordinator"))
    assert "Kabupaten Ende Tidak lapor" in text_of(get(scenario, "pembina"))
    assert "Tidak lapor 2 dari 3" in text_of(get(scenario, "kanwil"))
    assert "Kabupaten Ende Nusa Tenggara Timur, 53.08 Tidak lapor" in text_of(get(scenario, "kanwil", "/cari/?q=ende"))
    assert "Sisa" not in text_of(get(scenario, "secretariat"))


def test_a_review_that_is_over_shows_no_deadline(scenario):
    kanwil = scenario.actor("kanwil")
    over = scenario.period.review_due_at

    assert review_home(kanwil, scenario.period, now=scenario.now).deadline.label == "Sisa waktu pelapor mengirim"
    assert review_home(kanwil, scenario.period, now=over).deadline is None

    send(scenario, "53.07", "coordinator")

    assert review_home(kanwil, scenario.period, now=over).deadline.state == "lewat"


# Cost


def add_institutions(scenario, count: int) -> None:
    """More kabupaten of the same province, with the same aksi and an open report each."""
    new = Institution.objects.bulk_create(
        Institution(code=f"53.{number}", name=f"Kabupaten {number}", kind="kabupaten", parent=scenario.province)
        for number in range(50, 50 + count)
    )
    for aksi in scenario.aksi:
        aksi.assignments.bulk_create(type(aksi.assignments.first())(institution=one, aksi=aksi) for one in new)
    open_period(scenario.period, by=scenario.actor("secretariat"))


def cost(scenario, name: str, url: str = "/") -> int:
    client = scenario.client(name, StrictClient)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("name", ["kanwil", "pembina", "verifier", "panitia_verifier", "secretariat"])
def test_home_costs_the_same_with_more_institutions(scenario, name):
    send(scenario, "53.07", "coordinator")
    few = cost(scenario, name)

    add_institutions(scenario, 30)

    assert cost(scenario, name) == few
    assert few <= PAGE_QUERIES


@pytest.mark.parametrize("name", ["coordinator", "opd", "signatory", "province_coordinator", "ministry_coordinator"])
def test_reporters_home_stays_within_the_budget(scenario, name):
    earlier = scenario.add_period(2, "B06", "Triwulan II", scenario.now - timedelta(days=90))
    for aksi in scenario.aksi:
        scenario.add_measure(aksi, earlier, 1)
    open_period(earlier, by=scenario.actor("secretariat"))

    assert cost(scenario, name) <= PAGE_QUERIES


def test_reporters_home_costs_the_same_after_more_work(scenario):
    few = cost(scenario, "coordinator")
    report = send(scenario, "53.07", "coordinator")
    steps.judge_all(report, scenario.actor("kanwil"), returned=[1], substance="partly")
    steps.return_report(report, scenario.actor("kanwil"))

    assert cost(scenario, "coordinator") == few
