// Small pieces of a page, made as elements and text only.

export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children.filter((one) => one !== null && one !== undefined));
  return made;
}

// An icon of the page's own set, which the form carries in a <template data-icons>.
export function icon(name) {
  const drawn = document.querySelector("template[data-icons]")?.content.querySelector(`[data-icon="${name}"] svg`);
  return drawn ? drawn.cloneNode(true) : null;
}

export function button(text, onClick, look = "button second") {
  const made = element("button", { type: "button", className: look }, text);
  made.addEventListener("click", onClick);
  return made;
}

export function link(text, href, look = "button second") {
  return element("a", { href, className: look }, text);
}

// A quiet box above the form that says one thing and offers what to do next.
export function notice(text, { tone = "", actions = [], detail = "" } = {}) {
  const box = element("div", { className: `banner visit-notice ${tone}`.trim(), tabIndex: -1 });
  box.setAttribute("role", tone === "bad" ? "alert" : "status");
  const said = element("div", {}, element("p", {}, text));
  if (detail) said.append(element("p", { className: "quiet" }, detail));
  if (actions.length) said.append(element("div", { className: "cluster" }, ...actions));
  box.append(icon({ good: "good", warn: "warn", bad: "bad" }[tone] ?? "info") ?? "", said);
  return box;
}
