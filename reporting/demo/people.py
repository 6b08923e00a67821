"""The people of the demo: one account per role to sign in with, and one coordinator and officer for every office."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password

from accounts.models import User
from actions.actors import Actor, actor_for, office_key
from actions.models import Institution, Membership, Unit

Role = Membership.Role

PASSWORD = "contoh-ranham-2026"
DOMAIN = "contoh.example"
SINCE = date(2024, 1, 1)
HOME_CODE, HOME_PROVINCE, HOME_KANWIL = "53.07", "53", "KW53"
"""The government, province and Kanwil that the demo accounts belong to: Kabupaten Sikka in Nusa Tenggara Timur."""


@dataclass(frozen=True)
class Account:
    """One demo account: what it shows, and the offices (institution code, unit name, role) it holds."""

    email: str
    name: str
    shows: str
    offices: tuple[tuple[str, str, str], ...]


ACCOUNTS = [
    Account(
        f"opd@{DOMAIN}",
        "Yohanes Laka",
        "Staf OPD",
        ((HOME_CODE, "Dinas Koperasi dan UKM", Role.OPD_STAFF),),
    ),
    Account(
        f"koordinator@{DOMAIN}",
        "Maria Goreti",
        "Koordinator kabupaten",
        ((HOME_CODE, "", Role.COORDINATOR),),
    ),
    Account(f"sekda@{DOMAIN}", "Agustinus Parera", "Pejabat penanda tangan", ((HOME_CODE, "", Role.SIGNATORY),)),
    Account(
        f"provinsi@{DOMAIN}",
        "Elisabeth Tukan",
        "Pembina dan koordinator provinsi",
        ((HOME_PROVINCE, "", Role.PEMBINA), (HOME_PROVINCE, "", Role.COORDINATOR)),
    ),
    Account(f"kanwil@{DOMAIN}", "Agustina Bere", "Petugas Kanwil", ((HOME_KANWIL, "", Role.KANWIL_OFFICER),)),
    Account(f"kanwil2@{DOMAIN}", "Petrus Nahak", "Petugas Kanwil, rekan", ((HOME_KANWIL, "", Role.KANWIL_OFFICER),)),
    Account(f"kl@{DOMAIN}", "Rahmawati Siregar", "Operator K/L (Kemensos)", (("SOS", "", Role.COORDINATOR),)),
    Account(f"pusat@{DOMAIN}", "Dewi Anggraini", "Verifikator pusat", (("HAM", "", Role.CENTRAL_VERIFIER),)),
    Account(f"pusat2@{DOMAIN}", "Hendra Saputra", "Verifikator pusat, rekan", (("HAM", "", Role.CENTRAL_VERIFIER),)),
    Account(f"pusat3@{DOMAIN}", "Yuliana Mote", "Verifikator pusat, rekan", (("HAM", "", Role.CENTRAL_VERIFIER),)),
    Account(
        f"panitia@{DOMAIN}",
        "Bambang Wijaya",
        "Verifikator anggota Panitia Nasional",
        (("DAGRI", "", Role.CENTRAL_VERIFIER),),
    ),
    Account(f"pimpinan@{DOMAIN}", "Siti Nurhaliza Rahman", "Pimpinan Ditjen HAM", (("HAM", "", Role.LEADER),)),
    Account(f"ksp@{DOMAIN}", "Andi Pratama", "Pembaca nasional (KSP)", (("KSP", "", Role.LEADER),)),
    Account(f"sekretariat@{DOMAIN}", "Ratna Kusuma", "Sekretariat", (("HAM", "", Role.SECRETARIAT),)),
]


def ensure_people() -> None:
    """Create the demo accounts, and a coordinator or officer for every other office; safe to run twice.

    All share one password hash, since hashing is slow by design.
    """
    password = make_password(PASSWORD)
    institutions = {row.code: row for row in Institution.objects.all()}
    wanted = [(a.email, a.name, [(institutions[c], u, r) for c, u, r in a.offices]) for a in ACCOUNTS]
    wanted += _everywhere(institutions)
    known = set(User.objects.values_list("email", flat=True))
    User.objects.bulk_create(
        [User(email=email, name=name, password=password) for email, name, _offices in wanted if email not in known],
        batch_size=500,
    )
    _ensure_memberships(wanted)


def _everywhere(institutions: dict[str, Institution]) -> list:
    found = []
    taken = {(code, role) for account in ACCOUNTS for code, _unit, role in account.offices}
    for code, institution in institutions.items():
        is_kanwil = institution.kind == Institution.Kind.KANWIL
        role = Role.KANWIL_OFFICER if is_kanwil else Role.COORDINATOR
        owes = is_kanwil or institution.is_autonomous
        if (code, role) in taken or not owes or institution.valid_until:
            continue
        word = "petugas" if role == Role.KANWIL_OFFICER else "koordinator"
        address = f"{word}.{code.lower().replace('.', '-')}@{DOMAIN}"
        found.append((address, f"{word.title()} {institution.label}"[:150], [(institution, "", role)]))
    return found


def _ensure_memberships(wanted: list) -> None:
    users = {user.email: user for user in User.objects.all()}
    existing = set(Membership.objects.values_list("user_id", "institution_id", "role"))
    new = []
    for email, _name, offices in wanted:
        for institution, unit_name, role in offices:
            if (users[email].pk, institution.pk, role) in existing:
                continue
            unit = Unit.objects.get_or_create(institution=institution, name=unit_name)[0] if unit_name else None
            new.append(Membership(user=users[email], institution=institution, unit=unit, role=role, starts_on=SINCE))
    Membership.objects.bulk_create(new, batch_size=500)


def demo_actor(email: str, day: date) -> Actor:
    """The demo account acting for its first office."""
    user = User.objects.get(email=f"{email}@{DOMAIN}")
    account = next(account for account in ACCOUNTS if account.email == user.email)
    code, _unit, _role = account.offices[0]
    return actor_for(user, day, office=office_key(Institution.objects.get(code=code).pk, None))


def accounts_table() -> str:
    """The demo accounts as a table for the terminal."""
    width = max(len(account.email) for account in ACCOUNTS)
    lines = [f"  {account.email:<{width}}  {account.shows}" for account in ACCOUNTS]
    return "\n".join(["Akun contoh (kata sandi untuk semua: " + PASSWORD + ")", *lines])
