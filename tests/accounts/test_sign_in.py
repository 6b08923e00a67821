"""Signing in, out, and back in after a forgotten password."""

import re

import pytest
from django.core import mail
from django.urls import NoReverseMatch, reverse

from tests.factories_actions import PASSWORD, Role, UserFactory, make_actor, sign_in

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "pohon-kelor-17-daun"


def test_signing_in_by_email_whatever_its_case(client):
    actor = make_actor(Role.COORDINATOR)

    response = client.post("/masuk/", {"login": actor.user.email.upper(), "password": PASSWORD})

    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(actor.user.pk)


@pytest.mark.parametrize("email", ["ada@daerah.example", "tidak-ada@daerah.example"])
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client, email):
    UserFactory(email="ada@daerah.example")

    response = client.post("/masuk/", {"login": email, "password": "keliru-sekali"})

    assert response.status_code == 200
    assert response.context["form"].non_field_errors() == [
        "Periksa alamat surel dan kata sandi, lalu coba lagi. Salah satunya tidak cocok."
    ]


def test_closed_accounts_are_told_so(client):
    UserFactory(email="a@x.example", is_active=False)

    response = client.post("/masuk/", {"login": "a@x.example", "password": PASSWORD})

    assert response["Location"] == "/akun/tidak-aktif/"
    assert "Akun ini tidak aktif" in client.get("/akun/tidak-aktif/").content.decode()


def test_many_wrong_passwords_are_slowed_down(client):
    UserFactory(email="a@x.example")

    for _attempt in range(5):
        client.post("/masuk/", {"login": "a@x.example", "password": "keliru-sekali"})
    blocked = client.post("/masuk/", {"login": "a@x.example", "password": PASSWORD})

    assert blocked.context["form"].non_field_errors()[0].startswith("Tunggu lima menit")
    assert "_auth_user_id" not in client.session


def test_too_many_requests_get_a_page_that_says_what_to_do(client):
    for _attempt in range(6):
        response = client.post("/akun/kata-sandi/lupa/", {"email": "a@x.example"})

    assert response.status_code == 429
    assert "Tunggu" in response.content.decode()


def test_signing_out_needs_a_post(client):
    sign_in(client, make_actor(Role.COORDINATOR))

    asked = client.get("/keluar/")
    still_in = "_auth_user_id" in client.session
    done = client.post("/keluar/")

    assert ("Keluar dari portal?" in asked.content.decode(), still_in) == (True, True)
    assert (done["Location"], "_auth_user_id" in client.session) == ("/masuk/", False)


def reset_link(body: str) -> str:
    return re.search(r"http://localhost:8000(\S+)", body).group(1)


def test_a_forgotten_password_is_replaced_by_link(client):
    user = UserFactory(email="maria@sikka.example")

    sent = client.post("/akun/kata-sandi/lupa/", {"email": "maria@sikka.example"}, headers={"host": "localhost"})
    form = client.get(reset_link(mail.outbox[0].body), follow=True)
    passwords = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    done = client.post(form.request["PATH_INFO"], passwords)

    user.refresh_from_db()
    assert sent["Location"] == "/akun/kata-sandi/lupa/terkirim/"
    assert (done["Location"], user.check_password(NEW_PASSWORD)) == ("/akun/kata-sandi/baru/selesai/", True)


def test_a_reset_link_works_once(client):
    UserFactory(email="maria@sikka.example")
    client.post("/akun/kata-sandi/lupa/", {"email": "maria@sikka.example"})
    link = reset_link(mail.outbox[0].body)
    form = client.get(link, follow=True)
    client.post(form.request["PATH_INFO"], {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})

    again = client.get(link, follow=True)

    assert "Tautan tidak berlaku lagi" in again.content.decode()


def test_an_unknown_address_is_not_written_to_and_not_betrayed(client):
    response = client.post("/akun/kata-sandi/lupa/", {"email": "siapa@lain.example"})

    assert (response["Location"], mail.outbox) == ("/akun/kata-sandi/lupa/terkirim/", [])


def test_a_mail_server_that_is_away_does_not_betray_a_known_address(client, settings):
    UserFactory(email="maria@sikka.example")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens there

    response = client.post("/akun/kata-sandi/lupa/", {"email": "maria@sikka.example"})

    assert response["Location"] == "/akun/kata-sandi/lupa/terkirim/"


def test_an_invited_person_without_password_may_make_one(client):
    user = UserFactory(email="baru@sikka.example")
    user.set_unusable_password()
    user.save()

    client.post("/akun/kata-sandi/lupa/", {"email": "baru@sikka.example"})

    assert mail.outbox[0].to == ["baru@sikka.example"]


def test_changing_the_password(client):
    actor = make_actor(Role.COORDINATOR)
    sign_in(client, actor)

    passwords = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    response = client.post("/akun/kata-sandi/", passwords)

    actor.user.refresh_from_db()
    assert (response["Location"], actor.user.check_password(NEW_PASSWORD)) == ("/akun/", True)
    assert client.get("/akun/").status_code == 200


@pytest.mark.parametrize("password", ["pendek", "1234567890123", "Orang Maria Goreti", "password123"])
def test_weak_passwords_are_refused(client, password):
    actor = make_actor(Role.COORDINATOR, user=UserFactory(name="Orang Maria Goreti"))
    sign_in(client, actor)

    passwords = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    response = client.post("/akun/kata-sandi/", passwords)

    actor.user.refresh_from_db()
    assert (response.status_code, actor.user.check_password(PASSWORD)) == (200, True)


def test_without_a_password_there_is_none_to_change(client):
    actor = make_actor(Role.COORDINATOR)
    actor.user.set_unusable_password()
    actor.user.save()
    sign_in(client, actor)

    assert client.get("/akun/kata-sandi/")["Location"] == "/akun/kata-sandi/lupa/"


@pytest.mark.parametrize(
    "path",
    ["/akun/signup/", "/akun/email/", "/akun/login/", "/accounts/login/", "/akun/reauthenticate/", "/signup/"],
)
def test_pages_of_the_library_that_we_do_not_want_are_not_there(client, path):
    sign_in(client, make_actor(Role.COORDINATOR))

    assert client.get(path).status_code == 404


@pytest.mark.parametrize("name", ["account_signup", "account_email", "account_set_password"])
def test_nor_do_they_have_an_address(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/masuk/", "Masuk · Portal RANHAM"),
        ("/akun/kata-sandi/lupa/", "Lupa kata sandi · Portal RANHAM"),
        ("/akun/kata-sandi/lupa/terkirim/", "Periksa surel Anda · Portal RANHAM"),
        ("/akun/kata-sandi/baru/1-tidak-ada/", "Tautan tidak berlaku lagi · Portal RANHAM"),
        ("/bantuan/", "Petunjuk pengisian dan tanya jawab · Portal RANHAM"),
    ],
)
def test_pages_open_to_everybody(client, path, title):
    response = client.get(path)

    assert response.status_code == 200
    assert f"<title>{title}</title>" in response.content.decode()
