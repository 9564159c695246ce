// One visit, draft or photo of the waiting page: a piece of the page's own, cloned and filled with text.

const TONES = { waiting: "warn", sending: "good", refused: "bad" };

export function say(words, values) {
  return words.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

function piece(box, name) {
  return box.querySelector(`template[data-piece=${name}]`).content.firstElementChild.cloneNode(true);
}

function put(card, name, text) {
  const part = card.querySelector(`[data-${name}]`);
  part.hidden = !text;
  (part.querySelector("span") ?? part).textContent = text;
}

function dates({ starts_on, ends_on }) {
  return ends_on && ends_on !== starts_on ? `${starts_on} – ${ends_on}` : starts_on;
}

function kindOf({ state, answer }) {
  if (state !== "refused") return state;
  if (answer?.status === 409) return "conflict";
  return answer?.warnings ? "ask" : "refused";
}

function nextTry({ state, next_try_at, form, tries }, words) {
  if (form > 1) return words.newer;
  if (state !== "waiting" || !next_try_at || !tries) return "";
  const time = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(next_try_at);
  return say(words.again_at, { time });
}

function showVersions(box, card, differences, words) {
  const told = differences ?? [];
  card.querySelector("[data-versions]").hidden = told.length === 0;
  card.classList.toggle("wide", told.length > 0);
  const rows = told.map(({ label, theirs, ours }) => {
    const row = piece(box, "difference");
    row.querySelector("th").textContent = label;
    row.querySelector("del").textContent = theirs || words.empty_value;
    row.querySelector("ins").textContent = ours || words.empty_value;
    return row;
  });
  card.querySelector("tbody").replaceChildren(...rows);
}

function showActions(card, record, kind, { sure, edit }) {
  const sending = kind === "sending";
  const wanted = {
    confirm: kind === "ask", retry: kind === "refused" || kind === "waiting", theirs: kind === "conflict", delete: kind !== "conflict" && !sending,
  };
  for (const [name, shown] of Object.entries(wanted)) card.querySelector(`[data-do=${name}]`).hidden = !shown || sure;
  const link = card.querySelector("a[data-edit]");
  link.href = edit;
  link.hidden = sending || sure;
  link.querySelector("[data-plain]").hidden = kind === "conflict";
  link.querySelector("[data-mine]").hidden = kind !== "conflict";
  card.querySelector("[data-sure]").hidden = !sure;
}

export function cardOf(box, words, record, shown) {
  const card = piece(box, "visit");
  const kind = kindOf(record);
  const { visit, title } = record;
  card.dataset.visit = record.client_id;
  card.classList.toggle("asks", kind === "ask" || kind === "conflict");
  card.querySelector("time").textContent = dates(visit);
  card.querySelector("time").dateTime = visit.starts_on;
  put(card, "topic", visit.topic || words.nothing_typed);
  put(card, "where", [title.place, title.people || words.no_people].filter(Boolean).join(" · "));
  put(card, "photos", shown.photos ? say(words.photos, { n: shown.photos }) : "");
  put(card, "next", nextTry(record, words));
  put(card, "why", record.state === "refused" ? record.reason : "");
  const tag = card.querySelector("[data-tag]");
  tag.textContent = words[kind];
  tag.classList.add(kind === "ask" || kind === "conflict" ? "warn" : TONES[record.state]);
  showVersions(box, card, kind === "conflict" ? record.answer.differences : null, words);
  showActions(card, record, kind, shown);
  return card;
}

export function draftOf(box, words, draft, edit) {
  const row = piece(box, "draft");
  row.querySelector("a").href = `${edit}${draft.client_id}`;
  const { visit = {}, title = {} } = draft;
  const said = [visit.starts_on ?? draft.starts_on, title.place, visit.topic || draft.topic || words.nothing_typed];
  row.querySelector(".todo-text").textContent = said.filter(Boolean).join(" · ");
  return row;
}

export function photoOf(box, words, photo) {
  const row = piece(box, "photo");
  row.dataset.photo = photo.photo_id;
  row.querySelector("[data-name]").textContent = say(words.photo_left, { place: photo.title?.place ?? "", date: photo.starts_on ?? "" });
  const refused = photo.state === "refused";
  row.querySelector("[data-says]").textContent = refused ? say(words.photo_refused, { why: photo.reason }) : words.photo_waiting;
  row.classList.toggle("bad", refused);
  return row;
}
