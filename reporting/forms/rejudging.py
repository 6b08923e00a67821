"""Judging a verified measure anew: the form of the review desk, with a reason and without sending anything back."""

from django import forms
from django.utils.translation import gettext_lazy as _

from reporting.forms.reviewing import JudgementForm
from reporting.policies.correcting import obstacles_to_explanation


class RejudgementForm(JudgementForm):
    """A judgement to follow the one in force, whose id is `basis`.

    It is first shown with its effect on the score; `is_confirmed` tells that these very words were shown.
    """

    submission = None
    decision = None
    basis = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)
    shown = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in {"administration", "substance"} & self.fields.keys():
            self.fields[name].first_key = 0  # keys are the review desk's own
        note = self.fields["note"]
        note.label = _("Alasan putusan baru")
        note.help_text = _("Wajib. Dibaca pelapor dan penelaah pertama, dan tetap tercatat.")

    def _as_judged(self) -> dict:
        return super()._as_judged() | {"note": ""}

    @property
    def words(self) -> dict[str, str]:
        """The words of both aspects, once valid."""
        return {name: self.cleaned_data[name] for name in ("administration", "substance")}

    @property
    def key(self) -> str:
        """What the confirming button posts back: the words whose effect was shown."""
        return "/".join(self.words.values())

    @property
    def is_confirmed(self) -> bool:
        return self.cleaned_data.get("shown") == self.key

    def clean(self) -> dict:
        data = super().clean()
        for text in obstacles_to_explanation(data.get("note", "")):
            if not self.has_error("note"):
                self.add_error("note", text)
        return data
