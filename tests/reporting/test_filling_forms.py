"""What people type into the fields of a measure, and what the portal makes of it."""

import pytest

from reporting.forms.filling import AnswerForm
from tests import steps

NOT_A_NUMBER = "Isi dengan angka, misalnya 48. Bila tidak ada penerima, pilih nihil pada pelaksanaan."


@pytest.fixture
def answer(scenario):
    """A measure that wants a number."""
    return steps.answers_of(scenario.report, aksi=1)[1]


def form_with(answer, **values) -> AnswerForm:
    form = AnswerForm({f"u{answer.pk}-{name}": value for name, value in values.items()}, answer=answer)
    form.is_valid()
    return form


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("48", 48),
        ("0", 0),
        ("1.500", 1500),
        ("1,500", 1500),
        ("1.500.000", 1_500_000),
        ("Rp 1.500.000", 1_500_000),
        ("rp1500", 1500),
        ("Rp. 1.500,-", 1500),
        ("1.500,00", 1500),
        ("1 500 000", 1_500_000),
        ("  48 ", 48),
        ("000048", 48),
        ("", None),
        ("9" * 18, 999_999_999_999_999_999),
    ],
)
@pytest.mark.parametrize("field", ["number", "budget"])
def test_numbers_are_read_as_people_write_them(answer, field, typed, meant):
    form = form_with(answer, **{field: typed})

    assert form.errors == {}
    assert form.cleaned_data[field] == meant


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("nihil", NOT_A_NUMBER),
        ("-", NOT_A_NUMBER),
        ("48 orang", NOT_A_NUMBER),
        ("١٢٣", NOT_A_NUMBER),
        ("1.500.00", "Tulis angka bulat, misalnya 1.500."),
        ("12,5", "Tulis angka bulat, misalnya 1.500."),
        ("-5", "Angka tidak boleh negatif."),
        ("-1.500", "Angka tidak boleh negatif."),
        ("9" * 19, "Angka terlalu besar. Periksa lagi jumlah nolnya."),
        ("9" * 5000, "Angka terlalu besar. Periksa lagi jumlah nolnya."),
        ("1\x00", NOT_A_NUMBER),
    ],
)
def test_what_is_no_number_is_refused_with_what_to_do(answer, typed, error):
    form = form_with(answer, number=typed)

    assert form.errors == {"number": [error]}


def test_a_wrong_number_comes_back_as_it_was_typed(answer):
    form = form_with(answer, number="nihil", description="Ada kegiatan")

    assert form["number"].value() == "nihil"
    assert form.posted_values() == {"description": "Ada kegiatan"}


def test_saved_numbers_show_their_thousands(answer):
    answer.budget = 180_000_000

    assert AnswerForm(answer=answer)["budget"].value() == "180.000.000"


@pytest.mark.parametrize(
    ("field", "most", "written"),
    [("description", 10_000, "10.000"), ("obstacles", 5_000, "5.000"), ("letter_number", 100, "100")],
)
def test_long_texts_are_refused_whole_and_not_cut(answer, field, most, written):
    assert form_with(answer, **{field: "a" * most}).errors == {}
    form = form_with(answer, **{field: "a" * 100_000})

    assert form.errors == {field: [f"Paling banyak {written} huruf, sekarang 100.000. Ringkas tulisannya."]}
    assert form[field].value() == "a" * 100_000
    assert "maxlength" not in str(form[field])


def test_nul_is_refused(answer):
    assert form_with(answer, description="a\x00b").errors == {
        "description": ["Tulisan memuat tanda yang tidak terbaca. Tempel ulang sebagai teks biasa."]
    }


def test_an_unknown_declaration_is_refused(answer):
    assert form_with(answer, execution="bohong").errors == {"execution": ["Pilih salah satu dari empat pilihan."]}


def test_line_ends_are_kept_as_one_kind(answer):
    assert form_with(answer, description="a\r\nb").cleaned_data["description"] == "a\nb"


def test_what_was_not_posted_is_not_erased(answer):
    assert form_with(answer, execution="partly").posted_values() == {"execution": "partly"}


def test_a_page_left_untouched_is_recognised(answer):
    answer.description, answer.number = "Baris satu\nBaris dua", 1500
    base = AnswerForm(answer=answer).base

    untouched = {"description": "Baris satu\r\nBaris dua", "number": "1.500"}
    blanks = dict.fromkeys(["budget", "realisation", "obstacles", "reason", "letter_number"], "")

    assert form_with(answer, **untouched, **blanks).is_as_loaded(base)
    assert not form_with(answer, **untouched, **blanks | {"reason": "x"}).is_as_loaded(base)


def test_a_measure_without_a_number_asks_for_none(scenario):
    first = steps.answers_of(scenario.report, aksi=1)[0]

    assert "number" not in AnswerForm(answer=first).fields
