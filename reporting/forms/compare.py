"""Which two results to set side by side."""

import re

from django import forms
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reporting.summaries.comparable import Subject, Subjects, faults_of
from reporting.summaries.results import Span

SUBJECT_KEY = re.compile(r"[A-Za-z0-9._-]{1,40}")


def options_of(subjects: Subjects, value: str) -> SafeString:
    """Return the options of a select with `value` chosen: some 600, which a template would take long to draw."""
    groups = [
        (heading, format_html_join("", '<option value="{}"{}>{}</option>', _options(found, value)))
        for heading, found in subjects
    ]
    return format_html_join("", '<optgroup label="{}">{}</optgroup>', groups)


def _options(subjects: list[Subject], value: str) -> list[tuple]:
    chosen = mark_safe(" selected")
    return [(subject.key, chosen if subject.key == value else "", subject.label) for subject in subjects]


class CompareForm(forms.Form):
    """Two subjects, each at a time. `subjects` are those that one may open, `spans` the times by their key."""

    a = forms.CharField(label=gettext_lazy("Instansi A"))
    waktu_a = forms.CharField(label=gettext_lazy("Waktu A"))
    b = forms.CharField(label=gettext_lazy("Instansi B"))
    waktu_b = forms.CharField(label=gettext_lazy("Waktu B"))

    def __init__(self, *args, subjects: Subjects, spans: dict[str, Span], **kwargs):
        super().__init__(*args, **kwargs)
        self.subjects = {subject.key: subject for _heading, found in subjects for subject in found}
        self.spans = spans

    @property
    def names_unknown(self) -> bool:
        """True if a subject is asked for that could exist, but not for this person."""
        asked = [self.data.get(name, "") for name in ("a", "b")]
        return any(key not in self.subjects and SUBJECT_KEY.fullmatch(key) for key in asked if key)

    @property
    def sides(self) -> tuple[tuple[Subject, Span], tuple[Subject, Span]]:
        """Both subjects with their times; of a valid form."""
        found = self.cleaned_data
        return (found["a"], found["waktu_a"]), (found["b"], found["waktu_b"])

    def clean_a(self) -> Subject:
        return self._subject("a")

    def clean_b(self) -> Subject:
        return self._subject("b")

    def clean_waktu_a(self) -> Span:
        return self._span("waktu_a")

    def clean_waktu_b(self) -> Span:
        return self._span("waktu_b")

    def clean(self) -> dict:
        found = super().clean()
        if not self.errors:
            faults = faults_of(found["a"], found["b"], found["waktu_a"], found["waktu_b"])
            if faults:
                raise forms.ValidationError(faults)
        return found

    def _subject(self, name: str) -> Subject:
        subject = self.subjects.get(self.cleaned_data[name])
        if subject is None:
            raise forms.ValidationError(_("Pilih instansi dari daftar."))
        return subject

    def _span(self, name: str) -> Span:
        span = self.spans.get(self.cleaned_data[name])
        if span is None:
            raise forms.ValidationError(_("Pilih periode atau tahun dari daftar."))
        return span
