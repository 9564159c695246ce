// The page of unsent visits: shows what the device holds for this account, and does with each what one asks.
import { currentAccount } from "../offline/account.js";
import { cardOf, draftOf, photoOf, say } from "../offline/cards.js";
import * as outbox from "../offline/outbox.js";
import { note, possible } from "../offline/store.js";
import { sync } from "../offline/sync.js";

const MOST_FAULTS = 20;

class Waiting {
  constructor(box) {
    this.box = box;
    this.words = JSON.parse(box.dataset.words);
    this.me = currentAccount();
    // A question that one is answering stays open when the list is drawn anew.
    this.sure = new Set();
    this.last = "";
  }

  part(name) {
    return this.box.querySelector(`[data-${name}]`);
  }

  begin() {
    this.part("works").hidden = false;
    this.box.addEventListener("click", (event) => this.pressed(event));
    this.part("import").addEventListener("change", ({ target }) => this.guard(this.takeIn(target)));
    outbox.changes.addEventListener("change", () => this.guard(this.show()));
    this.guard(this.show());
  }

  async guard(work) {
    try {
      await work;
    } catch (error) {
      this.tell(error.name === "QuotaExceededError" ? this.words.full : this.words.broken);
      console.info("The outbox could not be used.", error);
    }
  }

  tell(text, faults = []) {
    this.part("told").textContent = text;
    this.part("told").hidden = !text;
    const list = this.part("faults");
    list.replaceChildren(...faults.map((fault) => Object.assign(document.createElement("li"), { textContent: fault })));
    list.hidden = faults.length === 0;
  }

  async show() {
    const { account } = this.me;
    const [records, drafts, photos, left, others, last] = await Promise.all([
      outbox.listOutbox(account), outbox.listDrafts(account), outbox.photosByVisit(account),
      outbox.photosLeft(account), outbox.counts(), note("last_round"),
    ]);
    this.records = records;
    const drawn = JSON.stringify([records, drafts, [...photos], left, others, last, [...this.sure]]);
    if (drawn === this.last) return;
    this.last = drawn;
    this.showSummary(records, left, last);
    this.showList(records, photos);
    this.showDrafts(drafts);
    this.part("left").hidden = left.length === 0;
    this.part("left").replaceChildren(...left.map((photo) => photoOf(this.box, this.words, photo)));
    this.showOthers(others.filter((one) => one.account !== account));
    this.box.dataset.shown = "yes";
  }

  showSummary(records, left, last) {
    const { words } = this;
    const refused = records.filter(({ state }) => state === "refused").length;
    // That all is sent is news only to somebody who saw it waiting.
    this.saw = this.saw || records.length > 0;
    const said = records.length ? [say(words.summary, { n: records.length })] : [this.saw ? words.all_sent : ""];
    if (refused) said.push(say(words.summary_refused, { n: refused }));
    const waits = records.length + left.length > 0;
    const outcome = last?.account === this.me.account ? last.outcome : "";
    this.part("summary").textContent = said.join(" ");
    this.part("state").textContent = waits || outcome === "other-account" ? this.state(outcome) : "";
    this.part("sign-in").hidden = !(waits && outcome === "signed-out");
    this.part("empty").hidden = waits;
    for (const name of ["send", "export"]) this.button(name).hidden = !(name === "send" ? waits : records.length);
  }

  state(outcome) {
    if (!navigator.onLine) return this.words.offline;
    return outcome === "done" ? "" : this.words[outcome] ?? "";
  }

  button(name) {
    return this.box.querySelector(`.waiting-state [data-do=${name}]`);
  }

  showList(records, photos) {
    const focused = document.activeElement?.closest("[data-visit]")?.dataset.visit;
    const kind = document.activeElement?.dataset.do;
    const { edit } = this.box.dataset;
    const cards = records.map((record) => cardOf(this.box, this.words, record, {
      photos: photos.get(record.client_id) ?? 0, sure: this.sure.has(record.client_id), edit: `${edit}${record.client_id}`,
    }));
    this.part("list").replaceChildren(...cards);
    if (focused) this.refocus(focused, kind);
  }

  refocus(client_id, kind) {
    const card = this.box.querySelector(`[data-visit="${client_id}"]`);
    const same = kind && card?.querySelector(`[data-do="${kind}"]`);
    const target = same && same.offsetParent ? same : card?.querySelector("[data-edit]") ?? document.getElementById("main");
    target.focus();
  }

  showDrafts(drafts) {
    const section = this.part("drafts");
    section.hidden = drafts.length === 0;
    section.querySelector("[data-count]").textContent = drafts.length;
    const { edit } = this.box.dataset;
    section.querySelector("ul").replaceChildren(...drafts.map((draft) => draftOf(this.box, this.words, draft, edit)));
  }

  showOthers(others) {
    const n = others.reduce((sum, one) => sum + one.count, 0);
    const names = others.map(({ name }) => `${[...name][0] ?? ""}…`).join(" ");
    this.part("others").hidden = n === 0;
    this.part("others").textContent = say(this.words.others, { n, names });
  }

  pressed(event) {
    const button = event.target.closest("[data-do]");
    if (!button) return;
    const client_id = button.closest("[data-visit]")?.dataset.visit;
    const photo_id = button.closest("[data-photo]")?.dataset.photo;
    this.tell("");
    this.guard(this[`on_${button.dataset.do}`](client_id ?? photo_id));
  }

  async on_send() {
    await Promise.all(this.records.filter(({ state, answer }) => state === "refused" && !answer?.warnings && answer?.status !== 409)
      .map(({ client_id }) => outbox.again(client_id)));
    await sync({ anyway: true });
  }

  async on_retry(client_id) {
    await outbox.again(client_id);
    await sync({ only: client_id });
  }

  async on_confirm(client_id) {
    await outbox.again(client_id, { confirmed: true });
    await sync({ only: client_id });
  }

  async on_delete(client_id) {
    this.sure.add(client_id);
    await this.show();
    this.box.querySelector(`[data-visit="${client_id}"] [data-do=keep]`).focus();
  }

  on_theirs(client_id) {
    return this.on_delete(client_id);
  }

  async on_keep(client_id) {
    this.sure.delete(client_id);
    await this.show();
  }

  async on_sure(client_id) {
    this.sure.delete(client_id);
    await outbox.discard(client_id);
    await this.show();
    document.getElementById("main").focus();
  }

  on_drop(photo_id) {
    return outbox.dropPhoto(photo_id);
  }

  async on_export() {
    const { account } = this.me;
    const file = await outbox.exportOutbox(account);
    const link = Object.assign(document.createElement("a"), {
      href: URL.createObjectURL(file),
      download: `visits-${new Date().toISOString().slice(0, 16).replace(/[-:T]/g, "")}.json`,
    });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    this.tell(this.records.length ? say(this.words.exported, { n: this.records.length }) : this.words.nothing_to_export);
  }

  async takeIn(input) {
    const [file] = input.files;
    if (!file) return;
    input.value = "";
    const { added, already, faulty } = await outbox.importOutbox(file, this.me.account);
    const faults = faulty.slice(0, MOST_FAULTS).map(({ entry, code }) => say(
      entry ? this.words.import_fault : this.words.import_file_fault,
      { entry, why: this.words[code === "newer" ? "fault_newer" : code] },
    ));
    this.tell(added || already || !faulty.length ? say(this.words.imported, { added, already }) : "", faults);
    await sync({ anyway: true });
  }
}

export default function waiting(box) {
  const missing = !window.isSecureContext ? "insecure" : !possible() ? "old" : null;
  if (missing) box.querySelector(`[data-missing=${missing}]`).hidden = false;
  else new Waiting(box).begin();
}
