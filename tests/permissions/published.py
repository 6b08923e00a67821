"""What stands behind the nation's publication, as small as letters and the national report can be made from."""

import json

from actions.models import Institution
from reporting.models import Publication, PublicationDetail

KANWIL = {"53": "KW53", "52": "KW52"}
CODES = ("53.07", "53.08", "53", "52.01", "SOS", "HAM")


def add_details(publication: Publication) -> None:
    """A detail of the nation, and one of each institution that has reports."""
    nation = {
        "issuer": {"ministry": "Kementerian", "office": "Direktorat Jenderal"},
        "causes": {"judged": 0, "returned": 0, "reasons": []},
    } | {name: [] for name in ("history", "timeliness", "weakest")}
    rows = [PublicationDetail(publication=publication, code="-", content=json.dumps(nation))]
    for own in Institution.objects.filter(code__in=CODES):
        province = own.code[:2] if own.code[:2] in KANWIL else ""
        content = {"code": own.code, "name": own.name, "kind": own.kind, "province": "", "history": [], "periods": []}
        place = {"province": province, "kanwil": KANWIL.get(province, ""), "level": own.level}
        rows.append(PublicationDetail(publication=publication, code=own.code, content=json.dumps(content), **place))
    PublicationDetail.objects.bulk_create(rows)
