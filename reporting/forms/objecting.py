"""The objection to one measure: what is asked for, why, and a file that shows it."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from reporting.models import Judgement, MeasureAnswer, Objection
from reporting.policies.correcting import obstacles_to_explanation
from reporting.scoring import Rules
from reporting.services.evidence_check import ACCEPT, limits_text
from reporting.summaries.desk import MeasureRow

WRONG_WORD = {"required": _("Pilih Sesuai, Sebagian, atau Tidak sesuai.")}


class ObjectionForm(forms.Form):
    """One objection as it is being written."""

    administration = forms.ChoiceField(
        label=_("Administrasi yang Anda minta"),
        choices=Judgement.Value,
        widget=forms.RadioSelect,
        help_text=_("Lengkap, format benar, kop surat, tanda tangan."),
        error_messages=WRONG_WORD,
    )
    substance = forms.ChoiceField(
        label=_("Substansi yang Anda minta"),
        choices=Judgement.Value,
        widget=forms.RadioSelect,
        help_text=_("Isi bukti menjawab ukuran periode ini."),
        error_messages=WRONG_WORD,
    )
    reason = forms.CharField(
        label=_("Alasan sanggahan"),
        widget=forms.Textarea(attrs={"rows": 6}),
        required=False,
        help_text=_("Wajib. Tunjukkan bagian data dukung yang belum dibaca atau salah dibaca."),
    )
    file = forms.FileField(
        label=_("Berkas pendukung"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )

    def __init__(self, *args, row: MeasureRow, rules: Rules, objection: Objection | None, **kwargs):
        source = objection or row.judgement
        initial = {"administration": source.administration, "substance": source.substance}
        initial["reason"] = objection.reason if objection else ""
        super().__init__(*args, initial=initial, **kwargs)
        weights = {"administration": rules.administration_weight, "substance": rules.substance_weight}
        for name, weight in weights.items():
            self.fields[name].weight, self.fields[name].first_key = weight, 0  # keys are the review desk's own
        if row.judgement.execution == MeasureAnswer.Execution.NOT_CARRIED_OUT:
            del self.fields["substance"]
        self.fields["reason"].hide_optional = True
        self.fields["file"].help_text = limits_text()
        self.helper = FormHelper()
        self.helper.form_tag = False
        aspects = [name for name in weights if name in self.fields]
        self.helper.layout = Layout(
            *(Field(name, template="reporting/_review_aspect.html") for name in aspects), "reason", "file"
        )

    def clean_reason(self) -> str:
        text = self.cleaned_data["reason"].replace("\r\n", "\n").strip()
        for obstacle in obstacles_to_explanation(text):
            raise forms.ValidationError(obstacle)
        return text

    @property
    def words(self) -> dict[str, str]:
        """The words asked for; the substance of what was not carried out is fixed by the rules."""
        data = self.cleaned_data
        return {"administration": data["administration"], "substance": data.get("substance", Judgement.Value.NOT_MET)}
