"use strict";
// Slides in OpenSeadragon, with phenotype layers that can be switched and blended.

let stage = null;
function leaveSlide() {
  if (stage) stage.destroy();
  stage = null;
}

async function slides(mine) {
  const { body } = await get("/api/slides");
  if (mine !== visit) return;
  view.replaceChildren(el("div", { class: "head" }, el("h2", {}, "Slides and images")),
    body.length ? el("div", { class: "grid", "--cell": "230px" }, body.map((slide) => el("a", { class: "card slide", href: "#/slide/" + encodeURIComponent(slide.id) },
      el("img", { loading: "lazy", alt: slide.name, src: "/api/slide/thumbnail?" + parameters({ id: slide.id }) }),
      el("div", {}, el("h3", {}, slide.name), el("p", { class: "soft small" }, slide.maps ? "with phenotype maps" : "")))))
      : el("p", { class: "soft" }, "There are no slides or images in the folders of this viewer."));
}

// A pyramid whose tiles this server cuts: level 0 is one pixel, the last is full size, as in Deep Zoom.
function source(width, height, tile, address) {
  const levels = Math.ceil(Math.log2(Math.max(width, height)));
  return { width, height, tileSize: tile, tileOverlap: 0, minLevel: 0, maxLevel: levels, getTileUrl: address };
}

async function slidePage(id, mine) {
  const { body } = await get("/api/slide", { id });
  if (mine !== visit) return;
  const place = el("div");
  const panel = el("div", { class: "card beside" });
  view.replaceChildren(
    el("div", { class: "head" }, el("h2", {}, body.name), el("span", { class: "soft small" },
      `${count(body.width)} × ${count(body.height)} pixels` + (body.mpp ? `, ${body.mpp} µm per pixel` : ", no scale known")),
      body.maps.map((map) => map.report ? el("a", { class: "chip", href: "/report?" + parameters({ id: map.id }), target: "_blank", rel: "noopener" }, "report ↗") : null)),
    el("div", { class: "desk" }, el("div", { class: "stage" }, place), panel));
  stage = OpenSeadragon({
    element: place, showNavigationControl: false, showNavigator: true, navigatorPosition: "BOTTOM_RIGHT", drawer: "canvas",
    maxZoomPixelRatio: 3, animationTime: 0.4, gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true },
    tileSources: source(body.width, body.height, body.tile, (level, x, y) => "/api/slide/tile?" + parameters({ id, level, x, y })),
  });
  panel.append(el("div", { class: "controls" },
    el("button", { class: "chip", type: "button", onclick: () => stage.viewport.zoomBy(1.6) }, "+"),
    el("button", { class: "chip", type: "button", onclick: () => stage.viewport.zoomBy(1 / 1.6) }, "−"),
    el("button", { class: "chip", type: "button", onclick: () => stage.viewport.goHome() }, "whole slide")));
  if (!body.maps.length) {
    panel.append(el("p", { class: "soft small" }, "No phenotype map of it lies in this viewer's folders. Make one: cyphervit map " + body.name + " --encoder RUN --out FOLDER"));
  }
  body.maps.forEach((map) => panel.append(el("h3", {}, map.encoder), ...map.layers.map((layer) => layerControl(map, layer, body))));
}

// A layer's pyramid covers the slide from the map's corner; it is fetched when first switched on.
function layerControl(map, layer, slide) {
  let item = null, opacity = 0.6;
  const box = el("input", { type: "checkbox" });
  box.addEventListener("change", () => {
    if (item) item.setOpacity(box.checked ? opacity : 0);
    else if (box.checked) stage.addTiledImage({
      tileSource: source(map.width, map.height, map.tile, (level, x, y) => "/api/layer?" + parameters({ id: map.id, layer: layer.file, level, x, y })),
      x: map.x / slide.width, y: map.y / slide.width, width: (map.width * map.scale) / slide.width, opacity,
      success: (event) => { item = event.item; },
    });
  });
  const strength = slider("Strength", 60, (value) => {
    opacity = value;
    if (item && box.checked) item.setOpacity(value);
  });
  return el("div", { class: "layer", "--c": layer.color }, el("label", {}, box, layer.name,
    el("span", { class: "soft small num" }, layer.share === undefined ? "" : percent(layer.share, 0))), strength);
}
