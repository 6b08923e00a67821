"""People and their roles: who holds which, invite, take back, end, and take up an invitation."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from actions.actors import OFFICE_SESSION_KEY, office_key
from actions.forms.people import InstitutionChoiceForm, InvitationForm, NewAccountForm, PeopleSearchForm
from actions.models import Institution, Invitation, Membership
from actions.policies.errors import NotAllowed
from actions.policies.people import (
    institutions_to_invite_to,
    may_give,
    may_invite_somebody,
    obstacles_to_ending,
    warnings_before_ending,
)
from actions.services import people as services

PAGE_SIZE = 50
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_safe
def people_list(request: HttpRequest) -> HttpResponse:
    """Show who holds which role today, in the offices that the actor looks after."""
    actor = request.actor
    form = PeopleSearchForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    rows = Membership.objects.visible_to(actor).in_force_on(actor.day)
    rows = rows.filter(_said_in(words)).select_related("user", "institution", "unit")
    rows = rows.order_by("institution__code", "unit__name", "role", "user__name", "pk")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    for membership in page:
        # The rows are in force; why one of them may not end now is said on its own page.
        membership.can_be_ended = may_give(actor, membership.role, membership.institution)
    context = {
        "form": form,
        "words": words,
        "page": page,
        "query": urlencode({"q": words}) + "&" if words else "",
        "may_invite": may_invite_somebody(actor),
        "waiting": Invitation.objects.visible_to(actor).unanswered().count(),
    }
    return render(request, "actions/people_list.html", context)


def _said_in(words: str) -> Q:
    if not words:
        return Q()
    person = Q(user__name__icontains=words) | Q(user__email__icontains=words) | Q(unit__name__icontains=words)
    return person | Q(institution__in=Institution.objects.search(words))


@require_safe
def invitation_list(request: HttpRequest) -> HttpResponse:
    """Show the invitations nobody has answered yet, expired ones too, newest first."""
    if not may_invite_somebody(request.actor):
        raise Http404
    rows = Invitation.objects.visible_to(request.actor).unanswered()
    rows = rows.select_related("user", "institution", "unit", "invited_by").order_by("-invited_at", "-pk")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "actions/people_invitations.html", {"page": page, "now": timezone.now()})


@require_http_methods(["GET", "HEAD", "POST"])
def invitation_create(request: HttpRequest) -> HttpResponse:
    """Invite somebody to one institution; asks which one first where the actor looks after several."""
    if not may_invite_somebody(request.actor):
        raise Http404
    institution = _institution_asked_for(request)
    if institution is None:
        form = InstitutionChoiceForm(actor=request.actor)
        return render(request, "actions/people_choose_institution.html", {"form": form})
    form = InvitationForm(request.POST or None, actor=request.actor, institution=institution)
    if request.method == "POST" and form.is_valid():
        try:
            invitation = services.invite(institution, by=request.actor, **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error(None, refusal.reasons)
        else:
            messages.success(request, _("Undangan dikirim ke %(email)s.") % {"email": invitation.user.email})
            return redirect("invitation-list")
    return render(request, "actions/people_invite.html", {"form": form, "institution": institution})


def _institution_asked_for(request: HttpRequest) -> Institution | None:
    """The institution named in the address, the only possible one, or None; 404 for one outside the scope."""
    possible = institutions_to_invite_to(request.actor)
    if code := request.GET.get("instansi"):
        if "\x00" in code:
            raise Http404
        return get_object_or_404(possible, code=code)
    first_two = list(possible[:2])
    return first_two[0] if len(first_two) == 1 else None


@require_POST
def invitation_resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a new link for an invitation nobody has answered."""
    invitation = get_object_or_404(Invitation.objects.visible_to(request.actor), pk=pk)
    try:
        services.resend(invitation, by=request.actor)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Tautan baru dikirim. Tautan yang lama tidak berlaku lagi."))
    return redirect("invitation-list")


@require_POST
def invitation_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an unanswered invitation back."""
    invitation = get_object_or_404(Invitation.objects.visible_to(request.actor), pk=pk)
    try:
        services.withdraw(invitation, by=request.actor)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Undangan ditarik. Tautannya tidak berlaku lagi."))
    return redirect("invitation-list")


@require_http_methods(["GET", "HEAD", "POST"])
def membership_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, then end a membership at once."""
    rows = Membership.objects.visible_to(request.actor).select_related("user", "institution", "unit")
    membership = get_object_or_404(rows, pk=pk)
    if request.method == "POST":
        try:
            services.end_membership(membership, by=request.actor)
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Penugasan %(name)s berakhir.") % {"name": membership.user})
        return redirect("people-list")
    context = {
        "membership": membership,
        "obstacles": obstacles_to_ending(request.actor, membership),
        "warnings": warnings_before_ending(request.actor, membership),
    }
    return render(request, "actions/people_end.html", context)


@login_not_required
@never_cache
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """Take up an invitation by its link: with one button when known, with a new password when new."""
    try:
        invitation = services.find_invitation(token)
    except services.InvitationUnusable:
        return _unusable(request)
    user = invitation.user
    form = None if user.has_usable_password() else NewAccountForm(request.POST or None, user=user)
    is_other = request.user.is_authenticated and request.user != user
    must_sign_in = form is None and not request.user.is_authenticated
    if request.method == "POST" and not is_other and not must_sign_in and (form is None or form.is_valid()):
        return _accepted(request, token, form)
    context = {"invitation": invitation, "form": form, "is_other": is_other, "must_sign_in": must_sign_in}
    return render(request, "actions/people_accept.html", context)


def _accepted(request: HttpRequest, token: str, form: NewAccountForm | None) -> HttpResponse:
    """Begin the membership and take the person to its office, signed in."""
    new = {"name": form.cleaned_data["name"], "password": form.cleaned_data["password1"]} if form else {}
    person = request.user if request.user.is_authenticated else None
    try:
        membership = services.accept(token, by=person, **new)
    except (services.InvitationUnusable, NotAllowed):  # somebody else was quicker with the same link
        return _unusable(request)
    if form is not None:
        login(request, membership.user, backend=BACKEND)
    request.session[OFFICE_SESSION_KEY] = office_key(membership.institution_id, membership.unit_id)
    messages.success(request, _("Selamat datang. Undangan sudah diterima."))
    return redirect("home")


def _unusable(request: HttpRequest) -> HttpResponse:
    return render(request, "actions/people_invitation_unusable.html", status=404)
