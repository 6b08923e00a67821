"""Bacaan kedua: who draws, who reads what blind, who decides the rest, and what is shown of it when."""

import re
from collections.abc import Iterator
from fractions import Fraction

import pytest
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from actions.policies.errors import NotAllowed
from notifications.models import Message
from reporting.models import (
    Judgement,
    Objection,
    PeriodScoring,
    Reading,
    ReadingSample,
    ReasonCode,
    Report,
    ReportEvent,
)
from reporting.sampling import population_hash
from reporting.services import reading
from reporting.services.correcting import correct
from reporting.summaries.reading_agreement import agreement_report
from reporting.summaries.readings import population_of, queue_of
from tests.conftest import StrictClient
from tests.reading_world import ReadingWorld

pytestmark = pytest.mark.xdist_group("readings")
LABELS = ["52.01/1/1", "52.01/1/2", "52.01/2/1", "53.07/1/1", "53.07/1/2", "53.07/2/1"]
LABELS += ["53.08/1/1", "53.08/1/2", "53.08/2/1", "HAM/1/1"]


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[ReadingWorld]:
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    quick = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("evidence"), PASSWORD_HASHERS=hashers)
    with django_db_blocker.unblock(), quick, transaction.atomic():
        yield ReadingWorld()
        transaction.set_rollback(True)


@pytest.fixture
def world(built, db) -> Iterator[ReadingWorld]:
    """The verified nation; whatever a test does is undone."""
    with transaction.atomic():
        yield built
        transaction.set_rollback(True)


@pytest.fixture
def sampled(world) -> ReadingWorld:
    """Everything is in the sample."""
    world.draw()
    return world


def page(world, name: str, path: str, **data):
    client = world.client(name, StrictClient)
    return client.post(path, data) if data else client.get(path)


def key(world) -> str:
    return world.period.key


# Drawing


def test_a_sample_is_drawn_from_what_was_reported_and_verified(world):
    Report.objects.filter(pk=world.reports["53.08"].pk).update(status="in_review")
    Judgement.objects.filter(answer=world_answer(world, "53.07/1/2")).update(execution="")

    population = population_of(world.period)

    assert sorted(row.key for row in population.rows) == [
        label for label in LABELS if not label.startswith("53.08") and label != "53.07/1/2"
    ]
    assert {code: len(keys) for code, keys in population.keys_by_office.items()} == {"KW52": 3, "KW53": 2, "SOS": 1}


def world_answer(world, label: str):
    code, aksi, number = label.split("/")
    return world.reports[code].items.get(aksi__number=aksi).answers.get(measure__number=number)


def test_the_draw_is_recorded_with_its_seed_and_can_be_drawn_again(world):
    Message.objects.all().delete()

    sample = world.draw(share=34, least=1)

    assert (sample.seed, sample.share, sample.least, sample.population, sample.size) == ("benih-uji", 34, 1, 10, 6)
    assert sample.population_hash == population_hash(LABELS)
    assert sample.drawn_by == world.user("verifier")
    first = list(sample.measures.values_list("answer", "position"))
    assert [position for _answer, position in first] == [1, 2, 3, 4, 5, 6]
    told = dict(Message.objects.values_list("user__name", "title"))
    assert set(told) == {"Second", "Third", world.user("panitia_verifier").name, "Panitia_Second"}
    assert told["Second"].endswith(": 5 ukuran bagi kantor Anda")  # the sixth is the ministry's own
    assert told["Panitia_Second"].endswith(": 1 ukuran bagi kantor Anda")
    sample.measures.all().delete()
    sample.delete()
    assert list(world.draw(share=34, least=1).measures.values_list("answer", "position")) == first


def test_what_a_review_decided_is_compared_though_it_was_corrected_since(world):
    answer = world_answer(world, "53.07/1/1")
    first = answer.judgement_id
    correct(answer, by=world.actor("second"), administration="partly", substance="met",
            reasons=[ReasonCode.objects.get(code="A02")], note="Tanpa kop surat.")  # fmt: skip

    world.draw()

    assert world.sampled("53.07/1/1").judgement_id == first


@pytest.mark.parametrize("name", ["kanwil", "panitia_verifier", "leader", "secretariat", "coordinator"])
def test_only_a_central_verifier_draws(world, name):
    with pytest.raises(NotAllowed, match="Hanya verifikator pusat"):
        world.draw(name)

    assert not ReadingSample.objects.exists()


def test_a_sample_drawn_twice_is_refused(sampled):
    with pytest.raises(NotAllowed, match="sudah ditarik"):
        sampled.draw("second", seed="lain")

    assert ReadingSample.objects.get().seed == "benih-uji"


def test_nothing_is_drawn_before_the_reviews_are_due(world):
    with pytest.raises(NotAllowed, match="sesudah batas telaah"):
        reading.draw(world.period, by=world.actor("verifier"), share=5, least=1, seed="a", now=world.period.closes_at)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"share": 0}, "1 sampai 100"),
        ({"share": 101}, "1 sampai 100"),
        ({"least": -1}, "0 sampai 500"),
        ({"seed": ""}, "Benih"),
        ({"seed": "a" * 41}, "Benih"),
        ({"seed": "a|b"}, "Benih"),
        ({"seed": "-1"}, "Benih"),
    ],
)
def test_nonsense_is_not_drawn_with(world, wrong, reason):
    with pytest.raises(NotAllowed, match=reason):
        world.draw(**wrong)


def test_the_page_shows_the_counts_before_it_draws(world):
    path = f"/bacaan-kedua/{key(world)}/tarik/"
    values = {"share": "40", "least": "1", "seed": "dadu-4"}

    usual = page(world, "verifier", path).content.decode()
    shown = page(world, "verifier", path, **values, shown="5/5/lain").content.decode()
    assert not ReadingSample.objects.exists()
    done = page(world, "verifier", path, **values, shown="40/1/dadu-4")

    assert re.search(r'name="shown" value="5/5/[0-9a-f]{8}"', usual)
    assert "Tarik 6 ukuran" in shown
    assert (
        '<th scope="row">Kantor Wilayah Nusa Tenggara Timur</th><td class="num">6</td><td class="num tebal">3</td>'
        in (shown)
    )
    assert done["Location"] == f"/bacaan-kedua/{key(world)}/"
    assert ReadingSample.objects.get().seed == "dadu-4"


# Reading


def test_a_second_reading_changes_neither_judgement_nor_score(sampled):
    before = PeriodScoring.objects.get(period=sampled.period).requested
    events = ReportEvent.objects.count()
    first = sampled.sampled("53.07/1/1").judgement

    found = sampled.read("53.07/1/1", "verifier", "partly", "not_met", note="Tanpa kop.")

    assert (found.kind, found.administration, found.substance, found.note) == (
        "second",
        "partly",
        "not_met",
        "Tanpa kop.",
    )
    assert (found.read_by, found.office) == (sampled.user("verifier"), sampled.ministry_ham)
    assert [code.code for code in found.reasons.all()] == ["S02"]
    assert world_answer(sampled, "53.07/1/1").judgement == first
    assert (first.administration, first.substance) == ("met", "met")
    assert PeriodScoring.objects.get(period=sampled.period).requested == before
    assert ReportEvent.objects.count() == events


@pytest.mark.parametrize(
    ("label", "name", "reason"),
    [
        ("53.07/1/1", "kanwil", "kantor lain"),
        ("53.07/1/1", "panitia_verifier", "kantor lain"),
        ("53.07/1/1", "leader", "kantor lain"),
        ("HAM/1/1", "verifier", "kantor lain"),
        ("HAM/1/1", "panitia_verifier", "pernah menilai"),
    ],
)
def test_who_does_not_read(sampled, label, name, reason):
    with pytest.raises(NotAllowed, match=reason):
        sampled.read(label, name)

    assert not Reading.objects.exists()


def test_the_panitia_reads_what_is_ditjen_hams_own(sampled):
    assert sampled.read("HAM/1/1", "panitia_second").office == sampled.ministry_social


def test_whoever_judged_it_in_any_round_does_not_read_it(sampled):
    Judgement.objects.filter(answer=world_answer(sampled, "53.07/1/1")).update(judged_by=sampled.user("verifier"))

    with pytest.raises(NotAllowed, match="pernah menilai"):
        sampled.read("53.07/1/1", "verifier")
    assert sampled.sampled("53.07/1/1").pk not in queue_ids(sampled, "verifier")


def test_whoever_upheld_an_objection_to_it_does_not_read_it(sampled):
    answer, now = world_answer(sampled, "53.08/1/1"), sampled.now
    Objection.objects.create(
        answer=answer,
        disputed=answer.judgement,
        administration="met",
        substance="met",
        reason="Lihat notulen.",
        drafted_at=now,
        drafted_by=sampled.user("other_coordinator"),
        filed_at=now,
        filed_by=sampled.user("other_coordinator"),
        outcome=Objection.Outcome.UPHELD,
        decision_note="Notulen tidak menjawab ukuran.",
        decided_at=now,
        decided_by=sampled.user("second"),
        office=sampled.ministry_ham,
    )

    with pytest.raises(NotAllowed, match="memutus sanggahannya"):
        sampled.read("53.08/1/1", "second")
    assert sampled.sampled("53.08/1/1").pk not in queue_ids(sampled, "second")
    assert sampled.sampled("53.08/1/1").pk in queue_ids(sampled, "third")


def test_whoever_served_there_does_not_read_it(sampled):
    sampled.user("coordinator").memberships.update(user=sampled.user("verifier"))

    with pytest.raises(NotAllowed, match="Anda bertugas di instansi ini"):
        sampled.read("53.07/1/1", "verifier")
    labels = {f"53.07/{place}" for place in ("1/1", "1/2", "2/1")}
    assert queue_ids(sampled, "verifier").isdisjoint(sampled.sampled(label).pk for label in labels)


def queue_ids(world, name: str) -> set[int]:
    return {entry.pk for entry in queue_of(ReadingSample.objects.get(), world.actor(name), world.now).mine}


def test_a_difference_goes_to_a_third_person_who_decides_with_a_reason(sampled):
    sampled.read("53.07/1/1", "verifier", "met", "partly")

    with pytest.raises(NotAllowed, match="orang ketiga"):
        sampled.read("53.07/1/1", "verifier", "met", "partly", note="Sekali lagi.")
    with pytest.raises(NotAllowed, match="Tulis alasannya"):
        sampled.read("53.07/1/1", "third", "met", "partly")
    third = sampled.read("53.07/1/1", "third", "met", "partly", note="Notulen tidak memuat kesimpulan.")
    with pytest.raises(NotAllowed, match="sudah selesai"):
        sampled.read("53.07/1/1", "second")

    assert third.kind == "third"
    assert world_answer(sampled, "53.07/1/1").judgement.substance == "met"


def test_where_both_agree_nobody_else_reads(sampled):
    sampled.read("53.08/1/1", "verifier", "met", "partly")

    with pytest.raises(NotAllowed, match="sudah selesai"):
        sampled.read("53.08/1/1", "second", "met", "partly")
    assert sampled.sampled("53.08/1/1").pk not in queue_ids(sampled, "second")


def test_an_aspect_not_fully_met_needs_a_reason_code(sampled):
    with pytest.raises(NotAllowed, match="sedikitnya satu alasan"):
        sampled.read("53.07/1/1", "verifier", "met", "partly", reasons=[])


def test_what_was_offered_as_second_is_not_kept_as_third(sampled):
    sampled.read("53.07/1/1", "verifier", "met", "partly", kind="second")

    with pytest.raises(NotAllowed, match="baru saja dibaca orang lain"):
        sampled.read("53.07/1/1", "second", kind="second", note="Berbeda.")
    assert Reading.objects.count() == 1


def test_not_carried_out_is_read_in_its_administration_alone(sampled):
    found = sampled.read("52.01/1/2", "verifier", "met", "met")

    assert found.substance == "not_met"


# The page


def blind(response) -> str:
    """The page but for what is different each time."""
    assert response.status_code == 200
    return re.sub(r'(csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]+"', "", response.content.decode())


def test_the_page_holds_nothing_of_the_first_judgement(sampled):
    measure, judge = sampled.sampled("53.07/1/1"), sampled.user("kanwil")
    judge.name = "Penilai Rahasia"
    judge.save()
    path = f"/bacaan-kedua/ukuran/{measure.pk}/"
    before = blind(page(sampled, "verifier", path))

    first = Judgement.objects.filter(pk=measure.judgement_id)
    first.update(administration="not_met", substance="partly", note="Catatan rahasia.")
    first.get().reasons.add(ReasonCode.objects.get(code="S03"))
    after = blind(page(sampled, "verifier", path))

    assert after == before  # whatever was judged, the page is the same, byte for byte
    assert "checked" not in re.sub(r"data-pintasan-aktif checked", "", before)
    assert "Penilai Rahasia" not in before
    assert "Kantor Wilayah" not in before
    assert f"/hasil/ukuran/{measure.answer_id}/" not in before
    assert "/telaah/" not in before.partition('<main id="isi"')[2]


def test_a_third_reader_sees_both_words_and_no_names(sampled):
    measure = sampled.sampled("53.07/1/1")
    for name in ("kanwil", "verifier"):
        sampled.users[name].name = f"Rahasia {name}"
        sampled.users[name].save()
    sampled.read("53.07/1/1", "verifier", "met", "partly", note="Catatan kedua.")
    path = f"/bacaan-kedua/ukuran/{measure.pk}/"

    html = page(sampled, "third", path).content.decode()
    own = page(sampled, "verifier", path).content.decode()

    shown = re.findall(r"<strong>(Bacaan [AB])</strong><span>(.*?)</span>", html)
    assert [name for name, _words in shown] == ["Bacaan A", "Bacaan B"]
    assert {words for _name, words in shown} == {
        "Administrasi: Sesuai. Substansi: Sesuai.",
        "Administrasi: Sesuai. Substansi: Sebagian.",
    }
    assert "Rahasia" not in html
    assert "Catatan kedua" not in html
    assert "orang ketiga yang memutus" in own
    assert "<strong>Bacaan A</strong>" not in own


def test_saving_leads_to_the_next_reading_and_back_to_the_queue_at_the_end(sampled):
    waiting = [sampled.sampled(label).pk for label in ("53.07/1/1", "53.07/1/2", "53.08/1/1")]
    ReadingSample.objects.get().measures.exclude(pk__in=waiting).delete()
    path = f"/bacaan-kedua/ukuran/{waiting[0]}/"
    client = sampled.client("verifier", StrictClient)
    words = {"administration": "met", "substance": "met", "unseen": "on", "kind": "second"}
    visited = []

    while path.startswith("/bacaan-kedua/ukuran/"):
        visited.append(int(path.split("/")[3]))
        path = client.post(path, words)["Location"]

    assert path == f"/bacaan-kedua/{key(sampled)}/antrean/"
    assert sorted(visited) == sorted(waiting)
    html = client.get(path).content.decode()
    assert "3 dari 3 dibaca" in html
    assert "Sisanya untuk pembaca lain" in html  # Ende was judged "sebagian": it waits for a third reader


def test_a_reader_declares_not_to_have_seen_the_judgement(sampled):
    path = f"/bacaan-kedua/ukuran/{sampled.sampled('53.07/1/1').pk}/"

    html = page(sampled, "verifier", path, administration="met", substance="met", kind="second").content.decode()

    assert "lewati ukuran ini" in html
    assert not Reading.objects.exists()


def test_a_third_reading_that_differs_leads_to_the_correction(sampled):
    sampled.read("53.07/1/1", "verifier", "met", "partly")
    measure = sampled.sampled("53.07/1/1")
    path = f"/bacaan-kedua/ukuran/{measure.pk}/"
    words = {"administration": "met", "substance": "partly", "reasons": ["S02"], "unseen": "on", "kind": "third"}
    step = f"/telaah/{sampled.reports['53.07'].pk}/ukuran/{measure.answer_id}/koreksi/"

    assert page(sampled, "third", path, **words, note="Tanpa kesimpulan.")["Location"] == path
    outcome = page(sampled, "third", path).content.decode()
    answer = world_answer(sampled, "53.07/1/1")
    correct(answer, by=sampled.actor("third"), administration="met", substance="partly",
            reasons=[ReasonCode.objects.get(code="S02")], note="Bacaan ketiga.")  # fmt: skip
    mended = page(sampled, "third", path).content.decode()

    assert re.findall(r"<strong>(Putusan pertama|Bacaan kedua|Bacaan ketiga)</strong>", outcome) == [
        "Putusan pertama",
        "Bacaan kedua",
        "Bacaan ketiga",
    ]
    assert step in outcome
    assert step not in mended
    assert "sudah sama dengan bacaan terakhir" in mended


# Closing, and what is shown


def read_all(world) -> None:
    """Sikka: 2 of 3 alike in substance; Ende: all alike; Lombok Barat: 1 of 3 alike in administration."""
    for label in ("53.07/1/1", "53.07/1/2", "52.01/1/1"):
        world.read(label, "verifier")
    world.read("53.07/2/1", "verifier", "met", "not_met")
    for label in ("53.08/1/1", "53.08/1/2", "53.08/2/1"):
        world.read(label, "verifier", "met", "partly")
    for label in ("52.01/1/2", "52.01/2/1"):
        world.read(label, "verifier", "partly", "met")
    for label in ("53.07/2/1", "52.01/1/2", "52.01/2/1"):
        world.read(label, "third", note="Cukup.")


def closed(world) -> ReadingSample:
    read_all(world)
    return reading.close(ReadingSample.objects.get(), by=world.actor("verifier"), note="HAM tanpa pembaca lain.")


def test_closing_before_everything_is_read_takes_a_reason(sampled):
    sample = ReadingSample.objects.get()

    with pytest.raises(NotAllowed, match="Masih ada 10 ukuran"):
        reading.close(sample, by=sampled.actor("verifier"))
    with pytest.raises(NotAllowed, match="Hanya verifikator pusat"):
        reading.close(sample, by=sampled.actor("leader"), note="Cukup.")
    reading.close(sample, by=sampled.actor("second"), note="Cukup.")

    with pytest.raises(NotAllowed, match="sudah ditutup"):
        reading.close(sample, by=sampled.actor("verifier"), note="Lagi.")
    with pytest.raises(NotAllowed, match="sudah ditutup"):
        sampled.read("53.07/1/1", "verifier")


def test_closing_tells_each_kanwil_whose_measures_were_drawn(sampled):
    Message.objects.all().delete()

    closed(sampled)

    told = Message.objects.filter(kind="sample_closed").values_list("user__email", flat=True)
    names = ["kanwil", "kanwil_colleague", "neighbour_kanwil"]
    assert sorted(told) == sorted(f"{name}@contoh.example" for name in names)


def test_agreement_by_office_and_measure(sampled):
    found = agreement_report(closed(sampled))

    assert [(row.code, row.n) for row in found.offices] == [("KW52", 3), ("KW53", 6)]
    west, east = found.offices
    assert (west.administration.percent, west.administration.kappa) == (Fraction(100, 3), 0)
    assert (west.substance.n, west.substance.percent, west.substance.kappa) == (2, 100, None)
    assert (east.substance.percent, east.substance.kappa) == (Fraction(500, 6), Fraction(5, 7))
    assert (found.whole.n, found.whole.administration.agreed, found.whole.substance.n) == (9, 7, 8)
    assert [(row.code, row.n) for row in found.measures] == [
        ("kab_kota/1/1", 3),
        ("kab_kota/1/2", 3),
        ("kab_kota/2/1", 3),
    ]


def test_nobody_sees_agreement_while_it_is_read(sampled):
    read_all(sampled)
    path = f"/bacaan-kedua/{key(sampled)}/"

    html = page(sampled, "verifier", path).content.decode()

    assert "Kappa" not in html
    assert "9 dari 10 dibaca" in html
    assert "ketiga" not in html  # how many differ would tell
    assert page(sampled, "verifier", f"{path}csv/")["Location"] == path
    assert [page(sampled, "kanwil", f"{path}{more}").status_code for more in ("", "csv/")] == [404, 404]


def test_who_reads_for_the_panitia_and_judged_nothing_sees_no_agreement(sampled):
    closed(sampled)
    path = f"/bacaan-kedua/{key(sampled)}/"

    seen = page(sampled, "panitia_second", path).content.decode()

    assert ("Kappa" in seen, "Unduh kesesuaian" in seen) == (False, False)
    assert page(sampled, "panitia_second", f"{path}csv/").status_code == 404
    assert page(sampled, "kanwil", f"{path}csv/").status_code == 200


def test_a_closed_sample_shows_agreement_then_differences_then_folds_the_rest(sampled):
    for name in ("verifier", "third"):
        sampled.read("53.07/1/1", name, "met", "partly", note="Tanpa kesimpulan.")
    sample = reading.close(ReadingSample.objects.get(), by=sampled.actor("verifier"), note="Cukup.")
    office = agreement_report(sample).offices[0]

    html = page(sampled, "verifier", f"/bacaan-kedua/{key(sampled)}/").content.decode()
    many = render_to_string("reporting/_reading_table.html", {"rows": [office] * 9, "title": "Banyak", "head": ""})

    order = ["Kappa Cohen", "bacaan ketiga berbeda dari putusan pertama", "Menurut kantor penelaah", "Menurut ukuran"]
    places = [html.index(words) for words in order]
    assert places == sorted(places)
    assert html.count('<details class="rincian" open>') == 2  # one line each: nothing to fold
    assert '<details class="rincian"><summary>Banyak' in many


def test_a_kanwil_sees_its_own_figures_and_no_other_kanwils(sampled):
    closed(sampled)
    path = f"/bacaan-kedua/{key(sampled)}/"

    html = page(sampled, "kanwil", path).content.decode()
    text = page(sampled, "kanwil", f"{path}csv/").content.decode("utf-8-sig")

    assert "5 dari 6 sama" in html
    assert "0,71" in html
    assert "Menurut kantor penelaah" not in html
    assert "bacaan ketiga" not in html.partition('<main id="isi"')[2]
    *rows, told, _hash, _how = [line.split(";")[:8] for line in text.splitlines()[1:]]
    assert told == ["#Manifes", "Baris", "4"]
    assert rows == [
        ["sampel", "", "Seluruh sampel", "Administrasi", "9", "7", "77,78", "0,0000"],
        ["sampel", "", "Seluruh sampel", "Substansi", "8", "7", "87,50", "0,7714"],
        ["kantor", "KW53", "Kantor Wilayah Nusa Tenggara Timur", "Administrasi", "6", "6", "100,00", ""],
        ["kantor", "KW53", "Kantor Wilayah Nusa Tenggara Timur", "Substansi", "6", "5", "83,33", "0,7143"],
    ]


def test_a_kanwil_without_a_sampled_measure_finds_nothing(sampled):
    ReadingSample.objects.get().measures.filter(judgement__office__code="KW52").delete()
    reading.close(ReadingSample.objects.get(), by=sampled.actor("verifier"), note="Cukup.")

    assert page(sampled, "neighbour_kanwil", f"/bacaan-kedua/{key(sampled)}/").status_code == 404
    assert "Belum ada sampel" in page(sampled, "neighbour_kanwil", "/bacaan-kedua/").content.decode()


def test_pages_cost_the_same_whatever_the_sample(sampled):
    path = f"/bacaan-kedua/{key(sampled)}/"
    many = [cost(sampled, path), cost(sampled, f"{path}antrean/")]
    read_all(sampled)
    with transaction.atomic():
        reading.close(ReadingSample.objects.get(), by=sampled.actor("verifier"), note="Cukup.")
        assert cost(sampled, path) <= 12
        transaction.set_rollback(True)

    Reading.objects.all().delete()
    ReadingSample.objects.get().measures.exclude(answer=world_answer(sampled, "53.07/1/1")).delete()

    assert [cost(sampled, path), cost(sampled, f"{path}antrean/")] == many
    assert max(many) <= 12


def cost(world, path: str) -> int:
    client = world.client("verifier")
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)
