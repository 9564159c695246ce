// The slider over months: map, figures and table move together, as of the same day. The next months are fetched before
// they are asked for, so that a step costs no more than a touch. Without this the years and the month of the form serve.

const PACE_MS = 900;
const AHEAD = 3;
const MOST_KEPT = 40;
const YEAR_WIDTH = 48;

export function timeSlider(element, { search, apply }) {
  const player = element.querySelector(".map-player");
  if (!player) return;
  const range = player.querySelector(".map-range");
  const button = player.querySelector(".map-play");
  const stuck = player.querySelector(".map-stuck");
  const moments = JSON.parse(player.dataset.moments);
  const said = JSON.parse(player.dataset.said);
  const fetched = keeper((question) => fetchMoment(element, question));
  const moment = (index) => fetched(asOf(search(), moments[index]));
  const steps = window.matchMedia("(prefers-reduced-motion: reduce)").matches; // a press is a step: nothing moves by itself
  let timer = null;
  let asked = 0;
  player.hidden = false;
  element.querySelector(".map-time").classList.add("live");
  const years = element.querySelector(".map-years ol");
  say();
  new ResizeObserver(() => standYears(years, moments)).observe(years); // also at first, when the page has been laid out
  years.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const year = event.target.closest("[data-year]")?.dataset.year;
    const last = moments.findLastIndex((day) => day.startsWith(year));
    if (!year || last < 0) return;
    event.preventDefault();
    stop();
    go(last);
  });

  function say() {
    button.textContent = timer ? player.dataset.pause : steps ? player.dataset.step : player.dataset.play;
    range.setAttribute("aria-valuetext", said[range.value]);
  }

  async function go(index) {
    const turn = (asked += 1);
    range.value = index;
    say();
    player.querySelector(".map-said").textContent = said[index];
    try {
      const told = await moment(index);
      if (turn !== asked) return false; // somebody has moved on meanwhile
      stuck.hidden = true;
      apply(told, moments[index], moments.slice(index + 1, index + 1 + AHEAD));
      standYears(years, moments);
      for (let next = index + 1; next <= index + AHEAD && next < moments.length; next += 1) moment(next).catch(() => {});
      return true;
    } catch {
      if (turn === asked) stop();
      stuck.hidden = turn !== asked && stuck.hidden;
      return false;
    }
  }

  function stop() {
    clearTimeout(timer);
    timer = null;
    say();
  }

  async function play() {
    const present = Number(range.value);
    const next = present + 1 < moments.length ? present + 1 : 0; // at the end it begins anew
    const moved = await go(next);
    if (timer === null || !moved || next + 1 >= moments.length) return void stop();
    timer = setTimeout(play, PACE_MS);
  }

  button.addEventListener("click", () => {
    if (steps) return void go((Number(range.value) + 1) % moments.length);
    if (timer) return void stop();
    timer = setTimeout(play, 0);
    say();
  });
  range.addEventListener("input", () => {
    if (timer) stop();
    go(Number(range.value));
  });
  document.addEventListener("visibilitychange", () => document.hidden && timer && stop());
}

// Each year stands under its first month; one that would cover the year before it is left to the slider.
function standYears(years, moments) {
  let free = -Infinity;
  for (const item of years.children) {
    const first = moments.findIndex((day) => day.startsWith(item.dataset.year));
    const left = (Math.max(first, 0) / Math.max(1, moments.length - 1)) * years.clientWidth;
    item.hidden = first < 0 || left < free;
    item.style.insetInlineStart = `${Math.min(left, years.clientWidth - YEAR_WIDTH)}px`;
    if (!item.hidden) free = left + YEAR_WIDTH;
  }
}

// The same question as of another day.
export function asOf(search, day) {
  const query = new URLSearchParams(search);
  for (const key of ["year", "month", "number", "box"]) query.delete(key);
  query.set("on", day);
  return query;
}

async function fetchMoment(element, query) {
  const marks = new URLSearchParams(query);
  for (const key of ["layers", "layer", "at"]) marks.delete(key);
  const [page, points] = await Promise.all([
    got(`${window.location.pathname}?${query}`).then((answer) => answer.text()),
    got(`${element.dataset.pointsUrl}?${marks}`).then((answer) => answer.json()),
  ]);
  return { page: new DOMParser().parseFromString(page, "text/html"), points };
}

async function got(address) {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) throw new Error(`${answer.status} ${address}`);
  return answer;
}

function keeper(fetchOne) {
  const kept = new Map();
  return (question) => {
    const key = String(question);
    if (!kept.has(key)) {
      const coming = fetchOne(question);
      coming.catch(() => kept.delete(key));
      kept.set(key, coming);
      if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value);
    }
    return kept.get(key);
  };
}
