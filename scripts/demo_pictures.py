"""Draws the pictures of the demo community into resources/demo/pictures: invented, and small.

python scripts/demo_pictures.py
"""

from __future__ import annotations

import math
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

FOLDER = Path(__file__).parent.parent / "resources" / "demo" / "pictures"
INK, PAPER = "#2b2b33", "#f4efe2"


def circle() -> Image.Image:
    """Kwame's drawing: the phone asks for a code, the code is on the phone."""
    picture = Image.new("RGB", (640, 480), "white")
    draw = ImageDraw.Draw(picture)
    draw.arc((170, 90, 470, 390), 0, 360, fill="#0b6b74", width=9)
    for at, word in ((90, "locked phone"), (210, "needs a code"), (330, "code is on the phone")):
        x, y = 320 + 150 * math.cos(math.radians(at)), 240 - 150 * math.sin(math.radians(at))
        font = ImageFont.load_default(26)
        wide = draw.textlength(word, font)
        draw.rounded_rectangle(
            (x - wide / 2 - 14, y - 26, x + wide / 2 + 14, y + 26), 12, fill="#fff8e3", outline=INK, width=3
        )
        draw.text((x, y), word, fill=INK, font=font, anchor="mm")
    return picture


def people(rows: int, seed: int) -> Image.Image:
    """A group in front of a building, as an old print."""
    picture = Image.new("RGB", (900, 600), "#cdbf9f")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((60, 90, 840, 420), fill="#a8906a")
    draw.polygon(((40, 90), (450, 10), (860, 90)), fill="#7d6748")
    for n in range(7):
        draw.rectangle((100 + n * 105, 130, 160 + n * 105, 220), fill="#e2d7bb")
    draw.rectangle((0, 420, 900, 600), fill="#8c7d57")
    for row in range(rows):
        for n in range(9 - row):
            x, y = 110 + n * 85 + row * 40 + (n * seed) % 11, 360 + row * 62 + (n * seed * 7) % 17
            shade = 70 + (n * 37 + row * 53 + seed * 11) % 90
            draw.ellipse((x - 17, y - 20, x + 17, y + 18), fill="#d9b48c")
            draw.rounded_rectangle((x - 27, y + 17, x + 27, y + 130), 16, fill=(shade, shade - 18, shade - 34))
    toned = picture.convert("L").filter(ImageFilter.GaussianBlur(1.1))
    sepia = Image.merge(
        "RGB", (toned.point(lambda v: min(255, int(v * 1.07))), toned, toned.point(lambda v: int(v * 0.8)))
    )
    framed = Image.new("RGB", (960, 660), PAPER)
    framed.paste(sepia, (30, 30))
    return framed


def card() -> Image.Image:
    """The card with the wrong number of who is on call, and Yusuf's correction."""
    picture = Image.new("RGB", (720, 460), "#6f7f86")
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((40, 40, 680, 420), 22, fill="white")
    draw.rectangle((40, 40, 680, 120), fill="#b3261e")
    draw.text((70, 80), "ACHTERWACHT", fill="white", font=ImageFont.load_default(44), anchor="lm")
    draw.text((70, 180), "nachten en weekend", fill=INK, font=ImageFont.load_default(30), anchor="lm")
    draw.text((70, 270), "toestel  4 6 1 2", fill=INK, font=ImageFont.load_default(54), anchor="lm")
    draw.line((308, 300, 352, 238), fill="#1c51a1", width=9)
    draw.text((336, 350), "8 !", fill="#1c51a1", font=ImageFont.load_default(60), anchor="mm")
    return picture.rotate(-2, fillcolor="#6f7f86", resample=Image.Resampling.BICUBIC)


def notice() -> Image.Image:
    """What the dangerous link shows: a page that only looks like signing in."""
    picture = Image.new("RGB", (640, 400), "#e9eeed")
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((120, 50, 520, 350), 14, fill="white", outline="#c8d2d0", width=2)
    draw.text((320, 95), "Waterlnd inlogen", fill=INK, font=ImageFont.load_default(34), anchor="mm")
    for n, word in enumerate(("gebruikersnaam", "wachtwoord", "pincode van je bankpas")):
        draw.rounded_rectangle((160, 135 + n * 50, 480, 171 + n * 50), 6, outline="#7a8886", width=2)
        draw.text((174, 153 + n * 50), word, fill="#7a8886", font=ImageFont.load_default(20), anchor="lm")
    draw.rounded_rectangle((160, 292, 480, 330), 6, fill="#b3261e")
    draw.text((320, 311), "NU BEVESTIGEN", fill="white", font=ImageFont.load_default(22), anchor="mm")
    return picture


def sheet(title: str, rows: list[str], struck: str = "") -> Image.Image:
    """A paper on a table, photographed askew: a heading and lines that can be read."""
    picture = Image.new("RGB", (720, 540), "#8a6f52")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((90, 30, 630, 510), fill="white")
    draw.text((120, 75), title, fill=INK, font=ImageFont.load_default(30), anchor="lm")
    draw.line((120, 104, 600, 104), fill=INK, width=3)
    for n, row in enumerate(rows):
        draw.text((120, 140 + n * 40), row, fill=INK, font=ImageFont.load_default(24), anchor="lm")
    if struck:
        draw.text((360, 470), struck, fill="#b3261e", font=ImageFont.load_default(30), anchor="mm")
    return picture.rotate(3, fillcolor="#8a6f52", resample=Image.Resampling.BICUBIC).filter(
        ImageFilter.GaussianBlur(0.6)
    )


def bingo() -> Image.Image:
    """Three residents at a table with bingo cards, one beside a drip; drawn, so that nobody is on it."""
    picture = Image.new("RGB", (800, 560), "#e7d9bd")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 380, 800, 560), fill="#9c6b3f")
    for n, (hair, clothes) in enumerate((("#e8e8ec", "#5b7fa6"), ("#cfcfd6", "#7a5a86"), ("#f2f0ea", "#3f7d58"))):
        x = 150 + n * 250
        draw.rounded_rectangle((x - 75, 250, x + 75, 440), 40, fill=clothes)
        draw.ellipse((x - 56, 110, x + 56, 250), fill=hair)
        draw.ellipse((x - 45, 135, x + 45, 250), fill="#e3b792")
        draw.arc((x - 22, 190, x + 22, 226), 20, 160, fill=INK, width=4)
        for dot in (-17, 17):
            draw.ellipse((x + dot - 4, 176, x + dot + 4, 184), fill=INK)
        draw.rectangle((x - 62, 418, x + 62, 508), fill="white", outline=INK, width=3)
        for cell in range(1, 5):
            draw.line((x - 62 + cell * 25, 418, x - 62 + cell * 25, 508), fill=INK, width=1)
            draw.line((x - 62, 418 + cell * 18, x + 62, 418 + cell * 18), fill=INK, width=1)
    draw.line((510, 60, 510, 400), fill="#6f7f86", width=6)
    draw.rounded_rectangle((488, 50, 532, 130), 8, fill="#d7ecf2", outline="#6f7f86", width=3)
    return picture


def sling() -> Image.Image:
    """Somebody in a lifting sling, with the straps crossed between the knees."""
    picture = Image.new("RGB", (700, 560), "#dfe6e4")
    draw = ImageDraw.Draw(picture)
    draw.line((350, 0, 350, 90), fill="#6f7f86", width=14)
    draw.line((170, 96, 530, 96), fill="#6f7f86", width=16)
    draw.ellipse((290, 130, 390, 250), fill="#e3b792")
    draw.chord((286, 118, 394, 214), 180, 360, fill="#dcdce2")
    draw.polygon(((230, 250), (450, 250), (500, 420), (200, 420)), fill="#1c6e7a")
    for start, end in (
        ((180, 100), (220, 300)),
        ((520, 100), (480, 300)),
        ((200, 100), (430, 470)),
        ((500, 100), (270, 470)),
    ):
        draw.line((*start, *end), fill="#b3261e", width=9)
    for knee in (270, 430):
        draw.rounded_rectangle((knee - 42, 400, knee + 42, 540), 30, fill="#4c4f66")
    return picture


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    circle().save(FOLDER / "circle.png", optimize=True)
    notice().save(FOLDER / "inlogpagina.png", optimize=True)
    lists = [
        f"{n}.  {name}" for n, name in enumerate(("S. Bouzid", "N. Faber", "B. Tempelman", "H. Nowak", "C. Hartog"), 5)
    ]
    slip = ["De heer J. Voorbeeld", "rek. 00 0000 0000", "bruto   3.114,20", "netto   2.408,66", "verlof  41,5 uur"]
    drawn = {
        "zomerfeest": people(3, 5), "voorbeeld-1974": people(2, 3), "kaart-achterwacht": card(),
        "lijst-boventallig": sheet("BOVENTALLIG  (concept)", [*lists, "…  31"], "vertrouwelijk"),
        "loonstrook-foto": sheet("Loonstrook november", slip), "bingo-zonnehof": bingo(), "tilband-kruis": sling(),
    }  # fmt: skip
    for name, made in drawn.items():
        made.save(FOLDER / f"{name}.jpg", quality=80, optimize=True)


if __name__ == "__main__":
    main()
