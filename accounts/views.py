"""A person's own account, and the page of help that everybody may read."""

from allauth.account import views as allauth_views
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import AccountForm
from accounts.models import User


@require_http_methods(["GET", "HEAD", "POST"])
def account_settings(request: HttpRequest) -> HttpResponse:
    """Change one's own name, position, telephone and the look of the pages."""
    person = User.objects.get(pk=request.user.pk)  # not request.user: a refused name must not show in the header
    form = AccountForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Perubahan tersimpan."))
        return redirect("account-settings")
    return render(request, "accounts/account_settings.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def password_change(request: HttpRequest) -> HttpResponse:
    """Change one's password; who has none yet gets a link by e-mail, which shows that the address is theirs."""
    if not request.user.has_usable_password():
        return redirect("account_reset_password")
    return allauth_views.password_change(request)


@login_not_required
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Answer the questions that people ask most."""
    return render(request, "accounts/help.html")
