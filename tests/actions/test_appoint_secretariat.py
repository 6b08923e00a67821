"""The first person of a new portal."""

from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command

from actions.models import Membership
from actions.services.institutions import import_institutions

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def appoint(email="sekretariat@contoh.example", name="Sekretaris Pertama") -> list[str]:
    output = StringIO()
    call_command("appoint_secretariat", email, name, stdout=output)
    return output.getvalue().splitlines()


def test_the_first_person_can_choose_a_password_and_sign_in(client):
    import_institutions()

    words, link = appoint()
    form = client.get(urlsplit(link).path, follow=True)
    client.post(form.request["PATH_INFO"], {"password1": "Rahasia-2026-panjang", "password2": "Rahasia-2026-panjang"})
    signed_in = client.post("/masuk/", {"login": "sekretariat@contoh.example", "password": "Rahasia-2026-panjang"})

    assert words == "Sekretaris Pertama menjadi sekretariat. Buat kata sandi di:"
    assert (signed_in.status_code, signed_in.headers["Location"]) == (302, "/")
    assert list(Membership.objects.values_list("user__email", "role", "institution__houses_secretariat")) == [
        ("sekretariat@contoh.example", "sekretariat", True)
    ]


def test_there_is_only_one_first_person():
    import_institutions()
    appoint()

    with pytest.raises(CommandError, match="Sekretariat sudah ada"):
        appoint("lain@contoh.example", "Orang Lain")

    assert Membership.objects.count() == 1


def test_reference_data_comes_first():
    with pytest.raises(CommandError, match="Muat dulu data rujukan"):
        appoint()


def test_an_address_that_is_none_is_refused():
    with pytest.raises(CommandError):
        appoint("bukan-alamat")

    assert Membership.objects.count() == 0
