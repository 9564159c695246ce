// The page of a file that was taken along: layers switch, a touched mark shows its line in the table, and a line its mark.

import "./alone-map.js";
import "./frame.js";
import { hearOwnMap, tellOwnMap } from "./talk.js";

const ZOOM = 13;
const boxes = [...document.querySelectorAll("input[name=layer]")];
const lines = [...document.querySelectorAll("[data-key]")];

for (const box of boxes) {
  box.addEventListener("change", () => {
    tellOwnMap({ type: "layers", layers: boxes.filter((one) => one.checked).map((one) => one.value) });
  });
}

for (const line of lines) {
  line.querySelector("button")?.addEventListener("click", () => {
    tellOwnMap({ type: "choose", key: line.dataset.key, zoom: ZOOM });
    mark([line.dataset.key]);
    document.getElementById("map").scrollIntoView({ block: "center" });
  });
}

hearOwnMap({
  touched: ({ key, beside }) => show([key, ...beside.map((one) => one.key)]),
  several: ({ beside }) => show(beside.map((one) => one.key)),
});

function mark(keys) {
  for (const line of lines) line.classList.toggle("chosen", keys.includes(line.dataset.key));
}

function show(keys) {
  mark(keys);
  const [first] = keys.map((key) => lines.find((line) => line.dataset.key === key)).filter(Boolean);
  first?.scrollIntoView({ block: "center" });
  first?.querySelector("button")?.focus({ preventScroll: true });
}
