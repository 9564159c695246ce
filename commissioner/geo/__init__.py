"""Coordinates and maps: plain values in, a document out; no database, no web framework.

- ``datums``: GCJ-02, BD-09, CGCS2000 to WGS-84 and back
- ``boundaries``: is a point where it claims to be
- ``tiles``: a tile address judged by its form, its key, its hosts
- ``boundary_files``, with ``geojson`` and ``shapefiles`` (the only module that reads that format): borders somebody sends
- ``boundary_shapes``, ``repair``: borders moved, measured, mended, simplified together
- ``ground``: the land, the outline and the licences a map is drawn on without a network
- ``sketch``: a small locator drawing for a detail page
- ``area_sketch``: areas over the outline, to look at before they are imported
- ``taken``, with ``take_geojson``, ``take_kml``, ``take_shapefile``: marks taken along in other programs' formats
- ``shell``: the framed page of the leader's map (the only module that imports folium)
"""
