"""Files of pictures for tests: good ones, and those that nobody should take apart."""

from __future__ import annotations

import io
import random
import struct
import zlib

from PIL import Image

PLACE = b"52.3702N"  # of where it was taken, to be looked for in what comes out


def png(width: int = 40, height: int = 30, colour: str = "#0b6b74", mode: str = "RGB") -> bytes:
    return saved(Image.new(mode, (width, height), colour), "PNG")


def noise(width: int, height: int, seed: int) -> bytes:
    """A picture that can't be made smaller: it takes its three bytes a pixel."""
    data = random.Random(seed).randbytes(width * height * 3)
    return saved(Image.frombytes("RGB", (width, height), data), "PNG")


def saved(image: Image.Image, kind: str, **more: object) -> bytes:
    made = io.BytesIO()
    image.save(made, kind, **more)  # type: ignore[arg-type]  # what Pillow takes beside the format
    return made.getvalue()


def photo(width: int = 300, height: int = 200, *, turned: bool = False) -> bytes:
    """A JPEG as a telephone makes it: place, camera and comment beside the pixels. The left half is red."""
    image = Image.new("RGB", (width, height), "blue")
    image.paste("red", (0, 0, width // 2, height))
    exif = Image.Exif()
    exif[0x010F] = "Telefoon van Fatma"
    exif[0x0112] = 6 if turned else 1  # turned a quarter
    exif.get_ifd(0x8825)[29] = PLACE.decode()
    return saved(image, "JPEG", exif=exif, comment=b"foto van de gang " + PLACE, icc_profile=b"profile " + PLACE * 20)


def promising(width: int, height: int) -> bytes:
    """A PNG of a hundred bytes whose header promises a picture of any size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><image href="https://tracker.example/1.png"/></svg>'
