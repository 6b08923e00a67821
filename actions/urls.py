"""Addresses of the actions app."""

from django.urls import path

from actions.views import offices, people

urlpatterns = [
    path("kantor/pilih/", offices.office_switch, name="office-switch"),
    path("orang/", people.people_list, name="people-list"),
    path("orang/undang/", people.invitation_create, name="invitation-create"),
    path("orang/undangan/", people.invitation_list, name="invitation-list"),
    path("orang/undangan/<int:pk>/kirim-ulang/", people.invitation_resend, name="invitation-resend"),
    path("orang/undangan/<int:pk>/tarik/", people.invitation_withdraw, name="invitation-withdraw"),
    path("orang/penugasan/<int:pk>/akhiri/", people.membership_end, name="membership-end"),
    path("undangan/<str:token>/", people.invitation_accept, name="invitation-accept"),
]
