// Leaflet layers that are painted: `paint(context, view)` draws one in world pixels of the present zoom. All layers of a
// pane share one canvas: to take and to show the memory of a canvas costs more than ten thousand marks cost to paint,
// where an object for each mark takes seconds.

const L = window.L;
const LEAST_RATIO = window.name === "map-sheet" ? 2 : 1; // paper is finer than a screen
const BEYOND = 0.25; // a quarter of the window beyond each edge, so that a drag shows no blank
const PLACE = ["left", "top", "width", "height", "zoom"];

export const CanvasLayer = L.Layer.extend({
  initialize(paint, options) {
    this.paint = paint;
    L.setOptions(this, options);
  },

  onAdd() {
    const pane = this.getPane();
    this.sheet = pane.sheet ??= new Sheet(this._map, pane);
    this.sheet.layers.push(this);
    this.redraw();
  },

  onRemove() {
    this.sheet.layers.splice(this.sheet.layers.indexOf(this), 1);
    this.sheet.redraw();
    this.sheet = null;
  },

  redraw() {
    this.sheet?.redraw();
  },
});

class Sheet {
  constructor(map, pane) {
    Object.assign(this, { map, layers: [], canvas: L.DomUtil.create("canvas", "leaflet-zoom-animated", pane) });
    this.canvas.setAttribute("aria-hidden", "true");
    map.on({ moveend: this.moved, resize: this.moved, zoomanim: this.follow, zoom: this.followPinch }, this);
  }

  // A window that changes its size says so twice.
  moved() {
    const now = this.lookedAt();
    if (PLACE.some((key) => this.view[key] !== now[key])) this.redraw();
  }

  redraw() {
    this.view = this.lookedAt();
    const corner = L.point(this.view.left, this.view.top).subtract(this.map.getPixelOrigin());
    this.cornerLatLng = this.map.layerPointToLatLng(corner);
    L.DomUtil.setTransform(this.canvas, corner, 1);
    const context = this.cleared();
    for (const layer of this.layers) {
      context.save();
      layer.paint(context, this.view);
      context.restore();
    }
  }

  lookedAt() {
    const size = this.map.getSize();
    const edge = size.multiplyBy(BEYOND).round();
    const whole = size.add(edge.multiplyBy(2));
    const world = this.map.getPixelOrigin().add(this.map.containerPointToLayerPoint(edge.multiplyBy(-1)).round());
    return { left: world.x, top: world.y, width: whole.x, height: whole.y, zoom: this.map.getZoom(), edge };
  }

  // A canvas that keeps its size is wiped: to size it anew takes its memory anew.
  cleared() {
    const { width, height } = this.view;
    const ratio = Math.max(window.devicePixelRatio || 1, LEAST_RATIO);
    const size = [Math.round(width * ratio), Math.round(height * ratio)];
    const context = this.canvas.getContext("2d");
    if (this.canvas.width !== size[0] || this.canvas.height !== size[1]) {
      [this.canvas.width, this.canvas.height] = size;
      this.canvas.style.width = `${width}px`;
      this.canvas.style.height = `${height}px`;
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.lineJoin = "round";
    return context;
  }

  // While the zoom is moving the old picture is stretched; the new one is painted when it has come to rest.
  follow({ zoom, center }) {
    const scale = this.map.getZoomScale(zoom, this.view.zoom);
    const corner = this.map._latLngToNewLayerPoint(this.cornerLatLng, zoom, center);
    L.DomUtil.setTransform(this.canvas, corner, scale);
  }

  followPinch() {
    if (this.map.getZoom() !== this.view.zoom) this.follow({ zoom: this.map.getZoom(), center: this.map.getCenter() });
  }
}
