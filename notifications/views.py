"""A person's own messages: the list, opening one, and marking all as read. They need no office."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from notifications import services
from notifications.models import Message

PAGE_SIZE = 30


@require_safe
def message_list(request: HttpRequest) -> HttpResponse:
    """Show what the person was told, newest first."""
    rows = Message.objects.of(request.user)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    has_unread = any(message.read_at is None for message in page)
    zone = request.actor.institution.time_zone if request.actor else settings.TIME_ZONE
    return render(request, "notifications/message_list.html", {"page": page, "has_unread": has_unread, "zone": zone})


@require_POST
def message_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the message was read and go to the page it is about."""
    message = get_object_or_404(Message.objects.of(request.user), pk=pk)
    services.mark_read(message)
    is_ours = message.path.startswith("/") and url_has_allowed_host_and_scheme(message.path, allowed_hosts=None)
    return redirect(message.path if is_ours else "message-list")


@require_POST
def message_read_all(request: HttpRequest) -> HttpResponse:
    """Note that everything was read."""
    services.mark_all_read(request.user)
    messages.success(request, _("Semua pesan ditandai sudah dibaca."))
    return redirect("message-list")
