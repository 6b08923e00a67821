"""Loading a catalogue from the web: preview, confirmation of exactly that file, and taking it along."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from actions.models import Aksi, CatalogueUpload, Measure, PlanYear
from actions.policies.errors import NotAllowed
from actions.services.catalogue import apply_catalogue, apply_upload, plan_catalogue, store_upload
from actions.services.catalogue_export import example_catalogue, export_catalogue
from actions.services.institutions import DATA_FOLDER, import_institutions
from tests.actions.test_catalogue import csv_of, years  # noqa: F401
from tests.factories_actions import Role, make_actor, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("years")]


@pytest.fixture
def secretariat(client):
    actor = make_actor(Role.SECRETARIAT)
    sign_in(client, actor)
    return actor


def upload(client, content: bytes, name: str = "katalog.csv"):
    return client.post(reverse("catalogue-upload"), {"file": SimpleUploadedFile(name, content)})


def test_an_upload_leads_to_its_preview_and_loads_nothing(client, secretariat):
    response = upload(client, csv_of({}, {"aksi_no": "2"}))
    preview = client.get(response.url)

    counts = preview.context["plan"].counts
    assert (counts.aksi_created, counts.measures_created, Aksi.objects.count()) == (2, 2, 0)
    assert '<span class="contoh">contoh</span>' in preview.content.decode()
    assert "Muat katalog ini" in preview.content.decode()


def test_a_preview_lists_what_is_new_or_changed_only(client, secretariat):
    apply_catalogue(csv_of({}, {"aksi_no": "2"}, {"aksi_no": "3"}), "katalog.csv")

    response = upload(client, csv_of({}, {"aksi_no": "2", "evidence": "Foto"}, {"aksi_no": "4"}))
    context = client.get(response.url).context

    touched = [(key.number, planned.is_new) for key, planned, _level in context["touched"]]
    assert (touched, context["untouched"]) == ([(2, False), (4, True)], 1)


def test_the_confirmation_loads_exactly_the_previewed_file_once(client, secretariat):
    preview = upload(client, csv_of({})).url
    pk = CatalogueUpload.objects.get().pk

    first = client.post(reverse("catalogue-apply", args=[pk]))
    second = client.post(reverse("catalogue-apply", args=[pk]), follow=True)

    assert (first.url, Measure.objects.count()) == (reverse("aksi-list", args=[2026]), 1)
    kept = CatalogueUpload.objects.get()
    assert (kept.applied_by, bytes(kept.content)) == (secretariat.user, csv_of({}))
    assert second.redirect_chain == [(preview, 302)]
    assert [str(message) for message in second.context["messages"]] == [
        "Katalog dimuat. 1 aksi dan 1 ukuran baru atau diubah.",
        "Berkas ini sudah dimuat. Unggah lagi bila ada perubahan.",
    ]


def test_a_preview_names_every_fault_and_offers_no_confirmation(client, secretariat):
    response = upload(client, csv_of({"period": "B99"}, {"level": "<b>desa</b>"}))
    preview = client.get(response.url)

    page = preview.content.decode()
    assert [(error.row, error.column) for error in preview.context["errors"]] == [(2, "period"), (3, "level")]
    assert "Perbaiki 2 kesalahan ini dalam berkas, lalu unggah lagi" in page
    assert "Muat katalog ini" not in page
    assert "<b>desa</b>" not in page


def test_a_file_with_faults_is_not_loaded_even_if_confirmed(client, secretariat):
    upload(client, csv_of({"period": "B99"}))

    response = client.post(reverse("catalogue-apply", args=[CatalogueUpload.objects.get().pk]), follow=True)

    assert (response.status_code, Aksi.objects.count()) == (200, 0)
    assert CatalogueUpload.objects.get().applied_at is None


def test_a_long_list_of_faults_is_cut_with_its_count(client, secretariat):
    response = upload(client, csv_of(*[{"period": "B99"}] * 205))
    preview = client.get(response.url)

    assert (len(preview.context["errors"]), preview.context["more_errors"]) == (200, 5)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Berkas kosong. Pilih berkas katalog yang berisi."),
        (b"x" * (5 * 1024 * 1024 + 1), "Berkas lebih besar dari 5 MB. Bagi menjadi beberapa berkas."),
    ],
)
def test_empty_and_oversized_files_are_refused_at_once(client, secretariat, content, message):
    response = upload(client, content)

    assert (response.status_code, response.context["form"].errors["file"]) == (200, [message])
    assert CatalogueUpload.objects.count() == 0


def test_no_file_is_refused_with_what_to_do(client, secretariat):
    response = client.post(reverse("catalogue-upload"))

    assert response.context["form"].errors["file"] == ["Pilih berkas katalog."]


def test_a_binary_file_is_refused_in_its_preview(client, secretariat):
    response = upload(client, b"%PDF-1.7\x00\xff\x81", "katalog.pdf")

    assert len(client.get(response.url).context["plan"].errors) == 1


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.SECRETARIAT])
def test_uploads_belong_to_the_secretariat(client, secretariat, role):
    upload(client, csv_of({}))
    kept = CatalogueUpload.objects.get()
    stranger = make_actor(role)
    sign_in(client, stranger)

    statuses = [
        client.get(reverse("catalogue-preview", args=[kept.pk])).status_code,
        client.post(reverse("catalogue-apply", args=[kept.pk])).status_code,
        upload(client, csv_of({})).status_code,
    ]

    assert statuses == [404, 404, 404]
    with pytest.raises(NotAllowed):
        store_upload(csv_of({}), "k.csv", by=stranger)
    with pytest.raises(NotAllowed):
        apply_upload(kept, by=stranger)
    assert (CatalogueUpload.objects.count(), Aksi.objects.count()) == (1, 0)


def test_files_nobody_confirmed_are_cleared_away_after_a_week(secretariat):
    now = timezone.now()
    old = store_upload(b"a", "lama.csv", by=secretariat, now=now - timedelta(days=8))
    applied = store_upload(csv_of({}), "dimuat.csv", by=secretariat, now=now - timedelta(days=8))
    apply_upload(applied, by=secretariat, now=now - timedelta(days=8))

    new = store_upload(b"b", "baru.csv", by=secretariat, now=now)

    assert set(CatalogueUpload.objects.values_list("pk", flat=True)) == {applied.pk, new.pk}
    assert old.pk not in {applied.pk, new.pk}


def test_the_exported_catalogue_can_be_loaded_again_and_changes_nothing(client, secretariat):
    import_institutions()
    shipped = DATA_FOLDER / "aksi_ham_catalogue.csv"
    apply_catalogue(shipped.read_bytes(), shipped.name)

    response = client.get(reverse("catalogue-export", args=[2025]))
    plan = plan_catalogue(response.content, "katalog-2025.csv")

    assert response["Content-Disposition"] == 'attachment; filename="katalog-2025.csv"'
    assert (plan.errors, plan.counts.rows, plan.is_unchanged, plan.counts.measures_kept) == ([], 109, True, 0)


def test_the_format_is_itself_a_valid_file(secretariat):
    plan_year = PlanYear.objects.get(year=2026)

    plan = plan_catalogue(example_catalogue(plan_year).encode(), "format.csv")

    assert (plan.errors, plan.counts.aksi_created) == ([], 1)
    assert export_catalogue(plan_year).count("\n") == 1
