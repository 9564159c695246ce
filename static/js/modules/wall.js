// A screen on a wall: asks each minute for what has changed and puts it in place, keeps the last good state when nobody
// answers and says of when it is, lets the charts take turns, and stops when its link is withdrawn.

import { tellMap } from "../map/talk.js";
import chart from "./chart.js";

const EVERY_MS = 60_000;
const PATIENCE_MS = 20_000;
const SLOW_MS = 40_000;
const TURN_MS = 15_000;

export default function wall(screen) {
  const frame = screen.querySelector(".wall-view");
  const { figuresUrl, boardUrl, pointsUrl } = screen.dataset;
  const ask = { figures: asked(figuresUrl), board: asked(boardUrl), points: asked(pointsUrl) };
  const turns = takeTurns(screen);
  let good = new Date();
  let isAsking = false;
  let opened = Date.now();

  const clock = clockOf(screen.querySelector(".wall-clock"));
  stayAwake();
  refresh();
  const timer = setInterval(refresh, EVERY_MS);
  document.addEventListener("visibilitychange", refresh);
  addEventListener("online", refresh);

  async function refresh() {
    if (document.hidden || isAsking) return;
    isAsking = true;
    try {
      const answers = await Promise.all([ask.figures(), ask.board(), ask.points()]);
      const [figures, board, points] = answers;
      if (figures.body.release !== screen.dataset.release) return void location.reload();
      if (figures.isNew) replaceLive(screen, parsed(figures.body.html));
      if (board.isNew) turns.show(parsed(board.body.html), board.body.panels.join(" "));
      seeToTheMap();
      if (figures.isNew || points.isNew) tellMap(frame, { type: "afresh", points: points.body });
      answers.forEach((one) => one.taken());
      good = new Date();
      say("fresh");
    } catch (error) {
      if (error.gone) return void end();
      say("lost");
    } finally {
      isAsking = false;
    }
  }

  // A map that was opened while nobody answered is opened again.
  function seeToTheMap() {
    if (frame.contentDocument?.documentElement.dataset.ready === "yes" || Date.now() - opened < SLOW_MS) return;
    opened = Date.now();
    frame.src = frame.getAttribute("src");
  }

  function say(what) {
    const state = screen.querySelector(".wall-state");
    const time = good.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false });
    state.textContent = state.dataset[what].replace("{time}", time);
    state.classList.toggle("lost", what === "lost");
  }

  function end() {
    clearInterval(timer);
    clearInterval(clock);
    document.removeEventListener("visibilitychange", refresh);
    removeEventListener("online", refresh);
    screen.remove();
    document.querySelector(".wall-gone").hidden = false;
  }
}

// Asks an address again and again; what is the same as the last time is not sent again. An answer counts as told only when
// it was ``taken``: where another address of the same minute did not answer, it is asked for once more.
function asked(address) {
  let known = { etag: null, body: null };
  return async () => {
    const answer = await fetch(address, {
      cache: "no-store",
      credentials: "omit",
      headers: known.etag ? { "If-None-Match": known.etag } : {},
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (answer.status === 304) return { isNew: false, body: known.body, taken: () => {} };
    if (answer.status === 404 && (await answer.json()).gone) throw Object.assign(new Error("gone"), { gone: true });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const told = { etag: answer.headers.get("ETag"), body: await answer.json() };
    return { isNew: true, body: told.body, taken: () => { known = told; } };
  };
}

function parsed(html) {
  return new DOMParser().parseFromString(html, "text/html");
}

function replaceLive(screen, now) {
  for (const part of screen.querySelectorAll("[data-live]")) replace(part, now.querySelector(`[data-live="${part.dataset.live}"]`));
}

function replace(part, now) {
  if (now && part.innerHTML !== now.innerHTML) part.replaceChildren(...document.importNode(now, true).childNodes);
}

function clockOf(element) {
  const { lang } = element.dataset;
  const day = { month: "long", day: "numeric", weekday: "long" };
  const show = () => {
    const now = new Date();
    const time = now.toLocaleTimeString(lang, { hour: "2-digit", minute: "2-digit", hour12: false });
    element.textContent = `${now.toLocaleDateString(lang, day)} ${time}`;
  };
  show();
  return setInterval(show, 1000);
}

// On a large screen one panel at a time; on a small one all of them, one below the other.
function takeTurns(screen) {
  const box = screen.querySelector(".wall-panels");
  const tools = screen.querySelector(".wall-tools");
  const button = screen.querySelector(".wall-turn");
  const isWide = matchMedia("(min-width: 64em)");
  let drawn = null;
  let present = 0;
  let turning = null;

  const stand = (step) => {
    const all = [...box.children];
    present = all.length ? (present + step + all.length) % all.length : 0;
    all.forEach((panel, index) => panel.classList.toggle("away", isWide.matches && index !== present));
    tools.classList.toggle("single", all.length < 2);
  };
  const turn = (on) => {
    clearInterval(turning);
    turning = on ? setInterval(() => stand(1), TURN_MS) : null;
    button.textContent = on ? button.dataset.pause : button.dataset.play;
  };
  const step = (by) => {
    stand(by);
    if (turning) turn(true); // whoever turns by hand has the whole time to read
  };
  const full = () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()).catch(() => {});

  tools.hidden = false;
  turn(!matchMedia("(prefers-reduced-motion: reduce)").matches);
  isWide.addEventListener("change", () => stand(0));
  button.addEventListener("click", () => turn(!turning));
  screen.querySelector(".wall-back").addEventListener("click", () => step(-1));
  screen.querySelector(".wall-next").addEventListener("click", () => step(1));
  screen.querySelector(".wall-full").addEventListener("click", full);
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !screen.isConnected) return;
    if (event.key === "f" || event.key === "F") full();
    if (event.key === "ArrowLeft") step(-1);
    if (event.key === "ArrowRight") step(1);
  });
  return {
    // The same charts are drawn on where they stand; other ones take their places.
    show(now, panels) {
      if (drawn === panels) return void redraw(box, now);
      drawn = panels;
      box.querySelectorAll(".board-view").forEach((view) => globalThis.echarts.getInstanceByDom(view)?.dispose());
      box.replaceChildren(...document.importNode(now.body, true).children);
      stand(0);
      box.querySelectorAll("figure").forEach(chart);
    },
  };
}

function redraw(box, now) {
  replaceLive(box, now);
  for (const figure of box.querySelectorAll("figure[id]")) {
    const other = now.getElementById(figure.id);
    replace(figure.querySelector("table"), other.querySelector("table"));
    const total = figure.querySelector(".board-total");
    if (total) replace(total, other.querySelector(".board-total"));
    figure.dispatchEvent(new Event("told-anew"));
  }
}

async function stayAwake() {
  const hold = () => document.hidden || navigator.wakeLock?.request("screen").catch(() => {});
  document.addEventListener("visibilitychange", hold);
  await hold();
}
