// A select that can be searched by Chinese, pinyin and initials (each option's data-search), and fetch more from data-url.
import "../../vendor/tom-select/tom-select.complete.min.js";

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

function loader(url) {
  return async function load(query, done) {
    try {
      const address = new URL(url, location.href);
      address.searchParams.set("q", query);
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      const found = answer.ok ? await answer.json() : [];
      this.clearOptions((option) => this.items.includes(option.value));
      found.forEach(({ group }) => group && this.addOptionGroup(group, { label: group, value: group }));
      done(found.map(({ value, label, search, group }) => ({ value, text: label, search, optgroup: group })));
    } catch {
      done();
    }
  };
}

export default function picker(select) {
  const { url, nothing, clear, hint } = select.dataset;
  const mayBeEmpty = !select.required && !select.multiple;
  const control = new window.TomSelect(select, {
    searchField: ["text", "search"],
    sortField: [{ field: "$order" }, { field: "$score" }],
    maxOptions: 300,
    hidePlaceholder: true,
    allowEmptyOption: false,
    plugins: {
      ...(select.multiple ? { remove_button: { title: clear } } : { dropdown_input: {} }),
      ...(mayBeEmpty ? { clear_button: { title: clear } } : {}),
    },
    render: { option: line, item: line, optgroup_header: header, no_results: nothingFound(nothing ?? "—") },
    ...(url ? { load: loader(url), shouldLoad: (query) => query.trim().length > 0 } : {}),
  });
  if (!select.multiple && hint) control.control_input.placeholder = hint;
  // What is left behind for posting is not read out a second time.
  for (const left of [select, control.control.querySelector(".items-placeholder")]) left?.setAttribute("aria-hidden", "true");
  for (const name of ["aria-describedby", "aria-invalid"]) {
    if (select.hasAttribute(name)) control.control_input.setAttribute(name, select.getAttribute(name));
  }
}
