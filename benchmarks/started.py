"""What the start benchmark starts: `bare` is a PySide6 window with a list, `real` the program's own entry point.

Each says "painted" on stdout when its first rows are on the screen, and ends.
"""

from __future__ import annotations

import os
import sys


def told() -> None:
    sys.stdout.write("painted\n")
    sys.stdout.flush()
    os._exit(0)  # closing takes time that isn't asked for; the collector, if begun, ends with our end of its stdin


def bare() -> None:
    from PySide6.QtCore import QStringListModel, QTimer
    from PySide6.QtWidgets import QApplication, QListView, QMainWindow, QStyledItemDelegate

    class Rows(QStyledItemDelegate):
        def paint(self, painter, option, index):  # type: ignore[no-untyped-def]
            super().paint(painter, option, index)
            QTimer.singleShot(0, told)

    app = QApplication([])
    window = QMainWindow()
    view = QListView()
    delegate = Rows()
    view.setItemDelegate(delegate)
    view.setModel(QStringListModel([f"rij {n}" for n in range(50)]))
    window.setCentralWidget(view)
    window.resize(1440, 900)
    window.show()
    app.exec()


def real(home: str, profile: str) -> None:
    from console.__main__ import main

    sys.argv = ["luisterpost", "--home", home, "--profile", profile, "window"]
    import console.widgets.queue_row as queue_row

    paint = queue_row.QueueDelegate.paint

    def painted(self, painter, option, index):  # type: ignore[no-untyped-def]
        from PySide6.QtCore import QTimer

        paint(self, painter, option, index)
        if index.data(queue_row.ROW_ROLE) is not None:
            QTimer.singleShot(0, told)

    queue_row.QueueDelegate.paint = painted  # type: ignore[method-assign]
    main()


if __name__ == "__main__":
    if sys.argv[1] == "bare":
        bare()
    else:
        real(sys.argv[2], sys.argv[3])
