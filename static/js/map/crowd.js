// A crowded region: what is looked at is fetched as it is looked at, cells of a grid from afar, villages near by. The part
// asked for is a little larger than the window and snaps to a grid, so that a small move asks for nothing new.

const PAUSE_MS = 60;
const SNAP_PX = 256;
const MOST_KEPT = 60;

export class Crowd {
  constructor(map, address) {
    Object.assign(this, { map, address: new URL(address, window.location.href), kept: new Map(), asked: 0, timer: null });
  }

  // What will be looked at first, asked for while other things are still on their way.
  ahead() {
    this.fetched(this.question()).catch(() => {});
  }

  // From now on what is looked at is shown.
  follow({ show, fail }) {
    Object.assign(this, { show, fail });
    this.map.on("moveend zoomend", () => this.soon());
    return this.look();
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), PAUSE_MS);
  }

  async look() {
    const turn = (this.asked += 1);
    try {
      const seen = await this.fetched(this.question());
      if (turn === this.asked) this.show(seen);
    } catch (error) {
      if (turn === this.asked) this.fail(error);
    }
  }

  // What was fetched before may be another by now.
  afresh() {
    this.kept.clear();
    return this.look();
  }

  // Another day, shown at once; the days that may follow are fetched meanwhile.
  asOf(day, next = []) {
    this.to(day);
    const shown = this.look();
    for (const other of next) this.fetched(this.question(other)).catch(() => {});
    return shown;
  }

  to(day) {
    this.address.searchParams.delete("year");
    this.address.searchParams.set("on", day);
  }

  question(day) {
    const zoom = Math.max(0, Math.round(this.map.getZoom()));
    const step = (360 / (256 * 2 ** zoom)) * SNAP_PX;
    const bounds = this.map.getBounds().pad(0.1);
    const down = (degrees) => Math.floor(degrees / step) * step;
    const up = (degrees) => Math.ceil(degrees / step) * step;
    const box = [down(bounds.getWest()), Math.max(-90, down(bounds.getSouth())), up(bounds.getEast()), Math.min(90, up(bounds.getNorth()))];
    const asked = new URL(this.address);
    if (day) {
      asked.searchParams.delete("year");
      asked.searchParams.set("on", day);
    }
    asked.searchParams.set("bbox", box.map((edge) => edge.toFixed(5)).join(","));
    asked.searchParams.set("zoom", zoom);
    return asked.href;
  }

  fetched(address) {
    if (!this.kept.has(address)) {
      const coming = fetch(address, { credentials: "same-origin" }).then((answer) => {
        if (!answer.ok) throw new Error(`${answer.status} ${address}`);
        return answer.json();
      });
      coming.catch(() => this.kept.delete(address));
      this.kept.set(address, coming);
      if (this.kept.size > MOST_KEPT) this.kept.delete(this.kept.keys().next().value);
    }
    return this.kept.get(address);
  }
}
