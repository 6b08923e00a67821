"""A person's own name, telephone and look."""

import pytest

from accounts.models import User
from tests.factories_actions import Role, make_actor, sign_in

pytestmark = pytest.mark.django_db
FILLED = {"name": "Maria Goreti", "position": "Kepala Bagian Hukum", "phone": "0382 21001", "theme": "dark"}


def test_saving_changes_name_position_telephone_and_look(client):
    actor = make_actor(Role.COORDINATOR)
    sign_in(client, actor)

    response = client.post("/akun/", FILLED)

    saved = User.objects.filter(pk=actor.user.pk).values(*FILLED).get()
    assert (response["Location"], saved) == ("/akun/", FILLED)
    assert '<html lang="id" data-bs-theme="dark">' in client.get("/akun/").content.decode()


def test_the_email_address_cannot_be_changed_here(client):
    actor = make_actor(Role.COORDINATOR)
    sign_in(client, actor)

    client.post("/akun/", FILLED | {"email": "lain@x.example", "is_active": "", "password": "x"})

    assert User.objects.filter(email=actor.user.email, is_active=True).exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "x" * 100_000), ("name", "Maria\x00"), ("phone", "1" * 41), ("theme", "merah")],
)
def test_bad_input_is_refused_beside_its_field_and_stays_out_of_the_header(client, field, value):
    actor = make_actor(Role.COORDINATOR)
    sign_in(client, actor)

    response = client.post("/akun/", FILLED | {field: value})

    assert list(response.context["form"].errors) == [field]
    assert response.context["frame"].actor.user.name == actor.user.name
    assert User.objects.get(pk=actor.user.pk).name == actor.user.name
