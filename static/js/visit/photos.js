// Up to four photos of a visit: chosen, made small, shown, taken out again. A photo that fails is told and holds up nothing.

import { button, element } from "./dom.js";
import { NotAPhoto, TooLarge, shrink } from "./shrink.js";

const MOST = 4;

export class Photos extends EventTarget {
  constructor(box, words) {
    super();
    this.words = words;
    this.kept = []; // { photo_id, file, blob, type, keep_position }
    this.pending = Promise.resolve();
    this.input = box.querySelector("input[type=file]");
    this.tick = box.querySelector("input[type=checkbox]");
    this.list = box.querySelector("[data-part=previews]");
    this.status = box.querySelector("[role=status]");
    this.fold = box.closest("details");
    this.input.addEventListener("change", () => this.take([...this.input.files]));
    this.tick.addEventListener("change", () => this.shrinkAgain());
  }

  take(files) {
    this.input.value = "";
    this.pending = this.pending.then(() => this.addAll(files));
    return this.pending;
  }

  async addAll(files) {
    const said = [];
    this.status.textContent = this.words.working;
    for (const file of files) {
      if (this.kept.length >= MOST) {
        said.push(this.words.most);
        break;
      }
      try {
        const { blob, hasPosition } = await shrink(file, { keepPosition: this.tick.checked });
        this.kept.push({ photo_id: crypto.randomUUID(), file, blob, type: blob.type, keep_position: this.tick.checked && hasPosition });
      } catch (error) {
        said.push(this.wordsOf(error).replace("{name}", file.name));
      }
    }
    this.show(said.join(" "));
    this.dispatchEvent(new Event("change"));
  }

  wordsOf(error) {
    if (error instanceof TooLarge) return this.words.too_large;
    if (!(error instanceof NotAPhoto)) console.info("A photo could not be made small.", error);
    return this.words.no_photo;
  }

  // The tick was changed after photos were chosen: they are made again, from their files where those are still at hand.
  shrinkAgain() {
    const keepPosition = this.tick.checked;
    this.pending = this.pending.then(async () => {
      for (const one of this.kept) {
        const source = one.file ?? (keepPosition ? null : one.blob);
        if (!source) continue;
        const { blob, hasPosition } = await shrink(source, { keepPosition });
        Object.assign(one, { blob, keep_position: keepPosition && hasPosition });
      }
      this.show();
      this.dispatchEvent(new Event("change"));
    });
    return this.pending;
  }

  remove(one) {
    this.kept = this.kept.filter((other) => other !== one);
    this.show();
    this.dispatchEvent(new Event("change"));
    this.input.focus();
  }

  show(said = "") {
    for (const image of this.list.querySelectorAll("img")) URL.revokeObjectURL(image.src);
    this.list.replaceChildren(...this.kept.map((one, index) => this.preview(one, index + 1)));
    this.input.disabled = this.kept.length >= MOST;
    this.status.textContent = said || (this.kept.length ? this.words.count.replace("{n}", this.kept.length) : "");
    if (this.kept.length) this.fold.open = true;
  }

  preview(one, number) {
    const name = this.words.photo.replace("{n}", number);
    const image = element("img", { src: URL.createObjectURL(one.blob), alt: name });
    const out = button(this.words.remove, () => this.remove(one), "button plain");
    out.setAttribute("aria-label", `${this.words.remove} ${name}`);
    const size = `${Math.max(1, Math.round(one.blob.size / 1024))} kB`;
    return element("li", {}, image, element("span", { className: "quiet" }, one.keep_position ? `${size} · ${this.words.with_position}` : size), out);
  }

  // What goes into the outbox or a draft, once all that was chosen is made small.
  async ready() {
    await this.pending;
    return this.kept.map(({ photo_id, blob, type, keep_position }) => ({ photo_id, blob, type, keep_position }));
  }

  put(photos = []) {
    this.kept = photos.map((one) => ({ ...one }));
    this.tick.checked = this.kept.some((one) => one.keep_position);
    this.fold.open = this.kept.length > 0;
    this.show();
  }
}
