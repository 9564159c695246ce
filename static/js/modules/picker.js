// A select that can be searched by Chinese, pinyin and initials (each option's data-search), and fetch more from data-url.
// One that is folded away is dressed when its fold opens; `offer` and `choose` work on a select before and after.
import "../../vendor/tom-select/tom-select.complete.min.js";

const MOST_SHOWN = 100;

function line(data) {
  const row = document.createElement("div");
  row.textContent = data.text;
  return row;
}

function header(data) {
  const row = document.createElement("div");
  row.className = "optgroup-header";
  row.textContent = data.label;
  return row;
}

function nothingFound(words) {
  return () => {
    const row = document.createElement("div");
    row.className = "no-results";
    row.textContent = words;
    return row;
  };
}

function loader(select) {
  return async function load(query, done) {
    try {
      const address = new URL(select.dataset.url, location.href);
      address.searchParams.set("q", query);
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      const found = answer.ok ? await answer.json() : [];
      if (!select.dataset.kept) this.clearOptions((option) => this.items.includes(option.value));
      found.forEach(({ group }) => group && this.addOptionGroup(group, { label: group, value: group }));
      done(found.map(({ value, label, search, group }) => ({ value, text: label, search, optgroup: group })));
    } catch {
      done();
    }
  };
}

// All choices as data: the select keeps only what is chosen, because five hundred elements cost more than the whole rest of a form.
function taken(select) {
  const options = [...select.options].filter((one) => one.value).map((option) => {
    const group = option.parentElement.label;
    return { value: option.value, text: option.textContent.trim(), search: option.dataset.search, optgroup: group, ...(option.selected ? { $option: option } : {}) };
  });
  const chosen = [...select.options].filter((one) => one.selected || !one.value);
  select.replaceChildren(...chosen);
  return { options, optgroups: groupsOf(options) };
}

function groupsOf(options) {
  return [...new Set(options.map((one) => one.optgroup).filter(Boolean))].map((group) => ({ label: group, value: group }));
}

function dress(select) {
  if (select.tomselect) return;
  const { nothing, clear, hint } = select.dataset;
  const mayBeEmpty = !select.required && !select.multiple;
  const control = new window.TomSelect(select, {
    ...taken(select),
    searchField: ["text", "search"],
    sortField: [{ field: "$order" }, { field: "$score" }],
    maxOptions: MOST_SHOWN,
    refreshThrottle: 50,
    diacritics: false, // Chinese and pinyin have none, and their table takes longer to make than all else
    hidePlaceholder: true,
    allowEmptyOption: false,
    plugins: {
      ...(select.multiple ? { remove_button: { title: clear } } : { dropdown_input: {} }),
      ...(mayBeEmpty ? { clear_button: { title: clear } } : {}),
    },
    render: { option: line, item: line, optgroup_header: header, no_results: nothingFound(nothing ?? "—") },
    load: loader(select),
    shouldLoad: (query) => Boolean(select.dataset.url) && query.trim().length > 0,
  });
  if (!select.multiple && hint) control.control_input.placeholder = hint;
  // What is left behind for posting is not read out a second time.
  for (const left of [select, control.control.querySelector(".items-placeholder")]) left?.setAttribute("aria-hidden", "true");
  for (const name of ["aria-describedby", "aria-invalid"]) {
    if (select.hasAttribute(name)) control.control_input.setAttribute(name, select.getAttribute(name));
  }
}

export default function picker(select) {
  const fold = select.closest("details:not([open])");
  if (fold) fold.addEventListener("toggle", () => dress(select), { once: true });
  else dress(select);
}

// Gives a picker other choices, [{ value, text, search, optgroup }], and keeps what is chosen.
export function offer(select, choices) {
  const control = select.tomselect;
  if (!control) return offerBare(select, choices);
  const chosen = control.items.map((value) => control.options[value]).filter(Boolean);
  control.clearOptions(() => false);
  control.clearOptionGroups();
  for (const group of groupsOf(choices)) control.addOptionGroup(group.value, group);
  control.addOptions(choices);
  control.addOptions(chosen.filter(({ value }) => !(value in control.options)));
  return undefined;
}

function offerBare(select, choices) {
  const chosen = [...select.selectedOptions];
  const kept = new Set(chosen.map((one) => one.value));
  const blank = select.querySelector("option[value='']");
  const others = choices.filter(({ value }) => !kept.has(value)).map(optionOf);
  select.replaceChildren(...(blank && !kept.has("") ? [blank] : []), ...chosen, ...others);
}

function optionOf({ value, text, search }) {
  const option = new Option(text, value);
  if (search) option.dataset.search = search;
  return option;
}

// Chooses values; one that is not offered is shown under the name given for it.
export function choose(select, values, names = []) {
  const wanted = values.filter((value) => value != null && value !== "").map(String);
  const nameOf = (value) => names[wanted.indexOf(value)] || value;
  const control = select.tomselect;
  if (control) {
    for (const value of wanted) if (!(value in control.options)) control.addOption({ value, text: nameOf(value) });
    control.setValue(select.multiple ? wanted : wanted[0] ?? "", true);
    return;
  }
  const known = new Set([...select.options].map((one) => one.value));
  for (const value of wanted) if (!known.has(value)) select.append(new Option(nameOf(value), value));
  for (const option of select.options) option.selected = wanted.length ? wanted.includes(option.value) : option.value === "";
}

// The names of what is chosen.
export function chosenNames(select) {
  return [...select.selectedOptions].filter((one) => one.value).map((one) => select.tomselect?.options[one.value]?.text ?? one.textContent.trim());
}
