"use strict";
// The pages by the address after #: the workbench, runs, a run (training, tiles, phenotypes), slides, a slide.

const CLASS_COLORS = ["#4477aa", "#ee6677", "#228833", "#b8a020", "#66ccee", "#aa3377", "#e07b39", "#7a6fd0", "#5fae8b", "#888888"];
const view = document.getElementById("view");
const parameters = (values) => Object.entries(values).map(([k, v]) => k + "=" + encodeURIComponent(v)).join("&");
let visit = 0; // a page that was left stops asking

// A part of a page is not made anew under a pressed mouse or finger: its click would be lost.
let held = false;
addEventListener("pointerdown", () => { held = true; }, true);
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => setTimeout(() => { held = false; }), true);
async function released() {
  while (held) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function get(path, values = {}) {
  const response = await fetch(path + "?" + parameters(values));
  const body = await response.json();
  if (!response.ok) throw new Error(body.error || response.statusText);
  return { body, working: response.status === 202 };
}

function failed(error) {
  return el("div", { class: "card bad" }, el("p", {}, error.message));
}

async function every(seconds, mine, work) {
  while (mine === visit) {
    await work();
    await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
  }
}

function spark(points) {
  const svg = el("svg", { class: "spark", viewBox: "0 0 100 30", preserveAspectRatio: "none", "aria-hidden": "true" });
  if (points.length > 1) {
    const values = points.map((p) => p[1]), low = Math.min(...values), high = Math.max(...values);
    svg.append(el("path", { fill: "none", stroke: "var(--violet)", "stroke-width": 1.6, "vector-effect": "non-scaling-stroke",
      d: points.map((p, i) => `${i ? "L" : "M"}${(100 * i) / (points.length - 1)} ${28 - (26 * (p[1] - low)) / (high - low || 1)}`).join("") }));
  }
  return svg;
}

const isLive = (run) => Date.now() - run.updated < 60000 && !run.encoder;

function runs(mine) {
  const grid = el("div", { class: "grid", "--cell": "280px" });
  view.replaceChildren(el("div", { class: "head" }, el("h1", { class: "title" }, "Runs")), grid);
  let shown = null;
  every(5, mine, async () => {
    const { body } = await get("/api/runs");
    await released();
    const now = JSON.stringify(body.map((run) => [run, isLive(run)]));
    if (mine !== visit || shown === now) return;
    shown = now;
    grid.replaceChildren(...(body.length ? body.map((run) => run.broken
      ? el("div", { class: "card" }, el("h3", {}, run.name), el("p", { class: "soft small" }, run.broken))
      : el("a", { class: "card run", href: "#/run/" + encodeURIComponent(run.id) },
        el("h3", {}, run.name, isLive(run) ? el("span", { class: "live" }, "training") : null, run.collapsed ? el("span", { class: "alarm" }, "collapsed") : null),
        el("p", { class: "soft small" }, `${run.method}, ${run.backbone}; step ${count(run.step)}`), spark(run.loss)))
      : [el("p", { class: "soft" }, "There are no runs in the folders of this viewer yet.")]));
  });
}

async function run(id, mine, tab = "training") {
  const { body } = await get("/api/run", { id });
  const panel = el("div");
  const tabs = { training, tiles, phenotypes };
  const chips = Object.keys(tabs).map((name) => el("a", { class: "chip" + (name === tab ? " on" : ""), href: `#/run/${encodeURIComponent(id)}/${name}` }, name));
  view.replaceChildren(
    el("div", { class: "head" }, el("h2", {}, body.name), chips,
      body.report ? el("a", { class: "chip", href: "/report?" + parameters({ id }), target: "_blank", rel: "noopener" }, "report ↗") : null),
    panel);
  await tabs[tab](id, mine, panel, body);
}

async function training(id, mine, panel, about) {
  const charts = el("div", { class: "grid card", "--cell": "320px" });
  const health = about.health.length ? el("div", { class: "card", id: "health" }, about.health.map((h) => el("p", { class: h.severity === "collapse" ? "alarm" : "soft" }, `Step ${count(h.step)}: ${h.words}`))) : null;
  panel.replaceChildren(el("div", { class: "stack" }, health, charts,
    el("details", { class: "card" }, el("summary", {}, "log.txt"), el("pre", {}, about.log.join("\n"))),
    el("details", { class: "card" }, el("summary", {}, "recipe.yaml"), el("pre", {}, about.recipe))));
  let last = -1;
  every(2, mine, async () => {
    const { body } = await get("/api/metrics", { id });
    if (mine !== visit || body.last === last) return;
    last = body.last;
    charts.dataset.step = last;
    charts.replaceChildren(...Object.entries(body.curves).map(([name, points]) =>
      lineChart(name.replaceAll("_", " "), [{ name, color: "#8e5bd0", points }])));
  });
}

// The run's map, waiting for it with a bar.
async function map(id, mine, panel) {
  while (mine === visit) {
    const { body, working } = await get("/api/map", { id });
    if (!working) return body;
    panel.replaceChildren(el("p", { class: "soft" }, `First visit: ${body.working}, ${count(body.done / 2)} of ${count(body.total / 2)}`),
      el("div", { class: "progress" }, el("i", { "--w": (100 * body.done) / Math.max(1, body.total) + "%" })));
    await new Promise((resolve) => setTimeout(resolve, 700));
  }
  return null;
}

const shot = (id, tile, size, label) => el("img", { class: "shot", loading: "lazy", alt: label, title: label, src: "/api/tile?" + parameters({ id, tile, size }) });

async function tiles(id, mine, panel) {
  const data = await map(id, mine, panel);
  if (!data || mine !== visit) return;
  const says = (i) => [data.names[i], data.labels[i] >= 0 ? "class " + data.classes[data.labels[i]] : "", data.dominant[i] >= 0 ? "most of it " + data.tokens[data.dominant[i]].name : ""];
  const groups = {};
  if (data.classes.length) groups.class = { labels: data.labels, names: data.classes, colors: CLASS_COLORS };
  groups.phenotype = { labels: data.dominant, names: data.tokens.map((t) => t.name), colors: data.tokens.map((t) => t.color) };
  const side = el("div", { class: "card beside" }, el("p", { class: "soft" }, "Click a dot: the tile, and the tiles that the encoder finds most alike."));
  const choose = async (i) => {
    const { body } = await get("/api/similar", { id, tile: i, count: 24 });
    if (mine !== visit) return;
    const same = body.filter((hit) => data.labels[hit.tile] === data.labels[i]).length;
    plot.mark([i, ...body.map((hit) => hit.tile)]);
    side.replaceChildren(
      el("div", { class: "now" }, shot(id, i, 264, data.names[i]), el("div", {}, says(i).map((line) => el("div", {}, line)))),
      el("h3", {}, "Most alike"),
      data.classes.length ? el("p", { class: "soft small" }, `${same} of ${body.length} are of its class`) : null,
      el("div", { class: "sheet", "--cell": "84px" }, body.map((hit) => el("button", { class: "hit", type: "button", onclick: () => choose(hit.tile) },
        shot(id, hit.tile, 168, says(hit.tile).join("; ")), `${hit.similarity.toFixed(3)}${data.labels[hit.tile] >= 0 ? " " + data.classes[data.labels[hit.tile]] : ""}`))));
  };
  const plot = scatter(data, groups, (i) => shot(id, i, 132, data.names[i]), says, choose);
  panel.replaceChildren(el("div", { class: "split" }, el("div", { class: "card" }, plot.node,
    el("p", { class: "soft small" }, `${count(data.x.length)} tiles by UMAP; trustworthiness ${data.trust.toFixed(3)}.`)), side));
  plot.draw();
}

async function phenotypes(id, mine, panel) {
  const data = await map(id, mine, panel);
  if (!data || mine !== visit) return;
  panel.replaceChildren(el("div", { class: "grid", "--cell": "320px" }, data.tokens.map((token, k) => {
    const field = el("input", { type: "text", value: token.name, maxlength: 60, "aria-label": "Name of token " + (k + 1), disabled: data.heads });
    const note = el("p", { class: "soft small" }, data.heads ? "a head of the last block" : "Type a name; Enter keeps it in the encoder's file.");
    field.addEventListener("change", async () => {
      const response = await fetch("/api/name?" + parameters({ id }), { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ token: k + 1, name: field.value }) });
      const body = await response.json();
      note.textContent = response.ok ? "Kept: it travels into maps, reports and exports." : body.error;
      if (!response.ok) field.value = token.name;
    });
    return el("article", { class: "card token", "--c": token.color },
      el("div", { class: "title" }, field, el("b", { class: "num" }, percent(token.share, 0))), note,
      el("div", { class: "sheet", "--cell": "62px" }, token.best.map((share, rank) => el("img", { class: "shot", loading: "lazy",
        alt: percent(share, 0) + " of this patch", src: "/api/patch?" + parameters({ id, token: k + 1, rank }) }))));
  })));
}

function route() {
  const mine = ++visit;
  leaveSlide();
  const [part, id, tab] = location.hash.slice(2).split("/").map(decodeURIComponent);
  const here = part === "slides" || part === "slide" ? "slides" : part === "runs" || part === "run" ? "runs" : "work";
  document.querySelectorAll(".top nav a").forEach((link) => {
    link.classList.toggle("here", link.dataset.part === here);
    if (link.dataset.part === here) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
  });
  const page = part === "run" ? run(id, mine, tab || undefined) : part === "runs" ? runs(mine) : part === "slides" ? slides(mine) : part === "slide" ? slidePage(id, mine, tab) : workbench(mine);
  document.title = { slides: "Slides", runs: "Runs", work: "Workbench" }[here] + " – CypherViT";
  Promise.resolve(page).catch((error) => { if (mine === visit) view.replaceChildren(failed(error)); });
}

window.addEventListener("unhandledrejection", (event) => view.prepend(failed(event.reason)));
window.addEventListener("hashchange", route);
route();
