"""Addresses of the notifications app."""

from django.urls import path

from notifications import views

urlpatterns = [
    path("pesan/", views.message_list, name="message-list"),
    path("pesan/<int:pk>/buka/", views.message_open, name="message-open"),
    path("pesan/sudah-dibaca/", views.message_read_all, name="message-read-all"),
]
