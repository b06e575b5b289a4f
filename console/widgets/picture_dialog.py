"""A picture as large as it is here, or as the screen allows."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from console.widgets.theme import px
from console.words import _

OF_SCREEN = 0.8


class PictureDialog(QDialog):
    """Esc or Close ends it."""

    def __init__(self, image: QImage, name: str, over: QWidget) -> None:
        super().__init__(over)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(name)
        room = over.screen().availableSize() * OF_SCREEN
        ratio = self.devicePixelRatioF()
        picture = QPixmap.fromImage(image)
        if picture.width() > room.width() * ratio or picture.height() > room.height() * ratio:
            picture = picture.scaled(
                room * ratio, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
        picture.setDevicePixelRatio(ratio)
        self.shown = QLabel()
        self.shown.setPixmap(picture)
        self.shown.setAccessibleName(_("Picture: {name}").format(name=name))
        column = QVBoxLayout(self)
        column.setContentsMargins(px(12), px(12), px(12), px(12))
        column.addWidget(self.shown, 0, Qt.AlignmentFlag.AlignCenter)
        buttons = QDialogButtonBox()
        buttons.addButton(_("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
