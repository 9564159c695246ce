// One point on a small map without tiles: plain ground, the villages around, the reading's accuracy; movable by hand.

import "../../vendor/leaflet/leaflet.js";

const L = window.L;
const NEAR_ZOOM = 15;
const FAR_ZOOM = 12;
const MIN_ZOOM = 4;
const NOWHERE = [30, 110];
const STEP_M = 20;
const METRES_A_DEGREE = 111_320;
const DECIMALS = 6;
const ARROWS = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const STYLE = new URL("../../vendor/leaflet/leaflet.css", import.meta.url);

// `around`, where the page brings it along, is the ground and the places; else they are the lists of this device.
export async function draw(box, words, around = null) {
  await styled();
  const [{ ground }, villages] = await Promise.all([import("./villages.js"), around?.villages ?? villagesHere()]);
  const form = box.closest("form");
  const container = box.querySelector("[data-part=map]");
  container.setAttribute("role", "region");
  container.setAttribute("aria-label", words.map);
  const map = L.map(container, { zoomControl: false, attributionControl: false, minZoom: MIN_ZOOM, maxZoom: 18, fadeAnimation: false });
  L.control.zoom({ position: "topright", zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out }).addTo(map);
  L.control.scale({ imperial: false, position: "topleft" }).addTo(map);
  new PointOnMap(map, form, box.querySelector("[role=status]"), words, villages).begin();
  ground(map, villages.filter(({ latitude_deg }) => latitude_deg !== null), around?.ground);
}

function styled() {
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = STYLE.href;
  document.head.append(sheet);
  return new Promise((done) => { sheet.onload = done; sheet.onerror = done; });
}

// Villages and townships from the lists of this device; without them the ground is empty.
async function villagesHere() {
  try {
    const { kit, refreshKit } = await import("../offline/account.js");
    return ((await kit()) ?? (await refreshKit()))?.places ?? [];
  } catch {
    return [];
  }
}

class PointOnMap {
  constructor(map, form, status, words, villages) {
    Object.assign(this, { map, form, status, words, villages, marker: null, circle: null, byHand: false });
    map.on("click", ({ latlng }) => this.move(latlng));
    form.elements.latitude_deg.addEventListener("change", () => this.show());
    form.elements.longitude_deg.addEventListener("change", () => this.show());
    form.addEventListener("written", () => this.begin());
  }

  number(name) {
    const typed = this.form.elements[name].value.trim();
    return typed === "" || !Number.isFinite(Number(typed)) ? null : Number(typed);
  }

  // Where one looks first: at the point, at the chosen village or its township, at all that is known.
  begin() {
    this.show();
    if (this.marker) return;
    const known = this.villages.filter(({ latitude_deg }) => latitude_deg !== null);
    const chosen = this.villages.find(({ id }) => String(id) === this.form.elements.place_id.value);
    const near = chosen && (known.includes(chosen) ? chosen : known.find(({ name, township }) => !township && name === chosen.township));
    if (near) this.map.setView([near.latitude_deg, near.longitude_deg], near === chosen ? NEAR_ZOOM - 1 : FAR_ZOOM, { animate: false });
    else if (known.length) this.map.fitBounds(known.map((one) => [one.latitude_deg, one.longitude_deg]), { animate: false, maxZoom: FAR_ZOOM });
    else this.map.setView(NOWHERE, MIN_ZOOM, { animate: false });
  }

  // The three fields are the truth; the map shows them.
  show() {
    const [latitude, longitude] = [this.number("latitude_deg"), this.number("longitude_deg")];
    const whole = latitude !== null && longitude !== null && Math.abs(latitude) <= 85 && Math.abs(longitude) <= 180;
    if (!whole) return this.clear();
    const at = L.latLng(latitude, longitude);
    if (!this.byHand) this.map.setView(at, Math.max(this.map.getZoom() || 0, NEAR_ZOOM), { animate: false });
    if (!this.marker) this.marker = this.newMarker(at);
    this.marker.setLatLng(at);
    this.showAccuracy(at);
    this.status.textContent = this.byHand ? this.words.by_hand : this.words.hint;
    this.byHand = false;
    return undefined;
  }

  showAccuracy(at) {
    const accuracy = this.number("accuracy_m");
    this.circle?.remove();
    this.circle = accuracy ? L.circle(at, { radius: accuracy, className: "place-accuracy", interactive: false }).addTo(this.map) : null;
  }

  clear() {
    this.marker?.remove();
    this.circle?.remove();
    this.marker = null;
    this.circle = null;
    this.status.textContent = this.words.hint;
  }

  newMarker(at) {
    const icon = L.divIcon({ className: "place-pin", iconSize: [44, 44], iconAnchor: [22, 38] });
    const marker = L.marker(at, { icon, draggable: true, autoPan: true, keyboard: true, title: "", alt: this.words.marker }).addTo(this.map);
    const pin = marker.getElement();
    pin.setAttribute("aria-label", this.words.marker);
    pin.addEventListener("keydown", (event) => this.step(event));
    marker.on("dragend", () => this.move(marker.getLatLng()));
    return marker;
  }

  step(event) {
    const arrow = ARROWS[event.key];
    if (!arrow) return;
    event.preventDefault();
    event.stopPropagation(); // the map would pan
    const { lat, lng } = this.marker.getLatLng();
    const [north, east] = arrow;
    const degree = STEP_M / METRES_A_DEGREE;
    const to = L.latLng(lat + north * degree, lng + (east * degree) / Math.cos((lat * Math.PI) / 180));
    this.move(to);
    if (!this.map.getBounds().pad(-0.1).contains(to)) this.map.panTo(to);
  }

  // What a hand has put there has no measured accuracy.
  move(to) {
    const fields = this.form.elements;
    this.byHand = true;
    fields.longitude_deg.value = to.lng.toFixed(DECIMALS);
    fields.accuracy_m.value = "";
    fields.coordinate_source.value = "map_click";
    fields.latitude_deg.value = to.lat.toFixed(DECIMALS);
    fields.latitude_deg.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
