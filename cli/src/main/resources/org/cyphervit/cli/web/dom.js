"use strict";
// Small helpers: elements without innerHTML (names of files and classes are foreign text), numbers, sprites.

function el(tag, attributes, ...children) {
  const svg = ["svg", "path", "line", "text", "circle", "g", "rect"].includes(tag);
  const node = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name.startsWith("--")) node.style.setProperty(name, value);
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

// The sentences of a page name a phenotype by its place, "{token 0 2}": of which run, which token. It may be given a name later.
const named = (words, names) => words.replace(/\{token (\d+) (\d+)\}/g, (all, run, token) => names(run)?.[token] ?? all);

const percent = (share, digits = 1) => (100 * share).toFixed(digits) + " %";
const count = (n) => Math.round(n).toLocaleString("en");

function short(value) {
  if (!Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  return size >= 10000 || size < 0.001 ? value.toExponential(1) : String(Number(value.toPrecision(3)));
}

// A data: address as an object address, so that many elements share one decoded picture.
const objects = new Map();
function address(source) {
  if (!source.startsWith("data:")) return source;
  if (!objects.has(source)) {
    const [head, body] = source.split(",");
    const bytes = Uint8Array.from(atob(body), (c) => c.charCodeAt(0));
    objects.set(source, URL.createObjectURL(new Blob([bytes], { type: head.slice(5).split(";")[0] })));
  }
  return objects.get(source);
}

// One cell of a sprite {src, columns, count}: scales with its element.
function crop(sprite, index, label) {
  const rows = Math.ceil(sprite.count / sprite.columns);
  const x = index % sprite.columns;
  const y = Math.floor(index / sprite.columns);
  const node = el("div", { class: "crop", role: "img", "aria-label": label || "tile", title: label });
  node.style.backgroundImage = `url("${address(sprite.src)}")`;
  node.style.backgroundSize = `${100 * sprite.columns}% ${100 * rows}%`;
  node.style.backgroundPosition = `${sprite.columns > 1 ? (100 * x) / (sprite.columns - 1) : 0}% ${rows > 1 ? (100 * y) / (rows - 1) : 0}%`;
  return node;
}

function loadImage(source) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = () => reject(new Error("A picture cannot be read."));
    image.src = address(source);
  });
}

function slider(label, value, onchange) {
  const input = el("input", { type: "range", min: 0, max: 100, value, "aria-label": label });
  input.addEventListener("input", () => onchange(Number(input.value) / 100));
  return el("label", { class: "slider" }, label, input);
}

function toggle(label, color, onchange) {
  const button = el("button", { class: "chip", type: "button", "aria-pressed": "true" }, el("span", { class: "dot", "--c": color }), label);
  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(on));
    onchange(on);
  });
  return button;
}

// Buttons of which one is on.
function choice(labels, onchange) {
  const buttons = labels.map((label, i) =>
    el("button", { class: "chip" + (i === 0 ? " on" : ""), type: "button", onclick: () => {
      buttons.forEach((button, j) => button.classList.toggle("on", i === j));
      onchange(i);
    } }, label));
  return buttons;
}
