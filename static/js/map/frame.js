// The framed map: finds the map that the page's own script built, fetches ground and points, and talks to the page around it.

import { drawGround, drawLabels } from "./ground.js";
import { heapTitle, hover, reachOf } from "./hover.js";
import { furnishMargin } from "./margin.js";
import { Crowd } from "./crowd.js";
import { keyOf, Marks } from "./marks.js";
import { cornersOf, itemsOf, itemsSeen } from "./points.js";
import { snapshot } from "./snapshot.js";
import { hear, tell } from "./talk.js";
import { watchTiles } from "./tiles.js";

const L = window.L;
const settings = JSON.parse(document.getElementById("map-settings").textContent);
const words = settings.words;
const NARROW = 600;
const FINGER_WIDTH = 10;
const MOST_LISTED = 200;
const map = window[settings.map];
const groups = Object.fromEntries(Object.entries(settings.groups).map(([part, name]) => [part, window[name]]));

function furnish() {
  const container = map.getContainer();
  container.setAttribute("role", "region");
  container.setAttribute("aria-label", words.map_label);
  L.control.zoom({ position: "topright", zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out }).addTo(map);
  furnishMargin(map, words);
  container.querySelector(".leaflet-control-layers-toggle")?.setAttribute("title", words.ground_layers);
  watchTiles(map, words);
}

// Whose the ground is that we draw ourselves, and what has to be said of it.
function creditsOf(ground) {
  const isSchematic = ground.outlines.some(({ schematic }) => schematic !== false);
  return [...ground.attributions, isSchematic ? words.schematic : "", settings.notice].filter(Boolean);
}

// Leaflet writes attributions as HTML, so ours go through an element that makes them text.
function credit(credits) {
  const attribution = L.control.attribution({ prefix: false, position: "bottomright" }).addTo(map);
  for (const text of credits) {
    const plain = document.createElement("span");
    plain.textContent = text;
    attribution.addAttribution(plain.outerHTML);
  }
  map.eachLayer((layer) => layer.getAttribution?.() && attribution.addAttribution(layer.getAttribution()));
}

function notice(text) {
  const line = document.getElementById("map-notice");
  line.textContent = text;
  line.hidden = false;
}

// A file that was taken along holds the documents themselves where the site gives their addresses.
async function fetched(address) {
  if (typeof address !== "string") return address;
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${answer.status} ${address}`);
  return answer.json();
}

// All of the county, or what is asked for of it; on a narrow screen the largest part of it, because a far island would make the rest too small to touch.
function firstView(items, ground) {
  const sheet = ground.sheet && boxBounds(ground.sheet).pad(0.5);
  const isOnSheet = sheet && (!settings.bounds || sheet.contains(boxBounds(settings.bounds))); // a province goes beyond it
  if (isOnSheet) map.setMaxBounds(sheet);
  if (viewIsKnown()) return;
  const mainland = settings.bounds && isOnSheet && largest(ground.outlines.flatMap((outline) => outline.polygons));
  if (mainland) return map.fitBounds(L.latLngBounds(mainland[0].map(([lng, lat]) => [lat, lng])), { padding: [10, 24], animate: false });
  if (settings.bounds) return fitSettings();
  const marked = [items.villages, items.projects, items.bases].flat().filter((item) => item.at?.kind !== "county");
  const places = marked.length ? marked : items.townships.filter((township) => township.x !== null);
  if (!places.length) return map.setView(map.getCenter(), map.getZoom());
  const xs = places.map((item) => item.x);
  const ys = places.map((item) => item.y);
  const corners = [[least(xs), least(ys)], [most(xs), most(ys)]].map((corner) => map.unproject(corner, 0));
  return map.fitBounds(L.latLngBounds(corners), { padding: [60, 60], maxZoom: 12.5, animate: false });
}

// On a wide screen before anything has come, so that its part of a crowded region is asked for at once.
function viewIsKnown() {
  return settings.bounds && (settings.exact || map.getSize().x >= NARROW);
}

function fitSettings() {
  const room = settings.exact ? 0 : 18;
  map.fitBounds(boxBounds(settings.bounds), { padding: [room, room], animate: false });
}

// So that the address, a reload and a sheet of paper show the same part.
function tellWhereOneLooks() {
  const bounds = map.getBounds();
  tell({ type: "looked", box: [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()] });
}

function boxBounds([south, west, north, east]) {
  return L.latLngBounds([south, west], [north, east]);
}

function largest(polygons) {
  const width = (polygon) => most(polygon[0].map(([longitude]) => longitude)) - least(polygon[0].map(([longitude]) => longitude));
  return [...polygons].sort((a, b) => width(b) - width(a))[0];
}

function least(values) {
  return values.reduce((a, b) => Math.min(a, b), Infinity);
}

function most(values) {
  return values.reduce((a, b) => Math.max(a, b), -Infinity);
}

function touched(marks, event) {
  const mark = marks.at(event.containerPoint, reachOf(event.originalEvent));
  if (!mark) return;
  if (mark.items) return void tell({ type: "several", title: heapTitle(mark, words), beside: listed(mark.items) });
  if (mark.spot?.townships[0].kind === "cluster") return void openCluster(mark.spot.townships[0]);
  const key = keyOf(mark);
  if (!key && map.getZoom() < map.getMaxZoom()) return void map.setView(marks.latLngOf(mark), map.getZoom() + 1.5);
  if (!key) return void tell({ type: "several", title: words.several_here, beside: listed(mark.spot.townships) });
  marks.choose(key);
  tell({ type: "touched", key, beside: listed(marks.beside(mark, FINGER_WIDTH).map(({ item }) => item)) });
}

// A cluster opens to what is inside: nearer, or as a list where all of it stands on one spot.
function openCluster(cluster) {
  const corners = L.latLngBounds(cornersOf(cluster));
  const isOneSpot = corners.getSouthWest().equals(corners.getNorthEast());
  if (!isOneSpot && map.getZoom() < map.getMaxZoom()) return void map.fitBounds(corners, { padding: [60, 60] });
  tell({ type: "several", title: cluster.name, beside: listed(cluster.inside.map(([id, name]) => ({ kind: "township", id, name }))) });
}

function listed(items) {
  return items.slice(0, MOST_LISTED).map((item) => ({ key: `${item.kind}-${item.id}`, name: item.name, kind: words[item.kind] ?? "" }));
}

async function moment(shown, { points, day, next }) {
  shown.base = itemsOf(points);
  if (shown.crowd) await shown.crowd.asOf(day, next);
  else shown.replace(shown.base);
  document.documentElement.dataset.day = day;
}

// The same day told anew: records have changed since.
async function afresh(shown, { points }) {
  shown.base = itemsOf(points);
  if (shown.crowd) await shown.crowd.afresh();
  else shown.replace(shown.base);
}

function goTo(marks, key, zoom) {
  const item = marks.itemOf(key);
  marks.choose(key);
  if (item?.x != null) map.setView(map.unproject([item.x, item.y], 0), Math.max(map.getZoom(), zoom));
}

// Everything that is drawn at first is drawn once: where one looks is settled before, and a crowded region's part has come.
async function start() {
  furnish();
  const crowd = settings.clusters ? new Crowd(map, settings.clusters) : null;
  if (viewIsKnown()) {
    fitSettings();
    crowd?.ahead();
  }
  const [ground, points] = await Promise.all([fetched(settings.ground), fetched(settings.points)]);
  const items = itemsOf(points);
  firstView(items, ground);
  crowd?.ahead();
  drawGround(map, groups, ground);
  const credits = creditsOf(ground);
  credit(credits);
  const marks = new Marks(map, settings.layers, settings.selected);
  drawLabels(groups.labels, marks, words);
  map.on("click", (event) => touched(marks, event));
  hover(map, marks, words);
  const shown = { base: items, crowd, replace: (other) => marks.replace(other) };
  if (crowd) await follow(shown);
  if (!marks.items) marks.replace(items); // not crowded, or its part has not come
  hear({
    layers: ({ layers }) => marks.show(layers),
    moment: (told) => moment(shown, told),
    picture: async ({ ratio }) => tell({ type: "picture", ...(await snapshot(map, ratio, credits)) }),
    afresh: (told) => afresh(shown, told),
    choose: ({ key, zoom }) => (zoom ? goTo(marks, key, zoom) : marks.choose(key)),
  });
  map.on("moveend", tellWhereOneLooks);
  document.documentElement.dataset.ready = "yes";
  performance.mark("first-marks");
  tell({ type: "ready" });
}

// A crowded region asks for the part that is looked at, each time that somebody looks elsewhere.
function follow(shown) {
  return shown.crowd.follow({
    show: (seen) => shown.replace(itemsSeen(seen, shown.base, words)),
    fail: (error) => { console.error(error); notice(words.data_missing); },
  });
}

start().catch((error) => {
  console.error(error);
  notice(words.data_missing);
});
