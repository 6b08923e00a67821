"""What to count on the page of causes: a period or year, a Kanwil, a level."""

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
    jenjang = forms.ChoiceField(label=gettext_lazy("Jenjang"), required=False)

    def __init__(self, *args, spans: Choices, kanwil: Choices, has_levels: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["periode"].choices = spans
        self.fields["kanwil"].choices = [
            ("", gettext_lazy("Semua")),
            *kanwil,
            (CENTRAL, gettext_lazy("Ditelaah pusat")),
        ]
        self.fields["jenjang"].choices = [("", gettext_lazy("Semua")), *Level.choices]
        if not kanwil:
            del self.fields["kanwil"]
        if not has_levels:
            del self.fields["jenjang"]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def value_of(self, name: str) -> str:
        """The value of one filter; empty if it was not asked for, or not among the choices."""
        self.is_valid()
        return getattr(self, "cleaned_data", {}).get(name, "")
