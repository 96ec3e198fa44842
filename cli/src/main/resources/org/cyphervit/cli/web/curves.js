"use strict";
// A measure over the steps; several runs are lines of one chart. series: [{name, color, points: [[step, value], ...]}]

function lineChart(title, series) {
  const width = 360, height = 170, left = 44, top = 12, right = 8, bottom = 24;
  const all = series.flatMap((s) => s.points);
  const values = all.map((p) => p[1]);
  let low = Math.min(...values), high = Math.max(...values);
  const share = low >= 0 && high <= 1; // an accuracy has no axis beyond 1
  if (high - low < 1e-12) { low -= 0.5; high += 0.5; }
  if (share) { low = Math.max(0, low); high = Math.min(1, high); }
  const first = Math.min(...all.map((p) => p[0])), last = Math.max(...all.map((p) => p[0]));
  const x = (step) => left + ((width - left - right) * (step - first)) / Math.max(1, last - first);
  const y = (value) => top + ((height - top - bottom) * (high - value)) / (high - low);
  const svg = el("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": title + " over the steps" });
  for (const value of [low, (low + high) / 2, high]) {
    svg.append(el("line", { class: "axis", x1: left, x2: width - right, y1: y(value), y2: y(value) }),
      el("text", { x: left - 6, y: y(value) + 4, "text-anchor": "end" }, short(value)));
  }
  svg.append(el("text", { x: left, y: height - 6 }, count(first)), el("text", { x: width - right, y: height - 6, "text-anchor": "end" }, count(last)));
  for (const line of series) {
    const path = line.points.map((p, i) => (i ? "L" : "M") + x(p[0]).toFixed(1) + " " + y(p[1]).toFixed(1)).join("");
    svg.append(el("path", { d: path, fill: "none", stroke: line.color, "stroke-width": 1.8, "stroke-linejoin": "round" }));
    if (line.points.length === 1) svg.append(el("circle", { cx: x(line.points[0][0]), cy: y(line.points[0][1]), r: 3, fill: line.color }));
  }
  const cross = el("line", { class: "cross", y1: top, y2: height - bottom, visibility: "hidden" });
  svg.append(cross);
  const read = el("span", { class: "read" });
  const show = (event) => {
    const box = svg.getBoundingClientRect();
    const step = first + ((last - first) * Math.min(1, Math.max(0, ((event.clientX - box.left) / box.width) * width - left) / (width - left - right)));
    const near = (points) => points.reduce((a, b) => (Math.abs(b[0] - step) < Math.abs(a[0] - step) ? b : a));
    const at = near(all)[0];
    cross.setAttribute("x1", x(at));
    cross.setAttribute("x2", x(at));
    cross.setAttribute("visibility", "visible");
    read.textContent = `step ${count(at)}: ` + series.map((s) => short(near(s.points)[1])).join(" · ");
  };
  svg.addEventListener("pointermove", show);
  svg.addEventListener("pointerdown", show);
  svg.addEventListener("pointerleave", () => { cross.setAttribute("visibility", "hidden"); read.textContent = ""; });
  return el("figure", { class: "chart" }, el("h3", { class: "small" }, title), read, svg);
}
