"""manage.py appoint_secretariat EMAIL NAME: the first person of a new portal, with a link to choose a password."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.urls import reverse
from django.utils.translation import gettext as _

from actions.policies.errors import NotAllowed
from actions.services.beginnings import appoint_first_secretariat


class Command(BaseCommand):
    help = "Appoint the first member of the secretariat and print the link with which to choose a password."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("name")

    def handle(self, *args, email, name, **options):
        try:
            validate_email(email)
            person = appoint_first_secretariat(email=email, name=name)
        except (ValidationError, NotAllowed) as refused:
            raise CommandError(" ".join(getattr(refused, "reasons", None) or refused.messages)) from None
        address = reverse(
            "account_reset_password_from_key",
            args=[user_pk_to_url_str(person), default_token_generator.make_token(person)],
        )
        self.stdout.write(_("%(name)s menjadi sekretariat. Buat kata sandi di:") % {"name": person.name})
        self.stdout.write(f"{settings.PORTAL_URL}{address}")
