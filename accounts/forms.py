"""Forms of the signed-in person's own account."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class AccountForm(forms.ModelForm):
    """What a person may change about themselves; the e-mail address is theirs by invitation and stays."""

    class Meta:
        model = User
        fields = ["name", "position", "phone", "theme"]
        widgets = {"theme": forms.RadioSelect}
        help_texts = {
            "name": _("Nama lengkap, seperti pada surat tugas."),
            "position": _("Misalnya Kepala Bagian Hukum."),
            "phone": _("Dilihat oleh Kanwil dan koordinator Anda bila perlu menghubungi."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["position"].widget.attrs["autocomplete"] = "organization-title"
        self.fields["phone"].widget.attrs |= {"autocomplete": "tel", "inputmode": "tel"}
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout("name", "position", "phone", "theme")
