// The same visit in several villages: choose them from the list, one row each.

const MOST_SHOWN = 100;

export function villages(dialog, rows) {
  const filter = dialog.querySelector("input[type=search]");
  const list = dialog.querySelector("ul");
  let about = null;
  let known = [];
  let chosen = new Set();

  const line = ({ text, about: township }) => {
    const item = document.createElement("li");
    const label = document.createElement("label");
    label.className = "tick";
    const tick = Object.assign(document.createElement("input"), { type: "checkbox", value: text, checked: chosen.has(text) });
    const words = document.createElement("span");
    words.append(text);
    if (township) words.append(" ", Object.assign(document.createElement("small"), { textContent: township }));
    label.append(tick, words);
    item.append(label);
    return item;
  };

  const show = () => {
    const wanted = filter.value.trim().toLowerCase();
    const found = known.filter(({ text, search }) => chosen.has(text) || search.includes(wanted));
    list.replaceChildren(...found.slice(0, MOST_SHOWN).map(line));
  };

  filter.addEventListener("input", show);
  filter.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  list.addEventListener("change", ({ target }) => (target.checked ? chosen.add(target.value) : chosen.delete(target.value)));
  dialog.querySelector("[data-act=choose]").addEventListener("click", () => {
    if (chosen.size) rows.copy(about, [...chosen].map((village) => ({ village })));
    dialog.close();
  });
  dialog.querySelector("[data-act=cancel]").addEventListener("click", () => dialog.close());

  return (client_id, places) => {
    about = client_id;
    known = places.filter(({ text }) => text !== rows.find(client_id).cells.village);
    chosen = new Set();
    filter.value = "";
    show();
    dialog.showModal();
    filter.focus();
  };
}
