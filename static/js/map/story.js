// A story as the server tells it in JSON, made into the same elements as templates/map/_story.html: text, never markup.

import { chart, lack, photo, progress } from "./story-figures.js";

export function renderStory(panel, story) {
  panel.replaceChildren(...(story ? parts(story) : [element("p", "story-hint", panel.dataset.missing)]));
}

function* parts(story) {
  yield element("p", "story-kind", story.kind_label, story.illustrative && sample(story));
  yield element("h2", "story-title", story.title);
  if (story.subtitle) yield element("p", "story-place", story.subtitle);
  if (story.facts.length) yield facts(story.facts);
  if (story.lack) yield lack(story.lack, link, element);
  if (story.charts.length) yield element("div", "story-charts", ...story.charts.map((one) => chart(one, element)));
  if (story.progress.length) yield element("h3", "story-head", story.progress_title);
  for (const one of story.progress) yield progress(one, element);
  if (story.photos.length) yield* photos(story);
  for (const group of story.groups) yield* lines(group, story);
  if (story.note) yield element("p", "story-note", story.note);
  if (story.href) yield element("p", "story-more", link(story.href, story.href_label, "button second"));
}

function facts(rows) {
  const list = element("dl", "story-facts");
  for (const [label, value] of rows) list.append(element("div", "", element("dt", "", label), element("dd", "", value)));
  return list;
}

function* photos(story) {
  yield element("h3", "story-head", story.photos_title);
  yield element("ul", "story-photos", ...story.photos.map((one) => photo(one, link, element, one.illustrative && sample(story))));
}

function* lines(group, story) {
  yield element("h3", "story-head", group.title, element("span", "count", group.total));
  const list = element("ul", "story-lines");
  for (const line of group.lines) {
    const text = line.href ? link(line.href, line.text) : element("span", "", line.text);
    list.append(element("li", "", line.on && element("time", "", line.on), text, line.illustrative && sample(story)));
  }
  yield list;
}

// What else is under the finger, to choose from: each line tells its own story when it is touched.
export function* others(panel, beside, title = panel.dataset.beside) {
  if (!beside.length) return;
  yield element("h3", "story-head", title, element("span", "count", beside.length));
  const list = element("ul", "story-lines story-others");
  for (const one of beside) {
    const button = element("button", "link", one.name);
    button.type = "button";
    button.dataset.key = one.key;
    list.append(element("li", "", element("span", "quiet", one.kind), button));
  }
  yield list;
}

function sample(story) {
  return element("span", "tag sample", story.illustrative_label);
}

function link(href, text, className = "") {
  const anchor = element("a", className, text);
  anchor.href = new URL(href, window.location.href).protocol.startsWith("http") ? href : "#";
  return anchor;
}

function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children.filter((child) => child !== undefined && child !== null && child !== false && child !== "").map((child) => child instanceof Node ? child : String(child)));
  return made;
}
