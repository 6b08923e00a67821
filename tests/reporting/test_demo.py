"""The demo nation: whole, plausible, and the same for the same day."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

from accounts.models import User
from actions.actors import actor_for
from actions.models import Institution, Level, ReportingPeriod
from reporting.demo import nation, people, texts
from reporting.demo.outcomes import closed_outcome, open_outcome
from reporting.demo.publications import ensure_publications, published_spans
from reporting.demo.readings import read_sample
from reporting.jobs.score_check import differences
from reporting.jobs.scores import compute_plan_year
from reporting.models import Evidence, Judgement, Publication, Report, ReportItem, Submission
from reporting.services.evidence import path_of
from reporting.services.freezing import content_hash
from reporting.services.opening import open_period
from reporting.states import ItemStatus, ReportStatus
from reporting.summaries.readings import waiting_of

TODAY = date(2026, 11, 22)


def test_the_last_quarter_is_open_on_the_day_whatever_day_it_is(db):
    # First in this file: the others share one loaded demo.
    day = date(2026, 5, 2)
    nation.load_core(day)
    periods = list(nation.open_periods().filter(plan_year__year=2026))
    now = nation.moment_of(day)

    assert periods[-1].is_window_open_at(now)
    assert [period.is_closed_at(now) for period in periods] == [True, True, True, False]


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demo's core, loaded once for this module and rolled back after it."""
    folder = tmp_path_factory.mktemp("evidence")
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    quick = override_settings(MEDIA_ROOT=folder, PASSWORD_HASHERS=hashers)
    with django_db_blocker.unblock(), quick, transaction.atomic():
        nation.load_core(TODAY)
        yield folder
        transaction.set_rollback(True)


@pytest.fixture
def core(loaded, db, settings) -> ReportingPeriod:
    """The period that is open in the demo's core."""
    settings.MEDIA_ROOT = loaded
    return nation.open_periods().last()


def snapshot() -> list:
    rows = Report.objects.order_by("pk").values_list("pk", "status", "revision", "submitted_at")
    return [*rows, Evidence.objects.count(), Submission.objects.count(), User.objects.count()]


def test_core_opens_the_nation_and_fills_one_province(core):
    expected = dict.fromkeys(Level.values, 0)
    for level in Report.objects.filter(period=core).values_list("level", flat=True):
        expected[level] += 1
    assert expected == {"kl": 12, "provinsi": 38, "kab_kota": 508}

    at_work = Report.objects.filter(period=core).exclude(revision=0)
    assert {code[:2] for code in at_work.values_list("institution__code", flat=True)} == {people.HOME_PROVINCE}
    assert set(at_work.values_list("status", flat=True)) >= set(ReportStatus.values) - {ReportStatus.CERTIFIED}


def test_core_again_changes_nothing(core):
    before = snapshot()

    nation.load_core(TODAY)

    assert snapshot() == before


def test_every_demo_account_has_the_offices_it_promises(core):
    for account in people.ACCOUNTS:
        user = User.objects.get(email=account.email)
        actor = actor_for(user, TODAY)
        assert actor is not None, account.email
        assert {role for _code, _unit, role in account.offices} == set(actor.roles)
        assert user.check_password(people.PASSWORD)


def test_a_closed_period_is_reported_reviewed_scored_and_read_again(core):
    period = nation.open_periods().first()
    open_period(period, by=people.demo_actor("sekretariat", TODAY), now=period.opens_at - timedelta(days=20))
    period.refresh_from_db()

    nation.fill(period, nation.home_institutions(), TODAY)
    compute_plan_year(period.plan_year, nation.moment_of(TODAY))

    verified = Report.objects.filter(period=period, status=ReportStatus.VERIFIED)
    assert verified.count() > 15
    items = ReportItem.objects.filter(report__in=verified)
    assert set(items.values_list("status", flat=True)) == {ItemStatus.ACCEPTED}
    assert list(differences(period.plan_year, nation.moment_of(TODAY))) == []
    for aspect in ("administration", "substance"):  # what a reviewer notes is what was judged
        notes = getattr(texts, f"PARTLY_{aspect.upper()}_NOTES")
        assert set(Judgement.objects.filter(note__in=notes).values_list(aspect, flat=True)) == {Judgement.Value.PARTLY}
    for submission in Submission.objects.filter(report__in=verified):
        assert submission.content_hash == content_hash(submission.content)
    sample = read_sample(period, 0.5, TODAY)
    assert 0 < waiting_of(sample) < sample.size

    for _again in range(2):
        ensure_publications([period], TODAY, nation.moment_of(TODAY))
    assert [row.span_key for row in Publication.objects.all()] == [period.key]


def test_the_last_whole_year_is_published_with_every_period_since(core):
    spans = published_spans(list(nation.open_periods()), nation.moment_of(TODAY))

    assert [span.key for span in spans] == [
        "2025-B04", "2025-B08", "2025-B12", "2026-B03", "2026-B06", "2026-B09", "2025"
    ]  # fmt: skip


def test_sample_files_can_be_opened(core):
    stored = {evidence.stored_file for evidence in Evidence.objects.select_related("stored_file")}

    assert len(stored) > 3
    assert [path_of(file).stat().st_size for file in stored] == [file.size for file in stored]


def test_outcomes_are_the_same_for_the_same_place_and_period():
    codes = [f"{province}.{number:02}" for province in (33, 53, 94) for number in range(1, 30)]
    first = [(closed_outcome(code, "2026-B03", 3), open_outcome(code, "2026-B12")) for code in codes]

    assert first == [(closed_outcome(code, "2026-B03", 3), open_outcome(code, "2026-B12")) for code in codes]


def test_the_east_reports_less():
    def share(province: str) -> float:
        found = [closed_outcome(f"{province}.{number:02}", "2026-B06", 4) for number in range(100)]
        return sum(outcome.is_sent for outcome in found) / len(found)

    assert share("94") < 0.5 < 0.9 < share("33")


def test_accounts_are_printed_for_the_terminal():
    out = StringIO()

    call_command("demo", "--accounts", stdout=out)

    assert all(account.email in out.getvalue() for account in people.ACCOUNTS)


def test_no_office_of_the_demo_is_an_ended_one(core):
    ended = Institution.objects.exclude(valid_until=None)

    assert not Report.objects.filter(period=core, institution__in=ended).exists()
