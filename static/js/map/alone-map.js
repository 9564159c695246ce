// The map of a file that was taken along: what folium builds for the site, without tiles and without a network.

const L = window.L;
const settings = JSON.parse(document.getElementById("map-settings").textContent);
const [south, west, north, east] = settings.bounds ?? settings.ground.sheet ?? [18, 73, 53.6, 135.1];

const map = L.map("map", {
  zoomControl: false,
  attributionControl: false,
  zoomSnap: 0.25,
  zoomDelta: 0.5,
  minZoom: 4,
  maxZoom: 17,
  keyboardPanDelta: 120,
});
map.fitBounds([[south, west], [north, east]], { animate: false });
window[settings.map] = map;
for (const name of Object.values(settings.groups)) window[name] = L.featureGroup().addTo(map);
const parts = Object.entries(settings.groups).map(([part, name]) => [settings.words[part], window[name]]);
L.control.layers(null, Object.fromEntries(parts), { position: "topright" }).addTo(map);
