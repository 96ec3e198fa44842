"use strict";
// The report: fills the page from the data that lie in it.

const DATA = JSON.parse(document.getElementById("data").textContent);
const RUN_COLORS = ["#8e5bd0", "#d0527f", "#2a9d8f", "#c98a1b", "#4c78c9", "#7a8f2a"];
const CLASS_COLORS = ["#4477aa", "#ee6677", "#228833", "#b8a020", "#66ccee", "#aa3377", "#e07b39", "#7a6fd0", "#5fae8b", "#888888"];
const runs = DATA.runs;
const several = runs.length > 1;

function section(id, title, words, ...content) {
  return el("section", { id }, el("header", {}, el("h2", {}, title), el("p", {}, words)), ...content);
}

// One panel per run, chosen by buttons where there are several.
function perRun(make) {
  const shown = runs.map((run) => [run, make(run)]).filter(([, node]) => node);
  if (!shown.length) return null;
  const show = (i) => shown.forEach(([, node], j) => { node.hidden = i !== j; });
  const buttons = shown.length > 1 ? el("div", { class: "controls" }, choice(shown.map(([run]) => run.name), show)) : null;
  show(0);
  return el("div", {}, buttons, shown.map(([, node]) => node));
}

const tokenName = (run, k) => run.tokens.names[k];
const told = (words) => named(words, (run) => runs[run]?.tokens?.names);

function tokens() {
  const panel = perRun((run) => run.tokens && el("div", { class: "grid", "--cell": "240px" }, run.tokens.names.map((name, k) => {
    const t = run.tokens;
    const shares = t.byClass[k] || [];
    const top = Math.max(...t.byClass.flat().filter(Number.isFinite), 1e-9);
    const idle = run.idle.includes(k);
    return el("article", { class: "card token stack" + (idle ? " idle" : ""), "--c": DATA.tokenColors[k] },
      el("div", { class: "title" }, el("h3", {}, name), el("b", { class: "num" }, idle ? "unused" : percent(t.share[k], 0))),
      t.mean ? el("p", { class: "small soft" }, `mean assignment ${percent(t.mean[k], 0)}`) : null,
      el("div", { class: "sheet", "--cell": "46px" }, t.best[k].map((patch) =>
        crop(t.crops, patch.crop, `${percent(patch.share, 0)} of this patch is ${name}; ${patch.tile}`))),
      shares.length ? el("div", { class: "meter", "--c": DATA.tokenColors[k] }, DATA.classes.flatMap((label, c) => [
        el("span", {}, label), el("i", { "--w": (100 * shares[c]) / top + "%" }), el("span", {}, percent(shares[c], 0))])) : null);
  })));
  if (!panel) return null;
  const heads = runs[0].tokens && runs[0].tokens.what === "head";
  return section("tokens", heads ? "What each head attends to" : "The phenotypes it found",
    (heads ? "Each attention head of the last block looks for something of its own."
      : "Each final token of the network gathers patches that it finds alike: a phenotype that nobody named beforehand.")
    + " The pictures are the patches that it holds most of (the middle third of each, with its surroundings), the number is the share of all tissue where it is the strongest"
    + (DATA.classes.length ? ", the bars its share of each class." : "."), panel);
}

function examples() {
  const panel = perRun((run) => run.examples && blends(run.examples, run.tokens.names, DATA.tokenColors));
  if (!panel) return null;
  const heads = runs[0].tokens.what === "head";
  return section("examples", heads ? "Where they look in the tissue" : "Where they lie in the tissue",
    (heads ? "Tissue under what its heads attend to" : "Tissue under its phenotype map")
    + ": do the borders of the colours follow the borders of the tissue? Hold a picture to see the tissue alone; move the sliders, switch colours on and off.", panel);
}

function umap() {
  const shown = runs.filter((run) => run.umap);
  if (!shown.length) return null;
  const thumbs = DATA.thumbs;
  const panels = shown.map((run) => {
    const groups = {};
    if (DATA.classes.length) groups.class = { labels: thumbs.labels, names: DATA.classes, colors: CLASS_COLORS };
    groups[run.tokens.what === "head" ? "strongest head" : "phenotype"] = { labels: run.umap.dominant, names: run.tokens.names, colors: DATA.tokenColors };
    const plot = scatter(run.umap, groups, (i) => crop(thumbs, i, thumbs.names[i]), (i) => [
      thumbs.names[i], thumbs.labels[i] >= 0 ? "class " + DATA.classes[thumbs.labels[i]] : "", run.umap.dominant[i] >= 0 ? "most of it " + tokenName(run, run.umap.dominant[i]) : ""]);
    return el("div", { class: several ? "card" : "card lone" }, several ? el("h3", {}, run.name) : null, plot.node,
      el("p", { class: "soft small" }, `${count(run.umap.x.length)} tiles by UMAP; trustworthiness ${run.umap.trust.toFixed(3)} (1: every neighbour here is a neighbour among the features).`));
  });
  return section("map", "A map of the tiles", "Tiles that the encoder finds alike lie near each other. Point at a dot, or tap it, to see the tile. Islands of one colour mean that it sees that class without having been told.",
    el("div", { class: "grid", "--cell": several ? "380px" : "100%" }, panels));
}

// MAE's picture of what it paints.
function reconstructions() {
  const panel = perRun((run) => run.reconstructions && el("figure", { class: "card painted" },
    el("div", { class: "columns" }, ["the tile", "what it was shown", "what it painted"].map((title) => el("b", {}, title))),
    el("img", { src: address(run.reconstructions.src), alt: "Tiles as they are, with hidden patches, as painted" }),
    el("figcaption", {}, "A row is a tile: as it is; with the patches it was shown, the hidden ones grey; with the hidden ones as it painted them from what it saw. Painted tissue is blurred, the mean of all that could have been there."
      + (run.reconstructions.normalised ? " It learns the pattern within a patch, so each painted patch is shown in the brightness and contrast that it has in the tile: look at lines and nuclei, not at colours." : " Where colour and density are right, the encoder knows what belongs beside what."))));
  return panel && section("reconstructions", "What it paints where it does not see", "Masked auto-encoding learns by filling in hidden patches.", panel);
}

function confusion(run) {
  const { classes, counts } = run.knn;
  const sums = counts.map((row) => row.reduce((a, b) => a + b, 0));
  return el("div", { class: "scroll" }, el("table", { class: "confusion" },
    el("tr", {}, el("th", {}, "true \\ predicted"), classes.map((name) => el("th", {}, name)), el("th", {}, "recall")),
    counts.map((row, c) => el("tr", {}, el("th", {}, classes[c]),
      row.map((n, p) => el("td", { "--v": n / Math.max(1, sums[c]), class: c === p ? "hit" : null }, count(n))),
      el("th", { class: "num" }, percent(row[c] / Math.max(1, sums[c]), 0))))));
}

// k-NN of every run and of the floors; the floors that only the tiles decide, once.
function neighbours() {
  const rows = [];
  runs.filter((run) => run.knn).forEach((run) => run.knn.rows.forEach((row, i) => {
    const shared = i > 1;
    if (shared && rows.some((other) => other.name === row.name)) return;
    const name = !several || shared ? row.name : i === 0 ? run.name : `${run.name}, untrained`;
    rows.push({ ...row, name, floor: i > 0, color: shared ? "#8d8595" : RUN_COLORS[runs.indexOf(run)] });
  }));
  return rows;
}

// The answer to the page's question, at its head.
function bars() {
  const rows = neighbours();
  if (!rows.length) return null;
  const { on, tested } = runs.find((run) => run.knn).knn;
  return el("figure", { class: "floors card", id: "floors" }, el("h3", {}, "Tiles named right by their neighbours"),
    rows.map((row) => el("div", {}, el("span", {}, row.name),
      el("div", { class: "track", "--w": 100 * row.accuracy + "%", "--c": row.color },
        el("div", { class: row.floor ? "fill floor" : "fill" }),
        el("span", { class: row.accuracy > 0.7 ? "value in" : "value" }, percent(row.accuracy))))),
    el("figcaption", {}, `Pale: baselines, which training must beat. ${count(tested)} test tiles: ${on}.`));
}

// By the name of an evaluation: its title, and what it asks.
const EVALUATIONS = {
  knn: ["k-nearest neighbours", "A tile gets the class of the training tiles most like it."],
  linear: ["Linear probe", "How well a linear classifier on the features tells the classes apart."],
  logistic: ["Logistic regression", "The same as a linear probe, solved exactly."],
  prototypes: ["Few shots", "A tile gets the class whose mean of a few labelled tiles is nearest."],
  clusters: ["Clusters", "Do groups found without labels agree with the classes? 1: wholly, 0: as by chance."],
  retrieval: ["Retrieval", "Of the tiles found for a tile, how many are of its class, the first counting most."],
  "least-squares": ["Numbers by least squares", "How well a number of a tile is read from its features."],
  ridge: ["Numbers by ridge regression", "How well a number of a tile is read from its features."],
  "knn-regression": ["Numbers by neighbours", "A tile gets the mean number of the training tiles most like it."],
  finetune: ["Few labels", "The whole network learns on with a share of the labels; from scratch is what these labels teach alone."],
  maps: ["Maps against masks", "How well the maps cover what the masks mark. 1: exactly; best: the map that fits each image best; matched: every class has a map of its own; one for all: the same map in all images."],
  "token-targets": ["What each token holds", "1: exactly the patches with most haematoxylin or nuclei; 0: as many of them as of any other; below 0: it avoids them."],
  dense: ["Masks by a probe on patches", "How well masks are drawn from the features of patches, on patients that the probe did not see. 1: exactly."],
  robustness: ["Robustness to the centre", "Whether the nearest tiles are of the same tissue (robustness index near 1) or of the same centre (near 0), and what accuracy is lost in the stains of another centre."],
};

const ORDER = Object.keys(EVALUATIONS);
const place = (name) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);

function evaluation(found) {
  const [title, words] = EVALUATIONS[found.name] || (found.name.startsWith("slide-")
    ? ["Slides, by " + found.name.slice(6), "What is predicted of slides that were not seen, from the features of their tiles."] : [found.name, ""]);
  const { table } = found;
  const together = found.encoders.length > 1 ? `; ${found.encoders.join(", ")}` : "";
  return el("article", { class: "card evaluation" }, el("h3", {}, title), el("p", { class: "soft small" }, words),
    el("div", { class: "scroll" }, el("table", {}, el("tr", {}, table.header.map((name) => el("th", {}, name))),
      table.rows.map((row) => el("tr", { class: found.floors.includes(row[0].text) ? "floor" : null },
        row.map((cell) => el("td", {}, cell.best ? el("b", {}, cell.text) : cell.text)))))),
    el("p", { class: "soft small" }, (table.title === found.name ? "" : table.title + ". ") + found.on + together + "."),
    table.notes.length ? el("details", { class: "small" }, el("summary", {}, "How sure"), table.notes.map((note) => el("p", { class: "soft" }, note))) : null);
}

function results() {
  const judged = runs.some((run) => run.knn);
  const more = perRun((run) => run.evaluations.length > 0 && el("div", { class: "stack" }, [...run.evaluations].sort((a, b) => place(a.name) - place(b.name)).map(evaluation)));
  if (!judged && !more) return null;
  const table = judged && el("details", { class: "card" }, el("summary", {}, "Neighbours: balanced accuracy, k, and which classes are confused"),
    el("div", { class: "scroll" }, el("table", {}, el("tr", {}, ["features", "accuracy", "balanced accuracy", "k"].map((h) => el("th", {}, h))),
      neighbours().map((row) => el("tr", { class: row.floor ? "floor" : null }, [row.name, percent(row.accuracy), percent(row.balanced), row.k].map((cell) => el("td", {}, String(cell))))))),
    perRun((run) => run.knn && confusion(run)));
  return section("results", "Is it better than the baselines?",
    "Features are frozen unless it says otherwise, and settings such as k were chosen among training tiles alone. A baseline is what anyone has without training: colours see only the stain, a thumbnail only the layout, the untrained network only its own architecture. Rows of baselines are pale, the best of a column is bold.",
    el("div", { class: "stack" }, table, more));
}

const MEASURES = {
  loss: "loss", lr: "learning rate", knn_accuracy: "k-NN accuracy while training", slide_recognition: "slides recognised by k-NN (stain, not tissue)", feature_std: "spread of the features", rankme: "directions in use (RankMe)",
  token_balance: "balance of the phenotypes", token_similarity: "likeness of the phenotypes", teacher_entropy: "teacher's entropy", wait_share: "time spent waiting for tiles",
};

// Measures of a stage of the network are numbered.
function measure(name) {
  const stage = name.match(/^assignment_(entropy|balance)_(\d+)$/);
  if (stage) return (stage[1] === "entropy" ? "how evenly a patch is shared by the tokens (1: even)" : "how evenly tokens are used (1: even)") + ", stage " + (Number(stage[2]) + 1);
  return MEASURES[name] || name.replaceAll("_", " ");
}

function training() {
  const names = [...new Set(runs.flatMap((run) => Object.keys(run.curves)))];
  const first = Object.keys(MEASURES).filter((name) => names.includes(name));
  const chart = (name) => lineChart(measure(name), runs.map((run, i) => ({ name: run.name, color: RUN_COLORS[i % RUN_COLORS.length], points: run.curves[name] || [] })).filter((s) => s.points.length));
  const rest = names.filter((name) => !first.includes(name));
  const key = several ? el("div", { class: "controls small" }, runs.map((run, i) => el("span", { class: "chip" }, el("span", { class: "dot", "--c": RUN_COLORS[i % RUN_COLORS.length] }), run.name))) : null;
  return section("training", "How training went", "Its health in words, then the curves; move over a curve to read it.",
    el("div", { class: "stack" },
      perRun((run) => el("div", { class: "health card" }, run.health.map((h) => el("div", { class: h.level }, el("b", {}, h.title), el("p", {}, told(h.words)))))),
      key, el("div", { class: "grid card", "--cell": "300px" }, first.map(chart)),
      rest.length ? el("details", { class: "card" }, el("summary", {}, `${rest.length} more curves`), el("div", { class: "grid", "--cell": "300px" }, rest.map(chart))) : null));
}

function data() {
  const d = DATA.data;
  const most = Math.max(...d.classes.map((c) => c.count), 1);
  const sheet = d.sheet && el("div", { class: "sheet", "--cell": "84px" }, d.sheet.names.map((name, i) => crop(d.sheet, i, name)));
  const views = perRun((run) => run.views && el("div", { class: "scroll" }, el("div", { class: "views", style: `grid-template-columns: repeat(${run.views.columns}, minmax(72px, 110px))` },
    run.views.titles.map((title) => el("div", { class: "head" }, title)), Array.from({ length: run.views.count }, (_, i) => crop(run.views, i, run.views.titles[i % run.views.columns])))));
  return section("data", "What it saw", `${count(d.tiles)} tiles${d.classes.length ? ` of ${d.classes.length} classes (labels were used to judge, ${d.labelled ? "and to learn" : "never to learn"})` : ""}.`,
    el("div", { class: "stack" },
      el("div", { class: "card stack" }, sheet, d.classes.length ? el("div", { class: "meter", "--c": "var(--violet)" }, d.classes.flatMap((c) => [
        el("span", {}, c.name), el("i", { "--w": (100 * c.count) / most + "%" }), el("span", {}, count(c.count))])) : null),
      views && el("div", { class: "card stack" }, el("h3", {}, "Views of a tile"), el("p", { class: "soft small" }, "A tile as it is, then as the network was shown it: cropped, turned, its stain changed."), views)));
}

function recipe() {
  return section("recipe", "Recipe and provenance", "Enough to run it again.",
    perRun((run) => el("div", { class: "stack" },
      el("div", { class: "card" }, el("dl", { class: "pairs" }, run.provenance.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]))),
      el("details", {}, el("summary", {}, "recipe.yaml, every default resolved"), el("pre", {}, run.recipe)))));
}

const NAV = { tokens: "Phenotypes", examples: "In the tissue", reconstructions: "What it paints", map: "Map", results: "Against the baselines", training: "Training", data: "Data", recipe: "Recipe" };

const page = [tokens(), examples(), reconstructions(), umap(), results(), training(), data(), recipe()].filter(Boolean);
document.body.append(
  el("header", { class: "mast wide" },
    el("p", { class: "kicker" }, DATA.kicker), el("h1", {}, DATA.title),
    el("div", { class: "answer" },
      el("div", {}, el("p", { class: "lede" }, told(DATA.lede)), el("div", { class: "verdict " + DATA.verdict.level }, DATA.verdict.words)), bars()),
    el("div", { class: "facts" }, DATA.facts.map((fact) => el("div", {}, el("b", { class: "num" }, fact.value), el("span", {}, fact.label))))),
  el("nav", { class: "bar", "aria-label": "Sections" }, el("div", { class: "wide" }, page.map((node) => el("a", { href: "#" + node.id }, NAV[node.id])))),
  el("main", { class: "wide" }, page),
  el("footer", { class: "wide" }, DATA.footer));
document.title = DATA.title;

const links = [...document.querySelectorAll(".bar a")];
const watcher = new IntersectionObserver((entries) => entries.forEach((entry) => {
  if (entry.isIntersecting) links.forEach((link) => link.classList.toggle("here", link.hash === "#" + entry.target.id));
}), { rootMargin: "-20% 0px -70% 0px" });
page.forEach((node) => watcher.observe(node));
