"""Invented words, numbers and files of the demo answers."""

from random import Random

STORIES = [
    "Kegiatan dilaksanakan di {n} desa bersama perangkat daerah terkait. Peserta menerima materi.",
    "Rapat koordinasi dihadiri {n} peserta dari dinas dan kecamatan; hasilnya dicatat dalam notulen.",
    "Pendataan sasaran selesai di {n} kecamatan dan daftar penerima ditetapkan kepala dinas.",
    "Layanan menjangkau {n} penerima. Laporan kegiatan dan dokumentasi dilampirkan.",
    "Pembahasan rancangan dan anggaran dilakukan {n} kali bersama DPRD dan Bappeda.",
]
OBSTACLES = [
    "",
    "",
    "",
    "Anggaran baru tersedia pada triwulan berikutnya.",
    "Jarak antarkecamatan jauh dan cuaca buruk.",
]
NIHIL_REASONS = ["Tidak ada sasaran di wilayah ini pada periode pelaporan.", "Tidak ada kasus yang dilaporkan."]
FAILED_REASONS = ["Anggaran dialihkan untuk penanganan bencana.", "Kegiatan dijadwalkan ulang ke periode berikutnya."]
RETURN_NOTES = [
    "Notulen belum ditandatangani. Mohon unggah versi yang berkop surat dan bertanda tangan.",
    "Bukti yang dilampirkan dari tahun lalu. Mohon lampirkan bukti kegiatan pada periode ini.",
    "Daftar hadir belum ada. Mohon lampirkan daftar hadir lengkap.",
]
PARTLY_ADMINISTRATION_NOTES = [
    "Tanda tangan pada sebagian berkas kurang lengkap.",
    "Sebagian berkas belum berkop surat.",
]
PARTLY_SUBSTANCE_NOTES = [
    "Bukti hanya mencakup sebagian sasaran.",
    "Bukti menunjukkan sebagian kegiatan yang diminta ukuran.",
]

FILE_OF_KIND = {
    "Foto": ("foto-pelatihan.jpg", "foto-penyerahan.png"),
    "Undangan": ("undangan.pdf",),
    "Daftar hadir": ("daftar-hadir.pdf",),
    "Notulen": ("notulen.pdf",),
    "Formulir data": ("formulir-data.xlsx",),
    "Daftar penerima": ("daftar-penerima.xlsx",),
    "DPA atau DPPA": ("dpa.xlsx",),
    "Laporan monev": ("laporan-monev.docx",),
    "Laporan kegiatan": ("laporan-kegiatan.pdf",),
    "Peraturan daerah": ("peraturan.pdf",),
    "Peraturan kepala daerah": ("peraturan.pdf",),
}
OTHERWISE = ("surat.pdf",)


def file_for(kind: str, random: Random) -> str:
    """The sample file that stands for a kind of evidence."""
    return random.choice(FILE_OF_KIND.get(kind, OTHERWISE))


def story(random: Random) -> str:
    return random.choice(STORIES).format(n=random.randint(4, 90))
