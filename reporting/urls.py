"""Addresses of the reporting app."""

from django.urls import path

from reporting.views import assigning, opening, periods, reports, results, sending

urlpatterns = [
    # Results
    path("hasil/nasional/", results.national_results, name="national-results"),
    path("hasil/nasional/<slug:key>/", results.national_results_of, name="national-results-of"),
    path("hasil/nasional/<slug:key>/provinsi.csv", results.national_results_csv, name="national-results-csv"),
    path("hasil/nasional/<slug:key>/instansi.csv", results.national_institutions_csv, name="national-institutions-csv"),
    path("hasil/wilayah/", results.region_results, name="region-results"),
    path("hasil/provinsi/<str:code>/", results.province_results, name="province-results"),
    path("hasil/provinsi/<str:code>/<slug:key>/", results.province_results_of, name="province-results-of"),
    path("hasil/provinsi/<str:code>/<slug:key>/csv/", results.province_results_csv, name="province-results-csv"),
    path("hasil/instansi/<str:code>/", results.institution_results, name="institution-results"),
    path("hasil/instansi/<str:code>/<slug:key>/", results.institution_results_of, name="institution-results-of"),
    path("hasil/instansi/<str:code>/<slug:key>/csv/", results.institution_results_csv, name="institution-results-csv"),
    path("periode/<str:key>/pilih/", periods.period_choose, name="period-choose"),
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
    path("periode/<str:key>/buka/", opening.period_open, name="period-open"),
]
