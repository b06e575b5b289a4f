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


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    circle().save(FOLDER / "circle.png", optimize=True)
    notice().save(FOLDER / "inlogpagina.png", optimize=True)
    for name, made in (("zomerfeest", people(3, 5)), ("voorbeeld-1974", people(2, 3)), ("kaart-achterwacht", card())):
        made.save(FOLDER / f"{name}.jpg", quality=80, optimize=True)


if __name__ == "__main__":
    main()
