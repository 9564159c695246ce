// Draws the table of a figure: <figure data-module="chart" data-kind="bars|stacked|lines" data-unit="人">. The table stays, folded.
import "../../vendor/echarts/echarts.common.min.js";

const COLOURS = ["#1f6f4a", "#d08a2e", "#3b6ea5", "#7b5a8c", "#8a8f8b"];
const INK = "#1d2521";
const INK_2 = "#55605a";
const LINE = "#e4e4dc";

function read(table) {
  const names = [...table.tHead.rows[0].cells].slice(1).map((cell) => cell.textContent.trim());
  const rows = [...table.tBodies[0].rows].map((row) => ({
    name: row.cells[0].textContent.trim(),
    cells: [...row.cells].slice(1),
  }));
  return { names, rows };
}

function options(kind, unit, { names, rows }, size) {
  const categories = rows.map((row) => row.name);
  const several = names.length > 1;
  const text = { color: INK, fontSize: size };
  const values = { type: "value", minInterval: 1, axisLabel: { ...text, color: INK_2 }, splitLine: { lineStyle: { color: LINE } } };
  const named = { type: "category", data: categories, axisTick: { show: false }, axisLine: { lineStyle: { color: LINE } }, axisLabel: text };
  const lying = kind === "stacked";
  return {
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    animationDuration: 300,
    color: COLOURS,
    aria: { enabled: true, decal: { show: several && kind !== "lines" } },
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { left: 4, right: lying ? 36 : 12, top: several ? 36 : 28, bottom: 4, containLabel: true },
    legend: several ? { top: 0, left: 0, icon: "roundRect", textStyle: text } : undefined,
    tooltip: {
      trigger: lying || !several ? "item" : "axis",
      renderMode: "richText",
      confine: true,
      valueFormatter: (value) => `${value} ${unit}`,
    },
    xAxis: lying ? values : named,
    yAxis: lying ? { ...named, inverse: true } : values,
    series: names.map((name, column) => series(kind, name, column, rows, several, text)),
  };
}

function series(kind, name, column, rows, several, text) {
  const data = rows.map((row) => Number(row.cells[column].dataset.value));
  const label = { ...text, show: kind !== "lines", formatter: ({ value }) => (value ? String(value) : "") };
  if (kind === "lines") {
    const before = column > 0;
    return { name, data, type: "line", symbolSize: 6, symbol: before ? "emptyCircle" : "circle", lineStyle: { width: before ? 2 : 3, type: before ? "dashed" : "solid" } };
  }
  if (kind === "stacked") return { name, data, type: "bar", stack: "all", barMaxWidth: 34, label: { ...label, position: "inside", color: "#fff", textBorderColor: INK, textBorderWidth: 2 } };
  return { name, data, type: "bar", barMaxWidth: 44, itemStyle: { borderRadius: [4, 4, 0, 0] }, label: { ...label, position: "top" } };
}

export default function chart(figure) {
  const view = figure.querySelector(".board-view");
  const details = figure.querySelector("details");
  let shown = read(figure.querySelector("table"));
  view.hidden = false;
  details.open = false;
  const size = 0.875 * Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  const drawn = globalThis.echarts.init(view, null, { renderer: "canvas", locale: document.documentElement.lang.startsWith("en") ? "EN" : "ZH" });
  drawn.setOption(options(figure.dataset.kind, figure.dataset.unit, shown, size));
  figure.addEventListener("told-anew", () => {
    shown = read(figure.querySelector("table"));
    drawn.setOption(options(figure.dataset.kind, figure.dataset.unit, shown, size), true);
  });
  drawn.on("click", ({ dataIndex, seriesIndex }) => {
    const link = shown.rows[dataIndex]?.cells[seriesIndex]?.querySelector("a");
    if (link) location.assign(link.href);
  });
  new ResizeObserver(() => drawn.resize()).observe(view);
  addEventListener("beforeprint", () => { details.open = true; });
  addEventListener("afterprint", () => { details.open = false; });
}
