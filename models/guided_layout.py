"""Sizes that both runtimes of Huesmith's own network go by, where no torch is needed to know them."""

LABELS = 60
NOT_SAID = 60  # the id of "not said", after the labels
STRIDE = 32  # sides are multiples of it
REACH = 96  # pixels of the photo at work that an edit's colour changes around it, at most
TOKEN_EXTRAS = 6  # beside the features of a token: L, a, b, weight, whether it is a swatch, whether it counts
