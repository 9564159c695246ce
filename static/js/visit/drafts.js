// What is typed is kept on this device while one types, and offered again to whoever comes back.

import { dropDraft, saveDraft } from "../offline/outbox.js";

const PAUSE_MS = 600;

export class DraftKeeper {
  // `read` gives the draft as it stands: { client_id, title, visit, photos, … }
  constructor(form, read) {
    Object.assign(this, { form, read, timer: null, dirty: false, resting: false, saving: Promise.resolve() });
    for (const kind of ["input", "change"]) form.addEventListener(kind, (event) => this.touched(event));
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.flush(); });
    window.addEventListener("pagehide", () => this.flush());
  }

  touched(event) {
    if (this.resting || event.target.id === "confirmed" || event.target.closest?.(".dropdown-input-wrap")) return;
    this.dirty = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), PAUSE_MS);
  }

  flush() {
    clearTimeout(this.timer);
    if (this.dirty) this.save();
    return this.saving;
  }

  save() {
    this.dirty = false;
    // One after another, so that an older state never lands on a newer one.
    this.saving = this.saving.then(async () => saveDraft(await this.read())).catch((error) => {
      console.info("The draft could not be kept.", error);
    });
    return this.saving;
  }

  // Nothing more is kept of what stands in the form, because it is on its way; what is being kept is waited for.
  rest() {
    clearTimeout(this.timer);
    this.dirty = false;
    this.resting = true;
    return this.saving;
  }

  wake() {
    this.resting = false;
  }

  async drop(client_id) {
    await this.saving;
    await dropDraft(client_id).catch(() => {});
  }
}

// What somebody wrote last and has not sent; an edit is offered on its own page alone.
export function unfinished(drafts, edited) {
  return drafts.filter(({ visit }) => (edited ? visit.edit && visit.client_id === edited : !visit.edit));
}
