"""Remove from a picture's file what is no picture, without encoding its pixels anew.

An honest file comes back as it was, so an export gives authors what they put in, and a check of
unchanged pictures costs little. None means that only a new encoding can tell pixels from the rest.
"""

import zlib
from collections.abc import Iterator

PNG = b"\x89PNG\r\n\x1a\n"
# What draws the picture, and three harmless notes of a fixed size: resolution and colour space.
NEEDED = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
HARMLESS = {b"pHYs": 9, b"gAMA": 4, b"sRGB": 1}
# Quantisation, Huffman and restart tables, frames (also progressive ones) and scans.
BARE_SEGMENTS = {0xDB, 0xC0, 0xC2, 0xC4, 0xDA, 0xDD}
SCAN, END = 0xDA, 0xD9
# Comments and what programs note. Not Adobe's 0xEE, which says how the colours are coded.
METADATA = {0xFE, *range(0xE0, 0xEE), 0xEF}
PIECE = 1 << 20


def stripped_png(data: bytes) -> bytes | None:
    """Return the PNG without comments, profiles and what follows its end; None for odd files."""
    chunks = list(chunks_of(data))
    if not chunks or chunks[0][0] != b"IHDR" or chunks[-1][0] != b"IEND":
        return None
    kept = [(kind, body) for kind, body in chunks if is_kept(kind, body)]
    if not is_whole(b"".join(body for kind, body in kept if kind == b"IDAT")):
        return None
    return PNG + b"".join(chunk(kind, body) for kind, body in kept)


def chunks_of(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield kind and content of each chunk up to the end of the picture."""
    at = len(PNG)
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        yield kind, body
        if kind == b"IEND" or len(body) < length:
            return
        at += 12 + length


def is_kept(kind: bytes, body: bytes) -> bool:
    """Return whether a chunk belongs to the picture."""
    if kind == b"IEND":
        return not body
    return kind in NEEDED or HARMLESS.get(kind) == len(body)


def chunk(kind: bytes, body: bytes) -> bytes:
    """Return a chunk with its length and checksum."""
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")


def is_whole(pixels: bytes) -> bool:
    """Return whether the compressed pixels end where their stream does: nothing hides behind."""
    reader = zlib.decompressobj()
    rest = pixels
    try:
        while rest and not reader.eof:
            reader.decompress(rest, PIECE)
            rest = reader.unconsumed_tail
    except zlib.error:
        return False
    return reader.eof and not reader.unused_data


def stripped_jpeg(data: bytes) -> bytes | None:
    """Return the JPEG without metadata and what follows its end; None for odd files."""
    kept, at = [data[:2]], 2
    while at + 2 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == END:
            return b"".join([*kept, data[at : at + 2]])
        end = at + 2 + length
        if marker == SCAN:
            end = end_of_scan(data, end)
        segment = data[at:end]
        if marker in BARE_SEGMENTS or is_jfif(segment):
            kept.append(segment)
        elif marker not in METADATA:
            return None
        at = end
    return None


def is_jfif(segment: bytes) -> bool:
    """Return whether a segment is the usual header, without a small copy of the picture."""
    return segment.startswith(b"\xff\xe0\0\x10JFIF\0") and len(segment) == 18


def end_of_scan(data: bytes, start: int) -> int:
    """Return where the next marker stands that is neither data nor a restart."""
    at = data.find(b"\xff", start)
    while 0 <= at < len(data) - 1 and (data[at + 1] == 0 or 0xD0 <= data[at + 1] <= 0xD7):
        at = data.find(b"\xff", at + 2)
    return at if at >= 0 else len(data)
