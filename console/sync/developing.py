"""A file of somebody else into a picture of our own: taken apart here, in the collector, and made anew.

What comes out holds pixels and nothing else: no place or moment it was taken, no camera, no comment, no second frame.
"""

from __future__ import annotations

import io

from PIL import Image, ImageOps

from console.store.write.pictures import Picture

FORMATS = ("PNG", "JPEG", "GIF", "WEBP")  # told by what the file is, whatever it is called
LONGEST_PX = 1280
MAX_PIXELS = 50_000_000  # a header can promise more than any memory holds
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
_QUALITY = 85


class NotAPicture(Exception):
    """Nothing that we show: another kind of file, a broken or cut one, or larger than we take apart."""


def develop(data: bytes) -> Picture:
    """The picture in a file, at most LONGEST_PX long, upright, its first frame. Raises NotAPicture.

    PNG where something is see-through, else JPEG. Takes up to a second and MAX_PIXELS * 4 bytes.
    """
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise NotAPicture("too many pixels")
            opened.draft("RGB", (LONGEST_PX, LONGEST_PX))  # a JPEG is read no finer than it is shown
            opened.seek(0)
            seen = ImageOps.exif_transpose(opened)
            seen = seen.convert("RGBA" if seen.has_transparency_data else "RGB")
            seen.thumbnail((LONGEST_PX, LONGEST_PX))
            see_through = seen.mode == "RGBA" and seen.getchannel("A").getextrema() != (255, 255)
            seen = seen if see_through else seen.convert("RGB")
    except NotAPicture:
        raise
    except Exception as cause:  # the decoders say in a dozen ways that a file is none of theirs
        raise NotAPicture(type(cause).__name__) from cause
    fresh = Image.new(seen.mode, seen.size)
    fresh.paste(seen)  # pixels only: what the file said beside them stays behind
    made = io.BytesIO()
    if see_through:
        fresh.save(made, "PNG")
    else:
        fresh.save(made, "JPEG", quality=_QUALITY, optimize=True)
    return Picture("image/png" if see_through else "image/jpeg", fresh.width, fresh.height, made.getvalue())
