"""Forms about institutions: search, contact, perangkat daerah."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.validators import RegexValidator
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from actions.actors import Actor
from actions.models import Institution, Level, Unit

KANWIL = "kanwil"
PHONE = RegexValidator(r"^[0-9+()\-./ ]{5,40}$", _("Isi nomor telepon dengan angka, misalnya 0382 21123."))


class InstitutionFilterForm(forms.Form):
    """Which institutions to list: words in the name, a level, a province among those the actor sees."""

    q = forms.CharField(label=_("Cari nama atau kode"), max_length=100, required=False)
    jenjang = forms.ChoiceField(
        label=_("Jenjang"),
        required=False,
        choices=[("", _("Semua jenjang")), *Level.choices, (KANWIL, _("Kantor Wilayah"))],
    )
    provinsi = forms.ModelChoiceField(
        Institution.objects.none(),
        label=_("Provinsi"),
        required=False,
        empty_label=_("Semua provinsi"),
        to_field_name="code",
    )

    def __init__(self, *args, actor: Actor, **kwargs):
        super().__init__(*args, **kwargs)
        provinces = Institution.objects.visible_to(actor).of_level(Level.PROVINCE)
        self.fields["provinsi"].queryset = provinces.order_by("code")

    def narrow(self, institutions):
        """Return `institutions` narrowed by what was asked; a wrong choice narrows nothing."""
        data = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        if data.get("q"):
            institutions = institutions.search(data["q"])
        if data.get("jenjang") == KANWIL:
            institutions = institutions.kanwil()
        elif data.get("jenjang"):
            institutions = institutions.of_level(data["jenjang"])
        if province := data.get("provinsi"):
            institutions = institutions.filter(Q(pk=province.pk) | Q(parent=province.pk))
        return institutions


class ContactForm(forms.ModelForm):
    """How to reach an institution about its report."""

    class Meta:
        model = Institution
        fields = ["contact_unit", "contact_phone", "contact_email"]
        help_texts = {
            "contact_unit": _("Misalnya Bagian Hukum Setda."),
            "contact_phone": _("Nomor yang dijawab pada jam kerja."),
            "contact_email": _("Alamat surel dinas, bukan perorangan."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contact_phone"].validators.append(PHONE)
        self.helper = _helper(*self.fields)


class UnitForm(forms.ModelForm):
    """The name and address of one perangkat daerah."""

    class Meta:
        model = Unit
        fields = ["name", "contact_email"]
        help_texts = {
            "name": _("Nama lengkap, misalnya Dinas Koperasi dan UKM."),
            "contact_email": _("Alamat surel dinas, bukan perorangan."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = _helper(*self.fields)


def _helper(*fields: str) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.layout = Layout(*fields)
    return helper
