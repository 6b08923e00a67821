"""Rule sets: sound numbers, drafts, and what was used is succeeded and never edited."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actions.models import PlanYear, RuleSet, RuleSetEvent
from actions.policies.errors import NotAllowed
from actions.policies.rules import rule_errors
from actions.services.rules import adopt_rule_set, copy_rule_set, edit_rule_set
from tests.concurrency import at_once
from tests.factories_actions import PlanYearFactory, Role, make_actor, sign_in

pytestmark = pytest.mark.django_db

SOUND = {
    "administration_weight": 30, "substance_weight": 70, "value_met": 100, "value_partly_met": 50, "value_not_met": 0,
    "not_carried_out_substance": 0, "missing_value": 0, "nihil_percent": 100, "late_percent": 100, "green_from": 80,
    "yellow_from": 50, "year_mean": "all", "level_mean": "institutions", "nation_mean": "levels",
}  # fmt: skip
KIND = {"value_not_met": 40, "not_carried_out_substance": 20}
"""What a measure judged badly gets in a kinder rule set: 40, and 0.3 * 40 + 0.7 * 20 = 26 if not carried out."""
IDLE = "Paling tinggi 80, nilai sesuai; di atasnya, tidak melaksanakan lebih untung."
DESCEND = "Nilai harus menurun: sesuai, sebagian, tidak sesuai."


@pytest.fixture
def by(db):
    return make_actor(Role.SECRETARIAT)


@pytest.fixture
def plan_year(db) -> PlanYear:
    return PlanYearFactory()


@pytest.fixture
def draft(plan_year, by) -> RuleSet:
    return copy_rule_set(plan_year.rule_set, code="2027-1", name="Aturan 2027", by=by)


def numbers_of(rule_set: RuleSet) -> dict[str, int | str]:
    return {name: getattr(rule_set, name) for name in RuleSet.SETTINGS}


def too_much(most: int) -> dict[str, str]:
    text = f"Paling tinggi {most}, nilai terendah ukuran yang dinilai; di atasnya, mengosongkan lebih untung."
    return {"missing_value": text}


def never_green(best: int) -> dict[str, str]:
    text = f"Paling tinggi {best}, nilai laporan yang semuanya sesuai; di atasnya, hijau tidak tercapai."
    return {"green_from": text}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, {}),
        ({"green_from": 100, "yellow_from": 1}, {}),
        ({"substance_weight": 60}, {"substance_weight": "Kedua bobot harus berjumlah 100, sekarang 90."}),
        ({"value_partly_met": 0}, {}),
        ({"value_not_met": 60}, {"value_partly_met": DESCEND}),
        ({"value_met": 40}, {"value_partly_met": DESCEND} | never_green(40)),
        ({"value_met": 80, "not_carried_out_substance": 80}, {}),
        ({"value_met": 80, "not_carried_out_substance": 81}, {"not_carried_out_substance": IDLE}),
        ({"value_met": 79}, never_green(79)),
        (
            {"value_met": 5, "value_partly_met": 5, "value_not_met": 5, "green_from": 5, "yellow_from": 2},
            {"value_met": "Nilai sesuai harus di atas nilai tidak sesuai; bila sama, putusan tidak berarti."},
        ),
        (
            {"yellow_from": 80},
            {"yellow_from": "Kuning harus mulai di bawah hijau (80), supaya pita tidak tumpang tindih."},
        ),
        (
            {"yellow_from": 90},
            {"yellow_from": "Kuning harus mulai di bawah hijau (80), supaya pita tidak tumpang tindih."},
        ),
        ({"yellow_from": 0}, {"yellow_from": "Kuning harus mulai di atas 0, supaya pita merah tidak kosong."}),
        ({"green_from": 101}, {"green_from": "Isi angka 0 sampai 100."}),
        ({"value_not_met": -1}, {"value_not_met": "Isi angka 0 sampai 100."}),
        ({"late_percent": 0, "nihil_percent": 0}, {}),
        ({"late_percent": 101}, {"late_percent": "Isi angka 0 sampai 100."}),
        ({"missing_value": 1}, too_much(0)),
        (KIND | {"missing_value": 26}, {}),
        (KIND | {"missing_value": 27}, too_much(26)),
        (KIND | {"nihil_percent": 50, "missing_value": 20}, {}),
        (KIND | {"nihil_percent": 50, "missing_value": 21}, too_much(20)),
        ({"year_mean": "reported", "level_mean": "provinces", "nation_mean": "institutions"}, {}),
        ({"nation_mean": "best"}, {"nation_mean": "Pilih salah satu cara yang tersedia."}),
    ],
)
def test_what_makes_settings_unsound_and_the_database_agrees(changed, expected):
    assert rule_errors(SOUND | changed) == expected

    if "value_met" in expected:
        return  # three equal values are odd, not false
    broken = SOUND | changed
    try:
        with transaction.atomic():
            RuleSet.objects.create(code="coba", name="Coba", **broken)
    except IntegrityError:
        assert expected
    else:
        assert not expected


def test_a_copy_is_a_draft_with_the_same_numbers_and_sources(draft, plan_year, by):
    source = plan_year.rule_set

    assert (draft.copied_from, draft.sources, numbers_of(draft)) == (source, source.sources, numbers_of(source))
    assert [(event.kind, event.by) for event in draft.events.all()] == [("copied", by.user)]


def test_a_code_that_exists_is_refused(draft, by):
    with pytest.raises(NotAllowed) as refusal:
        copy_rule_set(draft, code="2027-1", name="Lagi", by=by)

    assert refusal.value.reasons == ["Kode 2027-1 sudah dipakai aturan lain. Pilih kode baru."]
    assert RuleSetEvent.objects.count() == 1


def test_editing_a_draft_records_what_changed(draft, by):
    numbers = numbers_of(draft) | {"green_from": 85}

    event = edit_rule_set(draft, numbers, {"green_from": "Kepmen 1/2027"}, name=draft.name, by=by)

    draft.refresh_from_db()
    assert (draft.green_from, draft.sources) == (85, {"green_from": "Kepmen 1/2027"})
    assert event.changes["green_from"] == [80, 85]
    assert edit_rule_set(draft, numbers, {"green_from": "Kepmen 1/2027"}, name=draft.name, by=by) is None


def test_numbers_that_make_no_sense_change_nothing(draft, by):
    with pytest.raises(ValidationError) as refusal:
        edit_rule_set(draft, numbers_of(draft) | {"substance_weight": 71}, {}, name=draft.name, by=by)

    draft.refresh_from_db()
    assert refusal.value.message_dict == {"substance_weight": ["Kedua bobot harus berjumlah 100, sekarang 101."]}
    assert draft.substance_weight == 70


def test_rules_in_use_are_not_edited(plan_year, draft, by):
    used = "Aturan ini sudah dipakai dan tidak diubah lagi. Salin menjadi rancangan, lalu ubah salinannya."
    replaced = plan_year.rule_set
    adopt_rule_set(draft, plan_year, reason="Kepmen 1/2027", by=by)

    for rule_set in (draft, replaced):
        with pytest.raises(NotAllowed) as refusal:
            edit_rule_set(rule_set, SOUND | {"green_from": 90}, {}, name="Lain", by=by)
        assert refusal.value.reasons == [used]


def test_rules_shipped_with_the_portal_are_not_edited(draft, by):
    shipped = RuleSet.objects.create(code="lama", name="Lama", **SOUND)

    with pytest.raises(NotAllowed) as refusal:
        edit_rule_set(shipped, SOUND, {}, name="Lain", by=by)

    assert refusal.value.reasons == ["Aturan bawaan tidak diubah. Salin menjadi rancangan, lalu ubah salinannya."]


def test_adopting_is_on_record_with_its_reason(plan_year, draft, by):
    replaced = plan_year.rule_set

    event = adopt_rule_set(draft, plan_year, reason="  Kepmen 1/2027 ", by=by)

    plan_year.refresh_from_db()
    assert plan_year.rule_set == draft
    assert (event.plan_year, event.replaced, event.reason) == (plan_year, replaced, "Kepmen 1/2027")


def test_adopting_without_reason_or_twice_is_refused(plan_year, draft, by):
    with pytest.raises(NotAllowed) as refusal:
        adopt_rule_set(plan_year.rule_set, plan_year, reason=" ", by=by)

    assert refusal.value.reasons == [
        f"Tahun {plan_year} sudah memakai aturan ini.",
        "Tulis alasan penetapan, misalnya nomor keputusan.",
    ]


@pytest.mark.parametrize("role", [Role.CENTRAL_VERIFIER, Role.LEADER, Role.KANWIL_OFFICER, Role.COORDINATOR])
def test_only_the_secretariat_touches_rules(plan_year, draft, role):
    actor = make_actor(role)
    acts = [
        lambda: copy_rule_set(draft, code="x", name="x", by=actor),
        lambda: edit_rule_set(draft, SOUND, {}, name="x", by=actor),
        lambda: adopt_rule_set(draft, plan_year, reason="x", by=actor),
    ]

    for act in acts:
        with pytest.raises(NotAllowed) as refusal:
            act()
        assert refusal.value.reasons == ["Hanya sekretariat yang mengelola rencana, periode, katalog dan penugasan."]


# Pages


def pages_of(rule_set: RuleSet) -> list[str]:
    names = ["rule-set-detail", "rule-set-copy", "rule-set-edit", "rule-set-adopt"]
    return [reverse("rule-set-list"), *(reverse(name, args=[rule_set.pk]) for name in names)]


def test_every_page_opens_within_twelve_queries(client, by, draft):
    sign_in(client, by)

    for page in pages_of(draft):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(page).status_code == 200
        assert len(queries) <= 12


def test_others_find_no_page(client, draft):
    sign_in(client, make_actor(Role.CENTRAL_VERIFIER))

    assert {client.get(page).status_code for page in pages_of(draft)} == {404}


def test_an_unknown_rule_set_is_not_found(client, by, draft):
    sign_in(client, by)
    paths = [f"/rencana/aturan/{pk}/{end}" for pk in (draft.pk + 99, 2**70) for end in ("", "salin/", "ubah/")]

    assert {client.get(path).status_code for path in paths} == {404}


def test_the_page_shows_each_source_and_marks_assumptions(client, by, draft):
    sign_in(client, by)
    draft.sources = {"green_from": "Kepmen 1/2027", "yellow_from": "Asumsi portal: belum ada sumber"}
    draft.save()

    values = client.get(reverse("rule-set-detail", args=[draft.pk])).context["values"]

    assert [(row.label, row.source, row.is_assumption) for row in values][9:11] == [
        ("Hijau mulai", "Kepmen 1/2027", False),
        ("Kuning mulai", "Asumsi portal: belum ada sumber", True),
    ]
    assert [row.is_assumption for row in values] == [True] * 9 + [False, True] + [True] * 3
    assert values[-1].value == "setiap jenjang sama berat"


def test_a_changed_number_that_claims_its_old_source_is_named_before_adoption(client, by, plan_year):
    sign_in(client, by)
    source = plan_year.rule_set
    source.sources = {"administration_weight": "Pemberitaan 2025", "green_from": "Asumsi portal"}
    source.save()
    draft = copy_rule_set(source, code="2028-1", name="Baru", by=by)
    numbers = numbers_of(draft) | {"administration_weight": 40, "substance_weight": 60, "green_from": 85}
    edit_rule_set(draft, numbers, draft.sources, name=draft.name, by=by)
    pages = [reverse(name, args=[draft.pk]) for name in ("rule-set-detail", "rule-set-adopt")]

    detail, adopt = (client.get(page).content.decode() for page in pages)
    edit_rule_set(draft, numbers, {"administration_weight": "Kepmen 1"}, name=draft.name, by=by)
    cured = client.get(pages[1]).content.decode()

    assert detail.count("sumber nilai semula") == 1
    assert "Bobot administrasi (persen) masih menyebut sumber nilai semula." in adopt
    assert "masih menyebut sumber" not in cured


def test_copying_editing_and_adopting_on_the_pages(client, by, plan_year):
    sign_in(client, by)
    copied = client.post(reverse("rule-set-copy", args=[plan_year.rule_set.pk]), {"code": "2027-1", "name": "Baru"})
    draft = RuleSet.objects.get(code="2027-1")
    data = {"name": "Baru"} | numbers_of(draft) | {"green_from": 85, "green_from_source": "Kepmen 1/2027"}

    edited = client.post(reverse("rule-set-edit", args=[draft.pk]), data)
    adopted = client.post(
        reverse("rule-set-adopt", args=[draft.pk]), {"plan_year": plan_year.pk, "reason": "Kepmen 1/2027"}
    )

    draft.refresh_from_db()
    plan_year.refresh_from_db()
    assert copied.url == reverse("rule-set-edit", args=[draft.pk])
    assert edited.url == adopted.url == reverse("rule-set-detail", args=[draft.pk])
    assert (draft.green_from, draft.sources["green_from"], plan_year.rule_set) == (85, "Kepmen 1/2027", draft)
    assert client.get(adopted.url).context["version"].state == ("Dipakai", "hijau")


def test_bad_numbers_are_named_at_their_fields_and_nothing_is_lost(client, by, draft):
    sign_in(client, by)
    data = (
        {"name": "Baru"} | numbers_of(draft) | {"substance_weight": "60", "green_from": "delapan", "value_met": "101"}
    )

    form = client.post(reverse("rule-set-edit", args=[draft.pk]), data).context["form"]
    other = client.post(reverse("rule-set-edit", args=[draft.pk]), data | {"green_from": "80", "value_met": "100"})

    whole = ["Isi angka bulat 0 sampai 100."]
    assert form.errors == {"green_from": whole, "value_met": whole}
    assert form["green_from"].value() == "delapan"
    assert other.context["form"].errors == {"substance_weight": ["Kedua bobot harus berjumlah 100, sekarang 90."]}


def test_editing_rules_in_use_leads_to_their_page_with_the_reason(client, by, plan_year):
    sign_in(client, by)
    url = reverse("rule-set-edit", args=[plan_year.rule_set.pk])

    response = client.post(url, SOUND | {"name": "Lain"}, follow=True)

    assert [str(message) for message in response.context["messages"]] == [
        "Aturan ini sudah dipakai dan tidak diubah lagi. Salin menjadi rancangan, lalu ubah salinannya."
    ]
    assert response.redirect_chain == [(reverse("rule-set-detail", args=[plan_year.rule_set.pk]), 302)]


@pytest.mark.parametrize("code", ["", "a b", "../x", "\x00", "x" * 21])
def test_a_bad_code_is_named_at_its_field(client, by, plan_year, code):
    sign_in(client, by)

    response = client.post(reverse("rule-set-copy", args=[plan_year.rule_set.pk]), {"code": code, "name": "Baru"})

    assert list(response.context["form"].errors) == ["code"]
    assert RuleSet.objects.count() == 1


# All at once


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_rules_adopted_and_edited_at_once_are_never_edited_after(by):
    plan_year = PlanYearFactory()
    draft = copy_rule_set(plan_year.rule_set, code="2027-1", name="Aturan 2027", by=by)
    acts = [lambda: adopt_rule_set(draft, plan_year, reason="Kepmen", by=by)]
    numbers = numbers_of(draft) | {"green_from": 85}
    acts += [lambda: edit_rule_set(draft, numbers, {}, name="Baru", by=by)] * 7

    outcomes = at_once(lambda: acts.pop()(), times=8)

    kinds = list(draft.events.order_by("pk").values_list("kind", flat=True))
    assert kinds in (["copied", "adopted"], ["copied", "edited", "adopted"])
    assert all(outcome is None or isinstance(outcome, NotAllowed | RuleSetEvent) for outcome in outcomes)
