// Web Mercator in units of the world at zoom 0 (256 pixels): worked out once for each place, scaled at each zoom.

const WORLD = 256;
const DEGREE = Math.PI / 180;

export function worldX(longitude) {
  return (longitude / 360 + 0.5) * WORLD;
}

export function worldY(latitude) {
  const sine = Math.sin(Math.max(-85.05, Math.min(85.05, latitude)) * DEGREE);
  return (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * WORLD;
}

export function longitudeAt(x) {
  return (x / WORLD - 0.5) * 360;
}

export function latitudeAt(y) {
  return (2 * Math.atan(Math.exp((0.5 - y / WORLD) * 2 * Math.PI)) - Math.PI / 2) / DEGREE;
}

export function scaleOf(zoom) {
  return 2 ** zoom;
}
