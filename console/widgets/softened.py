"""A picture made softer to look at: without its colours, or so coarse that only its masses are left."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPainter

from console.domain.care import Look

GRAINS = 12  # so many pixels along the longer side are left of a blurred one


def softened(image: QImage, look: Look) -> QImage:
    """A copy with the size and the pixel ratio of the picture. Usable from any thread."""
    if look is Look.PLAIN or image.isNull():
        return image
    made = image.copy()
    made.setDevicePixelRatio(1.0)  # both are drawn pixel by pixel
    if look.blurred:
        size, smooth = image.size(), Qt.TransformationMode.SmoothTransformation
        few = size.scaled(QSize(GRAINS, GRAINS), Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))
        made = made.scaled(few, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
        made = made.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
    if look.grey:
        made = _grey(made)
    made.setDevicePixelRatio(image.devicePixelRatio())
    return made


def _grey(image: QImage) -> QImage:
    """Without colours; what is see-through stays so."""
    made = image.convertToFormat(QImage.Format.Format_Grayscale8)
    if image.hasAlphaChannel():
        made = made.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
        painter = QPainter(made)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
        painter.drawImage(0, 0, image)
        painter.end()
    return made
