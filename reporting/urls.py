"""Addresses of the reporting app."""

from django.urls import path

from reporting.views import periods

urlpatterns = [
    path("periode/<str:key>/pilih/", periods.period_choose, name="period-choose"),
]
