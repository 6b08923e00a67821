"""Which OPD leads an aksi and which help: one form for each aksi of the year."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Layout
from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from actions.models import Assignment, Unit
from reporting.services.assigning import NAME_LENGTH, UnitChoice, mark_of

OPEN_OTHERS = (
    '<details class="rincian"{% if form.others.errors %} open{% endif %}><summary>{{ form.others_summary }}</summary>'
)
"""The long list of offices is folded, and says what is chosen; without scripts too."""


class AssignmentForm(forms.Form):
    """The OPD of one aksi. Suggested offices that do not exist yet can be chosen too: saving creates them."""

    lead = forms.ChoiceField(label=_("Pengampu utama"), required=False)
    others = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    new_unit = forms.CharField(
        help_text=_("Isi bila belum ada dalam pilihan. Menjadi pengampu utama bila pengampu utama belum dipilih."),
        required=False,
        max_length=NAME_LENGTH,
        error_messages={"max_length": _("Nama paling panjang %(limit_value)s huruf.")},
    )

    def __init__(self, *args, assignment: Assignment, units: list[Unit], **kwargs):
        assigned = list(assignment.assigned_units.all())
        initial = {
            "lead": next((row.unit.name for row in assigned if row.is_lead), ""),
            "others": [row.unit.name for row in assigned if not row.is_lead],
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.assignment, self.is_stale = assignment, False
        self.base = self.data.get(f"{self.prefix}-base", "") if self.is_bound else mark_of(assignment)
        self.units_word = assignment.institution.units_word
        self.fields["others"].label = self.others_label
        self.fields["new_unit"].label = gettext("Nama %(units)s baru") % {"units": self.units_word}
        kept = {row.unit.pk: row.unit for row in assigned} | {unit.pk: unit for unit in units}
        existing = sorted((unit.name for unit in kept.values()), key=str.casefold)
        suggested = suggestions(assignment, existing)
        names = [(name, name) for name in existing]
        self.fields["lead"].choices = [
            ("", _("Belum ditentukan")),
            *names,
            *([(_("Saran, dibuat saat disimpan"), suggested)] if suggested else []),
        ]
        self.fields["others"].choices = [*names, *suggested]
        self.helper = FormHelper()
        self.helper.form_tag = False
        chosen = Div("others", css_class="kisi-pilihan")
        self.helper.layout = Layout(
            Div("lead", "new_unit", css_class="kisi kisi--2"), HTML(OPEN_OTHERS), chosen, HTML("</details>")
        )

    @property
    def others_summary(self) -> str:
        """The offices that help, in words, for the folded list."""
        names = ", ".join(self["others"].value() or ()) or gettext("belum ada")
        return f"{self.others_label}: {names}"

    @property
    def others_label(self) -> str:
        return capfirst(gettext("%(units)s lain yang ikut") % {"units": self.units_word})

    @property
    def mark(self) -> str:
        """The mark of what stands now."""
        return mark_of(self.assignment)

    @property
    def standing(self) -> list[tuple[str, bool]]:
        """The offices that stand now, each with whether it leads, the leading one first."""
        rows = [(row.unit.name, row.is_lead) for row in self.assignment.assigned_units.all()]
        return sorted(rows, key=lambda row: (not row[1], row[0].casefold()))

    @property
    def is_given_up(self) -> bool:
        """True when the coordinator decided for what others chose meanwhile."""
        return self.is_bound and f"{self.prefix}-keep" in self.data

    def choice(self) -> UnitChoice:
        """What the coordinator chose, for `services.assigning`; call after `is_valid`.

        A knowing choice over what others chose comes with the mark of theirs.
        """
        lead, others = self.cleaned_data["lead"], list(self.cleaned_data["others"])
        new = self.cleaned_data["new_unit"]
        if new and lead:
            others.append(new)
        base = self.data.get(f"{self.prefix}-overwrite", self.data.get(f"{self.prefix}-base"))
        return UnitChoice(self.assignment.pk, lead or new, others, base)


def suggestions(assignment: Assignment, existing: list[str]) -> list[tuple[str, str]]:
    """The offices that the catalogue suggests for an aksi and that are not among `existing`, as choices."""
    known = {name.casefold() for name in existing}
    names = [name.strip() for name in assignment.aksi.suggested_offices.split(";")]
    return [(name, name) for name in names if name and name.casefold() not in known]
