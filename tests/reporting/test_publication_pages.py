"""Pages of publications: what everybody reads, files included, and the page that publishes."""

import hashlib

import time_machine
from django.urls import reverse

from actions.models import PlanYear, ReportingPeriod
from reporting.models import Publication, Score
from reporting.services.publishing import publish, readiness
from reporting.summaries.published import Snapshot
from reporting.summaries.published_rows import frozen_points
from reporting.summaries.results import Span
from tests import steps
from tests.conftest import StrictClient
from tests.downloads import table_of
from tests.reporting.publishing_helpers import move_a_score, publish_now, verified
from tests.scenario import PEOPLE, Scenario


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

    page = client.get(create_url(ended))
    form = page.context["form"]
    response = client.post(create_url(ended), {"seen": form.initial["seen"]})

    publication = Publication.objects.get()
    assert [
        words for words in page.context["found"].passed if f"<span>{words}</span>" not in page.content.decode()
    ] == []
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


def test_the_page_of_a_revision_draws_its_provinces_from_what_was_frozen(ended):
    page = pages_of(publish_now(ended))[1]
    client = ended.client("neighbour_coordinator", StrictClient)
    before, by_name = main_of(client.get(page)), client.get(f"{page}?urut=nama")

    Score.objects.all().delete()
    ended.kabupaten.parent.name = "Nama lain"
    ended.kabupaten.parent.save()
    after = client.get(page)

    assert main_of(after) == before
    assert [(row.figure.code, row.address) for row in after.context["rows"]] == [
        ("53", part_url(ended, "53")),
        ("52", part_url(ended, "52")),
    ]
    assert [row.figure.code for row in by_name.context["rows"]] == ["52", "53"]
    assert [row.figure.code for row in after.context["results"].lowest] == ["53"]
    assert [row.figure.code for row in after.context["results"].silent] == ["52"]
    assert before.count(f'href="{part_url(ended, "53")}"') >= 3  # on the map, on phones, in the table
    assert "Tren menurut terbitan" not in before


def past(key: str, value: str, **more) -> dict:
    row = {"key": key, "year": int(key[:4]), "code": key[5:], "calendar": "triwulan", "all": value, "reported": value}
    return row | {"expected": 4, "sent": 3, "scored": 2} | more


def test_a_revision_draws_only_periods_that_were_published_themselves():
    snapshot = Snapshot('{"span": "2026-B06", "rules": {"yellow_from": 50, "green_from": 80}}')
    history = [
        past("2025-B12", "50/1", revision=2),
        past("2026-B03", "60/1"),
        past("2026-B06", "70/1"),
    ]

    points = frozen_points(history, snapshot, lambda key, revision: f"{key}/{revision or 1}")

    assert [(point.key, point.all_value, point.counted, point.scored, point.address) for point in points] == [
        ("2025-B12", 50, 3, 2, "2025-B12/2"),
        ("2026-B06", 70, 3, 2, "2026-B06/1"),
    ]


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


def test_a_change_that_two_decimals_hide_is_shown_with_more_and_groups_are_listed(ended):
    publish_now(ended)
    nation = Score.objects.of_period(ended.period).filter(scope="nation")
    whole = nation.get(target_group=None)
    group = nation.filter(target_group__isnull=False).select_related("target_group").first()
    assert (whole.all_exact, group.all_exact) == ("65/9", "65/6")
    nation.filter(pk=whole.pk).update(all_exact="65001/9000")
    nation.filter(pk=group.pk).update(all_exact="11/1")

    proposed = ended.client("verifier", StrictClient).get(create_url(ended))
    page = ended.client("coordinator", StrictClient).get(pages_of(publish_now(ended, note="Koreksi"))[1])

    for found in (proposed, page):
        rows = [(row.change.group, row.before, row.now, row.difference) for row in found.context["changes"]]
        assert rows == [
            ("", "7,2222", "7,2223", "+0,0001"),
            (group.target_group.name, "10,83", "11,00", "+0,17"),
        ]
    live = reverse("group-results", args=[group.target_group.code, ended.period.key])
    assert proposed.context["changes"][1].address == live
    assert f"Nasional: {group.target_group.name.lower()}</a>" in page.content.decode()


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
    told = [f"{row.name}: {row.everyone}; yang melapor saja" for row in detail.context["counted_levels"]]
    assert [words for words in told if words not in detail.content.decode()] == []
    groups = [row.figure for row in detail.context["groups"]]
    counted = {f"Dihitung {row.counted} dari {row.expected} instansi" for row in groups}
    assert counted == {"Dihitung 4 dari 5 instansi"}
    assert detail.content.decode().count("Dihitung 4 dari 5 instansi") == len(groups) > 0


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
