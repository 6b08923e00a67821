"""Who gets which answer from every address, written by hand from docs/roles.md and from nothing else.

A row says for each object by name who gets in: with `get` a page (200), with `led_away` a redirect (302) to a page
that says why not or where it is; with `post` anything but a refusal of the door (200, 302, 400, 409 or 422).
Everybody else is answered 404. `acts` are those whose POST changes something; nobody else's may write at all.
What stands behind "people" is a string of names from `tests/scenario.py`; without objects it stands alone.

The doors are the same for every row and not repeated in it: at the door "office" a stranger is sent to sign in and a
person without an office gets one page (403); at the door "person" only the stranger is sent away; "open" is open.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.permissions import posted

SIKKA = "opd other_opd coordinator signatory"
KANWIL = "kanwil kanwil_colleague"
DITJEN = "verifier leader secretariat"
NATION = f"{DITJEN} reader"
COORDINATORS = (
    "coordinator other_coordinator province_coordinator neighbour_coordinator ministry_coordinator ham_coordinator"
)
REVIEWERS = f"{KANWIL} neighbour_kanwil verifier panitia_verifier"
REPORTERS = f"{COORDINATORS} opd other_opd signatory neighbour_opd"
OFFICES = f"{REPORTERS} pembina {REVIEWERS} leader reader kemenko secretariat"
PERSONS = f"{OFFICES} no_office"
ANYBODY = f"{PERSONS} stranger"

# Reports: the whole government, its province's pembina, its Kanwil, Ditjen HAM; a Kemenko its ministries
READS_REPORT = {
    "53.07": f"{SIKKA} pembina {KANWIL} {DITJEN}",
    "53.08": f"other_coordinator pembina {KANWIL} {DITJEN}",
    "53": f"province_coordinator pembina {KANWIL} {DITJEN}",
    "52.01": f"neighbour_opd neighbour_coordinator neighbour_kanwil {DITJEN}",
    "SOS": f"ministry_coordinator kemenko {DITJEN}",
    "HAM": f"ham_coordinator panitia_verifier {DITJEN}",
}
# Result letters: as the report, but no staff of an OPD, since a letter tells of every OPD's aksi
READS_LETTER = READS_REPORT | {
    "53.07": f"coordinator signatory pembina {KANWIL} {DITJEN}",
    "52.01": f"neighbour_coordinator neighbour_kanwil {DITJEN}",
}
PREPARES_LETTERS = f"pembina {KANWIL} neighbour_kanwil {DITJEN}"
READS_LETTERS = f"{COORDINATORS} signatory panitia_verifier kemenko {PREPARES_LETTERS}"
OWN_COORDINATOR = {
    "53.07": "coordinator",
    "53.08": "other_coordinator",
    "53": "province_coordinator",
    "52.01": "neighbour_coordinator",
    "SOS": "ministry_coordinator",
    "HAM": "ham_coordinator",
}
CHECKS_REPORT = OWN_COORDINATOR | {"53.07": "coordinator signatory"}
NOBODY = dict.fromkeys(OWN_COORDINATOR, "")

# Aksi: as the report, but staff of an OPD see the aksi of their own OPD and no other
READS_ITEM = {
    "53.07/1": f"opd coordinator signatory pembina {KANWIL} {DITJEN}",
    "53.07/2": f"other_opd coordinator signatory pembina {KANWIL} {DITJEN}",
    "53.08/1": READS_REPORT["53.08"],
    "53/1": READS_REPORT["53"],
    "52.01/1": READS_REPORT["52.01"],
    "52.01/2": f"neighbour_coordinator neighbour_kanwil {DITJEN}",
    "SOS/1": READS_REPORT["SOS"],
    "HAM/1": READS_REPORT["HAM"],
}
COORDINATES_ITEM = {label: OWN_COORDINATOR[label.split("/")[0]] for label in READS_ITEM}
FILLS_ITEM = COORDINATES_ITEM | {
    "53.07/1": "opd coordinator",
    "53.07/2": "other_opd coordinator",
    "52.01/1": "neighbour_opd neighbour_coordinator",
}
REMINDS_ITEM = dict.fromkeys(READS_ITEM, "") | {  # whose aksi have staff of an OPD to remind
    "53.07/1": "coordinator",
    "53.07/2": "coordinator",
    "52.01/1": "neighbour_coordinator",
}

# Review: the office that reviews; Ditjen HAM reads along; never the institution itself
READS_REVIEW = {
    "53.07": f"{KANWIL} {DITJEN}",
    "53.08": f"{KANWIL} {DITJEN}",
    "53": f"{KANWIL} {DITJEN}",
    "52.01": f"neighbour_kanwil {DITJEN}",
    "SOS": DITJEN,
    "HAM": "panitia_verifier",
}
REVIEWS = {
    "53.07": KANWIL,
    "53.08": KANWIL,
    "53": KANWIL,
    "52.01": "neighbour_kanwil",
    "SOS": "verifier",
    "HAM": "panitia_verifier",
}
HAS_CLAIMED = REVIEWS | dict.fromkeys(["53.07", "53.08", "53"], "kanwil")
MAY_TAKE_OVER = NOBODY | dict.fromkeys(["53.07", "53.08", "53"], "kanwil_colleague")

# After verification: Ditjen HAM corrects all but its own; the reviewing office or Ditjen HAM decides an objection,
# by another officer than the first judge
CORRECTS = dict.fromkeys(OWN_COORDINATOR, "verifier") | {"HAM": ""}
OPENS_OBJECTION = {code: f"{REVIEWS[code]} verifier" for code in ("53.07", "53.08", "53", "52.01")} | {
    "SOS": "verifier",
    "HAM": "panitia_verifier",
}
DECIDES = dict.fromkeys(["53.07", "53.08", "53"], "kanwil_colleague verifier") | {
    "52.01": "verifier",
    "SOS": "",
    "HAM": "",
}
READS_OBJECTION = {code: READS_ITEM[f"{code}/1"] for code in OWN_COORDINATOR}

# Second reading: Ditjen HAM, its own ministry another member of the Panitia Nasional; not whoever judged it
OPENS_READING = dict.fromkeys(OWN_COORDINATOR, "verifier") | {"HAM": "panitia_verifier"}
READS_AGAIN = OPENS_READING | {"SOS": "", "HAM": ""}

# Institutions: one's own, what one looks after, the nation
OPENS_INSTITUTION = {
    "53.07": f"{SIKKA} pembina {KANWIL} {NATION}",
    "53.08": f"other_coordinator pembina {KANWIL} {NATION}",
    "53": f"province_coordinator pembina {KANWIL} {NATION}",
    "52.01": f"neighbour_opd neighbour_coordinator neighbour_kanwil {NATION}",
    "SOS": f"ministry_coordinator panitia_verifier kemenko {NATION}",
    "HAM": f"ham_coordinator panitia_verifier {NATION}",
    "52": f"neighbour_kanwil {NATION}",
    "KSP": NATION,
}
OPENS_OFFICE = OPENS_INSTITUTION | {"KW53": f"{KANWIL} {NATION}", "KW52": f"neighbour_kanwil {NATION}"}
EDITS_CONTACT = {
    "53.07": f"coordinator {KANWIL} secretariat",
    "53.08": f"other_coordinator {KANWIL} secretariat",
    "53": f"province_coordinator {KANWIL} secretariat",
    "52.01": "neighbour_coordinator neighbour_kanwil secretariat",
    "SOS": "ministry_coordinator secretariat",
    "HAM": "ham_coordinator secretariat",
    "52": "neighbour_kanwil secretariat",
    "KSP": "secretariat",
    "KW53": f"{KANWIL} secretariat",
    "KW52": "neighbour_kanwil secretariat",
}
MANAGES_UNITS = {code: f"{name} secretariat" for code, name in OWN_COORDINATOR.items()}
ADDS_UNITS = MANAGES_UNITS | {"52": "secretariat", "KSP": "secretariat", "KW53": "", "KW52": ""}
OPENS_PROVINCE = {"53": f"pembina {KANWIL} {NATION}", "52": f"neighbour_kanwil {NATION}"}

# People: a coordinator its government, a Kanwil the coordinating roles of its provinces, the secretariat all
INVITES = f"{COORDINATORS} {KANWIL} neighbour_kanwil secretariat"
INVITES_TO = {
    "53.07": f"coordinator {KANWIL} secretariat",
    "53.08": f"other_coordinator {KANWIL} secretariat",
    "53": f"province_coordinator {KANWIL} secretariat",
    "52.01": "neighbour_coordinator neighbour_kanwil secretariat",
    "SOS": "ministry_coordinator secretariat",
    "HAM": "ham_coordinator secretariat",
    "KW53": "secretariat",
}
MANAGES_INVITATION = {
    "staf opd 53.07": "coordinator secretariat",
    "koordinator 53.07": f"coordinator {KANWIL} secretariat",
    "koordinator 53.08": f"other_coordinator {KANWIL} secretariat",
    "pembina 53": f"{KANWIL} secretariat",
    "koordinator 52.01": "neighbour_coordinator neighbour_kanwil secretariat",
    "koordinator SOS": "ministry_coordinator secretariat",
    "petugas KW53": "secretariat",
}
SEES_MEMBERSHIP = {
    "opd": "opd coordinator secretariat",
    "coordinator": f"coordinator {KANWIL} secretariat",
    "signatory": f"signatory coordinator {KANWIL} secretariat",
    "other_coordinator": f"other_coordinator {KANWIL} secretariat",
    "pembina": f"pembina province_coordinator {KANWIL} secretariat",
    "kanwil_colleague": f"{KANWIL} secretariat",
    "neighbour_coordinator": "neighbour_coordinator neighbour_kanwil secretariat",
    "ministry_coordinator": "ministry_coordinator secretariat",
    "verifier": "verifier ham_coordinator secretariat",
    "secretariat": "ham_coordinator secretariat",
}
ENDS_MEMBERSHIP = {
    "opd": "coordinator secretariat",
    "coordinator": f"coordinator {KANWIL} secretariat",
    "signatory": f"coordinator {KANWIL} secretariat",
    "other_coordinator": f"other_coordinator {KANWIL} secretariat",
    "pembina": f"{KANWIL} secretariat",
    "kanwil_colleague": "secretariat",
    "neighbour_coordinator": "neighbour_coordinator neighbour_kanwil secretariat",
    "ministry_coordinator": "ministry_coordinator secretariat",
    "verifier": "secretariat",
    "secretariat": "",  # the last one: nobody could invite a successor
}
OWN_MESSAGE = {name: name for name in ["opd", "coordinator", "kanwil", "neighbour_coordinator", "no_office"]}
OWN_OFFICE = {
    "53.07": "coordinator signatory",
    "53.07 Dinas Koperasi": "opd",
    "KW53": KANWIL,
    "HAM": f"{DITJEN} ham_coordinator",
}
OWN_REPLY = {"KW53": KANWIL, "KW52": "neighbour_kanwil", "HAM": "verifier", "SOS": "panitia_verifier"}

# Exports: of what one may read whole, so never by staff of one OPD; a file is its office's, for whom its scope is open
EXPORTS = f"{COORDINATORS} signatory pembina {KANWIL} neighbour_kanwil {DITJEN}"
OWN_EXPORT = {"53.07": "coordinator signatory", "53": "pembina", "KW53": KANWIL, "HAM": DITJEN}

People = str | Mapping[str, str] | None


# Rule sets: one that the plan year uses, and a draft copied from it
SECRETARIAT_RULES = {"used": "secretariat", "draft": "secretariat"}
EDITS_RULES = {"used": "", "draft": "secretariat"}


@dataclass(frozen=True)
class Row:
    """What one address answers. `of` is the kind of object that it names (`Nation.objects`)."""

    name: str
    of: str = "none"
    get: People = None
    led_away: People = None
    post: People = None
    acts: People = None
    data: Callable = posted.nothing
    stage: str = "draft"
    door: str = "office"


THE_SECRETARIAT = {"get": "secretariat", "post": "secretariat", "acts": "secretariat"}

ROWS = [
    # Anybody
    Row("healthz", get=ANYBODY, door="open"),
    Row("help", get=ANYBODY, door="open"),
    Row("account_login", get="stranger", led_away=PERSONS, post=ANYBODY, door="open"),
    Row("account_logout", get=PERSONS, led_away="stranger", post=ANYBODY, door="open"),
    Row("account_inactive", get=ANYBODY, door="open"),
    Row("account_reset_password", get=ANYBODY, post=ANYBODY, door="open"),
    Row("account_reset_password_done", get=ANYBODY, door="open"),
    Row("account_reset_password_from_key", of="reset", get=ANYBODY, post=ANYBODY, door="open"),
    Row("account_reset_password_from_key_done", get=ANYBODY, door="open"),
    Row("invitation-accept", of="token", get=ANYBODY, post=ANYBODY, door="open"),
    # Whoever signed in
    Row("account-settings", get=PERSONS, post=PERSONS, acts=PERSONS, data=posted.these(name="Nama", theme="auto"),
        door="person"),
    Row("account_change_password", get=PERSONS, post=PERSONS, door="person"),
    Row("message-list", get=PERSONS, door="person"),
    Row("message-open", of="message", post=OWN_MESSAGE, acts=OWN_MESSAGE, door="person"),
    Row("message-read-all", post=PERSONS, acts=PERSONS, door="person"),
    Row("office-switch", of="office", post=OWN_OFFICE, data=posted.an_office, door="person"),
    # People
    Row("people-list", get=OFFICES),
    Row("invitation-list", get=INVITES),
    Row("invitation-create", of="inviting", get=INVITES_TO, post=INVITES_TO),
    Row("invitation-resend", of="invitation", post=MANAGES_INVITATION, acts=MANAGES_INVITATION),
    Row("invitation-withdraw", of="invitation", post=MANAGES_INVITATION, acts=MANAGES_INVITATION),
    Row("membership-end", of="membership", get=SEES_MEMBERSHIP, post=SEES_MEMBERSHIP, acts=ENDS_MEMBERSHIP),
    # Plans
    Row("plan-list", get="secretariat"),
    Row("plan-year-create", **THE_SECRETARIAT, data=posted.a_plan_year),
    Row("calendar-list", get="secretariat"),
    Row("rule-set-list", get="secretariat"),
    Row("rule-set-detail", of="rule_set", get=SECRETARIAT_RULES),
    Row("rule-set-impact", of="rule_set", get=SECRETARIAT_RULES),
    Row("rule-set-impact-table", of="rule_set_table", led_away=SECRETARIAT_RULES),  # until a period is closed
    Row("rule-set-impact-list", of="rule_set", get=SECRETARIAT_RULES),
    Row("rule-set-copy", of="rule_set", get=SECRETARIAT_RULES, post=SECRETARIAT_RULES, acts=SECRETARIAT_RULES,
        data=posted.these(code="salinan", name="Salinan")),
    Row("rule-set-edit", of="rule_set", get=EDITS_RULES, led_away={"used": "secretariat", "draft": ""},
        post=SECRETARIAT_RULES, acts=EDITS_RULES, data=posted.a_rule_set),
    Row("rule-set-adopt", of="rule_set", get=SECRETARIAT_RULES, post=SECRETARIAT_RULES, acts=EDITS_RULES,
        data=posted.an_adoption),
    Row("catalogue-upload", **THE_SECRETARIAT, data=posted.a_catalogue),
    Row("catalogue-preview", of="catalogue", get="secretariat"),
    Row("catalogue-apply", of="catalogue", post="secretariat", acts="secretariat"),
    Row("plan-year-detail", of="plan_year", get="secretariat"),
    Row("aksi-list", of="plan_year", get="secretariat"),
    Row("catalogue-export", of="plan_year", get="secretariat"),
    Row("catalogue-format", of="plan_year", get="secretariat"),
    Row("aksi-detail", of="plan_aksi", get="secretariat"),
    Row("level-assignments", of="plan_year", get="secretariat"),
    Row("level-assign", of="plan_level", post="secretariat", acts="secretariat"),
    Row("period-detail", of="plan_period", get="secretariat"),
    Row("period-edit", of="plan_period", **THE_SECRETARIAT, data=posted.later_dates),
    Row("period-list", get="secretariat"),
    Row("operations", get="secretariat"),
    Row("period-open", of="unopened", **THE_SECRETARIAT),
    # Institutions
    Row("institution-list", get=OFFICES),
    Row("institution-detail", of="institution", get=OPENS_OFFICE),
    Row("contact-edit", of="institution", get=EDITS_CONTACT, post=EDITS_CONTACT, acts=EDITS_CONTACT,
        data=posted.these(contact_unit="Bagian Hukum", contact_phone="0382 21123")),
    Row("unit-create", of="institution", get=ADDS_UNITS, post=ADDS_UNITS, acts=ADDS_UNITS,
        data=posted.these(name="Dinas Baru")),
    Row("unit-edit", of="unit", get=MANAGES_UNITS, post=MANAGES_UNITS, acts=MANAGES_UNITS,
        data=posted.these(name="Dinas Baru")),
    Row("unit-deactivate", of="unit", post=MANAGES_UNITS, acts=MANAGES_UNITS),
    Row("unit-activate", of="unit", post=MANAGES_UNITS, acts=MANAGES_UNITS),
    # Home
    Row("home", get=f"{REPORTERS} pembina {REVIEWERS} kemenko secretariat", led_away="leader reader"),
    Row("search", get=OFFICES),
    Row("area-readiness", get="pembina"),
    Row("period-choices", get=OFFICES),
    Row("period-choose", of="period", led_away=OFFICES),
    # Results
    Row("national-results", led_away=NATION),
    Row("national-results-of", of="period", get=NATION),
    Row("national-results-csv", of="period", get=NATION),
    Row("national-institutions", of="period", get=NATION),
    Row("national-institutions-csv", of="period", get=NATION),
    Row("national-results-xlsx", of="period", get=NATION),
    Row("national-institutions-xlsx", of="period", get=NATION),
    Row("national-trend-table", of="table", get=NATION),
    Row("region-table", of="period_table", get=f"pembina {KANWIL} neighbour_kanwil {NATION}"),
    Row("region-results", get=NATION, led_away=f"pembina {KANWIL} neighbour_kanwil"),
    Row("province-results", of="province", led_away=OPENS_PROVINCE),
    Row("province-results-of", of="province_period", get=OPENS_PROVINCE),
    Row("province-aksi", of="province_aksi", get=OPENS_PROVINCE),
    Row("province-aksi-table", of="province_aksi_table", get=OPENS_PROVINCE),
    Row("province-trend-table", of="province_table", get=OPENS_PROVINCE),
    Row("province-details-table", of="province_period_table", get=OPENS_PROVINCE),
    Row("province-results-csv", of="province_period", get=OPENS_PROVINCE),
    Row("province-results-xlsx", of="province_period", get=OPENS_PROVINCE),
    Row("institution-results", of="government", led_away=OPENS_INSTITUTION),
    Row("institution-results-of", of="government_period", get=OPENS_INSTITUTION),
    Row("institution-results-csv", of="government_period", get=OPENS_INSTITUTION),
    Row("institution-results-xlsx", of="government_period", get=OPENS_INSTITUTION),
    Row("compare", get=OFFICES),
    Row("compare-table", of="table", led_away=OFFICES),  # to the page, which asks what to compare
    Row("cause-list", get=OFFICES),
    Row("cause-list-csv", get=OFFICES),
    Row("cause-list-xlsx", get=OFFICES),
    # Publication
    Row("publication-list", get=OFFICES),
    Row("publication-create", of="period", get="verifier", post="verifier"),
    Row("publication-detail", of="publication", get=OFFICES),
    Row("publication-part", of="publication_part", get={"53": OFFICES, "kl": OFFICES}),
    Row("publication-csv", of="publication", get=OFFICES),
    Row("publication-xlsx", of="publication", get=OFFICES),
    Row("publication-json", of="publication", get=OFFICES),
    Row("letter-list", of="publication", get=READS_LETTERS),
    Row("letters-prepare", of="publication", post=PREPARES_LETTERS, acts=PREPARES_LETTERS),
    Row("result-letter", of="letter", get=READS_LETTER),
    Row("national-report", of="publication", get=OFFICES),
    Row("national-report-tables", of="publication", get=OFFICES),
    Row("level-results", of="level_period", get=NATION),
    Row("group-results", of="group_period", get=NATION),
    Row("level-table", of="level_table", get=NATION),
    Row("level-timeliness-table", of="level_table", get=NATION),
    Row("group-table", of="group_table", get=NATION),
    Row("measure-explained", of="explained", get=READS_ITEM, stage="verified"),
    # Prepared files
    Row("export-create", of="period", get=f"{EXPORTS} reader", post=EXPORTS, acts=EXPORTS, data=posted.an_export),
    Row("prepared-list", get=OFFICES),
    Row("prepared-detail", of="prepared", get=OWN_EXPORT),
    Row("prepared-download", of="prepared", get=OWN_EXPORT),
    Row("prepared-again", of="prepared", post=OWN_EXPORT, acts=OWN_EXPORT),
    # Filling
    Row("item-list", get=OFFICES),
    Row("item-fill", of="item", get=READS_ITEM, post=READS_ITEM, acts=FILLS_ITEM, data=posted.an_answer),
    Row("item-mark-ready", of="item", post=READS_ITEM, acts=FILLS_ITEM),
    Row("item-take-back", of="item", post=READS_ITEM, acts=FILLS_ITEM, stage="ready"),
    Row("item-return-to-opd", of="item", get=COORDINATES_ITEM, led_away=READS_ITEM, post=READS_ITEM,
        acts=COORDINATES_ITEM, data=posted.these(note="Lengkapi notulen."), stage="ready"),
    Row("item-remind", of="item", get=READS_ITEM, post=READS_ITEM, acts=REMINDS_ITEM),
    Row("answer-save", of="answer", post=READS_ITEM, acts=FILLS_ITEM, data=posted.an_answer),
    Row("units-assign", of="plan_year", get=COORDINATORS, post=COORDINATORS, acts="coordinator neighbour_coordinator"),
    # Evidence
    Row("evidence-upload", of="upload", post=READS_ITEM, acts=FILLS_ITEM, data=posted.a_photo),
    Row("evidence-file", of="evidence", get=READS_ITEM),
    Row("evidence-replace", of="evidence", get=READS_ITEM, post=READS_ITEM, acts=FILLS_ITEM,
        data=posted.these(page="2")),
    Row("evidence-remove", of="evidence", get=READS_ITEM, post=READS_ITEM, acts=FILLS_ITEM),
    # Sending
    Row("report-detail", of="report", get=READS_REPORT),
    Row("report-print", of="report", get=READS_REPORT),
    Row("report-evidence-zip", of="report", get=READS_REPORT),
    Row("report-check", of="report", get=CHECKS_REPORT, led_away=READS_REPORT),
    Row("report-certify", of="report", post=READS_REPORT, acts=NOBODY | {"53.07": "signatory"},
        data=posted.confirmation, stage="certifiable"),
    Row("report-withdraw-certification", of="report", post=READS_REPORT,
        acts=NOBODY | {"53.07": "coordinator signatory"}, stage="certified"),
    Row("report-submit", of="report", post=READS_REPORT, acts=OWN_COORDINATOR, data=posted.confirmation),
    Row("report-recall", of="report", get=OWN_COORDINATOR, led_away=READS_REPORT, post=READS_REPORT,
        acts=OWN_COORDINATOR, stage="sent"),
    Row("receipt", of="receipt", get=READS_REPORT, stage="sent"),
    # Reviewing
    Row("review-queue", get=REVIEWERS),
    Row("missing-list", get=f"pembina {REVIEWERS} leader secretariat"),
    Row("missing-list-csv", get=f"pembina {REVIEWERS} leader secretariat"),
    Row("missing-list-xlsx", get=f"pembina {REVIEWERS} leader secretariat"),
    Row("saved-reply-list", get=REVIEWERS, post=REVIEWERS, acts=REVIEWERS, data=posted.these(text="Mohon dilengkapi.")),
    Row("saved-reply-remove", of="reply", post=OWN_REPLY, acts=OWN_REPLY),
    Row("review-report", of="report", get=READS_REVIEW, stage="sent"),
    Row("review-measure", of="measure", get=READS_REVIEW, post=READS_REVIEW, acts=HAS_CLAIMED, data=posted.a_judgement,
        stage="claimed"),
    Row("review-reply-use", of="measure", post=READS_REVIEW, data=posted.a_reply_of_ones_office, stage="claimed"),
    Row("measure-correct", of="measure", get=CORRECTS, post=CORRECTS, acts=CORRECTS, data=posted.a_correction,
        stage="verified"),
    # Objections
    Row("objection-list", of="report", get=READS_REPORT, stage="verified"),
    Row("objection-write", of="measure", get=OWN_COORDINATOR, post=OWN_COORDINATOR, acts=OWN_COORDINATOR,
        data=posted.these(administration="met", substance="met", reason="Baca halaman 3."), stage="objecting"),
    Row("objections-file", of="report", post=OWN_COORDINATOR, acts=OWN_COORDINATOR, stage="objecting"),
    Row("objection-discard", of="objection", post=OWN_COORDINATOR, acts=OWN_COORDINATOR, stage="objecting"),
    Row("objection-file-remove", of="objection_file", post=OWN_COORDINATOR, acts=OWN_COORDINATOR, stage="objecting"),
    Row("objection-file", of="objection_file", get=READS_OBJECTION, stage="objected"),
    Row("objection-queue", get=REVIEWERS),
    Row("objection-decide", of="objection", get=OPENS_OBJECTION, post=OPENS_OBJECTION, acts=DECIDES,
        data=posted.a_decision, stage="objected"),
    # Second reading
    Row("reading-samples", get=f"{REVIEWERS} leader"),
    Row("reading-draw", of="period", get="verifier", post="verifier", acts="verifier", data=posted.a_draw,
        stage="objecting"),
    Row("reading-sample", of="period", get=f"{REVIEWERS} leader", stage="read"),
    Row("reading-queue", of="period", get="verifier panitia_verifier", stage="drawn"),
    Row("reading-measure", of="sampled", get=OPENS_READING, post=OPENS_READING, acts=READS_AGAIN,
        data=posted.a_reading, stage="drawn"),
    Row("reading-close", of="period", post="verifier", acts="verifier", data=posted.these(note="Cukup."),
        stage="drawn"),
    Row("reading-csv", of="period", get=f"{KANWIL} neighbour_kanwil verifier leader", stage="read"),
    Row("reading-xlsx", of="period", get=f"{KANWIL} neighbour_kanwil verifier leader", stage="read"),
    Row("report-claim", of="report", post=REVIEWS, acts=REVIEWS, stage="sent"),
    Row("report-take-over", of="report", post=REVIEWS, acts=MAY_TAKE_OVER, stage="claimed"),
    Row("report-return", of="report", post=REVIEWS, acts=HAS_CLAIMED, stage="to return"),
    Row("report-verify", of="report", post=REVIEWS, acts=HAS_CLAIMED, stage="judged"),
    Row("report-close-correction", of="report", post=REVIEWS, acts=REVIEWS, stage="lapsed"),
]  # fmt: skip
