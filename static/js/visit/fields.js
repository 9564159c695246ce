// The visit form as a record of the sync door, and a record back into the form.

import { choose, chosenNames } from "../modules/picker.js";

const ONE = ["base_id", "project_id", "campaign_id"];
const LONGEST_VISIT_DAYS = 31;
const DAY_MS = 86_400_000;

const value = (form, name) => form.elements[name]?.value.trim() ?? "";
const key = (form, name) => Number(value(form, name)) || null;

export function readVisit(form, { confirmed = false } = {}) {
  return {
    client_id: form.elements.client_id.value,
    starts_on: value(form, "starts_on"),
    ends_on: value(form, "ends_on") || null,
    place_id: key(form, "place_id"),
    commissioner_ids: [...form.elements.commissioner_ids.selectedOptions].map((one) => Number(one.value)).filter(Boolean),
    topic: value(form, "topic"),
    outcome: value(form, "outcome"),
    kind: value(form, "kind") || "service",
    ...Object.fromEntries(ONE.map((name) => [name, key(form, name)])),
    problem: readProblem(form),
    point: readPoint(form),
    confirmed,
    edit: null,
  };
}

function readProblem(form) {
  const description = value(form, "problem_description");
  if (!description) return null;
  return { category: value(form, "problem_category") || "other", description, due_on: value(form, "problem_due_on") || null };
}

// What is no number goes as it was typed, so that the answer can say so.
function number(form, name) {
  const typed = value(form, name).normalize("NFKC").replaceAll(",", "");
  if (!typed) return null;
  return Number.isFinite(Number(typed)) ? Number(typed) : typed;
}

function readPoint(form) {
  const latitude = number(form, "latitude_deg");
  const longitude = number(form, "longitude_deg");
  if (latitude === null && longitude === null) return null;
  return {
    latitude_deg: latitude,
    longitude_deg: longitude,
    accuracy_m: number(form, "accuracy_m"),
    source: value(form, "coordinate_source") || "gps",
  };
}

export function writeVisit(form, visit, title = {}) {
  const put = (name, given) => { if (form.elements[name]) form.elements[name].value = given ?? ""; };
  for (const name of ["client_id", "starts_on", "ends_on", "topic", "outcome"]) put(name, visit[name]);
  put("kind", visit.kind ?? "service");
  choose(form.elements.place_id, [visit.place_id], [title.place]);
  choose(form.elements.commissioner_ids, visit.commissioner_ids ?? [], title.people ?? []);
  for (const name of ONE) if (form.elements[name]) choose(form.elements[name], [visit[name]], [title[name]]);
  put("problem_category", visit.problem?.category);
  put("problem_description", visit.problem?.description);
  put("problem_due_on", visit.problem?.due_on);
  for (const name of ["latitude_deg", "longitude_deg", "accuracy_m"]) put(name, visit.point?.[name]);
  put("coordinate_source", visit.point?.source);
  openFilled(form);
  form.dispatchEvent(new Event("written"));
}

// A fold with something in it is open, so that nothing is sent unseen.
function openFilled(form) {
  for (const fold of form.querySelectorAll("details.more")) {
    const filled = [...fold.querySelectorAll("input:not([type=file]), select, textarea")].some(
      (one) => one.type !== "checkbox" && one.value && one.value !== "service",
    );
    if (fold.dataset.part !== "photos") fold.open = filled; // photos open with their previews
  }
}

export function titleOf(form) {
  const named = Object.fromEntries(ONE.map((name) => [name, form.elements[name] ? chosenNames(form.elements[name])[0] : ""]));
  return { place: chosenNames(form.elements.place_id)[0] ?? "", people: chosenNames(form.elements.commissioner_ids), ...named };
}

export function labelOf(form, name) {
  const control = form.elements[name];
  const label = control?.closest(".field")?.querySelector("label");
  return label?.firstChild?.textContent.trim() ?? name;
}

// What can be seen without asking the server; the server judges the rest. Field → words.
export function faultsOf(form, visit, words, latest) {
  const faults = {};
  const missing = { starts_on: !visit.starts_on, place_id: !visit.place_id, commissioner_ids: !visit.commissioner_ids.length, topic: !visit.topic };
  for (const [name, is] of Object.entries(missing)) if (is) faults[name] = words.needed.replace("{label}", labelOf(form, name));
  if (visit.starts_on > latest) faults.starts_on = words.future;
  if (visit.ends_on && visit.ends_on > latest) faults.ends_on = words.future;
  if (visit.ends_on && visit.starts_on) Object.assign(faults, spanFault(visit, words));
  const { point } = visit;
  if (point && (point.latitude_deg === null) !== (point.longitude_deg === null)) faults.latitude_deg = words.half_point;
  if (!visit.problem && (value(form, "problem_category") || value(form, "problem_due_on"))) faults.problem_description = words.no_problem;
  return faults;
}

function spanFault({ starts_on: from, ends_on: to }, words) {
  if (to < from) return { ends_on: words.backwards };
  return (Date.parse(to) - Date.parse(from)) / DAY_MS >= LONGEST_VISIT_DAYS ? { ends_on: words.too_long } : {};
}
