"""Home of reviewers: what waits for them by age, and who has not sent; four queries, whatever their number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from actions.actors import Actor
from actions.models import Membership, ReportingPeriod
from reporting.models import Report
from reporting.summaries.contacts import REACHABLE, REPORTING_ROLES
from reporting.summaries.deadlines import Deadline, Step, deadline_until, period_steps
from reporting.summaries.next_steps import NextStep
from reporting.summaries.queue import QueueRow, ReviewQueue, Stage, review_queue

OLDEST = 5
SHOWN_UNSENT = 8


@dataclass(frozen=True)
class Unsent:
    """A report that was not sent yet: how many of its measures are filled, and whether anybody can be reached."""

    report: Report
    filled: int
    total: int
    is_reachable: bool


@dataclass(frozen=True)
class ReviewHome:
    """Everything on the home page of a Kanwil officer or a central verifier."""

    queue: ReviewQueue
    oldest: list[QueueRow]
    unsent: list[Unsent]
    step: NextStep
    deadline: Deadline | None
    steps: list[Step]
    is_closed: bool

    @property
    def shown_unsent(self) -> list[Unsent]:
        """Who is furthest behind, first."""
        return sorted(self.unsent, key=lambda row: (_share(row), row.report.institution.code))[:SHOWN_UNSENT]

    @property
    def not_started(self) -> int:
        return sum(not row.filled for row in self.unsent)

    @property
    def unreachable(self) -> int:
        return sum(not row.is_reachable for row in self.unsent)

    @property
    def correcting(self) -> int:
        return self.queue.counts[Stage.CORRECTING]

    @property
    def verified(self) -> int:
        return self.queue.counts[Stage.VERIFIED]

    @property
    def in_review(self) -> int:
        return self.queue.counts[Stage.IN_REVIEW]

    @property
    def waiting(self) -> int:
        return self.queue.counts[Stage.WAITING]


def review_home(actor: Actor, period: ReportingPeriod, *, now: datetime) -> ReviewHome:
    """Return the home of `actor`, who reviews, for `period`."""
    queue = review_queue(actor, period, now=now)
    unsent = _unsent(actor, period)
    zone = actor.institution.time_zone
    return ReviewHome(
        queue=queue,
        oldest=queue.rows[:OLDEST],
        unsent=unsent,
        step=next_review_step(
            queue.rows,
            expected=queue.expected,
            unsent=len(unsent),
            not_started=sum(not row.filled for row in unsent),
            is_closed=period.is_closed_at(now),
        ),
        deadline=_deadline(period, queue, zone, now),
        steps=period_steps(period, zone=zone, now=now),
        is_closed=period.is_closed_at(now),
    )


def next_review_step(
    rows: Sequence[QueueRow], *, expected: int, unsent: int, not_started: int, is_closed: bool
) -> NextStep:
    """Return a reviewer's next step: go on with one's own, begin the oldest, else look after who has not sent.

    `rows` wait for the office, the oldest first; the counts are of reports.
    """
    mine = next((row for row in rows if row.stage == Stage.IN_REVIEW and row.is_mine), None)
    free = next((row for row in rows if row.stage != Stage.IN_REVIEW and not row.is_conflict), None)
    if mine or free:
        return _review(mine or free, others=len(rows) - 1)
    queue_url = reverse("review-queue")
    if rows:
        text = _("Yang menunggu sedang ditelaah rekan Anda, atau berasal dari instansi tempat Anda bertugas.")
        return NextStep(_("Tidak ada telaah untuk Anda"), text, second_url=queue_url, second_label=_("Buka antrean"))
    if not expected:
        text = _("Belum ada instansi yang wajib lapor kepada kantor Anda pada periode ini.")
        return NextStep(_("Tidak ada laporan untuk ditelaah"), text)
    if unsent and not is_closed:
        text = _("Dari %(expected)s instansi, %(unsent)s belum mengirim dan %(idle)s belum mulai mengisi.")
        words = {"expected": expected, "unsent": unsent, "idle": not_started}
        url = reverse("missing-list")
        return NextStep(_("Hubungi yang belum mengirim"), text % words, url, _("Lihat yang belum kirim"))
    text = _("Semua laporan yang dikirim sudah ditelaah atau sedang diperbaiki pelapornya.")
    return NextStep(_("Telaah selesai untuk saat ini"), text, second_url=queue_url, second_label=_("Buka antrean"))


def _review(row: QueueRow, *, others: int) -> NextStep:
    name = row.report.institution.name
    url, queue_url = reverse("review-report", args=[row.report.pk]), reverse("review-queue")
    if row.stage == Stage.IN_REVIEW:
        title = _("Lanjutkan telaah %(name)s") % {"name": name}
        text = _("%(judged)s dari %(total)s ukuran sudah dinilai.") % {"judged": row.judged, "total": row.total}
    elif row.stage == Stage.CLOSED:
        title = _("Selesaikan telaah %(name)s") % {"name": name}
        text = _("Masa perbaikannya berakhir tanpa kiriman baru. Nilai seperti yang terakhir dikirim.")
    else:
        title = _("Telaah %(name)s") % {"name": name}
        text = _("Menunggu paling lama: %(age)s.") % {"age": row.age}
    if others > 0:
        text = f"{text} {_('Di antrean masih ada %(count)s laporan lain.') % {'count': others}}"
    return NextStep(title, text, url, title, queue_url, _("Buka antrean"))


def _unsent(actor: Actor, period: ReportingPeriod) -> list[Unsent]:
    coordinators = Membership.objects.in_force_on(actor.day).filter(
        REACHABLE, institution=OuterRef("institution"), role__in=REPORTING_ROLES
    )
    rows = Report.objects.reviewable_by(actor).filter(period=period).not_sent().select_related("institution")
    rows = rows.annotate(
        filled=Count("items__answers", filter=~Q(items__answers__execution="")),
        total=Count("items__answers"),
        is_reachable=Exists(coordinators),
    )
    return [Unsent(row, row.filled, row.total, row.is_reachable) for row in rows.order_by("institution__code")]


def _share(row: Unsent) -> float:
    return row.filled / row.total if row.total else 0.0


def _deadline(period: ReportingPeriod, queue: ReviewQueue, zone: str, now: datetime) -> Deadline | None:
    """Until the window closes what counts is who sends; from then on, or with work waiting, the review's end.

    None once the review is over and nothing waits: a date gone by is no alarm then.
    """
    if now >= period.review_due_at and not queue.awaiting:
        return None
    if now < period.closes_at and not queue.awaiting:
        return deadline_until(period.closes_at, _("Sisa waktu pelapor mengirim"), zone=zone, now=now)
    return deadline_until(period.review_due_at, _("Sisa waktu menelaah"), zone=zone, now=now)
