"""One sampled measure before its reader: what was sent, the evidence beside it, and nothing of how it was judged."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from actions.policies.errors import NotAllowed
from reporting.forms.reading import ReadingForm
from reporting.models import Reading, Report, SampledMeasure
from reporting.policies import reading as policies
from reporting.policies.correcting import obstacles_to_correcting
from reporting.services import reading as services
from reporting.services.rejudging import judge_ids_of
from reporting.summaries import readings as summaries
from reporting.summaries.completeness import rules_of
from reporting.summaries.desk import MeasureRow
from reporting.summaries.viewer import viewer_of

ASKED = {"file": "berkas", "beside": "banding", "page": "halaman"}
PARTS = (
    "sample__period__plan_year__rule_set",
    "judgement__submission",
    "judgement__judged_by",
    "judgement__office",
    "answer__measure",
    "answer__judgement",
    "answer__objection",
    "answer__item__aksi",
    "answer__item__report__institution",
    "answer__item__report__period",
)


@dataclass(frozen=True)
class Desk:
    """A sampled measure with its reader's queue; `due` is the reading that is offered, or None when it is done."""

    sampled: SampledMeasure
    readings: list[Reading]
    row: MeasureRow
    queue: summaries.Queue
    due: str | None

    @property
    def report(self) -> Report:
        return self.sampled.answer.item.report


@require_http_methods(["GET", "HEAD", "POST"])
def reading_measure(request: HttpRequest, pk: int) -> HttpResponse:
    """Read one measure blind, by POST judge it and go on to the next; once it is done, show every judgement of it."""
    desk, now = _desk_or_404(request, pk), timezone.now()
    if desk.due is None:
        if request.method == "POST":
            messages.error(request, _("Ukuran ini sudah selesai dibaca, jadi bacaan Anda tidak disimpan."))
        return _show_outcome(request, desk, now)
    obstacles = _obstacles(request, desk, now)
    form = None if obstacles else _form(request, desk)
    if form is not None and form.is_bound and form.is_valid() and _is_read(request, desk, form):
        return _on_to_next(request, desk)
    context = {
        "sampled": desk.sampled,
        "period": desk.sampled.sample.period,
        "report": desk.report,
        "row": desk.row,
        "queue": desk.queue,
        "rules": rules_of(desk.sampled.sample.period.plan_year.rule_set),
        "form": form,
        "obstacles": obstacles,
        "due": desk.due,
        "both": _both(desk) if not obstacles else [],
        "viewer": viewer_of(desk.row, **{name: request.GET.get(key, "") for name, key in ASKED.items()}),
        "wanted": list(desk.row.measure.evidence_wanted.select_related("kind")),
        "before": desk.queue.before(desk.sampled.pk),
        "after": desk.queue.after(desk.sampled.pk),
    }
    return render(request, "reporting/reading_measure.html", context)


def _desk_or_404(request: HttpRequest, pk: int) -> Desk:
    sampled = get_object_or_404(SampledMeasure.objects.readable_by(request.actor).select_related(*PARTS), pk=pk)
    found = list(sampled.readings.select_related("read_by", "office"))
    queue = summaries.queue_of(sampled.sample, request.actor, timezone.now())
    return Desk(sampled, found, summaries.blind_row(sampled), queue, policies.next_kind(sampled, found))


def _obstacles(request: HttpRequest, desk: Desk, now: datetime) -> list[str]:
    if any(entry.pk == desk.sampled.pk for entry in desk.queue.mine):
        return []
    judges = judge_ids_of(desk.sampled.answer_id)
    return policies.obstacles_to_reading(
        desk.sampled, desk.report, request.actor, now, judge_ids=judges, readings=desk.readings
    )


def _form(request: HttpRequest, desk: Desk) -> ReadingForm:
    data = request.POST if request.method == "POST" else None
    rules = rules_of(desk.sampled.sample.period.plan_year.rule_set)
    return ReadingForm(data, row=desk.row, rules=rules, codes=summaries.reading_reasons(), due=desk.due)


def _both(desk: Desk) -> list[summaries.Words]:
    return summaries.both_words(desk.sampled, desk.readings[0]) if desk.due == Reading.Kind.THIRD else []


def _is_read(request: HttpRequest, desk: Desk, form: ReadingForm) -> bool:
    names = ("administration", "substance", "reasons", "note", "kind")
    try:
        services.read(desk.sampled, by=request.actor, **{name: form.cleaned_data[name] for name in names})
    except NotAllowed as error:
        for reason in error.reasons:
            form.add_error(None, reason)
        return False
    return True


def _on_to_next(request: HttpRequest, desk: Desk) -> HttpResponse:
    if desk.due == Reading.Kind.THIRD:  # the third reader learns how all three judged, and what may follow
        messages.success(request, _("Bacaan ketiga tersimpan."))
        return redirect("reading-measure", desk.sampled.pk)
    messages.success(request, _("Bacaan tersimpan."))
    following = desk.queue.after(desk.sampled.pk)
    if following is None:
        return redirect("reading-queue", desk.sampled.sample.period.key)
    return redirect("reading-measure", following.pk)


def _show_outcome(request: HttpRequest, desk: Desk, now: datetime) -> HttpResponse:
    answer = desk.sampled.answer
    last = desk.readings[-1]
    differs = policies.words_of(last) != policies.words_of(desk.sampled.judgement)
    is_mended = policies.words_of(last) == policies.words_of(answer.judgement)
    may_correct = differs and not is_mended and not obstacles_to_correcting(desk.report, answer, request.actor, now)
    context = {
        "sampled": desk.sampled,
        "period": desk.sampled.sample.period,
        "report": desk.report,
        "row": desk.row,
        "outcomes": summaries.outcomes_of(desk.sampled, desk.readings),
        "differs": differs,
        "is_mended": is_mended,
        "may_correct": may_correct,
        "following": desk.queue.after(desk.sampled.pk),
        "zone": request.actor.institution.time_zone,
    }
    return render(request, "reporting/reading_outcome.html", context)
