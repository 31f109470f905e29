"""Training of every network in `models/`: `python -m models.training SYSTEM --recipe FILE`.

    data.py          tar shards or a folder -> decoded Lab + labels, cached once on disk
    augment.py       crops, flips, old-photo tones
    variations.py    hue versions, splines, sketches: one photo made into a pair
    palettes.py      palettes of photos, lists of words with colours, design-seeds cards, CYS csv files
    pairs.py         which reference goes with which photo
    colorbins.py     the ab plane as a set of bins, rare colours weighed up
    losses.py        the losses of the papers; critics.py the one critic that no network file holds
    loop.py          one loop for all: bf16, EMA, a rival, checkpoints, resume, contact sheets
    processes.py     one process, or several under torchrun
    common.py        what the published systems' tasks share; systems.py lists them
    guided.py, semantic.py, gridnet.py, gray2color.py, scft.py, palettenet.py, cys.py
                     what is special about training each
    export.py        guided: folding, fp16, the OpenVINO graph inside the same file; balance.py how boldly
    bundle.py        the others: fp16 and a card
    evaluate.py      guided on the held-out split, `models/README.md`
    results.py       every system on the held-out split, `models/RESULTS.md`; measures.py, scores.py

Training data are never part of the repository: the folder of packs is named by
`--packs`, `HUESMITH_PACKS`, or is `../shared/packs`.
"""
