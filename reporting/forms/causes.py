"""What to count on the page of causes: a period or year, a Kanwil, a province, a level."""

from collections.abc import Sequence

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy

from actions.models import Level
from reporting.summaries.causes import CENTRAL

Choices = Sequence[tuple[str, str]]


class CauseFilter(forms.Form):
    """All optional; a filter with nothing to choose from is left out. What is not among the choices counts as empty."""

    periode = forms.ChoiceField(label=gettext_lazy("Waktu"), required=False)
    kanwil = forms.ChoiceField(label=gettext_lazy("Penelaah"), required=False)
    provinsi = forms.ChoiceField(label=gettext_lazy("Provinsi"), required=False)
    jenjang = forms.ChoiceField(label=gettext_lazy("Jenjang"), required=False)

    def __init__(self, *args, spans: Choices, kanwil: Choices, provinces: Choices, has_levels: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["periode"].choices = spans
        self.fields["kanwil"].choices = [
            ("", gettext_lazy("Semua")),
            *kanwil,
            (CENTRAL, gettext_lazy("Ditelaah pusat")),
        ]
        self.provinces = dict(provinces)
        self.fields["provinsi"].choices = [("", gettext_lazy("Semua")), *provinces]
        self.fields["jenjang"].choices = [("", gettext_lazy("Semua")), *Level.choices]
        if not kanwil:
            del self.fields["kanwil"]
        if len(provinces) < 2:
            del self.fields["provinsi"]
        if not has_levels:
            del self.fields["jenjang"]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    @property
    def province(self) -> str:
        """The code of the province asked for, or of the only one there is to choose; else empty."""
        return self.value_of("provinsi") or (next(iter(self.provinces)) if len(self.provinces) == 1 else "")

    @property
    def narrowed(self) -> str:
        """What was chosen beside the time, in words, with commas between; empty if nothing was."""
        found = [(field, self.value_of(name)) for name, field in self.fields.items() if name != "periode"]
        return ", ".join(str(dict(field.choices)[value]) for field, value in found if value)

    def value_of(self, name: str) -> str:
        """The value of one filter; empty if it was not asked for, or not among the choices."""
        self.is_valid()
        return getattr(self, "cleaned_data", {}).get(name, "")
