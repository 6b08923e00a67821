"""Forms for what was done about one measure, and for its files."""

import re
from typing import Any

from crispy_forms.bootstrap import PrependedText
from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import formats
from actions.models import EvidenceKind
from reporting.completeness import form_prefix
from reporting.models import Evidence, MeasureAnswer
from reporting.services.evidence_check import ACCEPT, limits_text
from reporting.services.filling import FIELDS, fingerprint, values_of

LONGEST_STORY = 10_000  # letters; five pages say what was done
LONGEST_REMARK = 5_000
LONGEST_LETTER_NUMBER = MeasureAnswer._meta.get_field("letter_number").max_length
MOST_DIGITS = 18  # fits the 64 bits of the column
MOST_PAGES = 99_999
THOUSANDS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+")
DAY_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"]


class PlainText(forms.CharField):
    """Text of at most `most` letters. The browser is not told the limit: it would cut a pasted text silently."""

    def __init__(self, *, most: int, **options):
        super().__init__(required=False, **options)
        self.most = most

    def to_python(self, value: Any) -> str:
        text = super().to_python(value).replace("\r\n", "\n")
        if "\x00" in text:
            raise ValidationError(_("Tulisan memuat tanda yang tidak terbaca. Tempel ulang sebagai teks biasa."))
        if len(text) > self.most:
            counts = {"most": formats.thousands(self.most), "now": formats.thousands(len(text))}
            raise ValidationError(_("Paling banyak %(most)s huruf, sekarang %(now)s. Ringkas tulisannya.") % counts)
        return text


class WholeNumber(forms.Field):
    """A whole number as people write it: 1500, 1.500, 1,500, Rp 1.500,00. Empty is None."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def __init__(self, *, wrong: str, **options):
        super().__init__(required=False, **options)
        self.wrong = wrong

    def prepare_value(self, value: Any) -> Any:
        return formats.thousands(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        text = re.sub(r"^rp\.?|\s|(,00|,-|\.-)$", "", str(value or "").strip(), flags=re.IGNORECASE)
        if not text:
            return None
        if re.fullmatch(r"[-−][0-9.,]+", text):
            raise ValidationError(_("Angka tidak boleh negatif."))
        if not THOUSANDS.fullmatch(text):
            is_fraction = re.fullmatch(r"[0-9.]*[.,][0-9]+", text)
            raise ValidationError(_("Tulis angka bulat, misalnya 1.500.") if is_fraction else self.wrong)
        digits = text.replace(".", "").replace(",", "").lstrip("0") or "0"
        if len(digits) > MOST_DIGITS:
            raise ValidationError(_("Angka terlalu besar. Periksa lagi jumlah nolnya."))
        return int(digits)


class AnswerForm(forms.Form):
    """What was done about one measure. Everything may stay empty: a draft is allowed to be incomplete."""

    execution = forms.ChoiceField(
        label=gettext_lazy("Pelaksanaan"),
        choices=MeasureAnswer.Execution.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Pilih nihil hanya bila memang tidak ada sasaran di daerah Anda, dengan surat keterangan."
        ),
        error_messages={"invalid_choice": gettext_lazy("Pilih salah satu dari empat pilihan.")},
    )
    description = PlainText(
        label=gettext_lazy("Apa yang dilakukan"),
        most=LONGEST_STORY,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Tulis kegiatan, tanggal, tempat dan hasilnya. Dua atau tiga kalimat cukup."),
    )
    number = WholeNumber(
        label=gettext_lazy("Angka capaian"),
        wrong=gettext_lazy("Isi dengan angka, misalnya 48. Bila tidak ada penerima, pilih nihil pada pelaksanaan."),
    )
    budget = WholeNumber(
        label=gettext_lazy("Anggaran"),
        wrong=gettext_lazy("Isi dengan angka rupiah, misalnya 180.000.000. Bila tidak ada, kosongkan."),
    )
    realisation = WholeNumber(
        label=gettext_lazy("Realisasi"),
        wrong=gettext_lazy("Isi dengan angka rupiah, misalnya 142.500.000. Bila tidak ada, kosongkan."),
    )
    obstacles = PlainText(label=gettext_lazy("Kendala"), most=LONGEST_REMARK, widget=forms.Textarea(attrs={"rows": 2}))
    reason = PlainText(
        label=gettext_lazy("Alasan"),
        most=LONGEST_REMARK,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Mengapa tidak terlaksana, atau mengapa tidak ada yang dilaporkan."),
    )
    letter_number = PlainText(
        label=gettext_lazy("Nomor surat keterangan"),
        most=LONGEST_LETTER_NUMBER,
        help_text=gettext_lazy("Seperti tercantum pada surat, misalnya 180/123/HK/2026."),
    )

    def __init__(self, *args, answer: MeasureAnswer, draft: MeasureAnswer | None = None, **options):
        options.setdefault("prefix", form_prefix(answer.pk))
        super().__init__(*args, **options, initial=values_of(answer))
        self.answer = answer
        if not answer.measure.needs_number:
            del self.fields["number"]
        self.base = fingerprint({name: self.initial[name] for name in self.fields})
        if draft is not None:
            self._start_from(draft)
        for name in ("execution", "description", "number", "reason", "letter_number"):
            if name in self.fields:
                self.fields[name].hide_optional = True
        self.helper = _part_of_a_form(self._layout())

    def _start_from(self, draft: MeasureAnswer) -> None:
        for name in ("execution", "description", "obstacles", "reason"):
            self.initial[name] = self.initial[name] or getattr(draft, name)

    def _layout(self) -> Layout:
        money = [PrependedText("budget", "Rp"), PrependedText("realisation", "Rp")]
        numbers = [Field("number", wrapper_class="isian--angka"), *money] if "number" in self.fields else money
        heading = format_html('<h3 class="label-ruas">{}</h3>', _("Bila tidak terlaksana atau nihil"))
        grid = f"kisi kisi--{len(numbers)}"
        return Layout(
            "execution",
            Div("description", Div(*numbers, css_class=grid), css_class="tumpuk", data_isian="hasil"),
            Div(HTML(heading), "reason", "letter_number", css_class="tumpuk", data_isian="tanpa-hasil"),
            Div("obstacles", data_isian="semua"),
        )

    def posted_values(self) -> dict[str, Any]:
        """Return what was posted and is valid: a wrong field costs no other, an absent one erases nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if self.add_prefix(name) in self.data}

    def is_as_loaded(self, base: str) -> bool:
        """True when every field still says what the page was loaded with."""
        return self.is_valid() and fingerprint(self.cleaned_data) == base

    @property
    def field_names(self) -> str:
        """The names that autosave posts, as htmx wants them."""
        prefix = self.prefix
        return ",".join(f"{prefix}-{name}" for name in (*FIELDS, "version", "base"))


class _FileDetails(forms.Form):
    """What is said about a file beside the file itself."""

    document_on = forms.DateField(
        label=gettext_lazy("Tanggal dokumen"),
        required=False,
        input_formats=DAY_FORMATS,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Tulis tanggal seperti 24/08/2026.")},
    )
    page = forms.IntegerField(
        label=gettext_lazy("Bukti di halaman"),
        required=False,
        min_value=1,
        max_value=MOST_PAGES,
        localize=False,
        error_messages={
            "invalid": gettext_lazy("Isi dengan nomor halaman, misalnya 3."),
            "min_value": gettext_lazy("Halaman dihitung mulai dari 1."),
            "max_value": gettext_lazy("Nomor halaman terlalu besar."),
        },
    )


class EvidenceForm(_FileDetails):
    """One more file of one kind for an answer; an empty form asks for nothing."""

    field_order = ("file", "document_on", "page")
    file = forms.FileField(required=False, allow_empty_file=True, widget=forms.FileInput(attrs={"accept": ACCEPT}))

    def __init__(self, *args, kind: EvidenceKind, answer: MeasureAnswer, **options):
        super().__init__(*args, prefix=f"{form_prefix(answer.pk)}-{kind.code}", **options)
        self.kind, self.answer = kind, answer
        self.fields["file"].label = _("Unggah %(kind)s") % {"kind": kind.name[:1].lower() + kind.name[1:]}
        self.fields["file"].help_text = _("%(limits)s Foto dari ponsel boleh asal terbaca.") % {"limits": limits_text()}
        self.fields["file"].hide_optional = True
        self.helper = _part_of_a_form(Layout("file", Div("document_on", "page", css_class="kisi kisi--2")))

    @property
    def field_names(self) -> str:
        """The names that a separate upload posts, as htmx wants them."""
        return ",".join(self.add_prefix(name) for name in self.fields)


class ReplacementForm(_FileDetails):
    """The next version of a file: another file, another date, another page."""

    field_order = ("file", "document_on", "page")
    file = forms.FileField(
        label=gettext_lazy("Berkas baru"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )

    def __init__(self, *args, evidence: Evidence, **options):
        initial = {"document_on": evidence.document_on, "page": evidence.page}
        super().__init__(*args, initial=initial, **options)
        limits = _("Kosongkan bila hanya tanggal atau halamannya yang berubah. %(limits)s")
        self.fields["file"].help_text = limits % {"limits": limits_text()}
        self.helper = _part_of_a_form(Layout("file", Div("document_on", "page", css_class="kisi kisi--2")))


def _part_of_a_form(layout: Layout) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = layout
    return helper
