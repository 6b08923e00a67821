"""Addresses of the actions app."""

from django.urls import path

from actions.views import catalogue, institutions, offices, people, plans, rules

urlpatterns = [
    path("kantor/pilih/", offices.office_switch, name="office-switch"),
    path("orang/", people.people_list, name="people-list"),
    path("orang/undang/", people.invitation_create, name="invitation-create"),
    path("orang/undangan/", people.invitation_list, name="invitation-list"),
    path("orang/undangan/<int:pk>/kirim-ulang/", people.invitation_resend, name="invitation-resend"),
    path("orang/undangan/<int:pk>/tarik/", people.invitation_withdraw, name="invitation-withdraw"),
    path("orang/penugasan/<int:pk>/akhiri/", people.membership_end, name="membership-end"),
    path("undangan/<str:token>/", people.invitation_accept, name="invitation-accept"),
    # Plans
    path("rencana/", plans.plan_list, name="plan-list"),
    path("rencana/tahun-baru/", plans.plan_year_create, name="plan-year-create"),
    path("rencana/kalender/", plans.calendar_list, name="calendar-list"),
    path("rencana/aturan/", rules.rule_set_list, name="rule-set-list"),
    path("rencana/aturan/<int:pk>/", rules.rule_set_detail, name="rule-set-detail"),
    path("rencana/aturan/<int:pk>/salin/", rules.rule_set_copy, name="rule-set-copy"),
    path("rencana/aturan/<int:pk>/ubah/", rules.rule_set_edit, name="rule-set-edit"),
    path("rencana/aturan/<int:pk>/tetapkan/", rules.rule_set_adopt, name="rule-set-adopt"),
    path("rencana/katalog/muat/", catalogue.catalogue_upload, name="catalogue-upload"),
    path("rencana/katalog/muat/<int:pk>/", catalogue.catalogue_preview, name="catalogue-preview"),
    path("rencana/katalog/muat/<int:pk>/terapkan/", catalogue.catalogue_apply, name="catalogue-apply"),
    path("rencana/<int:year>/", plans.plan_year_detail, name="plan-year-detail"),
    path("rencana/<int:year>/katalog/", catalogue.aksi_list, name="aksi-list"),
    path("rencana/<int:year>/katalog/csv/", catalogue.catalogue_export, name="catalogue-export"),
    path("rencana/<int:year>/katalog/format/", catalogue.catalogue_format, name="catalogue-format"),
    path("rencana/<int:year>/katalog/<int:pk>/", catalogue.aksi_detail, name="aksi-detail"),
    path("rencana/<int:year>/penugasan/", plans.level_assignments, name="level-assignments"),
    path("rencana/<int:year>/penugasan/<slug:level>/", plans.level_assign, name="level-assign"),
    path("rencana/<int:year>/periode/<slug:code>/", plans.period_detail, name="period-detail"),
    path("rencana/<int:year>/periode/<slug:code>/ubah/", plans.period_edit, name="period-edit"),
    # Institutions
    path("instansi/", institutions.institution_list, name="institution-list"),
    path("instansi/<int:pk>/", institutions.institution_detail, name="institution-detail"),
    path("instansi/<int:pk>/kontak/", institutions.contact_edit, name="contact-edit"),
    path("instansi/<int:pk>/perangkat-daerah/tambah/", institutions.unit_create, name="unit-create"),
    path("perangkat-daerah/<int:pk>/ubah/", institutions.unit_edit, name="unit-edit"),
    path("perangkat-daerah/<int:pk>/nonaktifkan/", institutions.unit_deactivate, name="unit-deactivate"),
    path("perangkat-daerah/<int:pk>/aktifkan/", institutions.unit_activate, name="unit-activate"),
]
