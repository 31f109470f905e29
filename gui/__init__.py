"""The window: draws, listens, sends requests to the worker, shows results.

`app` builds it, `main_window` puts the pieces together, `actions` is the table of everything a person can do,
`session` knows which photos are open and speaks with the worker, `canvas/` shows the photo, `tools/` turn the
hand's movements into edits of `core.document`. Nothing here computes colours, and nothing here waits.
"""
