"""Forms of the secretariat about rule sets: copy one, edit a draft, adopt one for a year."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from actions.models import PlanYear, RuleSet
from actions.policies.rules import rule_errors

MOST_SOURCE = 300


class RuleSetCopyForm(forms.Form):
    """What a new draft is called."""

    code = forms.CharField(
        label=_("Kode"),
        max_length=20,
        help_text=_("Pendek dan tetap, misalnya 2027-1."),
        validators=[RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9.\-]*$", _("Pakai huruf, angka, titik dan tanda hubung."))],
    )
    name = forms.CharField(label=_("Nama"), max_length=120, help_text=_("Misalnya: Aturan penilaian tahun 2027."))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = _helper("code", "name")


class RuleSetForm(forms.Form):
    """Every setting of a draft with its source; an empty source is shown as an assumption."""

    name = forms.CharField(label=_("Nama"), max_length=120)

    def __init__(self, *args, rule_set: RuleSet, **kwargs):
        initial = {"name": rule_set.name}
        for setting in RuleSet.SETTINGS:
            initial |= {setting: getattr(rule_set, setting), _source(setting): rule_set.sources.get(setting, "")}
        super().__init__(*args, initial=initial, **kwargs)
        for setting in RuleSet.SETTINGS:
            label = _label(setting)
            self.fields[setting] = _choice(setting) if setting in RuleSet.CHOICES else _number(setting)
            self.fields[_source(setting)] = forms.CharField(
                label=_("Sumber: %(label)s") % {"label": label},
                max_length=MOST_SOURCE,
                required=False,
            )
        rows = [Div(setting, _source(setting), css_class="kisi kisi--2") for setting in RuleSet.SETTINGS]
        self.helper = _helper("name", *rows)

    def clean(self) -> dict:
        data = super().clean()
        if all(setting in data for setting in RuleSet.SETTINGS):
            for field, error in rule_errors(data).items():
                self.add_error(field, error)
        return data

    def settings(self) -> dict[str, int | str]:
        """Return the numbers and choices by name; call on a valid form."""
        return {setting: self.cleaned_data[setting] for setting in RuleSet.SETTINGS}

    def sources(self) -> dict[str, str]:
        """Return the sources by the name of their setting; call on a valid form."""
        return {setting: self.cleaned_data[_source(setting)].strip() for setting in RuleSet.SETTINGS}


def _label(setting: str) -> str:
    return RuleSet._meta.get_field(setting).verbose_name.capitalize()


def _number(setting: str) -> forms.IntegerField:
    kinds = ("invalid", "min_value", "max_value", "required")
    errors = dict.fromkeys(kinds, _("Isi angka bulat 0 sampai 100."))
    return forms.IntegerField(label=_label(setting), min_value=0, max_value=100, error_messages=errors)


def _choice(setting: str) -> forms.ChoiceField:
    errors = dict.fromkeys(("invalid_choice", "required"), _("Pilih salah satu cara yang tersedia."))
    return forms.ChoiceField(label=_label(setting), choices=RuleSet.CHOICES[setting].choices, error_messages=errors)


class AdoptForm(forms.Form):
    """For which year a rule set is adopted, and why."""

    plan_year = forms.ModelChoiceField(PlanYear.objects.none(), label=_("Tahun rencana"), empty_label=None)
    reason = forms.CharField(
        label=_("Alasan penetapan"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Misalnya nomor dan tanggal keputusan. Tercatat dalam riwayat aturan."),
        error_messages={"required": _("Tulis alasan penetapan, misalnya nomor keputusan.")},
    )

    def __init__(self, *args, rule_set: RuleSet, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["plan_year"].queryset = PlanYear.objects.exclude(rule_set=rule_set).order_by("-year")
        self.helper = _helper("plan_year", "reason")


def _source(setting: str) -> str:
    return f"{setting}_source"


def _helper(*fields) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.layout = Layout(*fields)
    return helper
