// What the map shows now, painted once more as one picture, finer than the screen. Tiles are other hosts' pictures: a
// canvas that holds them cannot be saved, so they are left out, and the plain ground under them is what is seen.

const PAPER = "#f1f1ea";

export async function snapshot(map, ratio, credits) {
  const { x: width, y: height } = map.getSize();
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  context.fillStyle = PAPER;
  context.fillRect(0, 0, canvas.width, canvas.height);
  for (const layer of paintedLayers(map)) {
    const corner = map.latLngToContainerPoint(layer.sheet.cornerLatLng);
    context.save();
    context.lineJoin = "round";
    context.setTransform(ratio, 0, 0, ratio, corner.x * ratio, corner.y * ratio);
    layer.paint(context, layer.sheet.view);
    context.restore();
  }
  return { picture: await createImageBitmap(canvas), width, height, credit: credits.join(", "), ...margin(map) };
}

function paintedLayers(map) {
  const layers = [];
  map.eachLayer((layer) => layer.paint && layer.sheet && layers.push(layer));
  const height = (layer) => Number(layer.getPane().style.zIndex) || 0;
  return layers.sort((a, b) => height(a) - height(b));
}

function margin(map) {
  const container = map.getContainer();
  const scale = container.querySelector(".leaflet-control-scale-line");
  return {
    scale: scale ? { text: scale.textContent, width: scale.offsetWidth } : null,
    hasTiles: Boolean(container.querySelector(".leaflet-tile")),
  };
}
