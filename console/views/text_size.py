"""The size of the text: 80 to 200 %, in steps."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from console.views.services import Services
from console.widgets.theme import theme


def change(services: Services, by: int) -> int:
    """Larger or smaller by so many per cent; 0 is the usual size. Kept in the settings; returns what it is now."""
    now = round(theme.scale * 100)
    percent = max(80, min(200, now + by)) if by else 100
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, theme.mode, percent)
    services.save_settings({("look", "text_percent"): percent})
    services.settings = {**services.settings, "text_percent": percent}
    return percent
