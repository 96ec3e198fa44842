"use strict";
// A map of tiles: points of a plane, the tile shown under the pointer.
// map: {x, y}; groups: {name: {labels, names, colors}} ways to colour; thumb(i): element; text(i): lines; pick(i): on click

function scatter(map, groups, thumb, text, pick) {
  const canvas = el("canvas", { role: "img", "aria-label": "Map of tiles; similar tiles lie near each other", tabindex: 0 });
  const tip = el("div", { class: "tip", hidden: true });
  const legend = el("div", { class: "controls" });
  const n = map.x.length;
  const bounds = [Math.min(...map.x), Math.max(...map.x), Math.min(...map.y), Math.max(...map.y)];
  const names = Object.keys(groups);
  const view = { zoom: 1, cx: (bounds[0] + bounds[1]) / 2, cy: (bounds[2] + bounds[3]) / 2 };
  let group = groups[names[0]], hidden = new Set(), current = -1, marked = new Set(), side = 0;

  const scale = () => (view.zoom * 0.92 * side) / Math.max(bounds[1] - bounds[0], bounds[3] - bounds[2], 1e-9);
  const px = (i) => side / 2 + (map.x[i] - view.cx) * scale();
  const py = (i) => side / 2 - (map.y[i] - view.cy) * scale();

  function draw() {
    const ratio = window.devicePixelRatio || 1;
    side = canvas.clientWidth;
    if (!side) return;
    canvas.width = canvas.height = Math.round(side * ratio);
    const g = canvas.getContext("2d");
    g.scale(ratio, ratio);
    const radius = Math.max(2, Math.min(5, side / 130)) * Math.sqrt(Math.min(view.zoom, 3));
    for (let j = 0; j < n; j++) {
      const i = (j * 7919) % n; // mixes the groups, so that none hides another
      const label = group.labels ? group.labels[i] : -1;
      if (hidden.has(label)) continue;
      g.globalAlpha = marked.size && !marked.has(i) ? 0.18 : 0.82;
      g.fillStyle = label >= 0 ? group.colors[label % group.colors.length] : "#9a929e";
      g.beginPath();
      g.arc(px(i), py(i), radius, 0, 7);
      g.fill();
    }
    g.globalAlpha = 1;
    if (current >= 0) {
      g.lineWidth = 2.5;
      g.strokeStyle = getComputedStyle(canvas).getPropertyValue("--ink");
      g.beginPath();
      g.arc(px(current), py(current), radius + 4, 0, 7);
      g.stroke();
    }
  }

  function nearest(event) {
    const box = canvas.getBoundingClientRect();
    let best = -1, distance = 20 * 20;
    for (let i = 0; i < n; i++) {
      if (group.labels && hidden.has(group.labels[i])) continue;
      const d = (px(i) - event.clientX + box.left) ** 2 + (py(i) - event.clientY + box.top) ** 2;
      if (d < distance) { distance = d; best = i; }
    }
    return best;
  }

  function show(i) {
    if (i === current) return;
    current = i;
    tip.hidden = i < 0;
    if (i >= 0) {
      tip.replaceChildren(thumb(i), ...text(i).map((line) => el("div", {}, line)));
      tip.style.left = Math.min(Math.max(8, px(i) + 16), side - 156) + "px";
      tip.style.top = (py(i) > side / 2 ? py(i) - 16 - tip.offsetHeight : py(i) + 16) + "px";
    }
    draw();
  }

  let drag = null;
  canvas.addEventListener("pointerdown", (event) => {
    drag = { x: event.clientX, y: event.clientY, cx: view.cx, cy: view.cy, moved: false };
    show(nearest(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (drag && view.zoom > 1 && event.buttons) {
      drag.moved = drag.moved || Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > 5;
      view.cx = drag.cx - (event.clientX - drag.x) / scale();
      view.cy = drag.cy + (event.clientY - drag.y) / scale();
      draw();
    } else if (event.pointerType === "mouse") show(nearest(event));
  });
  canvas.addEventListener("pointerup", (event) => {
    const i = nearest(event);
    if (pick && i >= 0 && drag && !drag.moved) pick(i);
    drag = null;
  });
  canvas.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") show(-1); });

  function zoom(factor) {
    view.zoom = Math.min(40, Math.max(1, view.zoom * factor));
    if (view.zoom === 1) [view.cx, view.cy] = [(bounds[0] + bounds[1]) / 2, (bounds[2] + bounds[3]) / 2];
    canvas.style.touchAction = view.zoom > 1 ? "none" : "";
    show(-1);
    draw();
  }

  function colour(name) {
    group = groups[name];
    hidden = new Set();
    const labels = group.names ? group.names.map((label, k) => toggle(label, group.colors[k % group.colors.length], (on) => {
      if (on) hidden.delete(k); else hidden.add(k);
      draw();
    })) : [];
    const choices = names.length > 1 ? [el("select", { "aria-label": "Colour by", onchange: (event) => colour(event.target.value) },
      names.map((other) => el("option", { value: other, selected: other === name }, "colour by " + other)))] : [];
    legend.replaceChildren(...choices, ...labels);
    draw();
  }

  const buttons = el("div", { class: "zoom" },
    el("button", { class: "chip", type: "button", "aria-label": "Zoom in", onclick: () => zoom(1.6) }, "+"),
    el("button", { class: "chip", type: "button", "aria-label": "Zoom out", onclick: () => zoom(1 / 1.6) }, "−"));
  const node = el("div", {}, legend, el("div", { class: "scatter" }, canvas, buttons, tip));
  new ResizeObserver(() => requestAnimationFrame(draw)).observe(canvas);
  colour(names[0]);
  return { node, draw, mark(indices) { marked = new Set(indices); draw(); } };
}
