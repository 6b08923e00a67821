"""Forms of the review desk: one judgement, the queue's filters, saved replies."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actions.models import Institution
from reporting.models import Judgement, ReasonCode, SavedReply
from reporting.policies.reviewing import fixed_words, obstacles_to_note, obstacles_without_reason
from reporting.scoring import Rules
from reporting.summaries.desk import MOST_OFFERED, Execution, Formula, MeasureRow, formula_of
from reporting.summaries.missing import Want
from reporting.summaries.queue import AWAITING, Stage

Decision, Value = Judgement.Decision, Judgement.Value


class JudgementForm(forms.Form):
    """The judgement of one measure as it was sent; the button pressed is the decision."""

    submission = forms.IntegerField(label=gettext_lazy("Kiriman"), widget=forms.HiddenInput)
    decision = forms.ChoiceField(label=gettext_lazy("Putusan"), choices=Decision, widget=forms.HiddenInput)
    administration = forms.ChoiceField(
        label=gettext_lazy("Administrasi"),
        choices=Value,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Lengkap, format benar, kop surat, tanda tangan."),
        error_messages={"required": gettext_lazy("Pilih Sesuai, Sebagian, atau Tidak sesuai.")},
    )
    substance = forms.ChoiceField(
        label=gettext_lazy("Substansi"),
        choices=Value,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Isi bukti menjawab ukuran periode ini."),
        error_messages={"required": gettext_lazy("Pilih Sesuai, Sebagian, atau Tidak sesuai.")},
    )
    reasons = forms.MultipleChoiceField(
        label=gettext_lazy("Alasan"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Wajib bila ada aspek yang tidak sesuai penuh."),
    )
    note = forms.CharField(
        label=gettext_lazy("Catatan untuk pelapor"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Wajib bila dikembalikan."),
    )

    def __init__(self, *args, row: MeasureRow, rules: Rules, codes: list[ReasonCode], **kwargs):
        self.row, self.rules, self.codes = row, rules, codes
        initial = {**self._as_judged(), **(kwargs.pop("initial", None) or {})}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["note"].hide_optional = True  # its help says when it may be left empty
        self.fields["reasons"].choices = [(code.code, code.text) for code in codes]
        self._keep_open_aspects()
        self.helper = FormHelper()
        self.helper.form_tag = False
        parts = [(name, "reporting/_review_aspect.html") for name in ("administration", "substance")]
        parts.append(("reasons", "reporting/_review_reasons.html"))
        self.helper.layout = Layout(
            *(Field(name, template=template) for name, template in parts if name in self.fields),
            "note",
        )
        self.helper.render_hidden_fields = False

    def _as_judged(self) -> dict:
        judgement = self.row.judgement
        if judgement is None:
            return {}
        return {
            "administration": judgement.administration,
            "substance": judgement.substance,
            "reasons": [code.code for code in self.codes if code.is_chosen],
            "note": judgement.note,
        }

    def _keep_open_aspects(self) -> None:
        """Leave out the aspects that the rules fix, and number the keys of the others."""
        weights = {"administration": self.rules.administration_weight, "substance": self.rules.substance_weight}
        for first_key, (name, weight) in zip((1, 4), weights.items(), strict=True):
            self.fields[name].weight, self.fields[name].first_key = weight, first_key
        if not self.execution:
            del self.fields["administration"], self.fields["substance"], self.fields["reasons"]
        elif self.execution == Execution.NOT_CARRIED_OUT:
            del self.fields["substance"]

    @property
    def execution(self) -> str:
        return self.row.frozen.execution

    @property
    def offered(self) -> list[ReasonCode]:
        """The reasons at first sight: those most used for this measure, and those already chosen."""
        return [code for place, code in enumerate(self.codes) if place < MOST_OFFERED or self._is_ticked(code)]

    @property
    def further(self) -> list[ReasonCode]:
        offered = {code.code for code in self.offered}
        return [code for code in self.codes if code.code not in offered]

    @property
    def ticked(self) -> set[str]:
        return {code.code for code in self.codes if self._is_ticked(code)}

    def _is_ticked(self, code: ReasonCode) -> bool:
        return code.code in (self["reasons"].value() or [])

    @property
    def formula(self) -> Formula | None:
        """The formula of what is ticked now; None while an aspect is open."""
        words = {name: self[name].value() or "" for name in ("administration", "substance") if name in self.fields}
        known = set(Value.values)
        words = {name: word if word in known else "" for name, word in words.items()}
        return formula_of(self.rules, self.execution, words.get("administration", ""), words.get("substance", ""))

    def clean_note(self) -> str:
        # Line breaks come as CR LF from a browser; what is stored and counted has LF.
        return self.cleaned_data["note"].replace("\r\n", "\n").strip()

    def clean(self) -> dict:
        data = super().clean()
        words = fixed_words(self.execution, data.get("administration", ""), data.get("substance", ""))
        data |= words
        data["reasons"] = [code for code in self.codes if code.code in data.get("reasons", [])]
        if all(words.values()):
            for text in obstacles_without_reason(execution=self.execution, **words, reasons=data["reasons"]):
                self.add_error("reasons", text)
        for text in obstacles_to_note(decision=data.get("decision", ""), note=data.get("note", "")):
            self.add_error("note", text)
        return data


class QueueFilter(forms.Form):
    """Which reports of the queue to see; whatever is not understood counts as not asked."""

    AWAITING = "perlu-telaah"

    status = forms.ChoiceField(label=gettext_lazy("Status"), required=False)
    q = forms.CharField(label=gettext_lazy("Nama instansi"), required=False, max_length=100)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        stages = [choice for choice in Stage.choices if choice[0] != Stage.NOT_SENT]
        self.fields["status"].choices = [(self.AWAITING, _("Perlu tindakan")), *stages]
        self.helper = _filter_helper()

    @property
    def stages(self) -> tuple[Stage, ...]:
        wanted = self.cleaned_data.get("status") if self.is_valid() else ""
        return (Stage(wanted),) if wanted in Stage.values else AWAITING

    @property
    def words(self) -> str:
        return self.cleaned_data["q"] if self.is_valid() else ""


class MissingFilter(forms.Form):
    """Which of the offices that have not sent to see."""

    status = forms.ChoiceField(label=gettext_lazy("Tampilkan"), choices=Want, required=False)
    q = forms.CharField(label=gettext_lazy("Instansi atau provinsi"), required=False, max_length=100)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = _filter_helper()

    @property
    def want(self) -> str:
        return (self.cleaned_data["status"] if self.is_valid() else "") or Want.ALL

    @property
    def words(self) -> str:
        return self.cleaned_data["q"] if self.is_valid() else ""


def _filter_helper() -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    return helper


class SavedReplyForm(forms.ModelForm):
    """One more sentence for the office's notes."""

    class Meta:
        model = SavedReply
        fields = ["text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}
        labels = {"text": gettext_lazy("Balasan baru")}

    def __init__(self, *args, office: Institution, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.office = office
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean_text(self) -> str:
        text = self.cleaned_data["text"].replace("\r\n", "\n").strip()
        if SavedReply.objects.filter(office=self.instance.office, text=text).exists():
            raise forms.ValidationError(_("Balasan ini sudah ada dalam daftar."))
        return text
