"""The house itself: settings, servers, files that are not Python."""


def test_healthz_answers_without_sign_in(client, db):
    response = client.get("/healthz/")

    assert (response.status_code, response.content) == (200, b"ok\n")
