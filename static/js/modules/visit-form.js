// The visit form on a phone or at a desk: what is saved goes into the outbox of this device first, then to the server.

import { currentAccount, kit, kitAge, refreshKit } from "../offline/account.js";
import { hello } from "../offline/door.js";
import { changes, discard, get, getDraft, listDrafts, photosOf, saveDraft } from "../offline/outbox.js";
import { offerKit } from "../visit/choices.js";
import { beginFresh, clockIsOff, fillLikely, likelyNext, rememberLast, today } from "../visit/defaults.js";
import { button, element, link, notice } from "../visit/dom.js";
import { DraftKeeper, unfinished } from "../visit/drafts.js";
import { clearFaults, showConflict, showFaults, showWarnings } from "../visit/errors.js";
import { faultsOf, readVisit, titleOf, writeVisit } from "../visit/fields.js";
import { Photos } from "../visit/photos.js";
import { fate, keepAndSend, signedOut } from "../visit/send.js";

const GONE = "just-logged";
const PATIENCE_MS = 4000;

export default function visitForm(form) {
  const words = JSON.parse(form.dataset.words);
  const lacking = lackOf();
  if (lacking) form.querySelector("[data-part=lacking]").append(element("p", { className: "quiet" }, words[lacking]));
  else if (currentAccount()) new VisitDesk(form, words).open();
}

function lackOf() {
  if (!window.isSecureContext) return "insecure";
  return "indexedDB" in window && crypto.randomUUID ? "" : "old_browser";
}

class VisitDesk {
  constructor(form, words) {
    Object.assign(this, { form, words, busy: false, touched: new Set() });
    this.me = currentAccount();
    this.edit = form.elements.version.value ? { edit_id: crypto.randomUUID(), version: Number(form.elements.version.value) } : null;
    this.onEditPage = this.edit !== null;
    const box = form.querySelector("[data-part=photo-box]");
    this.photos = box && new Photos(box, words.photos);
    if (box) box.closest("details").hidden = false;
    form.addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    for (const kind of ["input", "change"]) form.addEventListener(kind, ({ target }) => this.touched.add(target.name));
    this.drafts = new DraftKeeper(form, () => this.draft());
    this.photos?.addEventListener("change", () => this.drafts.touched({ target: form }));
    window.addEventListener("pageshow", ({ persisted }) => { if (persisted && this.left) this.startAnew(); });
  }

  async open() {
    const fresh = this.form.dataset.fresh === "yes";
    const taken = fresh ? beginFresh(this.form) : null;
    if (clockIsOff(this.form)) this.say(this.words.clock, { tone: "warn" });
    try {
      await this.fill(fresh, taken);
    } catch (error) {
      console.info("The lists of this device could not be read.", error);
    }
    this.form.dataset.ready = "yes";
  }

  async fill(fresh, taken) {
    const { account } = this.me;
    const [lists, age, drafts] = await Promise.all([kit(), kitAge(), listDrafts(account)]);
    if (lists) offerKit(this.form, lists, this.words);
    else refreshKit().then((first) => first && offerKit(this.form, first, this.words)).catch(() => {});
    const wanted = fresh && new URLSearchParams(location.search).get("draft");
    if (wanted) return this.reopen(wanted);
    if (fresh) this.fillLikely(await likelyNext(this.form, account, lists, age), taken);
    if (fresh || this.onEditPage) this.offerDraft(unfinished(drafts, this.onEditPage && this.form.elements.client_id.value));
    return undefined;
  }

  fillLikely(likely, { place, people }) {
    if (!likely) return;
    const taken = new Set(this.touched);
    if (place) taken.add("place_id").add("commissioner_ids");
    if (people) taken.add("commissioner_ids");
    fillLikely(this.form, likely, taken);
  }

  async draft() {
    const visit = this.read();
    return { client_id: visit.client_id, form: 1, title: this.title(), visit, photos: await this.photosNow() };
  }

  read() {
    const visit = readVisit(this.form, { confirmed: this.form.querySelector("#confirmed")?.checked ?? false });
    return this.edit ? { ...visit, problem: null, edit: this.edit } : visit;
  }

  title() {
    const { people, ...others } = titleOf(this.form);
    return { ...others, people: people.join(this.words.comma), names: people };
  }

  photosNow() {
    return this.photos ? this.photos.ready() : [];
  }

  async submit() {
    if (this.busy) return;
    this.notices().querySelector(".good")?.remove();
    const visit = this.read();
    const faults = faultsOf(this.form, visit, this.words, this.latest());
    if (Object.keys(faults).length) {
      showFaults(this.form, faults, this.words);
      return;
    }
    this.mark(true);
    this.notices().replaceChildren();
    try {
      await this.drafts.rest();
      const title = this.title();
      if (!this.edit) rememberLast(this.me.account, visit).catch(() => {});
      await this.take(visit, title, await keepAndSend(visit, title, await this.photosNow()));
    } catch (error) {
      console.info("This device keeps nothing; the form goes to the server by itself.", error);
      await this.post();
    } finally {
      this.mark(false);
    }
  }

  // As without a script; a page kept for long has an old token.
  async post() {
    const guest = await hello(PATIENCE_MS).catch(() => null);
    if (guest) this.form.elements.csrf_token.value = guest.csrf;
    if (guest || navigator.onLine) this.form.submit();
    else showFaults(this.form, {}, this.words, this.words.not_kept);
    this.drafts.wake();
  }

  // A clock that is surely wrong forbids no date: the server judges it.
  latest() {
    return clockIsOff(this.form) ? "9999-12-31" : [today(), this.form.dataset.today].sort().at(-1);
  }

  mark(busy) {
    this.busy = busy;
    for (const one of this.form.querySelectorAll("button:not([type=button])")) {
      if (busy) one.setAttribute("aria-disabled", "true");
      else one.removeAttribute("aria-disabled");
    }
    this.form.querySelector("[data-part=sending]").textContent = busy ? this.words.sending : "";
  }

  take(visit, title, answer) {
    if (!answer) return this.staysHere(visit, title);
    if (answer.status === 200 || answer.status === 201) return this.leave(answer);
    return this.takeBack(visit, title, answer);
  }

  leave({ status, url }) {
    const told = this.edit ? "saved" : status === 200 ? "already" : "logged";
    try { sessionStorage.setItem(GONE, JSON.stringify({ url, told })); } catch { /* the page says it all the same */ }
    this.left = true;
    this.busy = true;
    location.assign(url);
  }

  // The server wants something changed: the record leaves the outbox for the form, and for the drafts if one goes away now.
  async takeBack(visit, title, answer) {
    if (answer.status === 409 && answer.current_version) this.edit = { edit_id: crypto.randomUUID(), version: answer.current_version };
    const photos = await this.photosNow();
    await saveDraft({ client_id: visit.client_id, form: 1, title, visit: this.edit ? { ...visit, edit: this.edit } : visit, photos, answer });
    await discard(visit.client_id);
    this.drafts.wake();
    this.show(answer);
  }

  show(answer) {
    const { fields = {}, warnings = {}, differences, error = "" } = answer;
    if (answer.status === 409) showConflict(this.form, differences ?? [], differences?.length ? this.words : { ...this.words, conflict: error });
    else if (Object.keys(warnings).length) showWarnings(this.form, warnings, this.words);
    else showFaults(this.form, fields, this.words, Object.keys(fields).length ? "" : error);
  }

  async staysHere(visit, title) {
    const waiting = link(this.words.waiting, this.form.dataset.waiting);
    const out = await signedOut();
    const said = out ? this.words.kept_signed_out : this.words.kept;
    const about = [title.place, visit.topic].filter(Boolean).join(" · ");
    const next = this.onEditPage
      ? link(this.words.back, this.form.dataset.back)
      : button(this.words.again, () => { this.notices().replaceChildren(); this.form.elements.topic.focus(); });
    const box = this.say(said, { tone: "good", detail: about, actions: [waiting, next] });
    if (this.onEditPage) this.form.hidden = true;
    else this.startAnew(visit, title);
    box.focus({ preventScroll: true });
    box.scrollIntoView({ block: "start" });
    this.watch(visit.client_id, box);
  }

  // It may arrive, or come back, while one still looks at the page.
  watch(client_id, box) {
    const look = async () => {
      const now = await fate(client_id);
      if (now !== "sent" && now.state !== "refused") return;
      changes.removeEventListener("change", look);
      if (!box.isConnected) return;
      const edit = link(this.words.mend, `${this.form.dataset.new}?draft=${client_id}`);
      box.replaceWith(now === "sent" ? notice(this.words.arrived, { tone: "good" }) : notice(this.words.refused, { tone: "warn", detail: now.reason, actions: [edit] }));
    };
    changes.addEventListener("change", look);
  }

  // An empty form for the next visit: same place, same people, a new day.
  startAnew(last = null, title = {}) {
    this.left = false;
    this.mark(false);
    this.edit = null;
    clearFaults(this.form);
    this.heading(false);
    const next = { client_id: crypto.randomUUID(), starts_on: today(), kind: "service" };
    writeVisit(this.form, last ? { ...next, place_id: last.place_id, commissioner_ids: last.commissioner_ids } : next, title);
    this.photos?.put();
    this.touched.clear();
    this.drafts.wake();
    if (location.search) history.replaceState(null, "", this.form.dataset.new);
  }

  // A draft, or a visit that waits in the outbox, to be gone on with.
  async reopen(client_id) {
    const draft = await getDraft(client_id);
    const record = draft ?? (await get(client_id));
    if (!record) return void this.say(this.words.not_here, { tone: "warn" });
    await this.resume(record, draft ? draft.photos : await photosOf(client_id));
    if (record.answer) this.show(record.answer);
    else if (record.reason) this.say(record.reason, { tone: "warn" });
    return undefined;
  }

  async resume({ visit, title, answer }, photos) {
    const version = answer?.status === 409 && answer.current_version;
    this.edit = visit.edit ?? (version ? { edit_id: crypto.randomUUID(), version } : null);
    writeVisit(this.form, visit, title);
    this.photos?.put(photos ?? []);
    this.heading(this.edit !== null);
  }

  heading(editing) {
    const part = this.form.querySelector("[data-part=problem]");
    if (part) part.hidden = editing;
    if (!this.onEditPage) document.querySelector("h1").textContent = editing ? this.words.editing : this.words.logging;
  }

  offerDraft([last, ...others]) {
    if (!last) return;
    const drop = async () => {
      await this.drafts.drop(last.client_id);
      box.remove();
    };
    const goOn = async () => {
      box.remove();
      await this.resume(last, last.photos);
      if (last.answer) this.show(last.answer);
      else this.form.elements.topic.focus();
    };
    const actions = [button(this.words.go_on, goOn), button(this.words.drop, drop, "button plain")];
    if (others.length) actions.push(link(this.words.more_drafts.replace("{n}", others.length), this.form.dataset.waiting, "button plain"));
    const about = [last.title?.place, last.visit.topic].filter(Boolean).join(" · ");
    const box = this.say(this.words.unfinished, { detail: about, actions });
  }

  notices() {
    return this.form.parentElement.querySelector("[data-part=notices]");
  }

  say(text, options) {
    const box = notice(text, options);
    this.notices().append(box);
    return box;
  }
}
