"""The networks: five published systems and Huesmith's own.

One readable file a system, shapes in comments. Parameter names and shapes are the originals', so that
a published checkpoint loads with ``strict=True``; hyper-parameters are read from the file itself.

    registry.create("colornet")                 a fresh network by name
    registry.from_state_dict(weights)           the network that a bare file was saved from
    weights.load_state(path)                    a file, opened without ever running what is in it
    published_runner.open_colornet(path)        luminance and labels in, chroma out, any size
    runtime.open_guided()                       the same for Huesmith's own network

Importing this package, ``registry``, ``weights`` or ``published_runner`` costs no torch: the window is
painted before torch is there, and a converted network runs without it altogether.
"""
