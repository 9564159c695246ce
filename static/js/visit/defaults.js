// What a fresh form begins with: today, an id of its own, what the address asks for, the last visit's village and people.

import { choose } from "../modules/picker.js";
import { keepNote, note } from "../offline/store.js";

const DAY_MS = 86_400_000;
const LAST = "last_visit";
const ASKED = ["place_id", "base_id", "project_id", "campaign_id"];

export function today() {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

// A page that was kept on the device may be days old: only a clock behind it is surely wrong. One fresh from the network tells both ways.
export function clockIsOff(form, heardAt = null) {
  const shown = Number(form.dataset.renderedMs);
  const now = Date.now();
  if (heardAt !== null) return Math.abs(now - heardAt) > DAY_MS;
  return isFresh() ? Math.abs(now - shown) > DAY_MS : shown - now > DAY_MS;
}

function isFresh() {
  const [visit] = performance.getEntriesByType("navigation");
  return Boolean(visit) && visit.type === "navigate" && !visit.workerStart && visit.transferSize > 0;
}

export function beginFresh(form) {
  form.elements.client_id.value = crypto.randomUUID();
  form.elements.starts_on.value = today();
  const asked = new URLSearchParams(location.search);
  for (const name of ASKED) {
    const id = Number(asked.get(name)) || null;
    if (id && form.elements[name]) choose(form.elements[name], [id]);
    if (id) form.elements[name]?.closest("details")?.setAttribute("open", "");
  }
  // Only who may log a care visit is asked for the kind.
  if (Number(asked.get("campaign_id")) && form.elements.kind) form.elements.kind.value = "care";
  const person = Number(asked.get("commissioner_id")) || null;
  if (person) choose(form.elements.commissioner_ids, [person]);
  return { place: asked.has("place_id"), people: asked.has("commissioner_id") };
}

// Fills village and people where the address says nothing and nobody has touched the field.
export function fillLikely(form, { place_id: place, commissioner_ids: people }, taken) {
  if (place && !taken.has("place_id")) choose(form.elements.place_id, [place]);
  if (people?.length && !taken.has("commissioner_ids")) choose(form.elements.commissioner_ids, people);
}

// The page, the lists and the last visit saved here each know something of it: the latest word counts. Null: the page's own.
export async function likelyNext(form, account, lists, age_ms) {
  const last = await note(LAST);
  const page = Number(form.dataset.renderedMs);
  const listed = lists ? Date.now() - age_ms : 0;
  if (last?.account === account && last.at > Math.max(page, listed)) return last;
  return listed > page ? lists.defaults : null;
}

// By their ids alone: names are in the lists, which go when one signs out.
export function rememberLast(account, { place_id, commissioner_ids }) {
  return keepNote(LAST, { account, at: Date.now(), place_id, commissioner_ids });
}
