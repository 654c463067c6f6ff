"""Reads the forms that carry files to an endpoint."""

from __future__ import annotations

from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any


def form_fields(content_type: str, data: bytes) -> dict[str, Any]:
    """Gives each field's text, and a file's bytes; a field given more than once is a list."""
    head = f"content-type: {content_type}\r\n\r\n".encode()
    parsed = BytesParser(EmailMessage, policy=HTTP).parsebytes(head + data)
    fields: dict[str, Any] = {}
    for part in parsed.iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        value = content if part.get_filename() else content.decode()
        fields[name] = [*fields.get(name, []), value] if name.endswith("[]") else value
    return fields
