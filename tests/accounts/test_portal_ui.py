"""The tags and the components of the look, each drawn on its own."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from crispy_forms.helper import FormHelper
from crispy_forms.utils import render_crispy_form
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template, engines
from django.template.loader import render_to_string
from django.utils.html import format_html

from accounts.templatetags import portal_ui

AT = datetime(2026, 9, 30, 17, 0, tzinfo=UTC)


def draw(source: str, **context) -> str:
    template = Template("{% load portal_ui %}" + source, engine=engines["django"].engine)
    return template.render(Context(context)).strip()


def test_icon_is_hidden_from_screen_readers():
    assert draw('{% icon "cek" %}') == (
        '<svg class="ikon" aria-hidden="true" focusable="false"><use href="/static/img/ikon.svg#i-cek"></use></svg>'
    )


def test_every_icon_that_templates_name_is_in_the_sprite(settings):
    sprite = (settings.BASE_DIR / "static/img/ikon.svg").read_text()
    sources = [path.read_text() for path in (settings.BASE_DIR / "templates").rglob("*.html")]
    named = {name for source in sources for name in re.findall(r'{% icon "([a-z-]+)"', source)}

    assert "bulat-cek" in named
    assert sorted(name for name in named if f'id="i-{name}"' not in sprite) == []


@pytest.mark.parametrize(
    ("source", "value", "expected"),
    [
        ("{{ value|score }}", Decimal("79.996"), "79,996"),
        ("{{ value|score }}", None, "belum ada"),
        ("{{ value|score_short }}", Decimal("71.25"), "71,3"),
        ("{{ value|points }}", Decimal("8.333"), "8,33"),
        ("{{ value|difference }}", Decimal("-1.2"), "−1,2"),
        ("{{ value|percent }}", Decimal("89.0681"), "89,07%"),
        ("{{ value|rupiah }}", 142_500_000, "142.500.000"),
        ("{{ value|filesize_id }}", 1_887_437, "1,8 MB"),
        ("{{ value|svg_number }}", 12.5, "12.5"),
        ('{{ value|waktu:"Asia/Jayapura" }}', AT, "Kamis, 1 Oktober 2026 pukul 02.00 WIT"),
        ('{{ value|tenggat:"Asia/Jayapura" }}', AT, "Kamis, 1 Oktober 2026 pukul 01.59 WIT"),
        ('{{ value|tenggat_hari:"Asia/Jakarta" }}', AT, "Rabu, 30 September 2026"),
        ('{{ value|jam:"Asia/Makassar" }}', AT, "01.00 WITA"),
        ("{{ value|tanggal_ringkas }}", AT, "1 Oktober 2026"),
        ("{{ value|waktu }}", None, ""),
        ("{{ value|band_word }}", "abu", "Belum lapor"),
    ],
)
def test_filters_write_indonesian(source, value, expected):
    assert draw(source, value=value) == expected


def test_lead_sentence_is_bold_and_escaped_unless_it_is_html():
    assert (
        draw("{{ text|lead_sentence }}", text="Tersimpan. <b>Lanjut") == "<strong>Tersimpan.</strong> &lt;b&gt;Lanjut"
    )
    assert draw("{{ text|lead_sentence }}", text=format_html("<em>{}</em>", "Siap.")) == "<em>Siap.</em>"


def test_score_scale_puts_the_pointers_where_the_values_are():
    drawn = draw("{% score_scale value yellow_from=50 green_from=80 best=best %}", value=Decimal(50), best=Decimal(100))

    assert 'class="tunjuk" transform="translate(150 0)"' in drawn
    assert 'class="bakal" transform="translate(297 0)"' in drawn
    assert "Nilai 50,00 pada skala 0 sampai 100; kuning mulai 50, hijau mulai 80" in drawn
    assert "dapat menjadi 100,00" in drawn


def test_score_scale_without_a_value_has_no_pointer():
    drawn = draw("{% score_scale value yellow_from=50 green_from=80 %}", value=None)

    assert "tunjuk" not in drawn
    assert "Belum ada nilai" in drawn


def test_band_spread_is_as_wide_as_its_counts():
    stretches = portal_ui.spread_stretches({"hijau": 3, "merah": 1})

    assert [(part.band, part.x, part.width, part.count) for part in stretches] == [
        ("hijau", "0", "748.8", 3),
        ("merah", "750", "248.8", 1),
    ]
    assert portal_ui.spread_stretches({}) == []


def test_band_spread_says_its_counts_in_words():
    counts = {"hijau": 1, "kuning": 0, "merah": 2, "abu": 3}

    assert 'aria-label="1 hijau, 0 kuning, 2 merah, 3 tidak lapor"' in draw("{% band_spread c closed=True %}", c=counts)
    assert 'aria-label="1 hijau, 0 kuning, 2 merah, 3 belum lapor"' in draw("{% band_spread c %}", c=counts)


def component(name: str, **context) -> str:
    return " ".join(render_to_string(f"includes/{name}.html", context).split())


def test_message_says_its_level_by_shape_and_role():
    drawn = component("message", level="error", text="Berkas ditolak. Unggah lagi.")

    assert 'class="pesan pesan--salah" role="alert"' in drawn
    assert "#i-bulat-silang" in drawn
    assert "<strong>Berkas ditolak.</strong> Unggah lagi." in drawn


def test_error_summary_links_to_the_fields():
    form = Answer({"number": "nihil"})

    drawn = component("error_summary", form=form)

    assert '<a href="#id_number">Penerima bantuan: ' in drawn
    assert '<a href="#div_id_state">Pelaksanaan: ' in drawn
    assert component("error_summary", form=Answer()) == ""
    assert '<a href="#x">Isi angka</a>' in component("error_summary", items=[("Isi angka", "#x"), ("Tunggu", "")])


def test_obstacles_are_a_sentence_or_a_list():
    assert component("obstacles", obstacles=[]) == ""
    assert "<br>Jendela ditutup." in component("obstacles", obstacles=["Jendela ditutup."])
    assert "<li>Dua.</li>" in component("obstacles", obstacles=["Satu.", "Dua."])


def test_deadline_says_local_time_and_wib():
    deadline = SimpleNamespace(
        state="dekat", label="Sisa waktu", time_left="2 hari", local_text="Kamis 00.59 WITA", wib_text="Rabu 23.59 WIB"
    )

    drawn = component("deadline", deadline=deadline, title="Kirim laporan", url="/kirim/", label="Kirim")

    assert "tenggat--dekat" in drawn
    assert "<strong>Kamis 00.59 WITA</strong>" in drawn
    assert "sama dengan Rabu 23.59 WIB" in drawn
    assert drawn.count("btn-utama") == 1


def test_history_is_in_the_readers_zone():
    event = SimpleNamespace(at=AT, sentence="Laporan dikirim.", css="terima", note="")

    drawn = component("history", events=[event], zone="Asia/Makassar")

    assert "Kamis, 1 Oktober 2026, 01.00 WITA</time>Laporan dikirim." in drawn
    assert "Belum ada kegiatan." in component("history", events=[], zone="")


def test_pagination_keeps_the_other_parameters():
    drawn = component("pagination", page=Paginator(range(30), 10).page(2), query="q=sikka&")

    assert "11 sampai 20 dari 30" in drawn
    assert 'href="?q=sikka&amp;page=1"' in drawn
    assert 'href="?q=sikka&amp;page=3"' in drawn
    assert component("pagination", page=Paginator(range(3), 10).page(1), query="") == ""


def test_sort_header_turns_round_the_order_in_force():
    drawn = component("sort_header", label="Nilai", key="nilai", current="nilai", descending=False, query="")

    assert 'aria-sort="ascending"' in drawn
    assert 'href="?urut=-nilai"' in drawn
    assert "aria-sort" not in component("sort_header", label="Nama", key="nama", current="nilai", query="")


class Answer(forms.Form):
    state = forms.ChoiceField(
        label="Pelaksanaan", choices=[("1", "Terlaksana"), ("2", "Nihil")], widget=forms.RadioSelect
    )
    number = forms.IntegerField(label="Penerima bantuan", help_text="Isi dengan angka.", widget=forms.TextInput)
    note = forms.CharField(label="Kendala", required=False, widget=forms.Textarea)
    agree = forms.BooleanField(label="Benar")

    helper = FormHelper()
    helper.form_tag = False


def test_field_has_help_above_and_names_its_error():
    drawn = " ".join(render_crispy_form(Answer({"number": "nihil", "state": "1"})).split())

    field = drawn[drawn.index('id="div_id_number"') : drawn.index('id="div_id_note"')]
    assert field.index("Isi dengan angka.") < field.index("pesan-galat") < field.index("<input")
    assert "isian--galat" in field
    assert 'aria-invalid="true"' in field
    assert 'aria-describedby="id_number_helptext id_number_error"' in field
    assert 'id="id_number_error"' in field
    assert 'Kendala <span class="redup fw-normal">(boleh kosong)</span>' in drawn


def test_radio_buttons_are_a_fieldset_with_a_legend():
    drawn = " ".join(render_crispy_form(Answer()).split())

    assert "<legend>Pelaksanaan </legend>" in drawn
    assert drawn.count('type="radio"') == 2
    assert 'class="isian form-check"' in drawn


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "500"])
def test_error_pages_need_no_context_and_offer_a_next_step(name):
    drawn = render_to_string(f"{name}.html")

    assert '<html lang="id"' in drawn
    assert drawn.count("btn-utama") == 1


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "500", "base", "base_plain"])
def test_pages_carry_neither_styles_nor_scripts_of_their_own(name, settings):
    source = (settings.BASE_DIR / f"templates/{name}.html").read_text()

    assert re.findall(r"\sstyle=|<style|<script(?![^>]*src=)|\son[a-z]+=", source) == []
