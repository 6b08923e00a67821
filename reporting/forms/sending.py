"""What a sender, a signatory and a coordinator tick or write; the acts themselves are services."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from reporting.models import Report

STATEMENT = _(
    "Saya menyatakan bahwa isian dan data dukung dalam laporan ini benar, sesuai dengan dokumen aslinya, dan dapat "
    "dipertanggungjawabkan."
)
TICK = {"required": _("Beri tanda centang dulu.")}


class ConfirmForm(forms.Form):
    """The end of the check page: what was looked at, and the statement. Base of the two forms below."""

    checked_hash = forms.CharField(
        label=_("Tanda isian yang diperiksa"), widget=forms.HiddenInput, max_length=64, required=False
    )
    acknowledged = forms.BooleanField(
        label=_("Saya tahu laporan ini belum lengkap dan bersedia kehilangan poin yang disebut di atas."),
        error_messages=TICK,
    )
    statement = forms.BooleanField(label=STATEMENT, error_messages=TICK)

    def __init__(self, *args, report: Report, has_gaps: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not has_gaps:
            del self.fields["acknowledged"]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(*self.fields)


class CertifyForm(ConfirmForm):
    """A signatory certifies the content that `checked_hash` names."""


class SendForm(ConfirmForm):
    """A coordinator sends the content that `checked_hash` names; the statement is theirs unless somebody certified."""

    def __init__(self, *args, report: Report, **kwargs):
        super().__init__(*args, report=report, **kwargs)
        if report.period.needs_signatory:
            del self.fields["statement"]
            self.helper.layout = Layout(*self.fields)


class ReturnItemForm(forms.Form):
    """Why a coordinator gives an item back to its OPD."""

    note = forms.CharField(
        label=_("Catatan untuk pengampu"),
        help_text=_("Tulis apa yang harus diperbaiki, misalnya: lampirkan notulen yang sudah ditandatangani."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": _("Tulis catatan agar perangkat daerah tahu apa yang harus diperbaiki."),
            "max_length": _("Catatan paling panjang %(limit_value)s huruf, sekarang %(show_value)s. Ringkas dulu."),
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
