// Tiles, where an installation has them: when they do not come, the plain ground underneath is shown instead, with a word.

const ENOUGH = 3; // one that is missing is a hole in the picture; this many in a row, and the service is not there

export function watchTiles(map, words) {
  const line = document.getElementById("map-notice");
  const layers = [];
  map.eachLayer((layer) => layer.getTileUrl && layers.push(layer));
  layers.forEach((layer, index) => watch(layer, index === 0 ? says(line, words.tiles_missing) : () => undefined));
}

function says(line, text) {
  return (missing) => {
    if (missing) Object.assign(line, { textContent: text, hidden: false });
    else if (line.textContent === text) line.hidden = true;
  };
}

function watch(layer, say) {
  let failed = 0;
  const judge = (came) => {
    failed = came ? 0 : failed + 1;
    const missing = failed >= ENOUGH || (failed > 0 && !anyLoaded(layer));
    layer.setOpacity(missing ? 0 : 1); // half a picture over the plain ground would be read as the whole
    say(missing);
  };
  layer.on("tileload", () => judge(true));
  layer.on("tileerror", () => judge(false));
  // They may have failed before this module was there to hear it.
  if (!layer.isLoading() && layer.getContainer() && !anyLoaded(layer)) judge(false);
}

function anyLoaded(layer) {
  return Boolean(layer.getContainer()?.querySelector(".leaflet-tile-loaded"));
}
