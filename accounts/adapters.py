"""How sign-in differs from django-allauth's own behaviour."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Registration is closed: people come in by invitation only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
