"""The nightly check of every plan year's scores, and telling the secretariat when one is not what it should be."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from actions.models import Membership, PlanYear, ReportingPeriod
from notifications.services import draft, tell_many
from reporting.jobs.score_check import YearCheck, check_year
from reporting.jobs.scores import compute_stale, stale_periods
from reporting.models import ScoreCheck

KIND = "score-check"
KEPT_PLACES = 20
ATTEMPTS = 3


def check_scores(now: datetime | None = None, *, again: bool = False) -> list[ScoreCheck]:
    """Check every plan year that has opened periods and was not checked today (in Jakarta); return the new checks.

    Safe to run again and at once: a year's check of the day is one row, and its alarm is told once. With `again` the
    years checked today are checked too and the row of the day tells the newer result: so an alarm ends once its cause
    was mended.
    """
    day = _day_of(now)
    return [check for plan_year in _due_on(day, again=again) if (check := _check(plan_year, day, now, again=again))]


def checks_of_today(now: datetime | None = None) -> list[ScoreCheck]:
    """Return today's check of each plan year, whoever made it."""
    rows = ScoreCheck.objects.filter(day=_day_of(now)).select_related("plan_year")
    return list(rows.order_by("plan_year__year"))


def _day_of(now: datetime | None) -> date:
    return timezone.localdate(now, timezone.get_default_timezone())


def _due_on(day: date, *, again: bool) -> list[PlanYear]:
    opened = ReportingPeriod.objects.opened().filter(plan_year=OuterRef("pk"))
    rows = PlanYear.objects.filter(Exists(opened))
    if not again:
        rows = rows.exclude(Exists(ScoreCheck.objects.filter(plan_year=OuterRef("pk"), day=day)))
    return list(rows.select_related("rule_set").order_by("year"))


def _check(plan_year: PlanYear, day: date, now: datetime | None, *, again: bool) -> ScoreCheck | None:
    found = _settled(plan_year, now)
    at = now or timezone.now()
    result = {
        "checked_at": at,
        "sha256": found.record.sha256,
        "differences": len(found.differences),
        "first_places": [str(difference) for difference in found.differences[:KEPT_PLACES]],
    }
    keep = ScoreCheck.objects.update_or_create if again else ScoreCheck.objects.get_or_create
    with transaction.atomic():
        check, is_new = keep(plan_year=plan_year, day=day, defaults=result)
        if (is_new or again) and check.differences:
            _tell(check, day, at)
    return check if is_new or again else None


def _settled(plan_year: PlanYear, now: datetime | None) -> YearCheck:
    """The check of a year at rest: what is verified while we read makes scores stale, not wrong."""
    for _attempt in range(ATTEMPTS):
        compute_stale(now)
        found = check_year(plan_year, now)
        waiting = {period.plan_year_id for period in stale_periods(now or timezone.now())}
        if not found.differences or plan_year.pk not in waiting:
            break
    return found


def _tell(check: ScoreCheck, day: date, at: datetime) -> None:
    words = {"year": check.plan_year.year, "count": check.differences}
    title = _("Nilai %(year)s tidak sama dengan hitungan ulang: %(count)s perbedaan") % words
    body = "\n".join([_("Tempat pertama:"), *check.first_places])
    members = Membership.objects.in_force_on(day).filter(role=Membership.Role.SECRETARIAT).select_related("user")
    users = {membership.user_id: membership.user for membership in members}
    tell_many(
        draft(
            user,
            key=f"{KIND}/{check.plan_year.year}/{day}/{user.pk}",
            kind=KIND,
            title=title,
            body=body,
            path=reverse("operations"),
            now=at,
        )
        for user in users.values()
    )
