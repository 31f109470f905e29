"""The canvas and what it is made of.

`viewport` is the geometry, `views` the panes, `layers` the pictures in them, `chrome` what is drawn over them,
`hand` what the mouse, the pen and the keys do, `canvas` the widget that puts them together.
"""

from gui.canvas.canvas import Canvas
from gui.canvas.views import View

__all__ = ["Canvas", "View"]
