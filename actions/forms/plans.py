"""Forms of the secretariat: a new plan year, the dates of a period, a catalogue file."""

from datetime import date

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Layout
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.formats import in_zone, last_minute
from actions.models import Calendar, Plan, ReportingPeriod, RuleSet
from actions.services.planning import JAKARTA, end_of, start_of
from actions.services.tables import MAX_BYTES

DATE_FORMATS = ["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y"]


class DayField(forms.DateField):
    """One calendar day, picked or typed as 2026-09-30 or 30-09-2026."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **kwargs):
        super().__init__(input_formats=DATE_FORMATS, **kwargs)
        self.error_messages["invalid"] = _("Pilih tanggal, misalnya 30-09-2026.")


class PlanYearForm(forms.Form):
    """What a new plan year starts from."""

    plan = forms.ModelChoiceField(Plan.objects.none(), label=_("Rencana aksi"), empty_label=None)
    year = forms.IntegerField(
        label=_("Tahun"),
        min_value=2000,
        max_value=2100,
        help_text=_("Empat angka, misalnya 2027."),
        error_messages={"invalid": _("Tulis tahun dengan empat angka, misalnya 2027.")},
    )
    calendar = forms.ModelChoiceField(
        Calendar.objects.none(),
        label=_("Kalender"),
        empty_label=None,
        help_text=_("Menentukan periode tahun itu. Tanggalnya masih dapat diubah sesudah dibuat."),
    )
    rule_set = forms.ModelChoiceField(RuleSet.objects.none(), label=_("Aturan penilaian"), empty_label=None)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["plan"].queryset = Plan.objects.order_by("-starts_on")
        self.fields["calendar"].queryset = Calendar.objects.order_by("-is_default", "code")
        self.fields["rule_set"].queryset = RuleSet.objects.order_by("-code")
        self.helper = _helper("plan", "year", "calendar", "rule_set")


class PeriodDatesForm(forms.Form):
    """The dates of a period as days in WIB: windows begin at 00.00 and end at 23.59 of the day given."""

    opens_on = DayField(label=_("Jendela dibuka"), help_text=_("Mulai pukul 00.00 WIB."))
    closes_on = DayField(label=_("Jendela ditutup"), help_text=_("Hari terakhir, sampai 23.59 WIB."))
    late_until_on = DayField(
        label=_("Terlambat diterima sampai"), help_text=_("Sama dengan hari tutup bila tidak ada kelonggaran.")
    )
    review_due_on = DayField(label=_("Batas telaah"), help_text=_("Hari terakhir penelaah."))
    correction_until_on = DayField(label=_("Perbaikan sampai"), help_text=_("Hari terakhir pelapor memperbaiki."))
    objection_from_on = DayField(label=_("Sanggah sejak"), help_text=_("Mulai pukul 00.00 WIB."))
    objection_until_on = DayField(label=_("Sanggah sampai"), help_text=_("Hari terakhir, sampai 23.59 WIB."))
    minimum_correction_days = forms.IntegerField(
        label=_("Hari perbaikan paling sedikit"),
        min_value=0,
        max_value=60,
        help_text=_("Untuk laporan yang dikembalikan menjelang batas."),
    )
    needs_signatory = forms.BooleanField(
        label=_("Laporan disahkan pejabat penanda tangan sebelum dikirim"), required=False
    )
    letter_number = forms.CharField(label=_("Nomor surat notifikasi"), max_length=80, required=False)
    letter_on = DayField(label=_("Tanggal surat"), required=False)
    may_reopen = forms.BooleanField(
        label=_("Ya, buka kembali periode yang sudah ditutup ini"),
        required=False,
        help_text=_("Pelapor dapat mengirim lagi. Pembukaan kembali tercatat dalam riwayat."),
    )
    reason = forms.CharField(
        label=_("Alasan perubahan"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Misalnya nomor surat atau kejadian. Dibaca siapa pun yang melihat riwayat periode ini."),
    )

    # Form field -> (instant of the period, whether the day is its last one).
    INSTANTS = {
        "opens_on": ("opens_at", False),
        "closes_on": ("closes_at", True),
        "late_until_on": ("late_until_at", True),
        "review_due_on": ("review_due_at", True),
        "correction_until_on": ("correction_until_at", True),
        "objection_from_on": ("objection_from_at", False),
        "objection_until_on": ("objection_until_at", True),
    }
    SETTINGS = ("minimum_correction_days", "needs_signatory", "letter_number", "letter_on")

    def __init__(self, *args, period: ReportingPeriod, **kwargs):
        self.period = period
        initial = {name: getattr(period, name) for name in self.SETTINGS}
        initial |= {name: self._day_of(name) for name in self.INSTANTS}
        super().__init__(*args, initial=initial, **kwargs)
        if not (period.opened_at and period.is_closed_at(timezone.now())):
            del self.fields["may_reopen"]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            _heading(_("Pengiriman")),
            Div("opens_on", "closes_on", "late_until_on", css_class="kisi kisi--3"),
            _heading(_("Telaah dan perbaikan")),
            Div("review_due_on", "correction_until_on", "minimum_correction_days", css_class="kisi kisi--3"),
            _heading(_("Sanggah")),
            Div("objection_from_on", "objection_until_on", css_class="kisi kisi--3"),
            _heading(_("Surat dan pengesahan")),
            Div("letter_number", "letter_on", css_class="kisi kisi--3"),
            "needs_signatory",
            *(["may_reopen"] if "may_reopen" in self.fields else []),
            "reason",
        )

    def _day_of(self, name: str) -> date:
        instant_name, is_last_day = self.INSTANTS[name]
        instant = getattr(self.period, instant_name)
        return in_zone(last_minute(instant) if is_last_day else instant, JAKARTA).date()

    def clean(self) -> dict:
        data = super().clean()
        year = self.period.plan_year.year
        for name in (*self.INSTANTS, "letter_on"):
            day = data.get(name)
            if day and not year - 1 <= day.year <= year + 2:
                self.add_error(name, _("Pilih tanggal antara tahun sebelum dan dua tahun sesudah tahun rencana."))
        return data

    def changes(self) -> dict:
        """Return the new instants and settings; a day that was left as it is keeps its instant to the minute."""
        changes = {name: self.cleaned_data[name] for name in self.SETTINGS}
        for name, (instant_name, is_last_day) in self.INSTANTS.items():
            day = self.cleaned_data[name]
            if day != self.initial[name]:
                changes[instant_name] = end_of(day) if is_last_day else start_of(day)
        return changes

    def add_instant_errors(self, errors: dict[str, list[str]]) -> None:
        """Show what the service found wrong with instants at the days they were made from."""
        field_of = {instant: name for name, (instant, _is_last) in self.INSTANTS.items()}
        for instant, found in errors.items():
            self.add_error(field_of[instant], found)


class CatalogueFileForm(forms.Form):
    """One catalogue file; what it says is judged by the preview."""

    file = forms.FileField(
        label=_("Berkas katalog"),
        max_length=200,
        help_text=_("CSV atau XLSX, paling besar 5 MB. Belum ada yang dimuat sebelum Anda menyetujui pratinjau."),
        error_messages={
            "required": _("Pilih berkas katalog."),
            "empty": _("Berkas kosong. Pilih berkas katalog yang berisi."),
        },
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = _helper("file")

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("Berkas lebih besar dari 5 MB. Bagi menjadi beberapa berkas."))
        return file


def _heading(text) -> HTML:
    return HTML(f'<h2 class="label-ruas">{text}</h2>')


def _helper(*fields: str) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.layout = Layout(*fields)
    return helper
