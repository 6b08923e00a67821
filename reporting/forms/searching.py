"""What one searches for."""

from django import forms
from django.utils.translation import gettext_lazy as _

LEAST_LETTERS = 2


class SearchForm(forms.Form):
    """The words of a search by name, in the address as `?q=`."""

    q = forms.CharField(
        label=_("Nama atau kode"),
        min_length=LEAST_LETTERS,
        max_length=100,
        error_messages={
            "required": _("Tulis nama yang dicari, misalnya Sikka."),
            "min_length": _("Tulis sedikitnya dua huruf."),
            "max_length": _("Tulis nama yang lebih pendek, paling panjang 100 huruf."),
        },
    )
