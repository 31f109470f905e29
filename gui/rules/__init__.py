"""The parts of the Colour panel (gui/rules_panel puts them together).

    row      a name, a slider, its value
    chip     one colour to click, drag away, and drop another on
    chooser  what a click on a chip opens: the colours there are at the label's light, the palette, the hex code
    label    what one label is to look like: colour or range, strength, chroma, hue, temperature, tint, exact, lock
    whole    what holds for the whole photo: vividness, temperature, tint, looks
    drops    swatches dropped on the rows of labels and on the photo

They show what they are told and say what the person wants, by signals; `gui.features.colour` stands between them and
the document.
"""
