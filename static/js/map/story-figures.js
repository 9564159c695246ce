// Small charts, progress and photos of a story, as elements; the numbers come from the server, the words with them.
const SVG = "http://www.w3.org/2000/svg";
const STEP = 20;
const HEIGHT = 28;
const LEAST = 5;

export function chart(one, element) {
  const caption = element("figcaption", "", element("span", "", one.title), " ", element("strong", "", one.last), " ", element("small", "", one.until));
  const years = element("p", "story-years", ...[...new Set([one.points[0].year, one.points.at(-1).year])].map((year) => element("span", "", year)));
  years.setAttribute("aria-hidden", "true");
  return element("figure", "story-chart", caption, drawing(one), years);
}

function drawing(one) {
  const svg = shape("svg", { viewBox: `0 0 ${Math.max(one.points.length, LEAST) * STEP} ${HEIGHT}`, role: "img", "aria-label": one.words, preserveAspectRatio: "none" }, one.words);
  one.points.forEach((point, index) => {
    const height = one.most ? Math.round((point.value / one.most) * 2600) / 100 : 0;
    const last = index === one.points.length - 1 ? { class: "last" } : {};
    svg.append(shape("rect", { x: index * STEP + 2, y: 27 - height, width: 16, height: height + 1, ...last }, point.text));
  });
  return svg;
}

function shape(name, attributes, words) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  const title = document.createElementNS(SVG, "title");
  title.textContent = words;
  made.append(title);
  return made;
}

export function progress(one, element) {
  const bar = element("progress", "");
  bar.max = 100;
  bar.value = one.percent;
  bar.setAttribute("aria-label", one.name);
  return element("div", "story-progress", element("span", "", one.name), element("span", "quiet", one.said), bar);
}

export function photo(one, link, element, sample) {
  const image = element("img", "");
  image.loading = "lazy";
  image.alt = one.alt;
  image.width = 400;
  image.height = 300;
  image.src = new URL(one.src, window.location.href).origin === window.location.origin ? one.src : "";
  return element("li", "", link(one.href, image), element("time", "", one.on), one.illustrative && sample);
}

export function lack(one, link, element) {
  const near = one.near && element("p", "", link(one.near.href, one.near.text));
  return element("div", "story-lack", element("h3", "", one.title), element("p", "", one.text), near, element("p", "", link(one.href, one.href_label)));
}
