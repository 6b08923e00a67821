"""Trying a rule set on a past period: what would change, and that nothing does."""

import re
from datetime import timedelta
from fractions import Fraction
from urllib.parse import urlencode

import pytest
import time_machine
from django.urls import reverse

from actions.models import PlanYear, ReportingPeriod, RuleSet
from actions.services.rules import adopt_rule_set, copy_rule_set, edit_rule_set
from reporting.jobs.score_impact import impact_of, impact_on_year
from reporting.jobs.scores import compute_plan_year, compute_stale
from reporting.models import Judgement, Score
from reporting.scoring import exact_text
from tests import steps
from tests.conftest import StrictClient
from tests.downloads import table_of
from tests.scenario import PEOPLE, Scenario


def verify(scenario: Scenario, code: str, coordinator: str, **words: str) -> None:
    report, by = scenario.reports[code], scenario.actor("kanwil")
    steps.fill_report(report, scenario.actor(coordinator))
    steps.send_report(report, scenario.actor(coordinator))
    steps.judge_all(report, by, **words)
    steps.verify_report(report, by)


@pytest.fixture
def ended(scenario) -> Scenario:
    """Sikka has 65 (kuning), Ende 85 (hijau), Lombok Barat did not report; the period is closed."""
    verify(scenario, "53.07", "coordinator", substance="partly")
    verify(scenario, "53.08", "other_coordinator", administration="partly")
    scenario.later = scenario.period.late_until_at
    compute_plan_year(scenario.plan_year, scenario.later)
    with time_machine.travel(scenario.later, tick=False):
        yield scenario


def draft_of(scenario: Scenario, **changed: int) -> RuleSet:
    by = scenario.actor("secretariat")
    draft = copy_rule_set(scenario.rule_set, code="baru", name="Aturan baru", by=by)
    numbers = {name: getattr(draft, name) for name in RuleSet.SETTINGS} | changed
    edit_rule_set(draft, numbers, {}, name=draft.name, by=by)
    draft.refresh_from_db()
    return draft


def moves(effects) -> list[tuple]:
    return [
        (e.label, e.before.value, e.after.value, e.before.band, e.after.band, e.before.rank, e.after.rank)
        for e in effects
    ]


def test_a_copy_without_a_change_changes_nothing(ended):
    impact = impact_of(draft_of(ended), ended.period, ended.later).whole

    assert (impact.institutions, impact.moved, impact.new_bands, impact.new_ranks) == (7, 0, [], [])
    assert impact.nation.difference == 0
    assert [effect.difference for effect in impact.levels] == [0, 0, 0]


def test_other_weights_swap_ranks_and_bands(ended):
    draft = draft_of(ended, administration_weight=80, substance_weight=20)

    impact = impact_of(draft, ended.period, ended.later).whole

    assert moves(impact.new_bands) == [
        ("Kabupaten Sikka", 65, 90, "kuning", "hijau", 2, 1),
        ("Kabupaten Ende", 85, 60, "hijau", "kuning", 1, 2),
    ]
    assert (impact.moved, impact.new_ranks) == (2, [])
    assert impact.nation.difference == 0  # 65 + 85 = 90 + 60


def test_other_cut_offs_move_bands_alone(ended):
    impact = impact_of(draft_of(ended, green_from=90, yellow_from=60), ended.period, ended.later).whole

    assert moves(impact.new_bands) == [("Kabupaten Ende", 85, 85, "hijau", "kuning", 1, 1)]
    assert impact.moved == 0


def test_equal_figures_share_a_rank(ended):
    draft = draft_of(ended, administration_weight=50, substance_weight=50)

    impact = impact_of(draft, ended.period, ended.later).whole

    assert moves(impact.new_bands) == [("Kabupaten Ende", 85, 75, "hijau", "kuning", 1, 1)]
    assert [(e.label, e.after.value, e.after.rank) for e in impact.new_ranks] == [("Kabupaten Sikka", 75, 1)]


def test_whoever_did_not_report_has_no_rank_to_lose(ended):
    judged = Judgement.objects.filter(answer__item__report=ended.reports["53.08"])
    judged.update(administration="not_met", substance="not_met")
    compute_plan_year(ended.plan_year, ended.later)
    stored = Score.objects.filter(period=ended.period, target_group=None, scope="institution", level="kab_kota")

    impact = impact_of(draft_of(ended, value_not_met=20), ended.period, ended.later).whole

    assert sorted(stored.values_list("institution__code", "state", "all_exact")) == [
        ("52.01", "missing", "0/1"), ("53.07", "scored", "65/1"), ("53.08", "scored", "0/1")
    ]  # fmt: skip
    assert (impact.moved, impact.new_ranks) == (1, [])  # Ende has 20 now, and Lombok Barat still no place


def test_the_nation_moves_by_the_mean_of_its_levels(ended):
    draft = draft_of(ended, value_partly_met=20)

    impact = impact_of(draft, ended.period, ended.later).whole

    # Sikka 30 + 14 = 44, Ende 6 + 70 = 76: the level loses 30 over three institutions, the nation a third of it
    assert [effect.difference for effect in impact.levels] == [0, 0, Fraction(-10)]
    assert impact.nation.difference == Fraction(-10, 3)


def test_what_was_tried_is_what_adopting_computes(ended):
    draft = draft_of(ended, administration_weight=80, substance_weight=20)
    impact = impact_of(draft, ended.period, ended.later).whole

    adopt_rule_set(draft, ended.plan_year, reason="Kepmen 1", by=ended.actor("secretariat"))
    compute_stale(ended.later)

    stored = Score.objects.get(period=ended.period, institution=ended.kabupaten, scope="institution", target_group=None)
    assert (stored.all_exact, stored.band, stored.rule_set) == ("90/1", "hijau", draft)
    assert impact.new_bands[0].after.value == 90


def test_a_year_and_its_target_groups_are_tried_too(ended):
    draft = draft_of(ended, administration_weight=80, substance_weight=20)

    trial = impact_on_year(draft, [ended.period], ended.later)

    swapped = [("Kabupaten Sikka", 65, 90), ("Kabupaten Ende", 85, 60)]
    assert [(e.label, e.before.value, e.after.value) for e in trial.whole.new_bands] == swapped
    assert [group.name for group in trial.groups] == [row.name for row in ended.plan_year.plan.target_groups.all()]
    stored = Score.objects.of_year(ended.plan_year).filter(scope="nation", target_group__isnull=False)
    before = {row.target_group.name: row.all_exact for row in stored}
    assert {group.name: exact_text(group.nation.before.value) for group in trial.groups} == before
    assert any(group.new_bands for group in trial.groups)


def test_a_year_tried_is_the_year_that_adopting_computes(ended):
    draft = draft_of(ended, late_percent=50, year_mean="reported", level_mean="provinces", nation_mean="institutions")
    trial = impact_on_year(draft, [ended.period], ended.later)

    adopt_rule_set(draft, ended.plan_year, reason="Kepmen 1", by=ended.actor("secretariat"))
    compute_stale(ended.later)

    again = impact_on_year(draft, [ended.period], ended.later)
    assert [row.after for row in trial.whole.levels] == [row.before for row in again.whole.levels]
    assert trial.whole.nation.after == again.whole.nation.before
    assert trial.whole.nation.difference != 0
    assert (again.whole.moved, again.whole.new_bands, again.whole.new_ranks) == (0, [], [])


def impact_url(rule_set: RuleSet) -> str:
    return reverse("rule-set-impact", args=[rule_set.pk])


def test_the_page_writes_nothing_and_names_who_changes(ended, django_assert_max_num_queries):
    draft = draft_of(ended, administration_weight=80, substance_weight=20)
    client = ended.client("secretariat", StrictClient)
    before = list(Score.objects.order_by("key").values())

    with django_assert_max_num_queries(12):
        year = client.get(f"{impact_url(draft)}?periode={ended.plan_year.year}")
    with django_assert_max_num_queries(12):
        page = client.get(impact_url(draft))

    assert year.context["trial"].whole.moved == 2
    assert "2 dari 7 instansi berubah nilainya, 2 berubah pita." in page.content.decode()
    assert [effect.label for effect in page.context["trial"].whole.new_bands] == ["Kabupaten Sikka", "Kabupaten Ende"]
    assert list(Score.objects.order_by("key").values()) == before


def list_url(rule_set: RuleSet, **query: str) -> str:
    return f"{reverse('rule-set-impact-list', args=[rule_set.pk])}?{urlencode(query)}"


def test_of_many_the_page_lists_the_first_and_counts_all_by_change(ended, monkeypatch, django_assert_max_num_queries):
    draft = draft_of(ended, administration_weight=80, substance_weight=20)
    client = ended.client("secretariat", StrictClient)
    whole_list = list_url(draft, periode=ended.period.key)
    monkeypatch.setattr("reporting.views.impact.SHOWN_EFFECTS", 1)

    text = client.get(impact_url(draft)).content.decode()
    with django_assert_max_num_queries(12):
        listed = client.get(whole_list)

    assert "1 pertama dari 2 instansi, menurut jenjang dan kode." in text
    assert "Kabupaten Ende" not in text
    assert f'<a class="kecil" href="{whole_list}">Lihat semua 2 instansi</a>' in text
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))
    assert "Kabupaten dan kota Hijau menjadi Kuning 1 Kabupaten dan kota Kuning menjadi Hijau 1" in words
    assert [effect.label for effect in listed.context["page"]] == ["Kabupaten Sikka", "Kabupaten Ende"]


def test_figures_open_what_they_stand_for(ended):
    draft = draft_of(ended, administration_weight=80, substance_weight=20)
    client, key = ended.client("secretariat", StrictClient), ended.period.key

    page = client.get(impact_url(draft)).content.decode()
    step = client.get(list_url(draft, periode=key, langkah="kab_kota.hijau.kuning"))

    for name, args in [
        ("institution-results-of", ["53.07", key]),
        ("national-results-of", [key]),
        ("level-results", ["kab_kota", key]),
    ]:
        assert f'href="{reverse(name, args=args)}"' in page
    assert f"?periode={key}&amp;langkah=kab_kota.hijau.kuning" in page
    assert f'aria-current="true">{ended.period.name}</a>' in page
    assert [effect.label for effect in step.context["page"]] == ["Kabupaten Ende"]


def test_changes_of_rank_and_of_a_group_have_lists_of_their_own(ended):
    client = ended.client("secretariat", StrictClient)
    weights = draft_of(ended, administration_weight=50, substance_weight=50)
    trial = impact_of(weights, ended.period, ended.later)
    group = next(group for group in trial.groups if group.new_bands)

    ranks = client.get(list_url(weights, ubah="peringkat")).context["page"].object_list
    bands = client.get(list_url(weights, kelompok=group.code)).context["page"].object_list
    page = client.get(impact_url(weights)).content.decode()

    assert [effect.label for effect in ranks] == ["Kabupaten Sikka"]
    assert [effect.label for effect in bands] == [effect.label for effect in group.new_bands]
    assert f"kelompok={group.code}" in page


@pytest.mark.parametrize(
    "query", ["ubah=x", "kelompok=x", "periode=1999", "kelompok=%00", "langkah=kab_kota.merah.hijau"]
)
def test_an_unknown_list_is_not_found(ended, query):
    url = reverse("rule-set-impact-list", args=[ended.rule_set.pk])

    assert ended.client("secretariat", StrictClient).get(f"{url}?{query}").status_code == 404


def test_only_the_newest_years_are_offered_until_all_are_asked_for(ended, monkeypatch):
    monkeypatch.setattr("reporting.views.impact.SHOWN_YEARS", 1)
    year = ended.plan_year.year
    periods = [
        ReportingPeriod(code="B09", plan_year=PlanYear(pk=-number, year=year - number, rule_set=ended.rule_set))
        for number in range(1, 4)
    ]
    monkeypatch.setattr("reporting.views.impact.opened_periods", lambda request: [ended.period, *periods])
    monkeypatch.setattr(ReportingPeriod, "is_closed_at", lambda period, now: True)
    trial = impact_of(ended.rule_set, ended.period, ended.later)
    monkeypatch.setattr("reporting.views.impact.impact_of", lambda rule_set, period, now: trial)
    client, url = ended.client("secretariat", StrictClient), impact_url(ended.rule_set)

    few, old, every = client.get(url), client.get(f"{url}?periode={year - 2}-B09"), client.get(f"{url}?tahun=semua")

    assert (few.context["years"], few.context["periods"]) == ([year], [ended.period])
    assert "Semua 4 tahun" in few.content.decode()
    assert old.context["years"] == [year, year - 2]
    assert every.context["years"] == [year, year - 1, year - 2, year - 3]
    assert "Semua 4 tahun" not in every.content.decode()


def test_only_the_secretariat_tries_rules(ended):
    clients = {name: ended.client(name, StrictClient) for name in PEOPLE}

    answers = {name: client.get(impact_url(ended.rule_set)).status_code for name, client in clients.items()}

    assert answers == dict.fromkeys(PEOPLE, 404) | {"secretariat": 200}


@pytest.mark.parametrize("key", ["2026-B99", "x", "%00", "1999-B09", "1999"])
def test_an_unknown_period_is_not_found(ended, key):
    response = ended.client("secretariat", StrictClient).get(f"{impact_url(ended.rule_set)}?periode={key}")

    assert response.status_code == 404


def test_an_open_period_is_not_tried(scenario):
    response = scenario.client("secretariat", StrictClient).get(impact_url(scenario.rule_set))

    assert (response.context["trial"], response.context["years"]) == (None, [])
    assert scenario.period.late_until_at > scenario.now + timedelta(days=1)


def test_before_the_first_computation_the_page_says_so(scenario):
    with time_machine.travel(scenario.period.late_until_at, tick=False):
        response = scenario.client("secretariat", StrictClient).get(impact_url(scenario.rule_set))

    assert "Nilai periode ini belum dihitung" in response.content.decode()


def test_what_would_change_is_a_file_with_every_mean_and_everybody_who_moves(ended):
    draft = draft_of(ended, administration_weight=70, substance_weight=30)
    secretariat = ended.client("secretariat", StrictClient)
    address = reverse("rule-set-impact-table", args=[draft.pk, "csv"])

    lines, manifest = table_of(secretariat.get(address, {"periode": ended.period.key}))
    page = secretariat.get(reverse("rule-set-impact", args=[draft.pk])).content.decode()

    whole = [line[1:] for line in lines if line[0] == "Semua aksi"]
    found = impact_of(draft, ended.period, ended.later).whole
    assert [line[0] for line in whole[:4]] == ["Nasional", "Jenjang", "Jenjang", "Jenjang"]
    assert whole[4:] == [
        ["Instansi, berubah pita", e.label, "Kabupaten dan kota", *numbers]
        for e, numbers in zip(
            found.new_bands,
            [
                ["65,00", "kuning", "2", "85,00", "hijau", "1", "20,00"],
                ["85,00", "hijau", "1", "65,00", "kuning", "2", "-20,00"],
            ],
            strict=True,
        )
    ]
    assert manifest["Aturan yang diuji"] == "Aturan baru (baru)"
    assert manifest["Instansi yang berubah nilainya"] == "2 dari 7"
    assert f"{address}?periode={ended.period.key}" in page


def test_without_a_closed_period_there_is_no_file_but_the_page(scenario):
    address = reverse("rule-set-impact-table", args=[scenario.rule_set.pk, "xlsx"])

    response = scenario.client("secretariat").get(address)

    assert response.url == f"{reverse('rule-set-impact', args=[scenario.rule_set.pk])}?periode="
    assert "Belum ada periode yang ditutup" in scenario.client("secretariat").get(response.url).content.decode()
