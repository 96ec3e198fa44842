"use strict";
// Slides: their list, and the page of one with its phenotype map, seen through OpenSeadragon.

let desk = null; // what is open: { panes, ... }
let stage = null; // the first of its views

function leaveSlide() {
  if (desk) desk.close();
  desk = stage = null;
}

async function slides(mine) {
  const { body } = await get("/api/slides");
  if (mine !== visit) return;
  view.replaceChildren(el("div", { class: "head" }, el("h1", { class: "title" }, "Slides")), body.length
    ? el("div", { class: "grid", "--cell": "260px" }, body.map((slide) => el("a", { class: "card slide", href: "#/slide/" + encodeURIComponent(slide.id) },
      el("img", { loading: "lazy", alt: "", src: "/api/slide/thumbnail?" + parameters({ id: slide.id }) }),
      el("div", {}, el("h3", {}, slide.name), el("p", { class: "soft small" }, slide.maps ? "with phenotype maps" : "")))))
    : el("p", { class: "soft" }, "There are no slides or images in the folders of this viewer."));
}

// A pyramid whose tiles this server cuts: level 0 is one pixel, the last is full size, as in Deep Zoom.
function source(width, height, tile, address) {
  const levels = Math.ceil(Math.log2(Math.max(width, height)));
  return { width, height, tileSize: tile, tileOverlap: 0, minLevel: 0, maxLevel: levels, getTileUrl: address };
}

// One view of a slide with at most one map over it.
function pane(element, slide) {
  const osd = OpenSeadragon({
    element, showNavigationControl: false, showNavigator: window.innerWidth > 600, navigatorPosition: "BOTTOM_RIGHT", navigatorBackground: "#fff", navigatorSizeRatio: 0.16, drawer: "canvas",
    maxZoomPixelRatio: 4, clickTimeThreshold: 1000, animationTime: 0.4, gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true },
    tileSources: source(slide.width, slide.height, slide.tile, (level, x, y) => "/api/slide/tile?" + parameters({ id: slide.id, level, x, y })),
  });
  osd.canvas.setAttribute("aria-label", slide.name + ": drag or use the arrow keys to move, + and − to zoom");
  osd.canvas.setAttribute("role", "application");
  let layer = null, wanted = "", opacity = 0.8;
  return {
    osd,
    // Tissue pixels per CSS pixel of the screen.
    pixels: () => osd.world.getItemCount() ? 1 / osd.world.getItemAt(0).viewportToImageZoom(osd.viewport.getZoom(true)) : 1,
    point: (x, y) => osd.world.getItemAt(0).imageToViewportCoordinates(x, y),
    rect: (x, y, w, h) => osd.world.getItemAt(0).imageToViewportRectangle(x, y, w, h),
    image: (point) => osd.world.getItemAt(0).viewportToImageCoordinates(point),
    setOpacity(value) { opacity = value; if (layer) layer.setOpacity(value); },
    // The new layer is put over the old one, which goes when the new one is there: no flicker.
    show(map, tokens, least) {
      const mine = wanted = map ? map.id + "|" + tokens + "|" + least : "";
      const old = layer;
      layer = null;
      if (!map) { if (old) osd.world.removeItem(old); return; }
      osd.addTiledImage({
        tileSource: source(map.width, map.height, map.tile, (level, x, y) => "/api/layer?" + parameters({ id: map.id, layer: "phenotypes", tokens: tokens.join(","), least, level, x, y })),
        x: map.x / slide.width, y: map.y / slide.width, width: (map.width * map.scale) / slide.width, opacity,
        success: ({ item }) => {
          if (old) osd.world.removeItem(old);
          if (mine !== wanted) osd.world.removeItem(item);
          else { layer = item; layer.setOpacity(opacity); }
        },
      });
    },
    layer: () => layer,
  };
}

// Focal planes, channels and times of a slide that has several: a choice of another one opens it.
function planeChoices(slide) {
  const axes = slide.planes || [];
  const open = () => {
    const said = selects.map((one, i) => [axes[i].axis, one.value]).filter(([, value]) => value !== "0").map((pair) => pair.join("="));
    location.hash = "#/slide/" + encodeURIComponent(slide.id.replace(/#[^#]*=[^#]*$/, "") + (said.length ? "#" + said.join(",") : ""));
  };
  const names = { z: "focal plane", c: "channel", t: "time" };
  const selects = axes.map((axis) => el("select", { id: "plane-" + axis.axis, "aria-label": names[axis.axis], onchange: open },
    axis.axis === "c" && axis.count === 3 ? el("option", { value: 0 }, "channels as colours") : null,
    Array.from({ length: axis.count }, (_, i) => el("option", { value: i + 1 }, `${names[axis.axis]} ${i + 1} of ${axis.count}`))));
  selects.forEach((one, i) => { one.value = axes[i].chosen; });
  return selects;
}

async function slidePage(id, mine, at) {
  const { body } = await get("/api/slide", { id });
  if (mine !== visit) return;
  const first = el("div", { class: "view" }), second = el("div", { class: "view", hidden: true });
  const bar = el("div", { class: "bar" }, el("i"), el("span")), box = el("div", { class: "ruler", hidden: true });
  const panel = el("aside", { class: "card beside", "aria-label": "Map and tools" });
  const tools = el("div", { class: "controls", role: "toolbar", "aria-label": "View" });
  view.replaceChildren(
    el("div", { class: "head" }, el("h1", { class: "title" }, body.name), planeChoices(body), el("span", { class: "soft small" },
      `${count(body.width)} × ${count(body.height)} pixels` + (body.mpp ? `, ${Number(body.mpp.toPrecision(4))} µm per pixel` : ", no scale known: give it on the workbench")),
      body.maps.map((map) => map.report ? el("a", { class: "chip", href: "/report?" + parameters({ id: map.id }), target: "_blank", rel: "noopener" }, "page of " + map.encoder + " ↗") : null)),
    tools, el("div", { class: "desk" }, el("div", { class: "stage" }, first, second, bar, box), panel));
  const main = pane(first, body);
  stage = main.osd;
  const state = { slide: body, map: body.maps[0] || null, shown: new Set(), least: 0, panes: [main], first, second, bar, box, panel, mine,
    close() { this.panes.forEach((one) => one.osd.destroy()); } };
  desk = state;
  viewTools(tools, state);
  scaleBar(state);
  if (state.map) {
    mapPanel(state);
    placesByClick(state);
  } else {
    panel.append(el("h2", {}, "No map yet"), el("p", { class: "soft small" }, "Make one on the ", el("a", { href: "#/" }, "workbench"), ": choose this slide and an encoder. Or in a terminal:"),
      el("pre", {}, "cyphervit map SLIDE --encoder RUN --out maps"));
  }
  main.osd.addOnceHandler("open", () => {
    const place = (at || "").split(",").map(Number);
    if (place.length === 3 && place.every(Number.isFinite)) goTo(state, ...place);
  });
}

// The map's legend and sliders; everything that changes what is drawn goes through redraw().
function mapPanel(state) {
  const legend = el("ul", { class: "legend" });
  const words = el("p", { class: "soft small", role: "status" });
  const doubt = el("p", { class: "doubt small", role: "note" });
  const places = el("div", { id: "places" }, el("p", { class: "soft small" }, "Click on tissue: the places most like it on all slides of the folder."),
    el("button", { class: "chip", type: "button", onclick: () => likeCentre(state) }, "Like the middle of the view"));
  const areas = el("div", { id: "areas" });
  const chooser = el("select", { "aria-label": "Map", id: "which-map" }, state.slide.maps.map((map, i) => el("option", { value: i }, map.encoder)));
  const certain = el("output", {}, "all"), strong = el("output", {}, "80 %");
  const range = (label, id, value, output, act) => {
    const input = el("input", { type: "range", id, min: 0, max: 100, value });
    input.addEventListener("input", () => act(Number(input.value)));
    return el("label", { class: "slider wide-slider", for: id }, el("span", {}, label), input, output);
  };
  let later = 0;
  state.redraw = () => {
    state.panes.forEach((one, i) => {
      const map = i === 0 ? state.map : state.beside;
      one.show(map, map ? (i === 0 ? [...state.shown].sort((a, b) => a - b) : tokensOf(map).map((_, k) => k + 1)) : [], state.least);
    });
  };
  state.measureAll = async () => {
    const { body } = await get("/api/measure", { id: state.map.id, least: state.least });
    if (state.mine !== visit) return;
    body.areas.forEach((area, k) => {
      const place = legend.children[k]?.querySelector(".num");
      // Of the whole map the page and the GeoJSON say the same numbers.
      const share = !state.least && state.map.version >= 2 ? tokensOf(state.map)[k].share : area.share;
      if (place) place.textContent = percent(share, share < 0.1 ? 1 : 0);
    });
    words.textContent = `${body.tissue_mm2 === null ? "" : area(body.tissue_mm2) + " of tissue. "}` +
      (state.least ? `${percent(body.certain, 0)} of it is at least ${state.least} % certain.` : "Numbers are shares of the tissue's area.");
  };
  const choose = () => {
    state.shown = new Set(tokensOf(state.map).map((_, k) => k + 1));
    const trust = state.map.trust;
    doubt.hidden = !trust || trust.level === "good";
    if (trust) doubt.replaceChildren(el("b", {}, trust.title + "."), " " + trust.words);
    legend.replaceChildren(...tokensOf(state.map).map((layer, k) => legendItem(state, layer, k + 1)));
    state.redraw();
    state.measureAll();
  };
  chooser.addEventListener("change", () => { state.map = state.slide.maps[chooser.value]; choose(); });
  state.panel.append(
    el("h2", {}, "Phenotypes"), state.slide.maps.length > 1 ? el("label", { class: "field" }, el("span", {}, "Map by"), chooser) : el("p", { class: "soft small" }, "Map by " + state.map.encoder),
    doubt, legend,
    range("Certainty", "certainty", 0, certain, (value) => {
      state.least = value;
      certain.value = value ? "≥ " + value + " %" : "all";
      clearTimeout(later); // a slider that moves asks once
      later = setTimeout(() => { if (state.mine === visit) { state.redraw(); state.measureAll(); } }, 150);
    }),
    range("Strength", "strength", 80, strong, (value) => { strong.value = value + " %"; state.panes.forEach((one) => one.setOpacity(value / 100)); }),
    words,
    el("h2", {}, "Measure"), measureTools(state, areas), areas,
    el("h2", {}, "Places like this"), places,
    el("h2", {}, "Export what is shown"), exportTools(state));
  state.areas = areas;
  state.places = places;
  state.panes[0].osd.addOnceHandler("open", choose);
}

const tokensOf = (map) => map.layers.filter((layer) => layer.file.startsWith("token-"));
const area = (mm2) => mm2 === null ? "–" : mm2 >= 0.1 ? mm2.toFixed(2) + " mm²" : Math.round(mm2 * 1e6).toLocaleString("en") + " µm²";

// A phenotype: switched on and off by its box, named by its pencil.
function legendItem(state, layer, token) {
  const id = "token-" + token;
  const box = el("input", { type: "checkbox", id, checked: true });
  const label = el("label", { for: id }, layer.name);
  box.addEventListener("change", () => {
    if (box.checked) state.shown.add(token); else state.shown.delete(token);
    state.redraw();
  });
  const item = el("li", { "--c": layer.color }, box, el("span", { class: "dot", "--c": layer.color }), label, el("span", { class: "soft small num" }),
    el("button", { class: "pencil", type: "button", "aria-label": "Name " + layer.name, title: "Name it", onclick: () => {
      const field = el("input", { type: "text", value: layer.name, maxlength: 60, "aria-label": "Name of " + layer.name });
      const keep = async () => {
        if (field.done) return;
        field.done = true;
        try {
          const answer = field.value.trim() && field.value !== layer.name ? await post("/api/map/name", { id: state.map.id }, { token, name: field.value }) : null;
          if (answer) {
            layer.name = answer.names[token - 1];
            say(`Named ${layer.name} in ${answer.maps} maps${answer.encoder ? " and in the encoder's file" : ""}.`);
          }
        } catch (error) {
          say(error.message);
          state.areas.replaceChildren(failed(error));
        }
        label.textContent = layer.name;
        field.replaceWith(label);
      };
      field.addEventListener("keydown", (event) => { if (event.key === "Enter") keep(); if (event.key === "Escape") { field.value = layer.name; keep(); } });
      field.addEventListener("blur", keep);
      label.replaceWith(field);
      field.focus();
      field.select();
    } }, "✎"));
  return item;
}
