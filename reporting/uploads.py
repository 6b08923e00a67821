"""Receiving files: what is larger than we take is not written to disk any further."""

from django.conf import settings
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class CappedUploadHandler(TemporaryFileUploadHandler):
    """Keep at most one byte more than the limit of a file, and its true size, so that it is refused by name."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        room = settings.EVIDENCE_MAX_BYTES + 1 - start
        if room > 0:
            self.file.write(raw_data[:room])
