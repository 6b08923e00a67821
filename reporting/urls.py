"""Addresses of the reporting app."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from reporting.views import (
    aksi_results,
    assigning,
    causes,
    compare,
    correcting,
    documents,
    evidence,
    explaining,
    exporting,
    filling,
    home,
    impact,
    judging,
    levels,
    members,
    missing,
    objecting,
    opening,
    operations,
    periods,
    prepared,
    printing,
    publication_parts,
    publishing,
    reading_desk,
    readings,
    reminding,
    reports,
    results,
    reviewing,
    sending,
    tables,
)


class CodeConverter(StringConverter):
    """A code such as 53.07 or KEMENSOS; a NUL character must not reach PostgreSQL, which takes none."""

    regex = r"[^/\x00]+"


class EndingConverter(StringConverter):
    """The format of a table."""

    regex = "csv|xlsx"


register_converter(CodeConverter, "code")
register_converter(EndingConverter, "ending")
CSV, XLSX = {"ending": "csv"}, {"ending": "xlsx"}

urlpatterns = [
    # Home
    path("", home.home, name="home"),
    path("cari/", home.search, name="search"),
    path("wilayah/kesiapan/", home.area, name="area-readiness"),
    path("aksi/<int:pk>/ingatkan/", reminding.item_remind, name="item-remind"),
    # Results
    path("hasil/nasional/", results.national_results, name="national-results"),
    path("hasil/nasional/tren.<ending:ending>", tables.national_trend, name="national-trend-table"),
    path("hasil/nasional/<slug:key>/", results.national_results_of, name="national-results-of"),
    path("hasil/nasional/<slug:key>/provinsi.csv", tables.national_provinces, CSV, name="national-results-csv"),
    path("hasil/nasional/<slug:key>/provinsi.xlsx", tables.national_provinces, XLSX, name="national-results-xlsx"),
    path("hasil/nasional/<slug:key>/instansi/", members.national_institutions, name="national-institutions"),
    path("hasil/nasional/<slug:key>/instansi.csv", tables.national_institutions, CSV, name="national-institutions-csv"),
    path(
        "hasil/nasional/<slug:key>/instansi.xlsx", tables.national_institutions, XLSX, name="national-institutions-xlsx"
    ),
    path("hasil/wilayah/", results.region_results, name="region-results"),
    path("hasil/wilayah/<slug:key>/tabel.<ending:ending>", tables.region_provinces, name="region-table"),
    path("hasil/provinsi/<code:code>/", results.province_results, name="province-results"),
    path("hasil/provinsi/<code:code>/<slug:key>/", results.province_results_of, name="province-results-of"),
    path("hasil/provinsi/<code:code>/<slug:key>/aksi/<int:number>/", aksi_results.province_aksi, name="province-aksi"),
    path(
        "hasil/provinsi/<code:code>/<slug:key>/aksi/<int:number>/tabel.<ending:ending>",
        tables.province_aksi,
        name="province-aksi-table",
    ),
    path("hasil/provinsi/<code:code>/tren.<ending:ending>", tables.province_trend, name="province-trend-table"),
    path(
        "hasil/provinsi/<code:code>/<slug:key>/rincian.<ending:ending>",
        tables.province_details,
        name="province-details-table",
    ),
    path("hasil/provinsi/<code:code>/<slug:key>/csv/", tables.province, CSV, name="province-results-csv"),
    path("hasil/provinsi/<code:code>/<slug:key>/xlsx/", tables.province, XLSX, name="province-results-xlsx"),
    path("hasil/instansi/<code:code>/", results.institution_results, name="institution-results"),
    path(
        "hasil/instansi/<code:code>/<slug:key>/",
        results.institution_results_of,
        name="institution-results-of",
    ),
    path("hasil/instansi/<code:code>/<slug:key>/csv/", tables.institution, CSV, name="institution-results-csv"),
    path("hasil/instansi/<code:code>/<slug:key>/xlsx/", tables.institution, XLSX, name="institution-results-xlsx"),
    path("hasil/banding/", compare.compare, name="compare"),
    path("hasil/banding/tabel.<ending:ending>", compare.compare_table, name="compare-table"),
    path("hasil/sebab/", causes.cause_list, name="cause-list"),
    path("hasil/sebab/csv/", causes.cause_list_table, CSV, name="cause-list-csv"),
    path("hasil/sebab/xlsx/", causes.cause_list_table, XLSX, name="cause-list-xlsx"),
    path("rencana/aturan/<int:pk>/dampak/", impact.rule_set_impact, name="rule-set-impact"),
    path(
        "rencana/aturan/<int:pk>/dampak/tabel.<ending:ending>",
        impact.rule_set_impact_table,
        name="rule-set-impact-table",
    ),
    path("rencana/aturan/<int:pk>/dampak/daftar/", impact.rule_set_impact_list, name="rule-set-impact-list"),
    # Publication
    path("terbitan/", publishing.publication_list, name="publication-list"),
    path("terbitan/<slug:key>/terbitkan/", publishing.publication_create, name="publication-create"),
    path("terbitan/<slug:key>/<int:revision>/", publishing.publication_detail, name="publication-detail"),
    path("terbitan/<slug:key>/<int:revision>/csv/", publishing.publication_table, CSV, name="publication-csv"),
    path("terbitan/<slug:key>/<int:revision>/xlsx/", publishing.publication_table, XLSX, name="publication-xlsx"),
    path("terbitan/<slug:key>/<int:revision>/json/", publishing.publication_json, name="publication-json"),
    path(
        "terbitan/<slug:key>/<int:revision>/bagian/<code:code>/",
        publication_parts.publication_part,
        name="publication-part",
    ),
    path("terbitan/<slug:key>/<int:revision>/surat/", documents.letter_list, name="letter-list"),
    path("terbitan/<slug:key>/<int:revision>/surat/siapkan/", documents.letters_prepare, name="letters-prepare"),
    path("terbitan/<slug:key>/<int:revision>/surat/<code:code>/", documents.result_letter, name="result-letter"),
    path("terbitan/<slug:key>/<int:revision>/laporan.pdf", documents.national_report, name="national-report"),
    path(
        "terbitan/<slug:key>/<int:revision>/laporan.xlsx",
        documents.national_report_tables,
        name="national-report-tables",
    ),
    path("hasil/jenjang/<slug:level>/<slug:key>/", levels.level_results, name="level-results"),
    path("hasil/jenjang/<slug:level>/<slug:key>/tabel.<ending:ending>", tables.level, name="level-table"),
    path(
        "hasil/jenjang/<slug:level>/<slug:key>/ketepatan.<ending:ending>",
        tables.level_timeliness,
        name="level-timeliness-table",
    ),
    path("hasil/kelompok/<code:code>/<slug:key>/", levels.group_results, name="group-results"),
    path("hasil/kelompok/<code:code>/<slug:key>/tabel.<ending:ending>", tables.group, name="group-table"),
    path("hasil/ukuran/<int:pk>/", explaining.measure_explained, name="measure-explained"),
    path("periode/semua/", periods.period_choices, name="period-choices"),
    path("periode/<slug:key>/pilih/", periods.period_choose, name="period-choose"),
    # Prepared files
    path("ekspor/<slug:key>/", exporting.export_create, name="export-create"),
    path("berkas/", prepared.prepared_list, name="prepared-list"),
    path("berkas/<int:pk>/", prepared.prepared_detail, name="prepared-detail"),
    path("berkas/<int:pk>/unduh/", prepared.prepared_download, name="prepared-download"),
    path("berkas/<int:pk>/siapkan-lagi/", prepared.prepared_again, name="prepared-again"),
    # Sending
    path("laporan/<int:pk>/", reports.report_detail, name="report-detail"),
    path("laporan/<int:pk>/periksa/", sending.report_check, name="report-check"),
    path("laporan/<int:pk>/sahkan/", sending.report_certify, name="report-certify"),
    path(
        "laporan/<int:pk>/tarik-pengesahan/",
        sending.report_withdraw_certification,
        name="report-withdraw-certification",
    ),
    path("laporan/<int:pk>/kirim/", sending.report_submit, name="report-submit"),
    path("laporan/<int:pk>/tarik/", sending.report_recall, name="report-recall"),
    path("tanda-terima/<int:pk>/", sending.receipt, name="receipt"),
    path("aksi/<int:pk>/kembalikan-ke-opd/", assigning.item_return_to_opd, name="item-return-to-opd"),
    path("pembagian-aksi/<int:year>/", assigning.units_assign, name="units-assign"),
    # Opening
    path("periode/", opening.period_list, name="period-list"),
    path("periode/<slug:key>/buka/", opening.period_open, name="period-open"),
    # Operations
    path("operasi/", operations.operations_page, name="operations"),
    # Reviewing
    path("telaah/", reviewing.review_queue, name="review-queue"),
    path("telaah/balasan/", judging.saved_reply_list, name="saved-reply-list"),
    path("telaah/balasan/<int:pk>/hapus/", judging.saved_reply_remove, name="saved-reply-remove"),
    path("telaah/<int:pk>/", reviewing.review_report, name="review-report"),
    path("telaah/<int:pk>/mulai/", reviewing.report_claim, name="report-claim"),
    path("telaah/<int:pk>/ambil-alih/", reviewing.report_take_over, name="report-take-over"),
    path("telaah/<int:pk>/ukuran/<int:answer_pk>/", judging.review_measure, name="review-measure"),
    path("telaah/<int:pk>/ukuran/<int:answer_pk>/balasan/", judging.review_reply_use, name="review-reply-use"),
    path("telaah/<int:pk>/kembalikan/", reviewing.report_return, name="report-return"),
    path("telaah/<int:pk>/verifikasi/", reviewing.report_verify, name="report-verify"),
    path("telaah/<int:pk>/tutup-perbaikan/", reviewing.report_close_correction, name="report-close-correction"),
    path("telaah/<int:pk>/ukuran/<int:answer_pk>/koreksi/", correcting.measure_correct, name="measure-correct"),
    path("telaah/sanggahan/", objecting.objection_queue, name="objection-queue"),
    path("telaah/sanggahan/<int:pk>/", objecting.objection_decide, name="objection-decide"),
    path("laporan/<int:pk>/sanggahan/", objecting.objection_list, name="objection-list"),
    path("laporan/<int:pk>/sanggahan/ajukan/", objecting.objections_file, name="objections-file"),
    path("laporan/<int:pk>/sanggahan/<int:answer_pk>/", objecting.objection_write, name="objection-write"),
    path("sanggahan/<int:pk>/hapus/", objecting.objection_discard, name="objection-discard"),
    path("sanggahan/berkas/<int:pk>/", objecting.objection_file, name="objection-file"),
    path("sanggahan/berkas/<int:pk>/lepas/", objecting.objection_file_remove, name="objection-file-remove"),
    # Second reading
    path("bacaan-kedua/", readings.reading_samples, name="reading-samples"),
    path("bacaan-kedua/ukuran/<int:pk>/", reading_desk.reading_measure, name="reading-measure"),
    path("bacaan-kedua/<slug:key>/", readings.reading_sample, name="reading-sample"),
    path("bacaan-kedua/<slug:key>/tarik/", readings.reading_draw, name="reading-draw"),
    path("bacaan-kedua/<slug:key>/antrean/", readings.reading_queue, name="reading-queue"),
    path("bacaan-kedua/<slug:key>/tutup/", readings.reading_close, name="reading-close"),
    path("bacaan-kedua/<slug:key>/csv/", readings.reading_table, CSV, name="reading-csv"),
    path("bacaan-kedua/<slug:key>/xlsx/", readings.reading_table, XLSX, name="reading-xlsx"),
    path("belum-kirim/", missing.missing_list, name="missing-list"),
    path("belum-kirim/csv/", missing.missing_list_table, CSV, name="missing-list-csv"),
    path("belum-kirim/xlsx/", missing.missing_list_table, XLSX, name="missing-list-xlsx"),
    # Filling and evidence
    path("aksi/", filling.item_list, name="item-list"),
    path("aksi/<int:pk>/", filling.item_fill, name="item-fill"),
    path("aksi/<int:pk>/siap/", filling.item_mark_ready, name="item-mark-ready"),
    path("aksi/<int:pk>/buka-kembali/", filling.item_take_back, name="item-take-back"),
    path("isian/<int:pk>/simpan/", filling.answer_save, name="answer-save"),
    path("isian/<int:pk>/data-dukung/<slug:kind>/", evidence.evidence_upload, name="evidence-upload"),
    path("data-dukung/<int:pk>/", evidence.evidence_file, name="evidence-file"),
    path("data-dukung/<int:pk>/ganti/", evidence.evidence_replace, name="evidence-replace"),
    path("data-dukung/<int:pk>/lepas/", evidence.evidence_remove, name="evidence-remove"),
    path("laporan/<int:pk>/cetak/", printing.report_print, name="report-print"),
    path("laporan/<int:pk>/data-dukung.zip", printing.report_evidence_zip, name="report-evidence-zip"),
]
