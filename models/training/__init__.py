"""Training of every network in `models/`: `python -m models.training SYSTEM --recipe FILE`.

    data.py       tar shards or a folder -> decoded Lab + labels, cached once on disk
    augment.py    crops, flips, old-photo tones, spoiled label maps
    colorbins.py  the ab plane as a set of bins, rare colours weighed up
    loop.py       one loop for all: bf16, EMA, checkpoints, resume, contact sheets
    guided.py     what is special about training `models.guided`
    export.py     folding, fp16, the OpenVINO graph inside the same file, the card
    evaluate.py   scores on the held-out split, `models/README.md`

Training data are never part of the repository: the folder of packs is named by
`--packs`, `HUESMITH_PACKS`, or is `../shared/packs`.
"""
