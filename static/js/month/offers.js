// Villages and people offered while one types, by Chinese, pinyin and initials, out of the lists of this account.

const MOST = 8;
const SEPARATOR = /[、，,;；\n]/;
let number = 0;

function places(kit) {
  const names = new Map();
  for (const { name } of kit.places) names.set(name, (names.get(name) ?? 0) + 1);
  return kit.places.map(({ name, township, search }) => ({
    // A name that stands for several villages is written with its township.
    text: names.get(name) > 1 && township ? `${township}${name}` : name,
    about: township,
    search: `${township}${search}`.toLowerCase(),
  }));
}

function people(kit) {
  return kit.people
    .map(({ label, search, posted }) => {
      const [text, ...about] = label.split(" · ");
      return { text, about: about.join(" · "), search: search.toLowerCase(), posted };
    })
    .sort((one, other) => Number(other.posted) - Number(one.posted));
}

export class Offers {
  constructor(table, rows, kit) {
    Object.assign(this, { table, rows, known: { village: places(kit), people: people(kit) } });
    this.list = document.createElement("ul");
    this.list.className = "offers";
    this.list.setAttribute("role", "listbox");
    this.list.id = "sheet-offers";
    const { table: node } = table;
    node.addEventListener("input", ({ target }) => this.show(target));
    node.addEventListener("focusout", () => this.leave());
    node.addEventListener("keydown", (event) => this.key(event), { capture: true });
    this.list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const option = event.target.closest("[role=option]");
      if (option) this.take(option);
    });
  }

  // The name being typed: what stands after the last separator.
  typed(field) {
    return field.value.split(SEPARATOR).at(-1).trim().toLowerCase();
  }

  show(field) {
    this.hide();
    const known = this.known[field.name ?? ""];
    const typed = known ? this.typed(field) : "";
    if (!typed || field.readOnly) return;
    const found = known.filter(({ search }) => search.includes(typed)).slice(0, MOST);
    if (!found.length || (found.length === 1 && found[0].text.toLowerCase() === typed)) return;
    this.field = field;
    this.table.lookedUp = `${this.table.idOf(field)} ${field.name}`;
    this.list.replaceChildren(...found.map((one) => this.option(one)));
    field.parentElement.append(this.list);
    for (const [name, value] of [["role", "combobox"], ["aria-expanded", "true"], ["aria-controls", this.list.id], ["aria-autocomplete", "list"]]) {
      field.setAttribute(name, value);
    }
  }

  option({ text, about }) {
    const option = document.createElement("li");
    option.setAttribute("role", "option");
    option.id = `sheet-offer-${(number += 1)}`;
    option.dataset.text = text;
    option.append(text);
    if (about) {
      const small = document.createElement("small");
      small.textContent = about;
      option.append(" ", small);
    }
    return option;
  }

  hide() {
    this.list.remove();
    for (const name of ["aria-expanded", "aria-activedescendant", "aria-controls", "role", "aria-autocomplete"]) this.field?.removeAttribute(name);
    this.field = null;
    this.table.lookedUp = null;
  }

  // Left without a choice: now it is told if nobody has that name.
  leave() {
    const left = this.field && this.rows.find(this.table.idOf(this.field));
    this.hide();
    if (left) this.table.paint(left);
  }

  take(option) {
    const { field } = this;
    const before = field.value.slice(0, field.value.length - field.value.split(SEPARATOR).at(-1).length);
    const text = `${before}${option.dataset.text}`;
    this.hide();
    this.rows.set(this.table.idOf(field), field.name, text);
  }

  key(event) {
    if (!this.field || event.isComposing || event.keyCode === 229) return;
    const options = [...this.list.children];
    const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "Escape") this.hide();
    else if (event.key === "ArrowDown") this.mark(options, (at + 1) % options.length);
    else if (event.key === "ArrowUp") this.mark(options, (at - 1 + options.length) % options.length);
    else if ((event.key === "Enter" || event.key === "Tab") && at >= 0) this.take(options[at]);
    else return;
    if (event.key !== "Tab") {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  mark(options, at) {
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === at)));
    options[at].scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", options[at].id);
  }
}
