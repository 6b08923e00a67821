"""The review desk: one measure as it was sent, its evidence beside the judgement; and the office's saved replies."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import formats
from actions.policies.errors import NotAllowed
from reporting.forms.reviewing import JudgementForm, SavedReplyForm
from reporting.models import Report, SavedReply
from reporting.policies.correcting import obstacles_to_correcting
from reporting.policies.reviewing import (
    obstacles_to_asking_correction,
    obstacles_to_claiming,
    obstacles_to_judging,
    obstacles_to_judging_item,
)
from reporting.services.reviewing import judge
from reporting.summaries.desk import MeasureRow, ReviewOutline, reasons_for, review_outline, score_of
from reporting.summaries.viewer import viewer_of
from reporting.views.reviewing import followed_report_or_404


@dataclass(frozen=True)
class Desk:
    """One measure on the desk, with the whole review around it."""

    report: Report
    outline: ReviewOutline
    row: MeasureRow


@require_http_methods(["GET", "HEAD", "POST"])
def review_measure(request: HttpRequest, pk: int, answer_pk: int) -> HttpResponse:
    """Show one measure as it was sent; judge it by POST and go on to the next."""
    desk = _desk_or_404(request, pk, answer_pk)
    if request.method != "POST":
        return _show(request, desk, _form(desk))
    form = _form(desk, request.POST)
    if not form.is_valid():
        return _show(request, desk, form)
    data = form.cleaned_data
    words = {name: data[name] for name in ("administration", "substance", "decision", "reasons", "note")}
    try:
        judgement = judge(desk.row.answer, by=request.actor, submission_id=data["submission"], **words)
    except NotAllowed as error:
        for reason in error.reasons:
            form.add_error(None, reason)
        return _show(request, desk, form)
    score = formats.score(score_of(desk.outline.rules, judgement), desk.outline.cutoffs)
    messages.success(request, _("%(place)s dinilai %(score)s.") % {"place": desk.row.label, "score": score})
    return _on_to_next(desk)


@require_POST
def review_reply_use(request: HttpRequest, pk: int, answer_pk: int) -> HttpResponse:
    """Put a saved reply into the note of a judgement not yet saved; what a page without scripts needs."""
    desk = _desk_or_404(request, pk, answer_pk)
    wanted = request.POST.get("reply", "")
    replies = {str(reply.pk): reply for reply in _replies(request)}
    if wanted not in replies:
        raise Http404
    typed = request.POST.get("note", "").strip()
    initial = {
        "administration": request.POST.get("administration", ""),
        "substance": request.POST.get("substance", ""),
        "reasons": request.POST.getlist("reasons"),
        "note": f"{typed}\n{replies[wanted].text}".strip(),
    }
    return _show(request, desk, _form(desk, initial=initial))


@require_http_methods(["GET", "HEAD", "POST"])
def saved_reply_list(request: HttpRequest) -> HttpResponse:
    """The sentences that a reviewing office keeps at hand; add one by POST."""
    if not request.actor.is_reviewer:
        raise Http404
    form = SavedReplyForm(request.POST or None, office=request.actor.institution)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Balasan tersimpan untuk seluruh kantor."))
        return redirect("saved-reply-list")
    return render(request, "reporting/review_replies.html", {"form": form, "replies": _replies(request)})


@require_POST
def saved_reply_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one sentence off the office's list; judgements that used it keep their words."""
    if not request.actor.is_reviewer:
        raise Http404
    reply = get_object_or_404(SavedReply, pk=pk, office=request.actor.institution)
    reply.delete()
    messages.success(request, _("Balasan dihapus dari daftar."))
    return redirect("saved-reply-list")


def _desk_or_404(request: HttpRequest, pk: int, answer_pk: int) -> Desk:
    report = followed_report_or_404(request, pk)
    outline = review_outline(report)
    row = outline.find(answer_pk)
    if row is None:
        raise Http404
    return Desk(report, outline, row)


def _form(desk: Desk, data=None, *, initial: dict | None = None) -> JudgementForm:
    codes = reasons_for(desk.row)
    return JudgementForm(data, row=desk.row, rules=desk.outline.rules, codes=codes, initial=initial)


def _show(request: HttpRequest, desk: Desk, form: JudgementForm) -> HttpResponse:
    now = timezone.now()
    asked = {name: request.GET.get(key, "") for name, key in ASKED.items()}
    obstacles = obstacles_to_judging(desk.report, request.actor, now)
    round_of = {"latest_submission_id": desk.outline.latest.pk, "returned_at": desk.report.returned_at}
    obstacles = obstacles or obstacles_to_judging_item(desk.row.item, desk.row.answer, **round_of)
    before, after = desk.outline.neighbours(desk.row)
    context = {
        "report": desk.report,
        "outline": desk.outline,
        "row": desk.row,
        "form": form,
        "viewer": viewer_of(desk.row, **asked),
        "wanted": list(desk.row.measure.evidence_wanted.select_related("kind")),
        "replies": _replies(request),
        "obstacles": obstacles,
        "may_claim": bool(obstacles) and not obstacles_to_claiming(desk.report, request.actor, now),
        "may_correct": request.actor.is_central_verifier
        and not obstacles_to_correcting(desk.report, desk.row.answer, request.actor, now),
        "return_obstacles": obstacles_to_asking_correction(desk.report, now),
        "before": before,
        "after": after,
        "is_reviewer": request.actor.is_reviewer,
        "zone": request.actor.institution.time_zone,
    }
    return render(request, "reporting/review_measure.html", context)


ASKED = {"file": "berkas", "beside": "banding", "page": "halaman"}


def _replies(request: HttpRequest) -> list[SavedReply]:
    return list(SavedReply.objects.filter(office=request.actor.institution))


def _on_to_next(desk: Desk) -> HttpResponse:
    following = desk.outline.next_waiting(desk.row)
    if following is None:
        return redirect("review-report", desk.report.pk)
    return redirect("review-measure", desk.report.pk, following.answer.pk)
