"""Make the sample evidence of the demo nation with Chromium, openpyxl and zipfile; run by hand, results are committed.

Usage: .venv/bin/python -m tools.make_demo_files. Every document says CONTOH; no real person or office is named.
"""

import shutil
import zipfile
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from playwright.sync_api import sync_playwright
from pypdf import PdfReader, PdfWriter

TARGET = Path(__file__).resolve().parent.parent / "reporting" / "demo" / "files"

STYLE = """
body{font:12pt 'Liberation Serif',serif;margin:0;color:#1b2036}header{text-align:center;border-bottom:3px double #1b2036;
padding-bottom:8px}header b{display:block;font-size:15pt}h1{font-size:13pt;text-align:center;margin:22px 0 2px}
p{line-height:1.5;text-align:justify}.no{text-align:center;margin:0 0 18px}table{border-collapse:collapse;width:100%}
td,th{border:1px solid #4d546b;padding:5px 8px;text-align:left}.ttd{margin:36px 0 0 55%}.ttd i{display:block;height:56px}
.contoh{position:fixed;top:42%;left:12%;font-size:86pt;color:#8a4a1622;transform:rotate(-28deg)}
"""
HEAD = "<header>PEMERINTAH DAERAH (CONTOH)<b>DINAS CONTOH</b><small>Jalan Contoh Nomor 1</small></header>"
SIGNED = (
    '<div class="ttd">Ibu kota, tanggal contoh<br>Kepala Dinas<i></i><b>Nama Pejabat (contoh)</b><br>NIP contoh</div>'
)

DOCUMENTS = {
    "undangan": (
        "UNDANGAN RAPAT",
        "Dengan hormat, kami mengundang Saudara pada rapat koordinasi pelaksanaan aksi HAM.",
    ),
    "notulen": (
        "NOTULEN RAPAT",
        "Rapat membahas rencana kegiatan, pembagian tugas perangkat daerah, dan jadwal pelaksanaan. Peserta menyepakati "
        "sasaran, anggaran, serta cara pengumpulan data penerima. Tindak lanjut dicatat pada tabel berikut.",
    ),
    "daftar-hadir": ("DAFTAR HADIR", "Peserta rapat koordinasi pelaksanaan aksi HAM."),
    "laporan-kegiatan": (
        "LAPORAN KEGIATAN",
        "Kegiatan dilaksanakan sesuai rencana. Peserta menerima materi, pendampingan, dan bantuan sesuai sasaran. "
        "Hasil, kendala, dan tindak lanjut diuraikan pada tabel berikut.",
    ),
    "surat": ("SURAT KETERANGAN", "Yang bertanda tangan di bawah ini menerangkan keadaan sebenarnya untuk pelaporan."),
    "peraturan": (
        "PERATURAN DAERAH (CONTOH)",
        "Menimbang, mengingat, memutuskan: menetapkan ketentuan contoh berikut.",
    ),
}
ROWS = [
    ("1", "Perencanaan dan pendataan", "selesai"),
    ("2", "Pelaksanaan di kecamatan", "selesai"),
    ("3", "Evaluasi", "berjalan"),
]


def page(title: str, text: str) -> str:
    """The HTML of one sample document with letterhead, table and signature block."""
    rows = "".join(f"<tr><td>{a}</td><td>{b}</td><td>{c}</td></tr>" for a, b, c in ROWS)
    return (
        f'<!doctype html><html lang="id"><title>{title}</title><style>{STYLE}</style><div class="contoh">CONTOH</div>{HEAD}'
        f'<h1>{title}</h1><p class="no">Nomor 000/CONTOH/2026</p><p>{text}</p>'
        f"<table><tr><th>No</th><th>Uraian</th><th>Keadaan</th></tr>{rows}</table>{SIGNED}"
    )


def make_documents(browser) -> None:
    sheet = browser.new_page()
    for name, (title, text) in DOCUMENTS.items():
        sheet.set_content(page(title, text))
        printed = sheet.pdf(format="A4", margin={"top": "18mm", "bottom": "18mm", "left": "20mm", "right": "20mm"})
        writer = PdfWriter(clone_from=PdfReader(BytesIO(printed)))
        writer.metadata = {"/Title": f"{title} (contoh)"}
        writer.compress_identical_objects()
        writer.write(TARGET / f"{name}.pdf")


def make_photos(browser) -> None:
    """Two drawn scenes: a training room (JPEG) and a hand-over (PNG)."""
    sheet = browser.new_page(viewport={"width": 800, "height": 600})
    people = "".join(
        f'<g transform="translate({80 + 130 * i} {330 + 18 * (i % 2)})"><circle r="38" fill="#d9a877"/>'
        f'<path d="M-60 150Q0 10 60 150Z" fill="{colour}"/></g>'
        for i, colour in enumerate(["#2f3b8f", "#2a9a82", "#98173a", "#8a4a16", "#4d546b", "#2f3b8f"])
    )
    for name, kind, sky in (("foto-pelatihan", "jpeg", "#e7eaf9"), ("foto-penyerahan", "png", "#e2f3ee")):
        sheet.set_content(
            f'<style>body{{margin:0}}</style><svg width="800" height="600"><rect width="800" height="600" fill="{sky}"/>'
            f'<rect y="470" width="800" height="130" fill="#c9b79c"/><rect x="180" y="60" width="440" height="130" rx="8" '
            f'fill="#fff" stroke="#7b8299" stroke-width="4"/><text x="400" y="120" text-anchor="middle" font-size="34" '
            f'font-family="sans-serif" fill="#1b2036">Pelatihan (contoh)</text><text x="400" y="160" text-anchor="middle" '
            f'font-size="22" font-family="sans-serif" fill="#4d546b">gambar rekaan, bukan foto</text>{people}</svg>'
        )
        quality = {"quality": 70} if kind == "jpeg" else {}
        sheet.screenshot(path=TARGET / f"{name}.{'jpg' if kind == 'jpeg' else 'png'}", type=kind, **quality)


def make_workbooks() -> None:
    for name, head in (
        ("formulir-data", "Jumlah penerima"),
        ("daftar-penerima", "Nama (contoh)"),
        ("dpa", "Pagu (rupiah)"),
    ):
        book = Workbook()
        book.active.title = "Contoh"
        book.active.append(["No", "Kecamatan (contoh)", head])
        for cell in book.active[1]:
            cell.font = Font(bold=True)
        for number in range(1, 13):
            book.active.append(
                [number, f"Kecamatan contoh {number}", 4 * number if head != "Nama (contoh)" else "Contoh"]
            )
        book.active.column_dimensions["B"].width = 26
        book.save(TARGET / f"{name}.xlsx")


def make_letter_document() -> None:
    """The smallest DOCX that Word opens: one paragraph of text a line."""
    lines = ["LAPORAN MONITORING DAN EVALUASI (CONTOH)", "Capaian, kendala, dan tindak lanjut triwulan ini (rekaan)."]
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    rels = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    with zipfile.ZipFile(TARGET / "laporan-monev.docx", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(
            "[Content_Types].xml",
            '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{kind}"/></Types>',
        )
        file.writestr(
            "_rels/.rels",
            f'<?xml version="1.0"?><Relationships xmlns="{rels}"><Relationship Id="r1" Type="{office}" '
            'Target="word/document.xml"/></Relationships>',
        )
        file.writestr(
            "word/document.xml",
            f'<?xml version="1.0"?><w:document xmlns:w="{main}"><w:body>{body}</w:body></w:document>',
        )


def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        make_documents(browser)
        make_photos(browser)
        browser.close()
    make_workbooks()
    make_letter_document()


if __name__ == "__main__":
    main()
