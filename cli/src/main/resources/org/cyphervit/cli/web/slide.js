"use strict";
// The report of a slide's phenotype map.

const DATA = JSON.parse(document.getElementById("data").textContent);

function section(id, title, words, ...content) {
  return el("section", { id }, el("header", {}, el("h2", {}, title), el("p", {}, words)), ...content);
}

const tokens = el("div", { class: "grid", "--cell": "240px" }, DATA.tokens.map((token) =>
  el("article", { class: "card token stack", "--c": token.color },
    el("div", { class: "title" }, el("h3", {}, token.name), el("b", { class: "num" }, percent(token.share, 0))),
    token.crops ? el("div", { class: "sheet", "--cell": "72px" }, token.crops.shares.map((share, i) => crop(token.crops, i, percent(share, 0) + " of this tile"))) : null)));

document.body.append(
  el("header", { class: "mast wide" },
    el("p", { class: "kicker" }, "Phenotype map of a slide"), el("h1", {}, DATA.title), el("p", { class: "lede" }, DATA.lede),
    el("div", { class: "facts" }, DATA.facts.map((fact) => el("div", {}, el("b", { class: "num" }, fact.value), el("span", {}, fact.label))))),
  el("main", { class: "wide" },
    section("map", "The slide and its phenotypes", "Move the sliders, switch phenotypes on and off. The viewer and QuPath show the same with the slide in full.",
      blends([DATA.overview], DATA.tokens.map((t) => t.name), DATA.tokens.map((t) => t.color), "100%")),
    section("tokens", "What each phenotype is", "The tiles of this slide that each token holds most of, and its share of the tissue.", tokens),
    section("files", "What lies beside this page", "Each file opens in the tool named.",
      el("div", { class: "card" }, el("dl", { class: "pairs" }, DATA.files.flatMap(([name, use]) => [el("dt", {}, name), el("dd", {}, use)])))),
    section("recipe", "Provenance", "Enough to run it again.",
      el("div", { class: "card" }, el("dl", { class: "pairs" }, DATA.provenance.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]))))),
  el("footer", { class: "wide" }, DATA.footer));
