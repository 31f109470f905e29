"""The Palette tab: between the panel, which shows and asks, and the document, which has the truth.

    panel asks -> (what takes long: in the background) -> document.set_guidance -> edited -> panel shows

The palette belongs to the document, so that every change of it can be undone. A photo that has none shows the one
that was last in work, as an offer, until something is done with it. Whether the photo is coloured by the palette is
`palette_strength` above nought, or links (`palette_map`) when a colour photo's own colours are moved.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt

from core.guidance import Guidance, Link, Swatch
from core.palette_edit import MOST, kept_locks, moved, order_after_move, relinked, rematched
from gui.background import Background
from gui.features.base import PanelFeature
from gui.palette.filing import Filing

if TYPE_CHECKING:
    from core.document import Document
    from gui.main_window import MainWindow
    from gui.palette.recolouring import Recolouring
    from gui.palette.words import Asker
    from gui.palette_panel import PalettePanel

STRENGTH = 0.8  # of a palette that is switched on for the first time
"""See core.guidance.Settings.palette_strength."""
_REMEMBERED = 64  # palettes whose shares are known


class PaletteFeature(PanelFeature):
    """The tab, and all that is done to a palette. `swatches` is the palette that is shown."""

    name = "palettes"  # a widget's `palette` is Qt's own
    title, dock = "Palette", "dock.palette"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.files = Filing(self)
        self.jobs = Background(self)
        self.locks: frozenset[int] = frozenset()
        self._offer: tuple[Swatch, ...] = ()  # shown for a photo that has no palette
        self._shown: tuple[Swatch, ...] = ()
        self._shares: dict[tuple[Swatch, ...], tuple[float, ...]] = {}
        self._strength = STRENGTH
        self.hold: object = None  # merge key of the change that is going on
        self.base: tuple[Swatch, ...] = ()  # the palette where that change began
        self._changing = False

    def start(self) -> None:
        self.window.session.documentChanged.connect(self._document_came)
        self.window.session.edited.connect(self._edited)
        self.show()

    @property
    def asker(self) -> Asker:
        """Who makes palettes from words and pictures."""
        self.fill()
        return self._asker

    @property
    def recolouring(self) -> Recolouring:
        """Who moves a colour photo's own colours."""
        self.fill()
        return self._recolouring

    def make_panel(self) -> PalettePanel:
        from gui.palette_panel import PalettePanel

        panel = PalettePanel()
        panel.open_only(self.window.settings["palette.open"].split())
        return panel

    def panel_came(self) -> None:
        from gui.palette.adjusting import Adjusting
        from gui.palette.recolouring import Recolouring
        from gui.palette.words import Asker

        self._asker, self._adjusting, self._recolouring = Asker(self), Adjusting(self), Recolouring(self)
        self.panel.folded.connect(self._folded)
        self.space.seen.connect(self._asker.look)
        self.space.seen.connect(self._recolouring.look)
        self._listen()
        self.show()

    def conditions(self) -> set[str]:
        answers = {"palette": bool(self.swatches), "palette.photo": bool(self.swatches and self.document)}
        return {name for name, holds in answers.items() if holds}

    def stop(self) -> None:
        self.jobs.stop()

    def _listen(self) -> None:
        panel = self.panel
        strip, apply = panel.strip, panel.apply
        files = self.files
        answers = {"add": self.add, "remove": self.remove, "lock": self.lock, "open": files.open, "paste": files.paste,
                   "copy": files.copy, "copy_css": files.copy_css, "copy_url": files.copy_url,
                   "save": files.save}  # fmt: skip
        panel.wanted.connect(lambda name: answers[name]())
        panel.given.connect(files.take)
        panel.codeTyped.connect(self._code_typed)
        panel.nameTyped.connect(self._name_typed)
        strip.moved.connect(self._move)
        strip.removed.connect(lambda _: self.remove())
        strip.locked.connect(self._toggle_lock)
        strip.dropped.connect(self.insert)
        strip.menuAsked.connect(self._show_menu)
        apply.switched.connect(self.set_on)
        apply.strengthened.connect(self._strengthen)
        apply.held.connect(lambda held: self.begin() if held else self.end())
        apply.linked.connect(self._link)
        apply.matched.connect(self._match_again)

    def _show_menu(self, point: QPoint) -> None:
        from gui.palette.swatch_menu import swatch_menu

        swatch_menu(self).popup(point)

    # -- what there is

    @property
    def document(self) -> Document | None:
        return self.window.document

    @property
    def guidance(self) -> Guidance:
        """What the document has; of a window without a photo, the offered palette, switched off."""
        if self.document is None:
            return Guidance(palette=self._offer)
        return self.document.wishes

    @property
    def swatches(self) -> tuple[Swatch, ...]:
        return self.guidance.palette or self._offer

    @property
    def on(self) -> bool:
        """Whether the photo is coloured by the palette."""
        guidance = self.guidance
        drawn = bool(guidance.palette) and guidance.settings.palette_strength > 0
        return self.document is not None and (drawn or bool(guidance.palette_map))

    # -- changing the palette

    def change(self, name: str, swatches: Sequence[Swatch], *, merge_key: object = None, anew: bool = False) -> None:
        """Make `swatches` the palette, as a step called `name`; a photo that is not coloured by it stays so.

        `anew`: it is another palette, and links to the one before are matched again.
        """
        before, after = self.swatches, tuple(swatches)[:MOST]
        if self.document is None:
            self._offer = after
            self.show()
            return
        guidance = self.guidance
        changes: dict[str, object] = {"palette": after}
        if guidance.palette_map:
            changes["palette_map"] = (
                rematched(guidance.palette_map, after) if anew else relinked(guidance.palette_map, before, after)
            )
        if not self.on:
            changes["settings"] = replace(guidance.settings, palette_strength=0.0)
        self._set(name, merge_key, **changes)

    def made(self, name: str, swatches: Sequence[Swatch], shares: Sequence[float] = ()) -> None:
        """A palette was made, or came from somewhere: it takes the place of the one there is."""
        after = tuple(swatches)[:MOST]
        self.locks = kept_locks(self.locks, self.swatches, after)
        if shares:
            self._shares = dict([*self._shares.items(), (after, tuple(shares))][-_REMEMBERED:])
        self.change(name, after, anew=True)
        self.show()

    def _set(self, name: str, merge_key: object = None, **changes: object) -> None:
        """Change the document, which tells the panel."""
        self._changing = True
        try:
            self.document.set_guidance(name, merge_key=merge_key, **changes)
        finally:
            self._changing = False
        self.show()

    def add(self) -> None:
        """One more swatch, like the chosen one, after it."""
        at = self.panel.strip.current
        swatch = self.swatches[at] if self.swatches else Swatch(0.5, 0.5, 0.5)
        self.insert(replace(swatch, name=""), at + 1)

    def remove(self) -> None:
        """Take the chosen swatch out."""
        at, swatches = self.panel.strip.current, self.swatches
        if swatches:
            self.locks = frozenset(lock - (lock > at) for lock in self.locks if lock != at)
            self.change("Remove swatch", (*swatches[:at], *swatches[at + 1:]))

    def lock(self) -> None:
        """Lock the chosen swatch, or let it go."""
        self._toggle_lock(self.panel.strip.current)

    def give_to_label(self) -> None:
        """Colour the current label with the chosen swatch, as dragging it onto the label's row does."""
        at = self.panel.strip.current
        if self.document is not None and 0 <= at < len(self.swatches):
            self.window.colour.set_swatch(self.window.options.label, self.swatches[at])

    def new(self) -> None:
        """Start from one grey swatch."""
        self.locks = frozenset()
        self.asker.forget()
        self.made("New palette", (Swatch(0.5, 0.5, 0.5),))
        self.panel.strip.setFocus()

    def insert(self, swatch: Swatch, at: int) -> None:
        """Take a swatch in before the place `at`, and choose it."""
        if len(self.swatches) >= MOST:
            self.fail(f"A palette has {MOST} swatches at most; remove one first.")
            return
        self.locks = frozenset(lock + (lock >= at) for lock in self.locks)
        self.change("Add swatch", (*self.swatches[:at], swatch, *self.swatches[at:]))
        self.panel.strip.choose(min(at, len(self.swatches) - 1))

    def _move(self, at: int, to: int) -> None:
        order = order_after_move(len(self.swatches), at, to)
        self.locks = frozenset(order.index(lock) for lock in self.locks)
        self.change("Move swatch", moved(self.swatches, at, to))
        self.panel.strip.choose(to)

    def _toggle_lock(self, place: int) -> None:
        if 0 <= place < len(self.swatches):
            self.locks = self.locks ^ {place}
            self.show()

    def replace(self, name: str, swatch: Swatch, merge_key: object = None) -> None:
        """Put another swatch in place of the chosen one."""
        at = self.panel.strip.current
        self.change(name, (*self.swatches[:at], swatch, *self.swatches[at + 1:]), merge_key=merge_key)

    def _name_typed(self, name: str) -> None:
        from core.palette_parts import clean

        at = self.panel.strip.current
        if 0 <= at < len(self.swatches):
            self.replace("Name swatch", replace(self.swatches[at], name=clean(name)))

    def _code_typed(self, text: str) -> None:
        """One code is the chosen swatch's; several are a palette."""
        from core.errors import UserError
        from core.palette_io import parse_palette

        try:
            read = parse_palette(text)
        except UserError as error:
            self.window.notice.show_error(str(error))
        else:
            if len(read.swatches) > 1 or not self.swatches:
                self.made("Type palette", read.swatches)
            else:
                self.replace("Type hex code", replace(read.swatches[0], name=""))
            if read.notes:
                self.window.notice.show_note(" ".join(read.notes))
        self.panel.restore_code()

    # -- changes that go on for a while

    def begin(self) -> None:
        """A change begins that will be one step, such as a drag."""
        self.hold, self.base = object(), self.swatches

    def end(self) -> None:
        """It is over."""
        self.hold, self.base = None, ()

    # -- applying

    def set_on(self, on: bool) -> None:
        """Colour the photo by the palette, or no longer."""
        if self.document is None or not self.swatches:
            self.show()
        elif on and self.recolouring.wanted:
            self.recolouring.begin()
        elif on:
            settings = replace(self.guidance.settings, palette_strength=self._strength)
            self._set("Colour by palette", palette=self.swatches, palette_map=(), settings=settings)
        else:
            settings = replace(self.guidance.settings, palette_strength=0.0)
            self._set("Palette off", palette_map=(), settings=settings)

    def recolour(self, links: tuple[Link, ...]) -> None:
        """Move the photo's own colours along links."""
        settings = replace(self.guidance.settings, palette_strength=1.0)
        self._set("Recolour by palette", palette=self.swatches, palette_map=links, settings=settings)

    def _strengthen(self, strength: float) -> None:
        if self.on:
            if not self.guidance.palette_map:
                self._strength = strength
            settings = replace(self.guidance.settings, palette_strength=strength)
            self._set("Palette strength", self.hold or "palette strength", settings=settings)

    def _link(self, place: int, link: Link) -> None:
        links = self.guidance.palette_map
        if place >= len(links):
            return
        only_strength = replace(links[place], strength=link.strength) == link
        key = (self.hold or ("link", place)) if only_strength else None
        self._set("Change link", key, palette_map=(*links[:place], link, *links[place + 1:]))

    def _match_again(self) -> None:
        self._set("Match palette", palette_map=rematched(self.guidance.palette_map, self.swatches))

    # -- what its helpers ask of it

    def fail(self, sentence: str) -> None:
        """Say what went wrong."""
        self.window.notice.show_error(sentence)

    def background(self, work: Callable[[], object], then: Callable[[object], None]) -> None:
        """Do what takes long, then go on with its answer here."""
        self.jobs.run(work, then, self.fail)

    # -- words and pictures, from the menu

    def focus_words(self) -> None:
        """Bring the tab forward with the cursor in the words."""
        self.raise_tab()
        self.panel.sections["make"].set_open(True)
        self.panel.make.words.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.panel.make.words.selectAll()

    def from_photo(self) -> None:
        """The palette of the photo."""
        self.raise_tab()
        self.asker.take_photo()

    def raise_tab(self) -> None:
        """Bring the tab forward."""
        dock = self.space.parentWidget()
        if dock is not None:
            dock.show()
            dock.raise_()

    # -- showing

    def _document_came(self, document: Document | None) -> None:
        self._offer = self._shown
        self.end()
        if self.has_panel:
            self._recolouring.forget()
        self.show()
        if self.space.in_sight:
            self.recolouring.look()

    def _edited(self, change) -> None:
        if change.kind == "guidance" and not self._changing:
            if self.hold is not None:  # undone in the middle
                self.end()
                self.panel.adjust.let_go()
            self.show()

    def show(self) -> None:
        """Show what there is."""
        swatches, had = self.swatches, bool(self._shown)
        self.locks = frozenset(at for at in self.locks if at < len(swatches))
        self._shown = swatches
        if self.has_panel:
            self._show_panel(swatches)
        self.window.actions_by_id["palette.apply"].setChecked(self.on)
        if had != bool(swatches):
            self.window.refresh()

    def _show_panel(self, swatches: tuple[Swatch, ...]) -> None:
        guidance = self.guidance
        self.panel.show_palette(swatches, self.locks, self._shares.get(swatches, ()))
        self._adjusting.show_seen()
        on, own = self.on, bool(guidance.palette_map)
        self.panel.apply.show_state(
            possible=bool(swatches) and self.document is not None, on=on,
            strength=guidance.settings.palette_strength if on else self._strength,
            colour_photo=self.recolouring.colourful, own=own or (not on and self.recolouring.wanted),
            links=guidance.palette_map, palette=swatches,
        )  # fmt: skip

    def _folded(self) -> None:
        self.window.settings["palette.open"] = " ".join(self.panel.open_sections) or "none"
