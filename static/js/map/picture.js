// The present view as a PNG: title, sentence, map, legend, scale and sources on one sheet, to be saved.

import { hearMap, tellMap } from "./talk.js";
import { FONT } from "./shapes.js";

const RATIO = 2;
const LEAST_WIDTH = 400;
const EDGE = 24;
const KEY = 26;
const COLUMN = 250;
const LINE = 22;
const INK = "#1d2521";
const QUIET = "#55605a";
const LOOKS = ["fill", "fill-opacity", "stroke", "stroke-opacity", "stroke-width", "stroke-linejoin", "font-size", "font-weight", "text-anchor"];

// What takes a picture, once it is called: the map is asked for what it shows, and the sheet is saved when it has said so.
export function pictureTaker(button) {
  const frame = document.querySelector(button.dataset.frame);
  const told = button.closest("details").querySelector("[role=status]");
  const tell = (text) => { Object.assign(told, { textContent: text, hidden: false }); };
  hearMap(frame, {
    picture: async (shown) => {
      try {
        const words = wordsOf(button.dataset);
        save(await blobOf(await drawn(shown, words)), `${words.title} ${words.sentence.split(" · ")[0]}.png`);
        tell([button.dataset.done, shown.hasTiles ? button.dataset.withoutTiles : ""].join(" ").trim());
      } catch (error) {
        console.warn(error);
        tell(button.dataset.failed);
      }
    },
  });
  return () => tellMap(frame, { type: "picture", ratio: RATIO });
}

function wordsOf({ title, sentence, owner, approval, legend }) {
  const layers = [...document.querySelectorAll(".map-legend li")].filter((one) => one.querySelector("input").checked);
  const signs = [...document.querySelectorAll(".map-signs > div")].filter((one) => one.querySelector("svg"));
  return {
    title,
    sentence: document.querySelector(sentence).textContent,
    legend,
    foot: [owner, approval].filter(Boolean),
    keys: [
      ...layers.map((one) => ({ svg: one.querySelector("svg"), text: `${one.querySelector("b").textContent}  ${one.querySelector(".count").textContent}` })),
      ...signs.map((one) => ({ svg: one.querySelector("svg"), text: one.querySelector("dd").textContent })),
    ],
  };
}

async function drawn(shown, words) {
  const keys = await Promise.all(words.keys.map(async ({ svg, text }) => ({ image: await imageOf(svg), text })));
  const width = Math.max(LEAST_WIDTH, shown.width + 2 * EDGE);
  const canvas = document.createElement("canvas");
  const pen = new Pen(canvas.getContext("2d"), width - 2 * EDGE);
  // Once to see how high it is, once to paint it.
  Object.assign(canvas, { width: width * RATIO, height: Math.ceil(paint(pen, shown, words, keys)) * RATIO });
  pen.begin(width, canvas.height / RATIO);
  paint(pen, shown, words, keys);
  return canvas;
}

function paint(pen, shown, words, keys) {
  let y = pen.text(words.title, EDGE, EDGE, { size: 24, weight: 600 });
  y = pen.text(words.sentence, EDGE, y + 2, { size: 15, colour: "#14523a", weight: 600 }) + 10;
  pen.picture(shown, EDGE, y);
  y += shown.height + 10;
  if (shown.scale) y = pen.scale(shown.scale, EDGE, y);
  y = pen.text(words.legend, EDGE, y + 4, { size: 15, weight: 600 }) + 2;
  const columns = Math.max(1, Math.floor(pen.width / COLUMN));
  const step = pen.width / columns;
  const tops = Array(columns).fill(y);
  for (const [index, { image, text }] of keys.entries()) {
    const column = index % columns;
    const left = EDGE + column * step;
    pen.image(image, left, tops[column]);
    tops[column] = Math.max(tops[column] + KEY + 4, pen.text(text, left + KEY + 8, tops[column] + 4, { size: 13, width: step - KEY - 14 }) + 4);
  }
  y = Math.max(...tops) + 6;
  return pen.text([...words.foot, shown.credit].filter(Boolean).join(" · "), EDGE, y, { size: 12, colour: QUIET }) + EDGE;
}

// Writes and draws in CSS pixels; a text is broken where it does not fit.
class Pen {
  constructor(context, width) {
    Object.assign(this, { context, width });
  }

  begin(width, height) {
    this.context.scale(RATIO, RATIO);
    this.context.fillStyle = "#ffffff";
    this.context.fillRect(0, 0, width, height);
  }

  text(said, x, y, { size, weight = 400, colour = INK, width = this.width }) {
    const { context } = this;
    context.font = `${weight} ${size}px ${FONT}`;
    context.fillStyle = colour;
    context.textBaseline = "top";
    const high = Math.max(LINE, size * 1.4);
    const lines = this.broken(said.replace(/\s+/g, " ").trim(), width);
    for (const [index, line] of lines.entries()) context.fillText(line, x, y + index * high);
    return y + lines.length * high;
  }

  broken(said, width) {
    const lines = [""];
    for (const word of said.split(/(?<=[\s·])|(?<=[\u3000-\u9fff\uff00-\uffef])/u)) {
      if (lines.at(-1) && this.context.measureText(lines.at(-1) + word.trimEnd()).width > width) lines.push("");
      lines[lines.length - 1] += word;
    }
    return lines.map((line) => line.trimEnd());
  }

  picture({ picture, width, height }, x, y) {
    this.context.drawImage(picture, x, y, width, height);
    this.context.strokeStyle = "#cfd4ca";
    this.context.lineWidth = 1;
    this.context.strokeRect(x, y, width, height);
  }

  image(image, x, y) {
    this.context.drawImage(image, x, y, KEY, KEY);
  }

  scale({ text, width }, x, y) {
    const { context } = this;
    context.strokeStyle = QUIET;
    context.lineWidth = 1.5;
    context.beginPath();
    context.moveTo(x, y + 2);
    context.lineTo(x, y + 9);
    context.lineTo(x + width, y + 9);
    context.lineTo(x + width, y + 2);
    context.stroke();
    return this.text(text, x + width + 8, y, { size: 12, colour: QUIET });
  }
}

// A mark of the legend as a picture: the style sheet does not reach into it, so its looks go along.
async function imageOf(svg) {
  const copy = svg.cloneNode(true);
  const shapes = [...svg.querySelectorAll("*")];
  for (const [index, shape] of [...copy.querySelectorAll("*")].entries()) {
    const looks = window.getComputedStyle(shapes[index]);
    for (const look of LOOKS) shape.setAttribute(look, looks.getPropertyValue(look));
  }
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", KEY * RATIO);
  copy.setAttribute("height", KEY * RATIO);
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await image.decode();
  return image;
}

function blobOf(canvas) {
  return new Promise((done, failed) => {
    canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("no picture"))), "image/png");
  });
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
