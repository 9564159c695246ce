// Large type (大字版) enlarges marks and names on the map, too.

const FACTOR = document.documentElement.classList.contains("large-type") ? 1.3 : 1;

export function sized(pixels) {
  return pixels * FACTOR;
}
