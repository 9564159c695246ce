"""Coordinates and maps: plain values in, a document out; no database, no web framework.

- ``datums``: GCJ-02, BD-09, CGCS2000 to WGS-84 and back
- ``boundaries``: is a point where it claims to be
- ``ground``: the land, the outline and the licences a map is drawn on without a network
- ``sketch``: a small locator drawing for a detail page
- ``shell``: the framed page of the leader's map (the only module that imports folium)
"""
