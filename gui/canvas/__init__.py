"""The canvas and what it is made of.

    viewport, views   the geometry: what of the photo is where, and the panes of each view
    images, layers    photo and result as pictures that draw themselves through a viewport
    label_layer       the labels as colours, outlines or patterns; label_names writes their names on them
    scene, chrome     the layers of one document in a pane, and what is drawn over them
    pane_view         the widget that looks: view, zoom, and a backing of what was drawn
    host              what tools may ask of the canvas
    hand              what mouse, pen, wheel and keys do
    canvas            all of it together: the widget that the window embeds
"""

from gui.canvas.canvas import Canvas
from gui.canvas.views import View

__all__ = ["Canvas", "View"]
