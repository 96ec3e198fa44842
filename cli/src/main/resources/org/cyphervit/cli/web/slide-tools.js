"use strict";
// Tools of a slide's page: zoom and magnification, scale bar, measuring, similar places, exports, a second view in step.

const MAGNIFICATIONS = [1, 2.5, 5, 10, 20, 40];

// Microns per CSS pixel of the screen; null if the slide has no scale.
const micronsPerPixel = (state) => state.slide.mpp ? state.slide.mpp * state.panes[0].pixels() : null;

function viewTools(place, state) {
  const osd = state.panes[0].osd;
  const button = (words, label, act) => el("button", { class: "chip", type: "button", "aria-label": label, title: label, onclick: act }, words);
  const reading = el("output", { class: "soft small num", "aria-label": "Magnification", id: "magnification" });
  // As on a microscope: 10x shows about one micron per pixel.
  const zoomTo = (times) => osd.viewport.zoomTo(osd.world.getItemAt(0).imageToViewportZoom((state.slide.mpp * times) / 10));
  osd.addHandler("update-viewport", () => {
    const microns = micronsPerPixel(state);
    if (microns && osd.world.getItemCount()) reading.value = Number((10 / microns).toPrecision(2)) + "×";
  });
  place.append(button("−", "Zoom out", () => osd.viewport.zoomBy(1 / 1.6)), button("+", "Zoom in", () => osd.viewport.zoomBy(1.6)),
    button("whole slide", "Show the whole slide", () => osd.viewport.goHome()),
    ...(state.slide.mpp ? [...MAGNIFICATIONS.map((times) => button(times + "×", "Magnify " + times + " times", () => zoomTo(times))), reading] : []));
  if (state.map) place.append(besideTool(state));
}

// A second view of the same slide with another map, or none, that moves with the first.
function besideTool(state) {
  const choice = el("select", { id: "beside", "aria-label": "Beside it" }, el("option", { value: "" }, "one view"), el("option", { value: "slide" }, "beside: slide alone"),
    state.slide.maps.map((map, i) => el("option", { value: i }, "beside: map by " + map.encoder)));
  choice.addEventListener("change", () => {
    while (state.panes.length > 1) state.panes.pop().osd.destroy();
    state.second.replaceChildren();
    state.second.hidden = choice.value === "";
    state.first.parentNode.classList.toggle("two", choice.value !== "");
    state.beside = choice.value === "" || choice.value === "slide" ? null : state.slide.maps[choice.value];
    if (choice.value === "") return;
    const place = el("div", { class: "view" });
    state.second.append(place);
    const other = pane(place, state.slide);
    state.panes.push(other);
    let following = false; // the other's move is an answer, not a wish
    const follow = (from, to) => from.osd.addHandler("viewport-change", () => {
      if (following || !to.osd.world.getItemCount()) return;
      following = true;
      to.osd.viewport.zoomTo(from.osd.viewport.getZoom(), null, true);
      to.osd.viewport.panTo(from.osd.viewport.getCenter(), true);
      following = false;
    });
    other.osd.addOnceHandler("open", () => {
      other.osd.viewport.zoomTo(state.panes[0].osd.viewport.getZoom(), null, true);
      other.osd.viewport.panTo(state.panes[0].osd.viewport.getCenter(), true);
      follow(state.panes[0], other);
      follow(other, state.panes[0]);
      state.redraw();
    });
  });
  return choice;
}

// The longest round length that fits into 160 pixels.
function roundLength(microns, pixels = 160) {
  const most = microns * pixels, power = 10 ** Math.floor(Math.log10(most));
  const length = [5, 2, 1].map((n) => n * power).find((n) => n <= most) || power;
  return { length, pixels: length / microns, words: length >= 1000 ? length / 1000 + " mm" : length + " µm" };
}

function scaleBar(state) {
  const draw = () => {
    const microns = micronsPerPixel(state);
    state.bar.hidden = !microns;
    if (!microns) return;
    const round = roundLength(microns);
    state.bar.firstChild.style.width = round.pixels + "px";
    state.bar.lastChild.textContent = round.words;
  };
  state.panes[0].osd.addHandler("update-viewport", draw);
}

// What the first view shows, in level-0 pixels of the slide.
function shownRectangle(state) {
  const bounds = state.panes[0].osd.viewport.getBounds(true);
  const a = state.panes[0].image(bounds.getTopLeft()), b = state.panes[0].image(bounds.getBottomRight());
  const left = Math.max(0, a.x), top = Math.max(0, a.y);
  return { left, top, width: Math.min(state.slide.width, b.x) - left, height: Math.min(state.slide.height, b.y) - top };
}

const sent = (rectangle) => Object.fromEntries(Object.entries(rectangle).map(([key, value]) => [key, value.toFixed(1)]));

function measureTools(state, areas) {
  const draw = el("button", { class: "chip", type: "button", "aria-pressed": "false" }, "Draw a rectangle");
  draw.addEventListener("click", () => {
    const on = draw.getAttribute("aria-pressed") !== "true";
    draw.setAttribute("aria-pressed", String(on));
    state.drawing = on;
    state.panes[0].osd.setMouseNavEnabled(!on);
    state.first.classList.toggle("drawing", on);
  });
  let from = null;
  const at = (event) => {
    const b = state.first.getBoundingClientRect();
    return new OpenSeadragon.Point(event.clientX - b.x, event.clientY - b.y);
  };
  state.first.addEventListener("pointerdown", (event) => {
    if (!state.drawing) return;
    from = at(event);
    state.first.setPointerCapture(event.pointerId);
    event.preventDefault();
  }, true);
  state.first.addEventListener("pointermove", (event) => {
    if (!from) return;
    const to = at(event);
    state.box.hidden = false;
    Object.assign(state.box.style, { left: Math.min(from.x, to.x) + "px", top: Math.min(from.y, to.y) + "px", width: Math.abs(to.x - from.x) + "px", height: Math.abs(to.y - from.y) + "px" });
  }, true);
  state.first.addEventListener("pointerup", (event) => {
    if (!from) return;
    const viewport = state.panes[0].osd.viewport;
    const a = state.panes[0].image(viewport.pointFromPixel(from)), b = state.panes[0].image(viewport.pointFromPixel(at(event)));
    from = null;
    state.box.hidden = true;
    draw.click();
    if (Math.abs(a.x - b.x) < 2 || Math.abs(a.y - b.y) < 2) return;
    measure(state, areas, { left: Math.min(a.x, b.x), top: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) });
  }, true);
  return el("div", { class: "controls" }, draw,
    el("button", { class: "chip", type: "button", onclick: () => measure(state, areas, shownRectangle(state)) }, "What is shown"));
}

async function measure(state, areas, rectangle) {
  try {
    const { body } = await get("/api/measure", { id: state.map.id, least: state.least, ...sent(rectangle) });
    mark(state, "measured", rectangle);
    state.measured = rectangle;
    areas.replaceChildren(el("table", {}, el("caption", { class: "small soft" }, `${area(body.tissue_mm2)} of tissue in the rectangle`),
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Phenotype"), el("th", { scope: "col" }, "Area"), el("th", { scope: "col" }, "Share"))),
      el("tbody", {}, body.areas.map((row) => el("tr", {}, el("th", { scope: "row" }, el("span", { class: "dot", "--c": row.color }), " ", row.name), el("td", {}, area(row.mm2)), el("td", {}, percent(row.share))))),
      state.least ? el("tfoot", {}, el("tr", {}, el("th", { scope: "row" }, `less than ${state.least} % certain`), el("td"), el("td", {}, percent(1 - body.certain)))) : null),
    el("div", { class: "controls" }, el("a", { class: "chip", download: "", href: "/api/export/csv?" + parameters({ id: state.map.id, least: state.least, ...sent(rectangle) }) }, "This table (CSV)"),
      el("button", { class: "chip", type: "button", onclick: () => { mark(state, "measured", null); areas.replaceChildren(); state.measured = null; } }, "Clear")));
    say(`${area(body.tissue_mm2)} of tissue measured.`);
  } catch (error) {
    areas.replaceChildren(failed(error));
  }
}

// A rectangle that stays on the tissue; one of each kind.
function mark(state, kind, rectangle) {
  const osd = state.panes[0].osd;
  const old = state.first.querySelector(".mark." + kind);
  if (old) osd.removeOverlay(old);
  if (rectangle) osd.addOverlay({ element: el("div", { class: "mark " + kind }), location: state.panes[0].rect(rectangle.left, rectangle.top, rectangle.width, rectangle.height) });
}

function goTo(state, x, y, side) {
  mark(state, "found", { left: x, top: y, width: side, height: side });
  state.panes[0].osd.viewport.fitBounds(state.panes[0].rect(x - 2.5 * side, y - 2.5 * side, 6 * side, 6 * side));
}

function placesByClick(state) {
  state.panes[0].osd.addHandler("canvas-click", (event) => {
    if (!event.quick || state.drawing) return;
    const point = state.panes[0].image(state.panes[0].osd.viewport.pointFromPixel(event.position));
    places(state, point.x, point.y);
  });
}

function likeCentre(state) {
  const point = state.panes[0].image(state.panes[0].osd.viewport.getCenter(true));
  return places(state, point.x, point.y);
}

async function places(state, x, y) {
  if (x < 0 || y < 0 || x > state.slide.width || y > state.slide.height) return;
  try {
    const { body } = await get("/api/places", { id: state.map.id, x: x.toFixed(1), y: y.toFixed(1), count: 18 });
    if (state.mine !== visit) return;
    mark(state, "asked", { left: body.at.x, top: body.at.y, width: body.at.side, height: body.at.side });
    const crop = (place) => place.slide === null ? el("span", { class: "shot" }) : el("img", { class: "shot", alt: "", loading: "lazy",
      src: "/api/slide/region?" + parameters({ id: place.slide, x: place.x, y: place.y, side: place.side, size: 160 }) });
    state.places.replaceChildren(
      el("div", { class: "asked" }, crop(body.at), el("p", { class: "soft small" }, `Most alike of ${count(body.searched)} tiles on all slides mapped by ${state.map.encoder}.`)),
      el("div", { class: "sheet", "--cell": "74px" }, body.places.map((place) => el("button", { class: "hit", type: "button", disabled: place.slide === null,
        "aria-label": `${place.name}, likeness ${place.similarity.toFixed(2)}: go there`, onclick: () => {
          if (place.slide === state.slide.id) goTo(state, place.x, place.y, place.side);
          else location.hash = `#/slide/${encodeURIComponent(place.slide)}/${place.x},${place.y},${place.side}`;
        } }, crop(place), el("span", {}, place.similarity.toFixed(2) + " "), el("span", { class: place.slide === state.slide.id ? "soft" : "" }, place.slide === state.slide.id ? "this slide" : place.name)))));
    say(`${body.places.length} places found.`);
  } catch (error) {
    state.places.replaceChildren(failed(error));
  }
}

function exportTools(state) {
  const asked = () => ({ id: state.map.id, least: state.least, tokens: [...state.shown].sort((a, b) => a - b).join(","), ...sent(shownRectangle(state)) });
  const fetched = (path) => () => save("/api/export/" + path + "?" + parameters(asked()));
  return el("div", { class: "controls", id: "export" },
    el("button", { class: "chip", type: "button", onclick: () => picture(state) }, "Picture (PNG)"),
    el("button", { class: "chip", type: "button", onclick: fetched("geojson") }, "Outlines (GeoJSON)"),
    el("button", { class: "chip", type: "button", onclick: fetched("csv") }, "Areas (CSV)"));
}

function save(address, name = "") {
  const link = el("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
}

// The view as it is drawn, with a legend and a scale bar under it, on white whatever the page's colours are.
async function picture(state) {
  const view = state.panes[0].osd.drawer.canvas;
  const dense = view.width / state.first.clientWidth;
  const names = tokensOf(state.map).filter((_, k) => state.shown.has(k + 1));
  if (state.least) names.push({ name: `where ≥ ${state.least} % certain`, color: "#fff" });
  const foot = 34 * dense;
  const canvas = document.createElement("canvas");
  canvas.width = view.width;
  const pen = canvas.getContext("2d");
  const font = `${13 * dense}px sans-serif`;
  pen.font = font;
  const rows = [[]]; // the legend, broken into lines that fit
  let used = 200 * dense;
  for (const layer of names) {
    const width = pen.measureText(layer.name).width + 36 * dense;
    if (used + width > view.width && rows.at(-1).length) { rows.push([]); used = 0; }
    rows.at(-1).push({ layer, x: used });
    used += width;
  }
  canvas.height = view.height + foot * rows.length;
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(view, 0, 0);
  pen.font = font;
  pen.textBaseline = "middle";
  rows.forEach((row, r) => row.forEach(({ layer, x }) => {
    const y = view.height + foot * (r + 0.5);
    pen.fillStyle = layer.color;
    pen.fillRect(x, y - 6 * dense, 12 * dense, 12 * dense);
    pen.fillStyle = "#000";
    pen.fillText(layer.name, x + 18 * dense, y);
  }));
  const microns = micronsPerPixel(state);
  if (microns) {
    const round = roundLength(microns, 110), y = view.height + foot / 2;
    pen.fillRect(8 * dense, y - 2 * dense, round.pixels * dense, 4 * dense);
    pen.fillText(round.words, 14 * dense + round.pixels * dense, y);
  }
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  const address = URL.createObjectURL(blob);
  save(address, state.slide.name.replace(/\.[^.]+$/, "") + "-map.png");
  setTimeout(() => URL.revokeObjectURL(address), 10000);
  state.picture = { width: canvas.width, height: canvas.height, bytes: blob.size };
}
