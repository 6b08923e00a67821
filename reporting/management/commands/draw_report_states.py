"""Draw docs/report-states.md from the tables in `reporting.states`."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from reporting.states import ITEM_MOVES, ITEM_PEN, REPORT_MOVES, REPORT_PEN, ItemStatus, Party, ReportStatus

TARGET = Path(settings.BASE_DIR) / "docs" / "report-states.md"
HEAD = """# Statuses of a report and of its items

Drawn from `reporting/states.py` by `manage.py draw_report_states`; do not edit by hand. Only a person's act moves a
status, under a row lock and leaving a `ReportEvent`; "late" and "open" are computed from dates. Each arrow names who
makes the move.
"""


class Command(BaseCommand):
    help = "Tulis docs/report-states.md dari tabel status; --check hanya memeriksa."

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="gagal bila berkas tidak sesuai tabel")

    def handle(self, *args, **options):
        text = document()
        if options["check"]:
            if not TARGET.exists() or TARGET.read_text() != text:
                raise CommandError("docs/report-states.md does not match reporting/states.py.")
        else:
            TARGET.parent.mkdir(exist_ok=True)
            TARGET.write_text(text)
        self.stdout.write(str(TARGET.relative_to(settings.BASE_DIR)))


def document() -> str:
    """Return the whole page: a diagram and a table of who holds the pen for each machine."""
    parts = [
        HEAD,
        "## Report\n",
        _diagram(REPORT_MOVES, REPORT_PEN, ReportStatus),
        _table(REPORT_PEN, ReportStatus),
        "## Item (one aksi in a report)\n",
        _diagram(ITEM_MOVES, ITEM_PEN, ItemStatus),
        _table(ITEM_PEN, ItemStatus),
    ]
    return "\n".join(parts)


def _diagram(moves: dict, pen: dict, statuses) -> str:
    first = next(iter(statuses))
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {first.value}"]
    lines += [f"    {status.value}: {status.label}" for status in statuses]
    for (origin, target), parties in moves.items():
        who = ", ".join(str(party.label) for party in Party if party in parties)
        lines.append(f"    {origin.value} --> {target.value}: {who}")
    lines += [f"    {status.value} --> [*]" for status in statuses if pen[status] is None]
    return "\n".join([*lines, "```", ""])


def _table(pen: dict, statuses) -> str:
    lines = ["| status | in the portal | holds the pen |", "|---|---|---|"]
    for status in statuses:
        holder = pen[status]
        lines.append(f"| `{status.value}` | {status.label} | {holder.label if holder else 'nobody: finished'} |")
    return "\n".join([*lines, ""])
