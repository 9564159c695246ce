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
    return { moveend: this.moved, resize: this.moved, zoomanim: this.follow, zoom: this.followPinch };
  },

  // A window that changes its size says so twice.
  moved() {
    const { view } = this;
    const now = this.lookedAt();
    if (view.left !== now.left || view.top !== now.top || view.width !== now.width || view.height !== now.height || view.zoom !== now.zoom) this.redraw();
  },

  redraw() {
    const map = this._map;
    if (!map) return;
    this.view = this.lookedAt();
    const corner = L.point(this.view.left, this.view.top).subtract(map.getPixelOrigin());
    this.cornerLatLng = map.layerPointToLatLng(corner);
    this.zoom = this.view.zoom;
    L.DomUtil.setTransform(this.canvas, corner, 1);
    this.paint(this.cleared(this.view), this.view);
  },

  lookedAt() {
    const map = this._map;
    const size = map.getSize();
    const edge = size.multiplyBy(this.options.padding).round();
    const whole = size.add(edge.multiplyBy(2));
    const world = map.getPixelOrigin().add(map.containerPointToLayerPoint(edge.multiplyBy(-1)).round());
    return { left: world.x, top: world.y, width: whole.x, height: whole.y, zoom: map.getZoom(), edge };
  },

  // A canvas that keeps its size is wiped: to size it anew takes its memory anew, which is slower than the painting.
  cleared({ width, height }) {
    const ratio = Math.max(window.devicePixelRatio || 1, LEAST_RATIO);
    const size = [Math.round(width * ratio), Math.round(height * ratio)];
    const context = this.canvas.getContext("2d");
    if (this.canvas.width !== size[0] || this.canvas.height !== size[1]) {
      [this.canvas.width, this.canvas.height] = size;
      this.canvas.style.width = `${width}px`;
      this.canvas.style.height = `${height}px`;
    } else {
      context.restore();
      context.clearRect(0, 0, ...size);
    }
    context.save();
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
