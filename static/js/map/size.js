// Large type (大字版) enlarges marks and names on the map, too; so does a screen on a wall, which is read from afar.

const WALL_WIDTH = 1000;
const root = document.documentElement;
if (window.frameElement?.classList.contains("wall-view") && window.innerWidth >= WALL_WIDTH) root.classList.add("large-type");
const FACTOR = root.classList.contains("large-type") ? 1.3 : 1;

export function sized(pixels) {
  return pixels * FACTOR;
}
