"""What a publisher confirms: what was checked, what is not finished yet, and what changed."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from reporting.policies.publishing import MOST_NOTE


class PublishForm(forms.Form):
    """Publish what `seen` names; a first revision has no note, and without cautions nothing is acknowledged."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    note = forms.CharField(
        label=_("Apa yang berubah dan mengapa"),
        help_text=_(
            "Terbaca siapa pun yang membuka terbitan, misalnya: nilai Kabupaten Sikka dikoreksi setelah sanggah."
        ),
        max_length=MOST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Tulis apa yang berubah sejak revisi sebelumnya dan mengapa."),
            "max_length": _("Catatan paling panjang %(limit_value)s huruf, sekarang %(show_value)s. Ringkas dulu."),
        },
    )
    acknowledged = forms.BooleanField(
        label=_("Saya mengetahui hal-hal di atas belum selesai dan tetap menerbitkan hasil ini."),
        error_messages={"required": _("Beri tanda centang dulu.")},
    )

    def __init__(self, *args, is_first: bool, has_cautions: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if is_first:
            del self.fields["note"]
        if not has_cautions:
            del self.fields["acknowledged"]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(*self.fields)
