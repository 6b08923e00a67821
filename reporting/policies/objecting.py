"""May this government object to a judgement, and may this officer decide: reasons why not, in words.

Order of the reasons: who (the office, then conflict of interest), what state, when, what about this measure.
An empty list means "go ahead".
"""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext as _

from accounts import formats
from actions.actors import Actor
from reporting.models import MeasureAnswer, Objection, Report
from reporting.policies.correcting import obstacles_to_rejudging
from reporting.policies.parties import conflicts_of_interest, is_reviewing_office, parties_of
from reporting.states import Party, ReportStatus


def obstacles_to_objecting(report: Report, actor: Actor, now: datetime) -> list[str]:
    """Why `actor` cannot object to anything in `report`: a coordinator does, once verified, within the dates."""
    if Party.COORDINATOR not in parties_of(actor, report):
        return [_("Hanya koordinator instansi ini yang dapat mengajukan sanggahan.")]
    if report.status != ReportStatus.VERIFIED:
        return [_("Laporan ini belum diverifikasi, jadi belum ada putusan yang dapat disanggah.")]
    zone, period = report.institution.time_zone, report.period
    if now < period.objection_from_at:
        start = formats.moment(period.objection_from_at, zone)
        return [_("Sanggahan dapat diajukan mulai %(start)s.") % {"start": start}]
    if now >= period.objection_until_at:
        end = formats.deadline(period.objection_until_at, zone)
        return [_("Masa sanggah berakhir %(end)s.") % {"end": end}]
    return []


def obstacles_to_objecting_to(report: Report, answer: MeasureAnswer, objection: Objection | None) -> list[str]:
    """Why nothing can be objected to this measure: nobody judged it, or it was objected to before."""
    reasons = obstacles_to_rejudging(report, answer)
    if reasons or objection is None or objection.is_draft:
        return reasons
    if objection.is_open:
        return [_("Sanggahan atas ukuran ini sudah diajukan dan menunggu putusan.")]
    return [_("Sanggahan atas ukuran ini sudah diputus. Setiap ukuran disanggah satu kali.")]


def obstacles_to_deciding(
    objection: Objection, report: Report, actor: Actor, now: datetime, *, judge_ids: Collection[int]
) -> list[str]:
    """Why `actor` cannot decide: another officer than those who judged the measure does, whose ids are `judge_ids`."""
    is_ditjen = actor.is_central_verifier and actor.institution.pk != report.institution_id
    if not (is_reviewing_office(actor, report) or is_ditjen):
        return [_("Sanggahan ini diputus kantor penelaah atau Ditjen HAM, bukan kantor Anda.")]
    reasons = conflicts_of_interest(actor, report, now)
    if reasons:
        return reasons
    if not objection.is_open:
        return [_("Sanggahan ini sudah diputus.")] if objection.decided_at else [_("Sanggahan ini belum diajukan.")]
    if actor.user.pk in judge_ids:
        return [_("Anda pernah menilai ukuran ini, jadi petugas lain yang memutus sanggahannya.")]
    return []
