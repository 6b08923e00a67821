"""Our test tools themselves: each must fail where it promises to."""

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.template import Context, Template, engines
from django.urls import path

from accounts.models import User
from tests.conftest import OUR_TEMPLATES


@login_not_required
def writing_view(request):
    User.objects.create(email="tulis@contoh.example", name="Penulis")
    return HttpResponse("ok")


urlpatterns = [path("menulis/", writing_view)]


def template_named(name: str) -> Template:
    template = engines["django"].from_string("{{ salah_tulis }}").template
    template.origin.name = name
    return template


def test_an_undefined_variable_in_our_template_fails():
    template = template_named(f"{OUR_TEMPLATES}/reporting/x.html")

    with pytest.raises(pytest.fail.Exception, match="salah_tulis"):
        template.render(Context({}))


def test_an_undefined_variable_in_a_library_template_is_empty():
    template = template_named("/usr/lib/somewhere/crispy.html")

    assert template.render(Context({})) == ""


@pytest.mark.urls(__name__)
def test_a_get_that_writes_to_our_tables_fails(client, db):
    with pytest.raises(pytest.fail.Exception, match="A GET writes to our tables: INSERT INTO"):
        client.get("/menulis/")


@pytest.mark.urls(__name__)
def test_a_post_may_write(client, db):
    client.post("/menulis/")

    assert list(User.objects.values_list("email", flat=True)) == ["tulis@contoh.example"]


def test_mail_reaches_the_sink_through_smtp(smtp_sink, mailoutbox):
    from django.core.mail import send_mail  # noqa: PLC0415 (pytest-django swaps the backend before this runs)

    send_mail("Uji", "Isi surat", "portal@contoh.example", ["dinas@contoh.example"])

    assert [(mail.mail_from, mail.rcpt_tos) for mail in smtp_sink] == [
        ("portal@contoh.example", ["dinas@contoh.example"])
    ]
    assert b"Isi surat" in smtp_sink[0].content


@pytest.mark.browser
def test_a_page_that_asks_for_something_outside_is_noticed(open_page, live_server):
    page = open_page()
    page.goto(f"{live_server.url}/healthz/")

    answer = page.evaluate("() => fetch('http://192.0.2.1/').then(() => 'arrived', () => 'refused')")

    assert answer == "refused"
    assert {"192.0.2.1" in fault for fault in open_page.faults} == {True}
    open_page.faults.clear()
