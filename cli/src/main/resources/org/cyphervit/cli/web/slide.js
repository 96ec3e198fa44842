"use strict";
// The report of a slide's phenotype map.

const DATA = JSON.parse(document.getElementById("data").textContent);

function section(id, title, words, ...content) {
  return el("section", { id }, el("header", {}, el("h2", {}, title), el("p", {}, words)), ...content);
}

const tokens = el("div", { class: "grid", "--cell": "240px" }, DATA.tokens.map((token) =>
  el("article", { class: "card token stack", "--c": token.color },
    el("div", { class: "title" }, el("h3", {}, token.name), el("b", { class: "num" }, percent(token.share, 0))),
    el("p", { class: "small soft" }, `strongest in ${percent(token.share)} of the tissue; mean assignment ${percent(token.mean)}`),
    token.crops ? el("div", { class: "sheet", "--cell": "72px" }, token.crops.shares.map((share, i) => crop(token.crops, i, percent(share, 0) + " of this tile"))) : null)));

document.body.append(
  el("header", { class: "mast wide" },
    el("p", { class: "kicker" }, "Phenotype map of a slide"), el("h1", {}, DATA.title), el("p", { class: "lede" }, named(DATA.lede, () => DATA.tokens.map((t) => t.name))),
    el("p", { class: "trust " + DATA.trust.level, role: DATA.trust.level === "good" ? "note" : "alert" }, el("b", {}, DATA.trust.title + "."), " " + DATA.trust.words),
    el("div", { class: "facts" }, DATA.facts.map((fact) => el("div", {}, el("b", { class: "num" }, fact.value), el("span", {}, fact.label))))),
  el("main", { class: "wide" },
    section("map", "The slide and its phenotypes", "The colour is that of the strongest phenotype, and fainter where it is less certain. Move the sliders, switch phenotypes on and off. The viewer and QuPath show the same with the slide in full.",
      blends([DATA.overview], DATA.tokens.map((t) => t.name), DATA.tokens.map((t) => t.color), "100%")),
    section("tokens", "What each phenotype is", "The number is the share of the tissue where the phenotype is the strongest of all, which is also what QuPath measures. The pictures are the tiles that it holds most of.", tokens),
    section("files", "What lies beside this page", "Each file opens in the tool named.",
      el("div", { class: "card" }, el("dl", { class: "pairs" }, DATA.files.flatMap(([name, use]) => [el("dt", {}, name), el("dd", {}, use)])))),
    section("recipe", "Provenance", "Enough to run it again.",
      el("div", { class: "card" }, el("dl", { class: "pairs" }, DATA.provenance.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]))))),
  el("footer", { class: "wide" }, DATA.footer));
