// What the pickers offer, from the lists kept on this device: newer than a page that was kept for days.

import { offer } from "../modules/picker.js";

const PLAIN = { base_id: "bases", project_id: "projects", campaign_id: "campaigns" };

const named = ({ id, name, search }) => ({ value: String(id), text: name, search: search ?? name });

export function offerKit(form, kit, words) {
  const place = ({ id, name, township, search }) => ({ value: String(id), text: name, search, optgroup: township || name });
  give(form.elements.place_id, kit.places.map(place), kit.cut);
  give(form.elements.commissioner_ids, peopleOf(kit, words), kit.cut);
  for (const [name, list] of Object.entries(PLAIN)) if (form.elements[name]) give(form.elements[name], (kit[list] ?? []).map(named), kit.cut);
}

// Where the lists were cut, the network is asked for the rest while one types.
function give(select, choices, cut) {
  if (cut) select.dataset.kept = "part";
  else delete select.dataset.url;
  offer(select, choices);
}

function peopleOf(kit, words) {
  const grouped = kit.township && kit.people.some((one) => one.posted);
  const person = ({ id, name, label, search, posted }) => ({
    value: String(id),
    text: label || name,
    search,
    ...(grouped ? { optgroup: posted ? words.posted : words.others } : {}),
  });
  return grouped ? [...kit.people].sort((a, b) => Number(b.posted) - Number(a.posted)).map(person) : kit.people.map(person);
}
