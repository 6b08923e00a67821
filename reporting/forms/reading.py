"""Bacaan kedua: the draw, one reading, and its closing."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from reporting.forms.reviewing import JudgementForm
from reporting.models import Reading
from reporting.policies.reading import (
    MOST_LEAST,
    MOST_SEED,
    obstacles_to_reading_note,
    obstacles_to_these_numbers,
)

WHOLE = {"invalid": _("Isi dengan angka bulat, misalnya 5."), "required": _("Isi dengan angka, misalnya 5.")}


class DrawForm(forms.Form):
    """How a sample is drawn; `is_confirmed` tells that the counts of these very numbers were shown."""

    share = forms.IntegerField(
        label=_("Bagian tiap kantor (persen)"),
        min_value=1,
        max_value=100,
        help_text=_("Dari ukuran terverifikasi tiap kantor penelaah, dibulatkan ke atas."),
        error_messages=WHOLE,
    )
    least = forms.IntegerField(
        label=_("Paling sedikit tiap kantor"),
        min_value=0,
        max_value=MOST_LEAST,
        help_text=_("Agar kantor yang hanya menilai sedikit ukuran juga ikut terbaca."),
        error_messages=WHOLE,
    )
    seed = forms.CharField(
        label=_("Benih acak"),
        max_length=MOST_SEED,
        help_text=_("Dicatat bersama sampel, agar siapa pun dapat menarik ulang sampel yang sama."),
        error_messages={"required": _("Isi benih, misalnya hasil lemparan dadu atau nomor surat.")},
    )
    shown = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.render_hidden_fields = False
        self.helper.layout = Layout(Div("share", "least", "seed", css_class="kisi kisi--3"))

    def clean(self) -> dict:
        data = super().clean()
        if not self.errors:
            for text in obstacles_to_these_numbers(**self.numbers):
                self.add_error(None, text)
        return data

    @property
    def numbers(self) -> dict:
        """What is drawn with, once valid."""
        return {name: self.cleaned_data[name] for name in ("share", "least", "seed")}

    @property
    def is_confirmed(self) -> bool:
        return self.cleaned_data.get("shown") == key_of(self.numbers)


def key_of(numbers: dict) -> str:
    """Return what the confirming button posts back: the numbers whose counts were shown."""
    return f"{numbers['share']}/{numbers['least']}/{numbers['seed']}"


class ReadingForm(JudgementForm):
    """One blind judgement: the form of the review desk with nothing filled in, and the reader's declaration."""

    submission = None
    decision = None
    kind = forms.ChoiceField(label=_("Bacaan"), choices=Reading.Kind, widget=forms.HiddenInput)
    unseen = forms.BooleanField(
        label=_("Saya belum pernah membaca putusan atas ukuran ini."),
        error_messages={"required": _("Beri tanda centang bila benar; bila tidak, lewati ukuran ini.")},
    )

    def __init__(self, *args, due: str, **kwargs):
        super().__init__(*args, **kwargs)
        note = self.fields["note"]
        if due == Reading.Kind.THIRD:
            note.label = _("Alasan putusan Anda")
            note.help_text = _("Wajib. Tercatat bersama ketiga bacaan.")
        else:
            note.label = _("Catatan")
            note.help_text = _("Boleh kosong. Tidak dikirim kepada pelapor.")
        self.helper.layout.append("unseen")

    def _as_judged(self) -> dict:
        return {}

    def clean(self) -> dict:
        data = super().clean()
        if not self.has_error("note"):
            for text in obstacles_to_reading_note(data.get("kind", ""), data.get("note", "")):
                self.add_error("note", text)
        return data


class CloseForm(forms.Form):
    """Closing the reading of a sample; before it is done with a reason."""

    note = forms.CharField(
        label=_("Alasan ditutup sebelum selesai"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Misalnya: tidak ada verifikator lain yang boleh membaca sisanya."),
    )

    def __init__(self, *args, waiting: int, **kwargs):
        super().__init__(*args, **kwargs)
        if not waiting:
            del self.fields["note"]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(*self.fields)

    def clean_note(self) -> str:
        # Line breaks come as CR LF from a browser; what is stored and counted has LF.
        return self.cleaned_data["note"].replace("\r\n", "\n").strip()
