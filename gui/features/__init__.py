"""The parts of the window that stand for themselves: each a panel, a set of tools or a way of looking.

A feature is a class; the window makes one of each in FEATURES and knows no more of them than `Feature` says. It is
reached as `window.<name>`, which is where rows of the action table call it. Adding one is adding a line here.
"""

from gui.features.autosaves import Autosaves
from gui.features.base import DockSpec, Feature, PanelFeature, Space
from gui.features.clipboard import Clipboard
from gui.features.colour import Colour
from gui.features.compare import Compare
from gui.features.exports import Exports
from gui.features.faults import Faults
from gui.features.favourites import Favourites
from gui.features.hints import Hints
from gui.features.instant import Instant
from gui.features.label_actions import LabelActions
from gui.features.label_exchange import LabelExchange
from gui.features.label_sets import LabelSets
from gui.features.label_states import LabelStates
from gui.features.layers import Layers
from gui.features.object_model import ObjectModel
from gui.features.overlay_styles import OverlayStyles
from gui.features.palette import PaletteFeature
from gui.features.project import Projects
from gui.features.recipes import Recipes
from gui.features.reference_gates import ReferenceGates
from gui.features.reference_sight import ReferenceSight
from gui.features.reference_view import ReferenceView
from gui.features.references import References
from gui.features.select import Select
from gui.features.sight import Sight
from gui.features.sketch import Sketch
from gui.features.variants import Variants

FEATURES: tuple[type[Feature], ...] = (
    Colour,
    PaletteFeature,
    References,
    ReferenceGates,
    ReferenceView,
    ReferenceSight,
    Hints,
    Recipes,
    Faults,
    Sight,
    LabelSets,
    LabelExchange,
    LabelStates,
    Favourites,
    LabelActions,
    Select,
    ObjectModel,
    OverlayStyles,
    Variants,
    Compare,
    Exports,
    Instant,
    Layers,
    Clipboard,
    Sketch,
    Projects,
    Autosaves,
)

__all__ = ["FEATURES", "DockSpec", "Feature", "PanelFeature", "Space"]
