// A Leaflet layer that is one canvas: `paint(context, view)` draws it in world pixels of the present zoom.
// One canvas with our own painting draws ten thousand marks in a few milliseconds, where an object for each takes seconds.

const L = window.L;
const LEAST_RATIO = window.name === "map-sheet" ? 2 : 1; // paper is finer than a screen

export const CanvasLayer = L.Layer.extend({
  options: { padding: 0.25 }, // a quarter of the window beyond each edge, so that a drag shows no blank

  initialize(paint, options) {
    this.paint = paint;
    L.setOptions(this, options);
  },

  onAdd() {
    this.canvas = L.DomUtil.create("canvas", "leaflet-zoom-animated");
    this.canvas.setAttribute("aria-hidden", "true");
    this.getPane().append(this.canvas);
    this.redraw();
  },

  onRemove() {
    this.canvas.remove();
  },

  getEvents() {
    return { moveend: this.redraw, resize: this.redraw, zoomanim: this.follow, zoom: this.followPinch };
  },

  redraw() {
    const map = this._map;
    if (!map) return;
    const size = map.getSize();
    const beyond = size.multiplyBy(this.options.padding).round();
    const corner = map.containerPointToLayerPoint(beyond.multiplyBy(-1)).round();
    const whole = size.add(beyond.multiplyBy(2));
    const world = map.getPixelOrigin().add(corner);
    this.cornerLatLng = map.layerPointToLatLng(corner);
    this.zoom = map.getZoom();
    this.view = { left: world.x, top: world.y, width: whole.x, height: whole.y, zoom: this.zoom, edge: beyond };
    L.DomUtil.setTransform(this.canvas, corner, 1);
    this.paint(this.cleared(whole), this.view);
  },

  cleared(whole) {
    const ratio = Math.max(window.devicePixelRatio || 1, LEAST_RATIO);
    this.canvas.width = Math.round(whole.x * ratio);
    this.canvas.height = Math.round(whole.y * ratio);
    this.canvas.style.width = `${whole.x}px`;
    this.canvas.style.height = `${whole.y}px`;
    const context = this.canvas.getContext("2d");
    context.scale(ratio, ratio);
    context.lineJoin = "round";
    return context;
  },

  // While the zoom is moving the old picture is stretched; the new one is painted when it has come to rest.
  follow(event) {
    const scale = this._map.getZoomScale(event.zoom, this.zoom);
    const corner = this._map._latLngToNewLayerPoint(this.cornerLatLng, event.zoom, event.center);
    L.DomUtil.setTransform(this.canvas, corner, scale);
  },

  followPinch() {
    if (this._map.getZoom() !== this.zoom) this.follow({ zoom: this._map.getZoom(), center: this._map.getCenter() });
  },
});
