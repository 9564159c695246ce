// What the server would say of a visit, shown as the server shows it: summary, words beside fields, warnings, both versions.

import errorSummary from "../modules/error-summary.js";
import { element, icon } from "./dom.js";
import { labelOf } from "./fields.js";

const UNFIELDED = ".error-summary, .conflict, .confirm";

export function clearFaults(form) {
  for (const old of form.parentElement.querySelectorAll(UNFIELDED)) old.remove();
  for (const field of form.querySelectorAll(".field.wrong")) {
    field.classList.remove("wrong");
    field.querySelector("p.error")?.remove();
    for (const control of field.querySelectorAll("[aria-invalid]")) describe(control, false);
  }
}

export function showFaults(form, faults, words, general = "") {
  clearFaults(form);
  const list = element("ul", { className: "plain-list" });
  if (general) list.append(element("li", { className: "error" }, general));
  for (const [name, said] of Object.entries(faults)) {
    const control = form.elements[name];
    if (!control) {
      list.append(element("li", { className: "error" }, said));
      continue;
    }
    beside(control, said, words);
    const label = labelOf(form, name);
    const text = said.includes(label) ? said : `${label} · ${said}`;
    list.append(element("li", {}, element("a", { href: `#${control.id}` }, text)));
  }
  const heading = element("h2", { id: "error-summary-title" }, icon("bad"), words.check);
  const summary = element("div", { className: "error-summary", tabIndex: -1 }, heading, list);
  summary.setAttribute("role", "alert");
  summary.setAttribute("aria-labelledby", "error-summary-title");
  form.before(summary);
  errorSummary(summary);
  summary.scrollIntoView({ block: "start" });
}

function beside(control, said, words) {
  const field = control.closest(".field");
  field.closest("details")?.setAttribute("open", "");
  field.classList.add("wrong");
  const sign = element("span", { className: "visually-hidden" }, words.error);
  const line = element("p", { className: "error", id: `${control.id}-error` }, icon("bad"), element("span", {}, sign, said));
  (field.querySelector(".help") ?? field.querySelector("label")).after(line);
  for (const one of [control, control.tomselect?.control_input]) if (one) describe(one, `${control.id}-error`);
}

function describe(control, error) {
  const others = (control.getAttribute("aria-describedby") ?? "").split(/\s+/).filter((id) => id && !id.endsWith("-error"));
  const ids = error ? [...others, error] : others;
  if (ids.length) control.setAttribute("aria-describedby", ids.join(" "));
  else control.removeAttribute("aria-describedby");
  if (error) control.setAttribute("aria-invalid", "true");
  else control.removeAttribute("aria-invalid");
}

export function showWarnings(form, warnings, words) {
  clearFaults(form);
  const list = element("ul", {}, ...Object.values(warnings).map((said) => element("li", {}, said)));
  const box = element("input", { type: "checkbox", id: "confirmed", name: "confirmed", value: "y" });
  const tick = element("label", { className: "tick", htmlFor: "confirmed" }, box, element("span", {}, words.confirm));
  const block = element("div", { className: "confirm" }, element("h2", {}, words.look), list, tick);
  block.setAttribute("role", "alert");
  form.querySelector(".buttons").before(block);
  block.scrollIntoView({ block: "center" });
  box.focus({ preventScroll: true });
}

export function showConflict(form, differences, words) {
  clearFaults(form);
  const head = [words.what, words.theirs, words.ours].map((text) => {
    const cell = element("th", {}, text);
    cell.setAttribute("scope", "col");
    return cell;
  });
  const rows = differences.map(({ label, theirs, ours }) => {
    const name = element("th", {}, label);
    name.setAttribute("scope", "row");
    return element("tr", {}, name, version(words.theirs, theirs, "del", words), version(words.ours, ours, "ins", words));
  });
  const table = element("table", { className: "table diff" }, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows));
  const said = element("div", { className: "banner warn", tabIndex: -1 }, icon("warn") ?? "", element("p", {}, words.conflict));
  said.setAttribute("role", "status");
  const block = element("div", { className: "conflict" }, said, element("div", { className: "table-card" }, table));
  form.before(block);
  said.focus({ preventScroll: true });
  block.scrollIntoView({ block: "start" });
}

function version(label, text, tag, words) {
  const shown = text || text === 0 ? element(tag, {}, String(text)) : element("span", { className: "quiet" }, words.empty);
  const cell = element("td", {}, shown);
  cell.dataset.label = label;
  return cell;
}
