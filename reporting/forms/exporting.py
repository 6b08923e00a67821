"""What an export of every measure should hold."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from actions.actors import Actor
from reporting.policies.exporting import ExportScope, scopes_of
from reporting.spreadsheets import CSV, XLSX


class ExportForm(forms.Form):
    """The scope, among those of the actor, and the format."""

    scope = forms.ChoiceField(
        label=_("Isi"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Pilih isi berkas."),
            "invalid_choice": _("Pilih salah satu isi yang ditawarkan."),
        },
    )
    format = forms.ChoiceField(
        label=_("Format"),
        choices=[(XLSX, _("XLSX, untuk dibuka di Excel")), (CSV, _("CSV, untuk diolah program lain"))],
        initial=XLSX,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Pilih format berkas."),
            "invalid_choice": _("Pilih salah satu format yang ditawarkan."),
        },
    )

    def __init__(self, *args, actor: Actor, **kwargs):
        super().__init__(*args, **kwargs)
        scopes = scopes_of(actor)
        self.fields["scope"].choices = [(scope.value, self._label(scope, actor)) for scope in scopes]
        self.fields["scope"].initial = scopes[0].value
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout("scope", "format")

    @staticmethod
    def _label(scope: ExportScope, actor: Actor) -> str:
        return str(scope.label) if scope == ExportScope.NATION else f"{scope.label}: {actor.institution.label}"
