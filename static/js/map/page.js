// The page around the map: layers are switched without a reload, time moves everything together, and a touched
// mark tells its story beside the map. What is chosen is written to the address, so that the view can be shared; without
// JavaScript every part still works.

import { hearMap, tellMap } from "./talk.js";
import { others, renderStory } from "./story.js";
import { timeSlider } from "./time.js";

export default function leaderMap(element) {
  const form = element.querySelector(".map-filters");
  const frame = element.querySelector(".map-view");
  const panel = element.querySelector(".map-story");
  const story = storyTeller(panel, element.dataset.storyUrl);
  let shown = null; // what the map shows, where time has moved it since it was opened

  switchLayers(form, frame);
  hearMap(frame, {
    ready: () => shown && tellMap(frame, shown),
    touched: ({ key, beside }) => story(key, beside),
    looked: ({ box }) => inAddress((query) => query.set("box", box.map((edge) => edge.toFixed(5)).join(","))),
    several: ({ title, beside }) => panel.replaceChildren(...others(panel, beside, title)),
  });
  panel.addEventListener("click", ({ target }) => {
    const one = target.closest("[data-key]");
    if (!one) return;
    tellMap(frame, { type: "choose", key: one.dataset.key });
    story(one.dataset.key);
    panel.focus({ preventScroll: true });
  });
  showFromTable(frame, panel, story);
  timeSlider(element, {
    search: () => window.location.search,
    apply: (moment, day, next) => {
      shown = { type: "moment", points: moment.points, day, next };
      tellMap(frame, shown);
      moveTo(moment.page);
      inAddress((query) => {
        for (const key of ["year", "month", "number"]) query.delete(key);
        query.set("on", day);
      });
    },
  });
}

// The parts of the page that tell of a day, replaced by those of another; all others stay as they are, the focus too.
function moveTo(other) {
  for (const part of document.querySelectorAll("[data-moves]")) {
    const moved = other.querySelector(`[data-moves="${part.dataset.moves}"]`);
    if (!moved) continue;
    part.replaceChildren(...document.importNode(moved, true).childNodes);
    if (part.matches("select")) part.value = moved.value;
  }
}

function switchLayers(form, frame) {
  const boxes = [...form.elements].filter((field) => field.name === "layer");
  for (const box of boxes) {
    box.addEventListener("change", () => {
      const layers = boxes.filter((one) => one.checked).map((one) => one.value);
      tellMap(frame, { type: "layers", layers });
      inAddress((query) => {
        query.delete("layer");
        query.set("layers", "chosen");
        layers.forEach((layer) => query.append("layer", layer));
      });
    });
  }
}

function storyTeller(panel, address) {
  let asked = 0;
  return async (key, beside = []) => {
    const turn = (asked += 1);
    const answer = await fetch(`${address}/${key.replace("-", "/")}.json${window.location.search}`, { headers: { Accept: "application/json" } });
    if (turn !== asked) return; // somebody has touched another mark meanwhile
    if (!answer.ok) return void renderStory(panel, null);
    renderStory(panel, await answer.json());
    panel.append(...others(panel, beside));
    inAddress((query) => query.set("at", key));
    panel.querySelector(".story-title")?.scrollIntoView({ block: "nearest", behavior: calm() });
  };
}

function showFromTable(frame, panel, story) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".map-show");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    tellMap(frame, { type: "choose", key: link.dataset.key, zoom: 12 });
    story(link.dataset.key);
    frame.scrollIntoView({ block: "center", behavior: calm() });
    panel.focus({ preventScroll: true });
  });
}

function calm() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
}

function inAddress(change) {
  const address = new URL(window.location.href);
  change(address.searchParams);
  window.history.replaceState(null, "", address);
}
