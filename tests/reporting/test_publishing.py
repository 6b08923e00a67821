"""Publishing: who may, what stands before it, that revisions never move, and what everybody then reads."""

import hashlib
import json
from datetime import timedelta
from fractions import Fraction

import pytest
import time_machine
from django.db import IntegrityError
from django.urls import reverse

from actions.models import PlanYear, ReportingPeriod
from actions.policies.errors import NotAllowed
from reporting.jobs.scores import compute_plan_year
from reporting.models import Publication, Score
from reporting.services import objecting
from reporting.services.publishing import publish, readiness
from reporting.summaries.published import Snapshot, changes_between
from reporting.summaries.results import Span
from tests import steps
from tests.concurrency import at_once
from tests.conftest import StrictClient
from tests.downloads import table_of
from tests.scenario import PEOPLE, Scenario


def span_of(scenario: Scenario) -> Span:
    scenario.period.refresh_from_db()
    return Span(scenario.plan_year, scenario.period)


def verified(scenario: Scenario) -> Scenario:
    """Kabupaten Sikka is verified with 65, nobody else reports, everything has ended, and scores are computed."""
    coordinator, kanwil = scenario.actor("coordinator"), scenario.actor("kanwil")
    steps.fill_report(scenario.report, coordinator)
    steps.send_report(scenario.report, coordinator)
    steps.judge_all(scenario.report, kanwil, substance="partly")
    steps.verify_report(scenario.report, kanwil)
    scenario.later = scenario.period.objection_until_at + timedelta(days=1)
    compute_plan_year(scenario.plan_year, scenario.later)
    return scenario


@pytest.fixture
def ended(scenario) -> Scenario:
    with time_machine.travel(verified(scenario).later, tick=False):
        yield scenario


def publish_now(scenario: Scenario, *, note: str = "", **words) -> Publication:
    span, by = span_of(scenario), scenario.actor("verifier")
    seen = readiness(span, by).content_hash
    return publish(span, by=by, **{"seen": seen, "note": note} | words)


def move_a_score(scenario: Scenario) -> None:
    """As a correction would: the figure of Kabupaten Sikka changes."""
    rows = Score.objects.filter(scope="institution", institution=scenario.kabupaten, target_group=None)
    assert rows.filter(period=scenario.period).update(all_exact="70/1", reported_exact="70/1") == 1


def test_the_first_publication_is_revision_1_with_every_figure(ended):
    publication = publish_now(ended)

    content = json.loads(publication.content)
    assert (publication.revision, publication.span_key, publication.note) == (1, ended.period.key, "")
    assert publication.figures == len(content["figures"]) == Score.objects.of_period(ended.period).count()
    assert publication.content_hash == hashlib.sha256(publication.content.encode()).hexdigest()
    assert [f["all"] for f in content["figures"] if f["code"] == "53.07" and not f["group"]] == ["65/1"]


def test_publishing_again_without_a_change_is_refused(ended):
    publish_now(ended)

    with pytest.raises(NotAllowed) as refusal:
        publish_now(ended, note="Sekali lagi")

    assert refusal.value.reasons == ["Semua angka sama dengan revisi terakhir. Tidak ada yang perlu diterbitkan."]
    assert Publication.objects.count() == 1


def test_a_later_revision_needs_a_note_and_leaves_the_first_as_it_was(ended):
    first = publish_now(ended)
    move_a_score(ended)

    with pytest.raises(NotAllowed) as refusal:
        publish_now(ended, note="   ")
    second = publish_now(ended, note="Nilai Sikka dikoreksi")

    assert refusal.value.reasons == ["Tulis apa yang berubah sejak revisi sebelumnya dan mengapa."]
    assert (second.revision, second.note) == (2, "Nilai Sikka dikoreksi")
    assert Publication.objects.get(pk=first.pk).content == first.content
    changes = changes_between(Snapshot(first.content), Snapshot(second.content))
    assert [(c.figure.code, c.before.value, c.after.value, c.difference) for c in changes] == [
        ("53.07", Fraction(65), Fraction(70), Fraction(5))
    ]


def test_the_database_refuses_a_later_revision_without_a_note(ended):
    publication = publish_now(ended)
    publication.pk, publication.revision = None, 2

    with pytest.raises(IntegrityError, match="later_publication_says_what_changed|CHECK"):
        publication.save()


def test_figures_that_moved_since_they_were_checked_are_not_published(ended):
    seen = readiness(span_of(ended), ended.actor("verifier")).content_hash
    move_a_score(ended)

    with pytest.raises(NotAllowed) as refusal:
        publish_now(ended, seen=seen)

    assert refusal.value.reasons == ["Angka berubah sejak Anda memeriksanya. Periksa sekali lagi, lalu terbitkan."]
    assert not Publication.objects.exists()


def test_only_the_central_verifier_publishes(ended):
    span = span_of(ended)
    seen = readiness(span, ended.actor("verifier")).content_hash

    for name in sorted(set(PEOPLE) - {"verifier"}):
        with pytest.raises(NotAllowed) as refusal:
            publish(span, by=ended.actor(name), seen=seen)
        assert refusal.value.reasons == ["Hanya verifikator pusat Ditjen HAM yang menerbitkan hasil."]


@pytest.mark.parametrize(("seconds", "expected"), [(-1, 1), (0, 0)])
def test_an_open_period_is_not_published_until_its_exact_end(scenario, seconds, expected):
    at = scenario.period.late_until_at + timedelta(seconds=seconds)
    compute_plan_year(scenario.plan_year, at)

    found = readiness(span_of(scenario), scenario.actor("verifier"), now=at)

    closing = "Belum ditutup: Triwulan III. Hasil diterbitkan sesudah pengiriman berakhir."
    assert found.obstacles == [closing] * expected


def test_stale_scores_are_named_and_not_published(ended):
    type(ended.period.scoring).objects.filter(period=ended.period).update(requested=99)

    with pytest.raises(NotAllowed) as refusal:
        publish_now(ended)

    assert refusal.value.reasons == [
        "Nilai sedang dihitung ulang: Triwulan III. Tunggu sekitar satu menit, lalu periksa lagi."
    ]


def test_a_year_waits_for_all_its_periods(ended):
    ended.add_period(4, "B12", "Triwulan IV", ended.later + timedelta(days=60))

    found = readiness(Span(ended.plan_year, None), ended.actor("verifier"))

    assert found.obstacles == ["Belum ditutup: Triwulan IV. Hasil diterbitkan sesudah pengiriman berakhir."]


def test_a_closed_year_is_published_beside_its_period(ended):
    publish_now(ended)
    span, by = Span(ended.plan_year, None), ended.actor("verifier")

    publication = publish(span, by=by, seen=readiness(span, by).content_hash)

    assert (publication.span_key, publication.revision, publication.period) == (str(ended.plan_year.year), 1, None)


def test_open_reviews_are_listed_by_office_and_must_be_acknowledged(scenario):
    coordinator = scenario.actor("other_coordinator")
    steps.fill_report(scenario.reports["53.08"], coordinator)
    steps.send_report(scenario.reports["53.08"], coordinator)
    with time_machine.travel(verified(scenario).later, tick=False):
        found = readiness(span_of(scenario), scenario.actor("verifier"))
        with pytest.raises(NotAllowed) as refusal:
            publish_now(scenario)
        publication = publish_now(scenario, acknowledged=True)

    assert found.cautions == [
        "1 laporan sudah dikirim tetapi belum diverifikasi dan tidak masuk rata-rata: "
        "Kantor Wilayah Nusa Tenggara Timur 1."
    ]
    assert refusal.value.reasons == ["Nyatakan dulu bahwa Anda mengetahui hal-hal yang belum selesai."]
    assert Snapshot(publication.content).nation.is_provisional


def test_undecided_objections_are_counted_and_must_be_acknowledged(scenario):
    verified(scenario)
    coordinator = scenario.actor("coordinator")
    steps.let_pass(scenario.period, 28)
    answer = steps.answers_of(scenario.report)[0]
    words = {"administration": "met", "substance": "met", "reason": "Kesimpulan ada di halaman 2 notulen."}
    objecting.save_draft(answer, by=coordinator, **words)
    before = readiness(span_of(scenario), scenario.actor("verifier"), now=scenario.later)
    objecting.file_objections(scenario.report, by=coordinator)

    found = readiness(span_of(scenario), scenario.actor("verifier"), now=scenario.later)

    assert before.cautions == []
    assert found.cautions == ["1 laporan punya sanggahan yang belum diputus."]
    assert found.content == before.content


def test_an_unfinished_objection_time_is_said(ended):
    with time_machine.travel(ended.period.objection_until_at - timedelta(seconds=1), tick=False):
        found = readiness(span_of(ended), ended.actor("verifier"))

    assert len(found.cautions) == 1
    assert found.cautions[0].startswith("Masa perbaikan dan sanggah Triwulan III belum berakhir, sampai ")


def test_the_hash_does_not_depend_on_who_looks_or_when(ended):
    first = readiness(span_of(ended), ended.actor("verifier"), now=ended.later)
    Score.objects.update(computed_at=ended.later + timedelta(days=3))

    assert readiness(span_of(ended), ended.actor("leader"), now=ended.later).content == first.content


# Pages


def create_url(scenario: Scenario) -> str:
    return reverse("publication-create", args=[scenario.period.key])


def pages_of(publication: Publication) -> list[str]:
    args = [publication.span_key, publication.revision]
    names = ["publication-detail", "publication-csv", "publication-json"]
    parts = [reverse("publication-part", args=[*args, code]) for code in ("53", "nasional")]
    return [reverse("publication-list"), *(reverse(name, args=args) for name in names), *parts]


def test_everybody_with_an_office_reads_what_is_published(ended):
    pages = pages_of(publish_now(ended))
    clients = {name: ended.client(name, StrictClient) for name in PEOPLE}

    answers = {name: [client.get(page).status_code for page in pages] for name, client in clients.items()}

    assert answers == dict.fromkeys(PEOPLE, [200] * 6)


def test_only_the_central_verifier_reaches_the_publishing_page(ended):
    clients = {name: ended.client(name, StrictClient) for name in PEOPLE}
    url = create_url(ended)

    answers = {name: (client.get(url).status_code, client.post(url).status_code) for name, client in clients.items()}

    assert answers == dict.fromkeys(PEOPLE, (404, 404)) | {"verifier": (200, 200)}


def test_strangers_are_sent_to_sign_in(ended, client):
    assert {client.get(page).status_code for page in pages_of(publish_now(ended))} == {302}


def test_the_list_shows_the_newest_years_and_leads_to_all(ended, monkeypatch):
    publish_now(ended)
    client, url = ended.client("verifier", StrictClient), reverse("publication-list")
    whole = client.get(url)
    older = PlanYear(pk=-1, year=ended.plan_year.year - 1, rule_set=ended.rule_set, calendar=ended.plan_year.calendar)
    old_period = ReportingPeriod(code="B09", name="Lama", plan_year=older, number=3)
    monkeypatch.setattr("reporting.views.publishing.opened_periods", lambda request: [ended.period, old_period])
    monkeypatch.setattr("reporting.views.publishing.SHOWN_YEARS", 1)

    few, every = client.get(url), client.get(f"{url}?tahun=semua")

    keys = [str(ended.plan_year.year), ended.period.key]
    assert [span.key for span in whole.context["spans"]] == keys
    assert [span.key for span in few.context["spans"]] == keys
    assert [span.key for span in every.context["spans"]] == [*keys, str(older.year), old_period.key]
    assert ["Lihat semua tahun" in page.content.decode() for page in (whole, few, every)] == [False, True, False]


def test_what_was_published_stays_listed_when_newer_years_have_nothing(ended, monkeypatch):
    publication = publish_now(ended)
    newer = [
        ReportingPeriod(code="B03", name="Baru", number=1, plan_year=PlanYear(pk=-number, year=2090 + number))
        for number in (2, 1)
    ]
    monkeypatch.setattr("reporting.views.publishing.opened_periods", lambda request: [*newer, ended.period])

    page = ended.client("verifier", StrictClient).get(reverse("publication-list"))

    assert [issue.latest for issue in page.context["issues"]] == [publication]
    assert [span.key for span in page.context["spans"]] == ["2092", "2092-B03", "2091", "2091-B03"]


UNKNOWN = [
    "2026-B99/1/", "1999/1/", "{key}/0/", "{key}/2/", "{key}/99999999999999999999/", "{key}/1/bagian/99/", "x/1/csv/",
]  # fmt: skip


def test_an_unknown_publication_is_not_found(ended):
    publish_now(ended)
    client = ended.client("leader", StrictClient)

    answers = [client.get(f"/terbitan/{path.format(key=ended.period.key)}").status_code for path in UNKNOWN]

    assert answers == [404] * len(UNKNOWN)


def test_publishing_on_the_page_leads_to_the_revision(ended):
    client = ended.client("verifier", StrictClient)

    form = client.get(create_url(ended)).context["form"]
    response = client.post(create_url(ended), {"seen": form.initial["seen"]})

    publication = Publication.objects.get()
    assert response.url == reverse("publication-detail", args=[ended.period.key, 1])
    page = client.get(response.url)
    assert [str(message) for message in page.context["messages"]] == [f"{publication.label} terbit sebagai revisi 1."]
    assert publication.content_hash in page.content.decode()


def test_a_refused_revision_keeps_the_note_and_shows_the_new_figures(ended):
    publish_now(ended)
    client = ended.client("verifier", StrictClient)
    move_a_score(ended)
    seen = client.get(create_url(ended)).context["form"].initial["seen"]
    Score.objects.filter(scope="institution", institution=ended.kabupaten).update(all_exact="71/1")

    response = client.post(create_url(ended), {"seen": seen, "note": "Koreksi Sikka"})

    assert response.status_code == 409
    assert response.context["form"].initial["note"] == "Koreksi Sikka"
    assert response.context["form"].initial["seen"] != seen
    assert Publication.objects.count() == 1


def test_a_second_tab_that_publishes_the_same_is_told_so_and_asked_for_nothing(ended):
    client = ended.client("verifier", StrictClient)
    seen = client.get(create_url(ended)).context["form"].initial["seen"]
    client.post(create_url(ended), {"seen": seen})

    again = client.post(create_url(ended), {"seen": seen})

    assert (again.status_code, again.context["form"].errors) == (409, {})
    text = again.content.decode()
    assert "Revisi 1 sudah terbit dan tetap dapat dibuka.</p>" in text
    assert "Semua angka sama dengan revisi terakhir." in text
    assert Publication.objects.count() == 1


def test_the_second_revision_asks_for_its_note_at_the_field(ended):
    publish_now(ended)
    client = ended.client("verifier", StrictClient)
    move_a_score(ended)
    seen = client.get(create_url(ended)).context["form"].initial["seen"]

    response = client.post(create_url(ended), {"seen": seen})

    assert response.context["form"].errors == {"note": ["Tulis apa yang berubah sejak revisi sebelumnya dan mengapa."]}


def main_of(response) -> str:
    """The page between its frame, which carries a new token each time."""
    return response.content.decode().partition("<main")[2].partition("</main>")[0]


def test_a_published_page_does_not_move_with_the_scores(ended):
    page = reverse("publication-part", args=[ended.period.key, publish_now(ended).revision, "53"])
    client = ended.client("neighbour_coordinator", StrictClient)
    before = main_of(client.get(page))

    Score.objects.all().delete()
    ended.kabupaten.name = "Nama lain"
    ended.kabupaten.save()

    assert "Kabupaten Sikka" in before
    assert main_of(client.get(page)) == before


def test_an_old_revision_says_so_and_leads_to_the_newest(ended):
    publish_now(ended)
    move_a_score(ended)
    publish_now(ended, note="Nilai Sikka dikoreksi")
    client = ended.client("coordinator", StrictClient)

    old, new = (
        client.get(reverse("publication-detail", args=[ended.period.key, number])).content.decode() for number in (1, 2)
    )

    assert "Anda membaca revisi lama." in old
    assert "Anda membaca revisi lama." not in new
    assert "Nilai Sikka dikoreksi" in new


def test_the_csv_has_every_figure_and_names_revision_and_hash(ended):
    publication = publish_now(ended)
    url = reverse("publication-csv", args=[ended.period.key, 1])

    response = ended.client("reader", StrictClient).get(url)

    (head, *lines), manifest = table_of(response)
    rows = [dict(zip(head, line, strict=True)) for line in lines]
    sikka = next(row for row in rows if row["Kode"] == "53.07" and not row["Kelompok sasaran"])
    assert int(manifest["Baris"]) == publication.figures
    assert (sikka["Capaian (seluruh instansi)"], sikka["Capaian eksak (seluruh instansi)"]) == ("65,00", "65")
    assert {(row["Terbitan"], row["Sidik isi (SHA-256)"]) for row in rows} == {
        (f"{ended.period.key} revisi 1", publication.content_hash)
    }
    assert rows[0]["Lingkup"] == "nasional"


def test_the_json_is_the_very_bytes_that_were_hashed(ended):
    publication = publish_now(ended)

    response = ended.client("opd", StrictClient).get(reverse("publication-json", args=[ended.period.key, 1]))

    assert hashlib.sha256(response.content).hexdigest() == publication.content_hash


def test_the_part_of_a_province_has_its_government_and_kabupaten(ended):
    publish_now(ended)
    client = ended.client("coordinator", StrictClient)

    members = {
        code: client.get(reverse("publication-part", args=[ended.period.key, 1, code])).context["members"]
        for code in ("53", "kl")
    }

    assert [(row.figure.code, row.figure.value) for row in members["53"]] == [("53", 0), ("53.07", 65), ("53.08", 0)]
    assert [row.figure.code for row in members["kl"]] == ["HAM", "SOS"]


def part_url(scenario: Scenario, code: str, query: str = "") -> str:
    return reverse("publication-part", args=[scenario.period.key, 1, code]) + query


def test_every_count_and_figure_of_a_revision_opens_the_institutions_behind_it(ended):
    publish_now(ended)
    client = ended.client("neighbour_coordinator", StrictClient)
    detail = client.get(reverse("publication-detail", args=[ended.period.key, 1]))
    group = next(row for row in detail.context["groups"] if row.figure.scored)

    pages = {
        query: [row.figure.code for row in client.get(part_url(ended, "nasional", query)).context["members"]]
        for query in ("", "?keadaan=kuning", "?keadaan=tanpa-laporan", "?keadaan=hijau")
    }
    of_group = client.get(group.address)

    everyone = ["HAM", "SOS", "52", "53", "52.01", "53.07", "53.08"]
    assert [row.address for row in detail.context["levels"]] == [
        part_url(ended, c) for c in ("kl", "provinsi", "kab_kota")
    ]
    assert detail.context["nation"].address == "#dihitung"
    assert f"{part_url(ended, 'nasional')}?keadaan=kuning" in detail.content.decode()
    assert pages[""] == everyone
    assert pages["?keadaan=kuning"] == ["53.07"]
    assert pages["?keadaan=tanpa-laporan"] == [code for code in everyone if code != "53.07"]
    assert pages["?keadaan=hijau"] == []
    assert len(of_group.context["members"]) == group.figure.expected
    assert {row.figure.group for row in of_group.context["members"]} == {group.figure.group}
    assert client.get(part_url(ended, "nasional", "?kelompok=tidak-ada")).status_code == 404


def test_an_institution_of_a_revision_opens_its_letter_and_its_page_where_one_may(ended):
    publish_now(ended)
    live = {code: reverse("institution-results-of", args=[code, ended.period.key]) for code in ("53", "53.07", "53.08")}
    letter = {code: reverse("result-letter", args=[ended.period.key, 1, code]) for code in live}

    found = {
        name: [
            (row.figure.code, row.address, row.letter)
            for row in ended.client(name, StrictClient).get(part_url(ended, "53")).context["members"]
        ]
        for name in ("verifier", "coordinator", "neighbour_coordinator")
    }

    assert found["verifier"] == [(code, live[code], letter[code]) for code in live]
    assert found["coordinator"] == [("53", "", ""), ("53.07", live["53.07"], letter["53.07"]), ("53.08", "", "")]
    assert found["neighbour_coordinator"] == [(code, "", "") for code in live]


def test_every_changed_figure_opens_what_it_is_made_of_where_one_may(ended):
    publish_now(ended)
    move_a_score(ended)
    Score.objects.of_period(ended.period).filter(scope="level", level="kab_kota", target_group=None).update(
        all_exact="70/3"
    )
    live = reverse("institution-results-of", args=["53.07", ended.period.key])
    proposed = ended.client("verifier", StrictClient).get(create_url(ended)).context["changes"]
    second = publish_now(ended, note="Koreksi")
    letters = [reverse("result-letter", args=[ended.period.key, number, "53.07"]) for number in (1, 2)]
    parts = [reverse("publication-part", args=[ended.period.key, number, "kab_kota"]) for number in (1, 2)]

    found = {
        name: [
            (row.change.figure.code, row.address, row.opens_before, row.opens_now)
            for row in ended.client(name, StrictClient).get(pages_of(second)[1]).context["changes"]
        ]
        for name in ("coordinator", "neighbour_coordinator")
    }

    assert [(row.address, row.opens_before, row.opens_now) for row in proposed] == [
        (page := reverse("level-results", args=["kab_kota", ended.period.key]), parts[0], page),
        (live, letters[0], live),
    ]
    assert found["coordinator"] == [("kab_kota", parts[1], *parts), ("53.07", live, *letters)]
    assert found["neighbour_coordinator"] == [("kab_kota", parts[1], *parts), ("53.07", "", "", "")]


def test_a_mean_names_how_many_it_was_taken_over_and_leaves_out_what_awaits(scenario):
    coordinator = scenario.actor("other_coordinator")
    steps.fill_report(scenario.reports["53.08"], coordinator)
    steps.send_report(scenario.reports["53.08"], coordinator)
    with time_machine.travel(verified(scenario).later, tick=False):
        publish_now(scenario, acknowledged=True)
        client = scenario.client("leader", StrictClient)
        part = client.get(part_url(scenario, "53"))
        detail = client.get(reverse("publication-detail", args=[scenario.period.key, 1]))

    assert part.context["whole"].everyone == "rata-rata 2 instansi, 1 tidak lapor dihitung 0"
    assert part.context["whole"].reporters == "rata-rata 1 instansi yang dinilai"
    assert "1 dari 3 wajib lapor belum dinilai dan tidak masuk rata-rata." in part.content.decode()
    words = {row.figure.code: (row.everyone, row.reporters) for row in detail.context["levels"]}
    zero = "tidak lapor dihitung 0"
    assert words["kab_kota"] == (f"rata-rata 2 instansi, 1 {zero}", "rata-rata 1 instansi yang dinilai")
    assert words["kl"] == (f"rata-rata 2 instansi, 2 {zero}", "belum ada yang dinilai")
    nation = detail.context["nation"]
    assert nation.everyone == f"rata-rata 3 jenjang tanpa bobot, atas 6 instansi, 5 {zero}"
    assert nation.reporters == "rata-rata 1 jenjang tanpa bobot, atas 1 instansi yang dinilai"
    groups = [f"{row.everyone[1:]}; yang melapor saja" for row in detail.context["groups"]]
    assert groups == [words for words in groups if words in detail.content.decode()] != []


def test_a_year_says_over_how_many_periods_each_institution_was_counted(ended):
    span, by = Span(ended.plan_year, None), ended.actor("verifier")
    publish(span, by=by, seen=readiness(span, by).content_hash)

    page = ended.client("verifier", StrictClient).get(reverse("publication-part", args=[span.key, 1, "53"]))

    assert [(row.figure.code, row.counted) for row in page.context["members"]] == [
        ("53", 1),
        ("53.07", 1),
        ("53.08", 1),
    ]
    assert "1 dari 1, 1 dinilai" in page.content.decode()
    assert "yang melapor 65,00, dihitung 1 dari 1 periode" in page.content.decode()


def test_the_national_page_says_whether_it_is_published(ended):
    page = reverse("national-results-of", args=[ended.period.key])
    client = ended.client("leader", StrictClient)

    before = client.get(page).content.decode()
    publication = publish_now(ended)
    after = client.get(page).content.decode()

    assert "Belum terbit" in before
    assert "Terbit sebagai revisi 1" in after
    assert reverse("publication-detail", args=[publication.span_key, 1]) in after


def test_publication_pages_stay_within_twelve_queries(ended, django_assert_max_num_queries):
    publish_now(ended)
    move_a_score(ended)
    pages = [*pages_of(publish_now(ended, note="Koreksi")), create_url(ended)]
    pages.append(reverse("publication-create", args=[ended.plan_year.year]))
    client = ended.client("verifier", StrictClient)

    for page in pages:
        with django_assert_max_num_queries(12):
            assert client.get(page).status_code == 200
    for name in ("coordinator", "kanwil", "pembina"):
        client = ended.client(name, StrictClient)
        with django_assert_max_num_queries(12):
            assert client.get(pages[1]).status_code == 200


# All at once


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_sixteen_publishings_at_once_make_one_revision():
    scenario = verified(Scenario())
    span, by = span_of(scenario), scenario.actor("verifier")
    seen = readiness(span, by, now=scenario.later).content_hash

    outcomes = at_once(lambda: publish(span, by=by, seen=seen, now=scenario.later))

    refused = [outcome for outcome in outcomes if isinstance(outcome, NotAllowed)]
    assert [row.revision for row in Publication.objects.all()] == [1]
    assert len(refused) == 15
    assert {str(outcome) for outcome in refused} == {
        "Semua angka sama dengan revisi terakhir. Tidak ada yang perlu diterbitkan."
    }
