"""The program with a window.

    create_window(argv)   builds it without entering the event loop (tests and scripts drive it from there)
    main(argv)            shows it and stays until it is closed

Without paths it opens the sample photos. What cannot be used of the command line is said in the window.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLoggingCategory, QTimer
from PySide6.QtWidgets import QApplication

from core.cli import given_paths, parse
from core.errors import LabelError
from core.label_sets import from_text, load_own_labels
from core.labels import LabelSet, default_label_set
from core.samples import sample_photos
from gui import theme
from gui.main_window import MainWindow
from gui.settings import APPLICATION, ORGANISATION, Settings
from gui.worker import Worker

OUT = Path("out")  # where results go unless the command line says otherwise


def create_window(argv: Sequence[str]) -> MainWindow:
    """The window for a command line (without the program's name), not yet shown."""
    options = parse(argv)
    app = QApplication.instance() or QApplication([sys.argv[0]])
    QCoreApplication.setOrganizationName(ORGANISATION)
    QCoreApplication.setApplicationName(APPLICATION)
    app.setApplicationDisplayName("")
    QLoggingCategory.setFilterRules("qt.gui.imageio*=false\nqt.gui.icc*=false")  # the window tells of broken photos
    settings = Settings()
    theme.apply(app, settings["window.theme"])
    labels, problem = _labels(options, settings["labels.set"])
    worker = Worker(device=options.device, color_ckpt=options.color_ckpt, seg_ckpt=options.seg_ckpt)
    window = MainWindow(worker, labels, settings, options.out or OUT)
    if options.color_ckpt is not None:
        window.session.set_colorizer("colornet")
    if problem:
        window.notice.show_error(problem)
    _open_first(window, given_paths(options))
    return window


def main(argv: Sequence[str]) -> int:
    """Run the program; the exit code. Ctrl-C in the terminal closes the window as its cross does."""
    window = create_window(argv)
    signal.signal(signal.SIGINT, lambda *_: QTimer.singleShot(0, window.close))
    awake = QTimer(interval=250)  # Python hears of signals only when it runs
    awake.timeout.connect(lambda: None)
    awake.start()
    window.show()
    return QApplication.instance().exec()


def _labels(options: argparse.Namespace, remembered: str) -> tuple[LabelSet, str]:
    """The label set that was asked for, else the person's own of the last time; or the default one and why."""
    try:
        if options.labels is not None:
            return load_own_labels(options.labels), ""
        if remembered:
            return from_text(remembered, "The remembered label set"), ""
    except LabelError as error:
        return default_label_set(), f"{error} The default labels are used."
    return default_label_set(), ""


def _open_first(window: MainWindow, paths: list[Path]) -> None:
    if paths:
        window.open(paths)
        return
    window.open(sample_photos(), remember=False)
    if window.settings["window.hints"] and not window.notice.text:
        window.notice.show_hints()
