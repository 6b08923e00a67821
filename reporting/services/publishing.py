"""Publishing the results of a period or a year: one frozen, numbered and hashed snapshot of every figure.

`Publication.content` is one line of canonical JSON (sorted keys, no spaces, UTF-8), without a time or a primary key:

    {"format": 1, "span": "2026-B09", "year": 2026, "name": "Triwulan III 2026 (B09)",
     "rules": {"code": "2021-5", "name": "...", "administration_weight": 30, ..., "sources": {...}},
     "groups": [{"code": "perempuan", "name": "Perempuan"}],
     "figures": [{"scope": "institution", "code": "53.07", "name": "Kabupaten Sikka", "level": "kab_kota",
       "province": "53", "group": "", "state": "scored", "all": "255/4", "reported": "255/4", "band": "kuning",
       "counts": {"expected": 1, "reported": 1, "scored": 1, "green": 0, "yellow": 1, "red": 0},
       "provisional": false}]}

Figures are ordered by the keys of their scores; `all` and `reported` are exact fractions, empty without a figure.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from actions.actors import Actor
from actions.models import PlanYear, ReportingPeriod, RuleSet
from actions.policies.errors import refuse
from reporting.jobs.scores import COUNTS, stale_periods
from reporting.models import Objection, Publication, PublicationDetail, Report, Score
from reporting.policies.publishing import (
    cautions_before_publishing,
    checks_passed,
    obstacles_to_publishing,
    obstacles_to_this_content,
    open_reviews,
)
from reporting.services.freezing import canonical_json
from reporting.states import ReportStatus
from reporting.summaries.publication_details import details_of
from reporting.summaries.published import latest_of
from reporting.summaries.results import Span

FORMAT = 1
DETAIL_BATCH = 100


@dataclass(frozen=True)
class Readiness:
    """What stands before a publication: what forbids it, what must be acknowledged, and what would be published.

    `passed` names what was checked and is in order.
    """

    obstacles: list[str]
    cautions: list[str]
    passed: list[str]
    content: str
    content_hash: str
    figures: int
    latest: Publication | None

    @property
    def next_revision(self) -> int:
        return self.latest.revision + 1 if self.latest else 1

    @property
    def is_unchanged(self) -> bool:
        """True if every figure equals the newest revision's."""
        return self.latest is not None and self.latest.content_hash == self.content_hash


def readiness(span: Span, by: Actor, *, now: datetime | None = None) -> Readiness:
    """Return what publishing `span` would meet and publish, in a fixed number of queries; writes nothing."""
    now = now or timezone.now()
    rows = ReportingPeriod.objects.filter(plan_year=span.plan_year)
    periods = list(rows.select_related("plan_year__rule_set", "scoring").order_by("number"))
    concerned = [row for row in periods if span.period is None or row.pk == span.period.pk]
    stale = stale_periods(now, [row for row in periods if row.opened_at])
    reports = _reports(span)
    keys = {period.pk for period in concerned}
    waiting = [row.kanwil for row in reports if row.waits and row.period_id in keys]
    objected = sum(row.is_objected for row in reports if row.period_id in keys)
    found = snapshot(span, {row.institution_id: row.province for row in reports if row.province})
    content = canonical_json(found)
    reviews = open_reviews(waiting)
    return Readiness(
        obstacles=obstacles_to_publishing(concerned, by, stale=stale, now=now),
        cautions=cautions_before_publishing(concerned, reviews, objected, now=now, zone=by.institution.time_zone),
        passed=checks_passed(concerned, reviews, objected, stale=stale, now=now),
        content=content,
        content_hash=hash_of(content),
        figures=len(found["figures"]),
        latest=latest_of(span),
    )


class _ReportRow(NamedTuple):
    """What a publication asks of one report."""

    institution_id: int
    province: str | None
    kanwil: str | None
    status: str
    round: int
    period_id: int
    is_objected: bool

    @property
    def waits(self) -> bool:
        return self.round > 0 and self.status != ReportStatus.VERIFIED


def _reports(span: Span) -> list[_ReportRow]:
    """The reports of the year, the latest period last: it says where an institution counts."""
    names = ("institution_id", "province__code", "kanwil__name", "status", "round", "period_id", "is_objected")
    undecided = Objection.objects.undecided().filter(answer__item__report=OuterRef("pk"))
    rows = Report.objects.filter(period__plan_year=span.plan_year).annotate(is_objected=Exists(undecided))
    rows = rows.order_by("period__number", "pk")
    return [_ReportRow(*row) for row in rows.values_list(*names)]


def publish(
    span: Span, *, by: Actor, seen: str, acknowledged: bool = False, note: str = "", now: datetime | None = None
) -> Publication:
    """Publish every figure of `span` as its next revision and return it.

    `seen` is the hash of what the person checked; `note` says what changed, from the second revision on. Whoever
    publishes at the same moment meets at the lock on the plan year, where scores are stored too. Raises NotAllowed.
    """
    now = now or timezone.now()
    with transaction.atomic():
        locked = PlanYear.objects.select_for_update(of=("self",), no_key=True).select_related("rule_set")
        span = Span(locked.get(pk=span.plan_year.pk), span.period)
        found = readiness(span, by, now=now)
        latest_hash = found.latest.content_hash if found.latest else None
        reasons = found.obstacles or obstacles_to_this_content(latest_hash, found.content_hash, seen=seen, note=note)
        if not reasons and found.cautions and not acknowledged:
            reasons = [_("Nyatakan dulu bahwa Anda mengetahui hal-hal yang belum selesai.")]
        refuse(reasons)
        publication = Publication.objects.create(
            span_key=span.key,
            plan_year=span.plan_year,
            period=span.period,
            revision=found.next_revision,
            content=found.content,
            content_hash=found.content_hash,
            figures=found.figures,
            note=note.strip(),
            published_at=now,
            published_by=by.user,
        )
        _freeze_details(publication, span)
        return publication


def _freeze_details(publication: Publication, span: Span) -> None:
    """Keep what letters and the national report say of this revision: aksi, measures, reasons, history."""
    nation, institutions = details_of(span)
    rows = [PublicationDetail(publication=publication, code=PublicationDetail.NATION, content=canonical_json(nation))]
    for row in institutions:
        place = {"code": row.code, "level": row.level, "province": row.province, "kanwil": row.kanwil}
        rows.append(PublicationDetail(publication=publication, content=canonical_json(row.content), **place))
    PublicationDetail.objects.bulk_create(rows, batch_size=DETAIL_BATCH)


def hash_of(content: str) -> str:
    """Return the SHA-256 of the content's bytes, in hexadecimal."""
    return hashlib.sha256(content.encode()).hexdigest()


def snapshot(span: Span, provinces: Mapping[int, str]) -> dict:
    """Return every stored figure of `span`; see the module for its shape. One query.

    `provinces` is the code of the province where each institution counts, by its id.
    """
    scores = sorted(span.scores(), key=lambda score: score.key)
    groups = {score.target_group.code: score.target_group for score in scores if score.target_group_id}
    return {
        "format": FORMAT,
        "span": span.key,
        "year": span.plan_year.year,
        "name": span.label,
        "rules": _rules(span.plan_year.rule_set),
        "groups": [
            {"code": group.code, "name": group.name}
            for group in sorted(groups.values(), key=lambda group: (group.order, group.code))
        ],
        "figures": [_figure(score, provinces) for score in scores],
    }


def _rules(rule_set: RuleSet) -> dict:
    settings = {name: getattr(rule_set, name) for name in RuleSet.SETTINGS}
    return {"code": rule_set.code, "name": rule_set.name, "sources": rule_set.sources, **settings}


def _figure(score: Score, provinces: Mapping[int, str]) -> dict:
    institution = score.institution
    is_own = score.scope == Score.Scope.INSTITUTION
    return {
        "scope": score.scope,
        "code": institution.code if institution else score.level,
        "name": institution.name if institution else score.get_level_display(),
        "level": score.level,
        "province": provinces.get(score.institution_id, "") if is_own else "",
        "group": score.target_group.code if score.target_group_id else "",
        "state": score.state,
        "all": score.all_exact,
        "reported": score.reported_exact,
        "band": score.band,
        "counts": {name: getattr(score, name) for name in COUNTS},
        "provisional": score.is_provisional,
    }
