"""An object model of the person's own (SAM in ONNX, core/sam): chosen as a folder, checked, used by the object tool.

    Tools > Object model… -> folder -> read in a thread -> canvas.object_model -> the tool's next look goes through it

The folder is remembered; without a choice the user's own data folder is looked at. What is wrong with the files is told
in one sentence, and the tool goes by its own means.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog

from gui.background import Background
from gui.features.base import Feature

if TYPE_CHECKING:
    from core.sam import Sam
    from gui.main_window import MainWindow

LATER_MS = 1500  # after the start: reading some 40 MB waits until the window is there and the photo in colour


class ObjectModel(Feature):
    """Keeps the model in `canvas.object_model`, None while the tool goes by its own means."""

    name = "object_model"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._jobs = Background(self)
        self._model: Sam | None = None

    def start(self) -> None:
        """Read the model of the last time, when everything else is there."""
        if self.window.settings["objects.use_model"]:
            QTimer.singleShot(LATER_MS, self, self._read_again)

    def conditions(self) -> set[str]:
        return {"object_model"} if self._model is not None else set()

    def stop(self) -> None:
        self._jobs.stop()

    @property
    def busy(self) -> bool:
        """Whether a model is being read."""
        return self._jobs.busy

    # -- what actions call

    def ask(self) -> None:
        """Which folder holds the model?"""
        from core.sam import default_folder

        start = self.window.settings["objects.folder"] or str(default_folder())
        folder = QFileDialog.getExistingDirectory(self.window, "Folder with the encoder and decoder of SAM", start)
        if folder:
            self.take(Path(folder), "Objects are proposed by the model in {} now.")

    def use(self, wanted: bool) -> None:
        """Propose objects by the model, or by the program's own means."""
        self.window.settings["objects.use_model"] = wanted
        self._offer(self._model if wanted else None)

    # -- inside

    def take(self, folder: Path, done: str = "") -> None:
        """Read the model in a folder, use it and remember it. done: what is said then, with {} for the folder."""

        def read() -> Sam:
            from core.sam import find_pair, open_sam

            return open_sam(find_pair(folder))

        def came(model: Sam) -> None:
            self._model = model
            self.window.settings["objects.folder"] = str(folder)
            self.use(True)
            if done:
                self.window.status.say(done.format(folder.name))

        self._jobs.run(read, came, self.window.notice.show_error)

    def _read_again(self) -> None:
        from core.sam import default_folder

        chosen = self.window.settings["objects.folder"]
        folder = Path(chosen) if chosen else default_folder()
        if chosen or folder.is_dir():
            self.take(folder)

    def _offer(self, model: Sam | None) -> None:
        canvas = self.window.canvas
        canvas.object_model = model
        self.window.actions_by_id["object_model.use"].setChecked(model is not None)
        self.window.refresh()
        if canvas.tool.name == "object" and canvas.document is not None:
            canvas.cancel()
            canvas.tool.take_up(canvas)  # it looks at the photo anew
