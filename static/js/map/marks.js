// The layer of marks: arranges them for the zoom, paints them, and knows which one is under a finger.

import { CanvasLayer } from "./canvas-layer.js";
import { arrange } from "./arrange.js";
import { paintHalo, paintMark } from "./shapes.js";

const UNDERLINGS = new Set(["visits", "employment"]); // they belong to a mark beside or above them

export class Marks {
  constructor(map, layers, chosen) {
    Object.assign(this, { map, items: null, layers, chosen, arrangedFor: null, marks: [], spots: new Map() });
    map.createPane("marks").style.zIndex = 610;
    map.getPane("marks").style.pointerEvents = "none"; // touches go to the map, which asks us
    this.layer = new CanvasLayer((context, view) => this.paint(context, view), { pane: "marks" }).addTo(map);
  }

  show(layers) {
    this.layers = layers;
    this.arrangedFor = null;
    this.layer.redraw();
  }

  // What there is to show, at first or as of another day.
  replace(items) {
    this.items = items;
    this.arrangedFor = null;
    this.layer.redraw();
  }

  choose(key) {
    this.chosen = key;
    this.layer.redraw();
  }

  paint(context, view) {
    this.arrangeFor(view.zoom);
    const options = Object.fromEntries(this.layers.map((layer) => [layer, true]));
    for (const mark of this.marks) {
      const x = mark.x - view.left;
      const y = mark.y - view.top;
      if (x < -50 || y < -50 || x > view.width + 50 || y > view.height + 50) continue;
      if (keyOf(mark) === this.chosen && !UNDERLINGS.has(mark.kind)) paintHalo(context, mark, x, y);
      paintMark(context, mark, x, y, options);
    }
  }

  arrangeFor(zoom) {
    if (!this.items || this.arrangedFor === zoom) return;
    Object.assign(this, arrange(this.items, zoom, this.layers), { arrangedFor: zoom });
  }

  // The nearest mark within reach; a circle of employment lies under all others.
  at(containerPoint, reach) {
    const world = this.map.getPixelOrigin().add(this.map.containerPointToLayerPoint(containerPoint));
    let nearest = null;
    let least = Infinity;
    for (const mark of this.marks) {
      const gap = Math.hypot(mark.x - world.x, mark.y - world.y) - mark.radius;
      const rank = mark.kind === "employment" ? gap + 10000 : gap;
      if (gap <= (mark.kind === "employment" ? 0 : reach) && rank < least) [nearest, least] = [mark, rank];
    }
    return nearest;
  }

  // What else a finger of this reach might mean: marks with a story of their own, the nearest first.
  beside(mark, reach) {
    const gapTo = (other) => Math.hypot(other.x - mark.x, other.y - mark.y) - other.radius;
    return this.marks
      .filter((other) => other !== mark && other.item && gapTo(other) <= reach)
      .sort((a, b) => gapTo(a) - gapTo(b))
      .map(({ kind, item }) => ({ kind, item }));
  }

  latLngOf(mark) {
    return this.map.unproject([mark.x, mark.y]);
  }

  itemOf(key) {
    return Object.values(this.items).flat().find((item) => `${item.kind}-${item.id}` === key);
  }
}

// What a mark tells when touched: circles of employment and heaps speak for the record or the township under them.
export function keyOf(mark) {
  if (mark.kind === "employment") {
    if (mark.rows.length === 1) return `${mark.rows[0].owner}-${mark.rows[0].id}`;
    return mark.rows[0].at ? `${mark.rows[0].at.kind}-${mark.rows[0].at.id}` : null;
  }
  if (mark.spot) {
    const [township, ...others] = mark.spot.townships;
    return others.length || township.kind === "cluster" ? null : `${township.kind}-${township.id}`;
  }
  return `${mark.kind}-${mark.id}`;
}
