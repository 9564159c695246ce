"""The verbs and the figures of the programme: drafts in, read models out, every read through the gate.

``changes`` is the only way to write; ``subject`` and ``listing`` are the machinery by which a subject is declared;
every other module is a subject or a set of figures. ``subjects`` knows them all by name.
"""
