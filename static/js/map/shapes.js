// How each kind of mark is drawn: told apart by shape as well as by colour; hollow where the position is the township's.

import { sized } from "./size.js";

export const COLOURS = {
  village: "#1f6f4a",
  unserved: "#8b968f",
  project: "#2b5c8a",
  posting: "#14523a",
  need: "#8a5a00",
  problem: "#b3261e",
  pairing: "#5b4b9a",
  base: "#b4690e",
  visits: "#1d2521",
  employment: "#7a3b69",
  chosen: "#b4690e",
  card: "#ffffff",
  track: "#cfd6d0",
  wash: "#e3f0e8",
  ink: "#1d2521",
};
export const FONT = '"PingFang SC", "Noto Sans SC", "Noto Sans CJK SC", "Microsoft YaHei", "Source Han Sans SC", sans-serif';

const OUTLINES = { village: circle, project: square, base: triangle, posting: person, need: diamond, problem: wedge, pairing: hexagon };
const SIGNS = { need: "?", problem: "!" }; // told apart by shape and by a sign, not by colour alone
const PAINTERS = { township: gauge, visits: visitBadge, employment: employmentCircle };
const COMPACT = new Intl.NumberFormat(document.documentElement.lang || "zh-CN", { notation: "compact", maximumFractionDigits: 1 });

export function paintMark(context, mark, x, y, options) {
  const painter = PAINTERS[mark.kind] ?? (mark.count ? counted : symbol);
  painter(context, mark, x, y, options);
}

export function paintHalo(context, mark, x, y) {
  context.beginPath();
  context.arc(x, y, mark.radius + 5, 0, 2 * Math.PI);
  context.lineWidth = 3;
  context.strokeStyle = COLOURS.chosen;
  context.stroke();
}

function symbol(context, mark, x, y, { villages, unserved, visits }) {
  const isVillage = mark.kind === "village";
  if (!isVillage || (mark.item.served ? villages : unserved)) {
    const colour = isVillage && !mark.item.served ? COLOURS.unserved : COLOURS[mark.kind];
    const radius = isVillage && !mark.item.served ? mark.radius - 1.25 : mark.radius;
    outline(context, OUTLINES[mark.kind], x, y, radius, mark.hollow, colour);
    if (SIGNS[mark.kind]) words(context, SIGNS[mark.kind], x, y + (mark.kind === "problem" ? -radius * 0.2 : 0.5), mark.hollow ? colour : COLOURS.card, 9, 700);
  }
  if (isVillage && visits && mark.item.visits) visitDot(context, mark.item.visits, x, y);
}

function outline(context, shape, x, y, radius, hollow, colour) {
  context.beginPath();
  shape(context, x, y, radius);
  context.fillStyle = hollow ? COLOURS.card : colour;
  context.strokeStyle = hollow ? colour : COLOURS.card;
  context.lineWidth = hollow ? 2 : 1.25;
  context.fill();
  context.stroke();
}

function circle(context, x, y, radius) {
  context.arc(x, y, radius, 0, 2 * Math.PI);
}

function square(context, x, y, radius) {
  context.rect(x - radius * 0.9, y - radius * 0.9, radius * 1.8, radius * 1.8);
}

function triangle(context, x, y, radius) {
  context.moveTo(x, y - radius * 1.1);
  context.lineTo(x + radius, y + radius * 0.75);
  context.lineTo(x - radius, y + radius * 0.75);
  context.closePath();
}

function diamond(context, x, y, radius) {
  context.moveTo(x, y - radius);
  context.lineTo(x + radius, y);
  context.lineTo(x, y + radius);
  context.lineTo(x - radius, y);
  context.closePath();
}

function wedge(context, x, y, radius) {
  context.moveTo(x - radius, y - radius * 0.8);
  context.lineTo(x + radius, y - radius * 0.8);
  context.lineTo(x, y + radius);
  context.closePath();
}

function hexagon(context, x, y, radius) {
  for (let corner = 0; corner < 6; corner += 1) {
    const angle = (corner / 6) * 2 * Math.PI - Math.PI / 2;
    context[corner ? "lineTo" : "moveTo"](x + radius * Math.cos(angle), y + radius * Math.sin(angle));
  }
  context.closePath();
}

function person(context, x, y, radius) {
  context.arc(x, y - radius * 0.5, radius * 0.5, 0, 2 * Math.PI);
  context.moveTo(x + radius * 0.9, y + radius);
  context.arc(x, y + radius, radius * 0.9, 0, Math.PI, true);
  context.closePath();
}

function visitDot(context, visits, x, y) {
  context.beginPath();
  context.arc(x, y, Math.min(1.6 + Math.sqrt(visits) * 0.6, 5), 0, 2 * Math.PI);
  context.fillStyle = COLOURS.visits;
  context.strokeStyle = COLOURS.card;
  context.lineWidth = 0.75;
  context.fill();
  context.stroke();
}

// As a reader of the page's language shortens it: 2.5万, 25.2K. What is touched says the number itself.
function short(number) {
  return number > 9999 ? COMPACT.format(number) : String(number);
}

function fontOf(size, weight = 600) {
  return `${weight} ${sized(size)}px ${FONT}`;
}

function words(context, text, x, y, colour, size, weight = 600) {
  context.font = fontOf(size, weight);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = colour;
  context.fillText(text, x, y);
}

// How many villages of a township are served: the ring is the share, the figure the number, the wash says somebody is posted.
function gauge(context, mark, x, y) {
  const start = -Math.PI / 2;
  context.beginPath();
  context.arc(x, y, mark.radius, 0, 2 * Math.PI);
  context.lineWidth = 7;
  context.strokeStyle = COLOURS.card;
  context.stroke();
  context.fillStyle = mark.posted ? COLOURS.wash : COLOURS.card;
  context.fill();
  context.lineWidth = 3.5;
  context.strokeStyle = COLOURS.track;
  context.stroke();
  if (mark.served) {
    context.beginPath();
    context.arc(x, y, mark.radius, start, start + (mark.served / mark.all) * 2 * Math.PI);
    context.strokeStyle = COLOURS.village;
    context.stroke();
  }
  words(context, short(mark.served), x, y + 0.5, mark.served ? COLOURS.village : COLOURS.unserved, 12);
}

// A wide one grows away from the gauge beside it.
function visitBadge(context, mark, x, y) {
  const text = short(mark.visits);
  context.font = fontOf(10);
  const half = Math.max(mark.radius, context.measureText(text).width / 2 + sized(4));
  const middle = x + half - mark.radius;
  context.beginPath();
  context.roundRect(middle - half, y - mark.radius, half * 2, mark.radius * 2, mark.radius);
  context.fillStyle = COLOURS.visits;
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = COLOURS.card;
  context.stroke();
  words(context, text, middle, y + 0.5, COLOURS.card, 10);
}

function employmentCircle(context, mark, x, y) {
  context.beginPath();
  context.arc(x, y, mark.radius, 0, 2 * Math.PI);
  context.globalAlpha = 0.12;
  context.fillStyle = COLOURS.employment;
  context.fill();
  context.globalAlpha = 0.6;
  context.lineWidth = 1;
  context.strokeStyle = COLOURS.employment;
  context.stroke();
  context.globalAlpha = 1;
}

function counted(context, mark, x, y) {
  outline(context, OUTLINES[mark.kind], x, y, mark.radius, true, COLOURS[mark.kind]);
  words(context, String(mark.count), x, y + 1, COLOURS[mark.kind], 10);
}
