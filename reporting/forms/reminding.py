"""What a coordinator adds to a reminder."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from reporting.services.reminding import NOTE_LENGTH


class RemindForm(forms.Form):
    """An optional line of the coordinator's own."""

    note = forms.CharField(
        label=_("Pesan tambahan"),
        help_text=_("Misalnya: daftar hadir ada di Bagian Hukum."),
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout("note")
