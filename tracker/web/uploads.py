"""Files that a form brings."""

from __future__ import annotations

from contextlib import closing

from flask import current_app, request

from tracker.domain.proof import ProofFile, proof_file


def sent_files(field: str = "files") -> list[ProofFile]:
    """Return the files that were sent in a field of the form, each checked. Raises NotReadyError."""
    limit: int = current_app.config["UPLOAD_MAX_BYTES"]
    files = []
    for sent in request.files.getlist(field):
        with closing(sent):
            if sent.filename:
                files.append(proof_file(sent.filename, sent.read(), limit))
    return files
