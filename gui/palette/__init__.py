"""The parts of the Palette panel.

    mime       a swatch on its way between widgets and programs
    strip      the palette itself: big swatches that are chosen, moved, locked
    slider     a slider whose groove shows the colours and where the gamut ends
    section    a part of the panel that folds away
    make       words, category, seed, pictures        -> a palette
    adjust     hue, lightness, chroma, harmony, sight -> another palette
    apply      switch, strength, links                -> the photo

All of them show what they are told and say what the person wants, by signals; the truth is the document's, and
`gui.features.palette` stands between.
"""
