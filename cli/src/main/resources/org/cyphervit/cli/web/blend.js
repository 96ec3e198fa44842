"use strict";
// Tissue with its phenotype maps laid over it. maps: a strip of K grey pictures beside each other, share 0 to 1 as 0 to 255.

function rgb(hex) {
  const value = parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function pixels(image, sx, sw, sh, width, height) {
  const canvas = el("canvas");
  canvas.width = width;
  canvas.height = height;
  const g = canvas.getContext("2d", { willReadFrequently: true });
  g.drawImage(image, sx, 0, sw, sh, 0, 0, width, height);
  return g.getImageData(0, 0, width, height).data;
}

// settings: {on: [bool...], opacity, least, soft, sure}, shared by all pictures under one set of sliders
function blend(example, colors, settings) {
  const canvas = el("canvas", { role: "img", "aria-label": "Phenotypes over " + example.name });
  const tones = colors.map(rgb);
  let tissue = null, shares = null, width = 0, height = 0, held = false;
  const hold = (now) => { if (held !== now) { held = now; draw(); } };
  canvas.addEventListener("pointerdown", () => hold(true));
  for (const end of ["pointerup", "pointerleave", "pointercancel"]) canvas.addEventListener(end, () => hold(false));

  function draw() {
    if (!tissue) return;
    const g = canvas.getContext("2d");
    const out = g.createImageData(width, height);
    const strength = new Array(shares.length);
    for (let p = 0; p < width * height; p++) {
      const o = 4 * p;
      let sum = 0, best = 0;
      for (let k = 0; k < shares.length; k++) {
        strength[k] = shares[k][o];
        sum += strength[k];
        if (strength[k] > strength[best]) best = k;
      }
      let r = 0, green = 0, b = 0, alpha = 0;
      if (sum < 24) {
        alpha = 0; // glass
      } else if (settings.soft) {
        for (let k = 0; k < shares.length; k++) {
          if (!settings.on[k] || strength[k] < settings.least * sum) continue;
          const w = strength[k] / sum;
          r += w * tones[k][0]; green += w * tones[k][1]; b += w * tones[k][2]; alpha += w;
        }
        if (alpha > 0) { r /= alpha; green /= alpha; b /= alpha; }
      } else if (settings.on[best] && strength[best] >= settings.least * sum) {
        [r, green, b] = tones[best];
        const even = 1 / shares.length, share = strength[best] / sum; // fainter the nearer to what chance gives
        alpha = settings.sure && shares.length > 1 ? 0.25 + 0.75 * Math.max(0, (share - even) / (1 - even)) : 1;
      }
      const a = held ? 0 : alpha * settings.opacity;
      out.data[o] = (1 - a) * tissue[o] + a * r;
      out.data[o + 1] = (1 - a) * tissue[o + 1] + a * green;
      out.data[o + 2] = (1 - a) * tissue[o + 2] + a * b;
      out.data[o + 3] = 255;
    }
    g.putImageData(out, 0, 0);
  }

  Promise.all([loadImage(example.tissue), loadImage(example.maps)]).then(([picture, strip]) => {
    const grow = Math.max(1, 224 / picture.naturalWidth);
    width = canvas.width = Math.round(grow * picture.naturalWidth);
    height = canvas.height = Math.round(grow * picture.naturalHeight);
    tissue = pixels(picture, 0, picture.naturalWidth, picture.naturalHeight, width, height);
    const each = strip.naturalWidth / colors.length;
    shares = colors.map((_, k) => pixels(strip, k * each, each, strip.naturalHeight, width, height));
    draw();
    canvas.dataset.ready = "true";
  });
  return { node: el("figure", { class: "blend" }, canvas, el("figcaption", {}, example.name)), draw };
}

// All examples of a run under one set of controls.
function blends(examples, names, colors, cell = "240px") {
  const settings = { on: names.map(() => true), opacity: 0.55, least: 0, soft: false, sure: true };
  const pictures = examples.map((example) => blend(example, colors.slice(0, names.length), settings));
  const redraw = () => pictures.forEach((picture) => picture.draw());
  const modes = choice(["Strongest", "Blended"], (i) => { settings.soft = i === 1; redraw(); });
  const chips = names.map((name, k) => toggle(name, colors[k], (on) => { settings.on[k] = on; redraw(); }));
  return el("div", {},
    el("div", { class: "controls" }, chips),
    el("div", { class: "controls" }, modes,
      slider("Colour", 55, (value) => { settings.opacity = value; redraw(); }),
      toggle("Fainter where uncertain", "#8d8595", (on) => { settings.sure = on; redraw(); }),
      slider("Only where certain", 0, (value) => { settings.least = value; redraw(); })),
    el("div", { class: "grid", "--cell": cell }, pictures.map((picture) => picture.node)));
}
