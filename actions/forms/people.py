"""Forms about people: search, choose where to invite to, invite, take up an invitation."""

from itertools import groupby

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.contrib.auth.forms import SetPasswordMixin
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from actions.actors import Actor
from actions.models import Institution, Membership
from actions.policies.people import institutions_to_invite_to, roles_to_give

NAME_LENGTH = User._meta.get_field("name").max_length
Kind = Institution.Kind


class PeopleSearchForm(forms.Form):
    """Words that a name, an address or an office contains."""

    q = forms.CharField(label=_("Cari orang atau kantor"), max_length=100, required=False)


class InstitutionChoiceForm(forms.Form):
    """Where to invite somebody to: only institutions in which the actor may give a role."""

    instansi = forms.ModelChoiceField(
        Institution.objects.none(), label=_("Instansi"), empty_label=_("Pilih instansi"), to_field_name="code"
    )

    def __init__(self, *args, actor: Actor, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["instansi"]
        field.queryset = institutions_to_invite_to(actor)
        field.choices = [("", field.empty_label), *_by_group(field.queryset)]
        self.helper = _helper("instansi")


def _by_group(institutions) -> list[tuple[str, list[tuple[str, str]]]]:
    """Options under their headings: ministries, Kanwil, then a province with its kabupaten and kota."""
    rows = institutions.select_related("parent").order_by("code")
    labelled = sorted(((_group_of(row), row) for row in rows), key=lambda pair: pair[0][0])
    return [
        (group[1], [(row.code, row.name) for _group, row in pairs])
        for group, pairs in groupby(labelled, key=lambda pair: pair[0])
    ]


def _group_of(institution: Institution) -> tuple[tuple[int, str], str]:
    if institution.kind in (Kind.KEMENTERIAN, Kind.LEMBAGA):
        return (0, ""), str(_("Kementerian dan lembaga"))
    if institution.kind == Kind.KANWIL:
        return (1, ""), str(_("Kantor Wilayah"))
    province = institution.parent or institution
    return (2, province.code), province.name


class InvitationForm(forms.Form):
    """Whom to invite to one institution, and as what."""

    email = forms.EmailField(
        label=_("Alamat surel dinas"), max_length=254, help_text=_("Undangan dikirim ke alamat ini.")
    )
    name = forms.CharField(label=_("Nama lengkap"), max_length=NAME_LENGTH)
    role = forms.ChoiceField(label=_("Peran"), widget=forms.RadioSelect)
    unit = forms.ModelChoiceField(
        None,
        required=False,
        help_text=_("Wajib untuk Staf OPD; kosongkan untuk peran lain."),
    )

    def __init__(self, *args, actor: Actor, institution: Institution, **kwargs):
        super().__init__(*args, **kwargs)
        roles = roles_to_give(actor, institution)
        self.fields["role"].choices = [(role, Membership.Role(role).label) for role in roles]
        self.words = {"units": institution.units_word}
        self.fields["unit"].queryset = institution.units.active()
        self.fields["unit"].label = capfirst(institution.units_word)
        self.fields["unit"].empty_label = _("Pilih %(units)s") % self.words
        if Membership.Role.OPD_STAFF not in roles:
            del self.fields["unit"]
        self.helper = _helper(*self.fields)

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()

    def clean(self) -> dict:
        data = super().clean()
        if "unit" in self.fields and "role" in data:
            needs_unit = data["role"] == Membership.Role.OPD_STAFF
            if needs_unit and not data.get("unit") and "unit" not in self.errors:
                self.add_error("unit", _("Pilih %(units)s tempat Staf OPD ini bekerja.") % self.words)
            if not needs_unit:
                data["unit"] = None
        return data


class NewAccountForm(SetPasswordMixin, forms.Form):
    """What a person who never signed in says about themselves: a name, and a password typed twice."""

    name = forms.CharField(label=_("Nama lengkap"), max_length=NAME_LENGTH)
    password1, password2 = SetPasswordMixin.create_password_fields(
        label1=_("Kata sandi baru"), label2=_("Tulis sekali lagi")
    )

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, initial={"name": user.name}, **kwargs)
        self.user = user
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["password1"].help_text = _(
            "Sedikitnya 10 huruf atau angka, bukan hanya angka, dan jangan mirip nama atau surel Anda."
        )
        self.fields["password2"].help_text = ""
        self.helper = _helper("name", "password1", "password2")

    def clean(self) -> dict:
        self.validate_passwords()
        self.validate_password_for_user(self.user, "password1")
        return super().clean()


def _helper(*fields: str) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.layout = Layout(*fields)
    return helper
