"""Addresses of the accounts app: only those pages of django-allauth that the portal wants."""

from allauth.account import views as allauth_views
from django.urls import path, re_path

from accounts import views

urlpatterns = [
    path("masuk/", allauth_views.login, name="account_login"),
    path("keluar/", allauth_views.logout, name="account_logout"),
    path("akun/", views.account_settings, name="account-settings"),
    path("akun/tidak-aktif/", allauth_views.account_inactive, name="account_inactive"),
    path("akun/kata-sandi/", views.password_change, name="account_change_password"),
    path("akun/kata-sandi/lupa/", allauth_views.password_reset, name="account_reset_password"),
    path("akun/kata-sandi/lupa/terkirim/", allauth_views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^akun/kata-sandi/baru/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth_views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "akun/kata-sandi/baru/selesai/",
        allauth_views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("bantuan/", views.help_page, name="help"),
]
