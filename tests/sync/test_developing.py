"""A picture is made anew from its pixels; everything else that a file holds, or pretends to hold, stays behind."""

from __future__ import annotations

import io
import tracemalloc

import pytest
from PIL import Image

from console.sync.developing import LONGEST_PX, NotAPicture, develop
from tests.pictures import PLACE, SVG, photo, png, promising, saved


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_where_and_with_what_it_was_taken_is_gone() -> None:
    taken = photo()
    assert PLACE in taken
    assert b"Telefoon van Fatma" in taken
    made = develop(taken)
    assert PLACE not in made.data
    assert b"Telefoon" not in made.data
    kept = set(opened(made.data).info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"}
    assert kept == set()
    assert not opened(made.data).getexif()


def test_words_inside_a_png_are_gone() -> None:
    from PIL.PngImagePlugin import PngInfo

    words = PngInfo()
    words.add_text("plaats", PLACE.decode())
    written = saved(Image.new("RGBA", (9, 9), (1, 2, 3, 4)), "PNG", pnginfo=words, icc_profile=PLACE * 20)
    assert PLACE in written
    made = develop(written)
    assert made.mime == "image/png"
    assert opened(made.data).info == {}


def test_a_photo_taken_on_its_side_stands_upright() -> None:
    made = develop(photo(300, 200, turned=True))
    assert (made.width, made.height) == (200, 300)
    red, _green, blue = opened(made.data).convert("RGB").getpixel((100, 20))  # type: ignore[misc]  # three bands
    assert red > 200 > 50 > blue


@pytest.mark.parametrize(
    ("width", "height", "shown"), [(4000, 1000, (1280, 320)), (30, 5000, (8, 1280)), (640, 480, (640, 480))]
)
def test_nothing_is_longer_than_the_longest(width: int, height: int, shown: tuple[int, int]) -> None:
    made = develop(png(width, height))
    assert (made.width, made.height) == opened(made.data).size == shown
    assert max(shown) <= LONGEST_PX


def test_of_what_moves_the_first_frame_is_shown() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "lime", "blue")]
    for kind in ("GIF", "WEBP", "PNG"):
        made = develop(saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=50))
        still = opened(made.data)
        assert getattr(still, "n_frames", 1) == 1
        assert still.convert("RGB").getpixel((10, 10))[0] > 200  # type: ignore[index]  # three bands


def test_what_is_see_through_stays_so_and_every_kind_of_pixel_is_read() -> None:
    assert opened(develop(png(mode="RGBA", colour="#0b6b7480")).data).mode == "RGBA"
    assert develop(png(mode="RGBA", colour="#0b6b74ff")).mime == "image/jpeg", "it could be, and isn't"
    for mode in ("1", "L", "P", "LA", "I;16", "CMYK"):
        image = Image.new(mode, (30, 20))
        assert develop(saved(image, "JPEG" if mode == "CMYK" else "PNG")).width == 30


@pytest.mark.parametrize(
    "data",
    [
        SVG, b"", b"<html>", b"%PDF-1.7", b"GIF89a", b"\x89PNG\r\n\x1a\n", png()[:-30], png(400, 300, mode="RGB")[:200],
        photo()[:2000], saved(Image.new("RGB", (9, 9)), "BMP"), saved(Image.new("RGB", (9, 9)), "TIFF"),
        saved(Image.new("RGB", (9, 9)), "ICO"), b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    ],
    ids=["svg", "nothing", "html", "pdf", "gif head", "png head", "no end", "cut png", "cut jpeg", "bmp", "tiff", "ico",
         "eps"],
)  # fmt: skip
def test_what_is_no_whole_picture_of_four_kinds_is_refused(data: bytes) -> None:
    with pytest.raises(NotAPicture):
        develop(data)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")  # it is refused, too
@pytest.mark.parametrize("size", [(100_000, 100_000), (2**31 - 1, 2**31 - 1), (8_000, 8_000), (50_000_001, 1)])
def test_a_header_that_promises_more_than_memory_holds_costs_none(size: tuple[int, int]) -> None:
    data = promising(*size)
    assert len(data) < 200
    assert Image.MAX_IMAGE_PIXELS
    tracemalloc.start()
    with pytest.raises(NotAPicture):
        develop(data)
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()
