"use strict";
// The first page: slides come in, commands are started by buttons, and the queue of jobs is shown.

const PART_BYTES = 4 << 20;
const JOB_WORDS = { waiting: "waiting", running: "running", done: "done", failed: "failed", cancelled: "cancelled" };

async function post(path, values = {}, body = {}) {
  const response = await fetch(path + "?" + parameters(values), { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error || response.statusText);
  return answer;
}

// What a screen reader should say without leaving its place.
const say = (words) => { document.getElementById("said").textContent = words; };

const bytes = (n) => n >= 1e9 ? (n / 1e9).toFixed(1) + " GB" : n >= 1e6 ? Math.round(n / 1e6) + " MB" : Math.max(1, Math.round(n / 1e3)) + " kB";

async function workbench(mine) {
  let choices;
  try {
    choices = (await get("/api/choices")).body;
  } catch (error) {
    view.replaceChildren(el("h1", { class: "title" }, "Workbench"), failed(error),
      el("p", {}, "What lies here can still be looked at: ", el("a", { href: "#/slides" }, "slides"), " and ", el("a", { href: "#/runs" }, "runs"), "."));
    return;
  }
  const chosen = new Set();
  const slides = el("div", { id: "slides" });
  const actions = el("div", { class: "grid", id: "actions", "--cell": "330px" });
  const jobs = el("div", { id: "jobs", class: "stack" });
  let offered = null;
  const refresh = async () => {
    if (mine !== visit) return;
    choices = (await get("/api/choices")).body;
    await released();
    const now = JSON.stringify(choices);
    if (offered !== now) actionCards(actions, choices, chosen);
    offered = now;
    await slideTable(slides, chosen, mine);
  };
  view.replaceChildren(
    el("div", { class: "head" }, el("h1", { class: "title" }, "Workbench"), el("span", { class: "soft small path" }, choices.folder)),
    el("section", { "aria-labelledby": "h-slides" }, el("h2", { id: "h-slides" }, "1. Slides"), dropZone(refresh), slides),
    el("section", { "aria-labelledby": "h-do" }, el("h2", { id: "h-do" }, "2. What to do"), actions),
    el("section", { "aria-labelledby": "h-jobs" }, el("h2", { id: "h-jobs" }, "3. Jobs"), jobs));
  watchJobs(jobs, mine, refresh);
  await refresh();
}

function dropZone(done) {
  const input = el("input", { type: "file", multiple: true, id: "files", class: "unseen" });
  const list = el("div", { class: "stack", role: "status" });
  const zone = el("div", { class: "drop" },
    el("p", {}, el("label", { class: "chip main", for: "files" }, "Choose slides"), input, " or drop them here."),
    el("p", { class: "soft small" }, "SVS, TIFF, NDPI, SCN, BIF, PNG, JPEG. They are copied into the folder; nothing leaves this computer."
      + " Large slides, and those of several files (MRXS, DICOM), you can also copy into the folder yourself."), list);
  const take = async (files) => {
    for (const file of files) await upload(file, list);
    await done();
  };
  input.addEventListener("change", () => { take([...input.files]); input.value = ""; });
  zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("over"); });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => { event.preventDefault(); zone.classList.remove("over"); take([...event.dataTransfer.files]); });
  return zone;
}

async function upload(file, list) {
  const bar = progressBar("Sending " + file.name);
  const line = el("div", { class: "sending" }, el("span", {}, file.name), bar.node);
  list.append(line);
  try {
    for (let offset = 0; offset < Math.max(1, file.size); offset += PART_BYTES) {
      const response = await fetch("/api/upload?" + parameters({ name: file.name, offset, size: file.size }),
        { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: file.slice(offset, offset + PART_BYTES) });
      const answer = await response.json();
      if (!response.ok) throw new Error(answer.error);
      bar.set(Math.min(file.size, offset + PART_BYTES), file.size);
    }
    line.remove();
    say(file.name + " is here.");
  } catch (error) {
    line.replaceChildren(el("span", { class: "alarm" }, error.message));
  }
}

function progressBar(label) {
  const fill = el("i");
  const node = el("div", { class: "progress", role: "progressbar", "aria-label": label, "aria-valuemin": 0, "aria-valuemax": 100 }, fill);
  return { node, set: (done, total) => {
    const share = total > 0 ? (100 * done) / total : 0;
    fill.style.setProperty("--w", share + "%");
    node.setAttribute("aria-valuenow", Math.round(share));
  } };
}

async function slideTable(place, chosen, mine) {
  const { body } = await get("/api/slides");
  await released();
  const now = JSON.stringify(body);
  if (mine !== visit || place.shown === now) return;
  place.shown = now;
  if (!body.length) {
    place.replaceChildren(el("p", { class: "soft" }, "No slides yet."));
    return;
  }
  if (!chosen.touched) body.forEach((slide) => chosen.add(slide.id));
  const all = el("input", { type: "checkbox", "aria-label": "Choose all slides", checked: body.every((s) => chosen.has(s.id)) });
  const rows = body.map((slide) => slideRow(slide, chosen));
  all.addEventListener("change", () => rows.forEach((row) => {
    const box = row.querySelector("input[type=checkbox]");
    box.checked = all.checked;
    box.dispatchEvent(new Event("change"));
  }));
  place.replaceChildren(el("div", { class: "scroll" }, el("table", { class: "slides" },
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, all), el("th", { scope: "col", colspan: 2 }, "Slide"), el("th", { scope: "col" }, "Size"), el("th", { scope: "col" }, "µm per pixel"), el("th", { scope: "col" }, "Maps"))),
    el("tbody", {}, rows))));
  for (const row of rows) { // one after another: a thumbnail of a large slide takes a while
    if (mine !== visit) return;
    await row.fill();
  }
}

function slideRow(slide, chosen) {
  const box = el("input", { type: "checkbox", checked: chosen.has(slide.id), "aria-label": "Choose " + slide.name });
  box.addEventListener("change", () => {
    chosen.touched = true;
    if (box.checked) chosen.add(slide.id); else chosen.delete(slide.id);
    document.dispatchEvent(new Event("chosen"));
  });
  const link = "#/slide/" + encodeURIComponent(slide.id);
  const format = el("div", { class: "soft small" }), size = el("td", { class: "num" }, "…"), scale = el("td", { class: "num" });
  const maps = el("td", {}, slide.maps ? el("a", { class: "chip", href: link }, "look") : "–");
  const row = el("tr", {}, el("td", {}, box),
    el("td", { class: "thumb" }, el("a", { href: link, tabindex: -1, "aria-hidden": "true" }, el("img", { alt: "", loading: "lazy", src: "/api/slide/thumbnail?" + parameters({ id: slide.id }) }))),
    el("td", { class: "name" }, el("a", { href: link }, slide.name), format), size, scale, maps);
  row.fill = async () => {
    try {
      const { body } = await get("/api/slide", { id: slide.id });
      format.textContent = body.format + (body.objective ? ", " + body.objective + "×" : "");
      size.replaceChildren(`${count(body.width)} × ${count(body.height)}`, el("div", { class: "soft small" }, slide.bytes ? bytes(slide.bytes) : "folder"));
      scale.replaceChildren(body.mpp && !body.mpp_given ? String(Number(body.mpp.toPrecision(4))) : scaleField(slide, body.mpp));
    } catch (error) {
      format.replaceChildren(el("span", { class: "alarm" }, error.message));
      size.textContent = "–";
      box.checked = false;
      box.disabled = true;
      chosen.delete(slide.id);
    }
  };
  return row;
}

// A slide that does not say its scale: maps, tiles and areas need it.
function scaleField(slide, value) {
  const field = el("input", { type: "number", min: 0.01, max: 100, step: "any", value: value || "", placeholder: "?", list: "scales", "aria-label": "Microns per pixel of " + slide.name });
  const note = el("div", { class: "small " + (value ? "soft" : "alarm") }, value ? "given by you" : "not in the file: 0.25 at 40×, 0.5 at 20×");
  field.addEventListener("change", async () => {
    try {
      await post("/api/slide/scale", { id: slide.id }, { mpp: Number(field.value) });
      note.className = "small soft";
      note.textContent = "given by you";
    } catch (error) {
      note.className = "small alarm";
      note.textContent = error.message;
    }
  });
  return el("div", {}, field, note);
}

const select = (label, options, id) => {
  const node = el("select", { id, "aria-label": label }, options.map(([value, words]) => el("option", { value }, words)));
  return { node, field: el("label", { class: "field" }, el("span", {}, label), node) };
};
const number = (label, value, id) => {
  const node = el("input", { type: "number", min: 1, step: "any", value, id });
  return { node, field: el("label", { class: "field" }, el("span", {}, label), node) };
};

// A card of one thing to do: its fields, its buttons, and what the server says to them. First, where given, is what can be asked
// before: the words of a button and what it wishes.
function card(title, words, fields, button, wish, ready = true, first = null) {
  const said = el("p", { class: "small", role: "status" });
  const start = (label, wished, kind) => el("button", { class: kind, type: "button", disabled: !ready, onclick: async () => {
    try {
      const answer = await post("/api/jobs", {}, wished());
      said.className = "small soft";
      said.textContent = "In the queue: job " + answer.jobs.join(", ") + ".";
      say(said.textContent);
      document.dispatchEvent(new Event("jobs"));
    } catch (error) {
      said.className = "small alarm";
      said.textContent = error.message;
    }
  } }, label);
  const before = first ? [start(first.button, first.wish, "chip"), " "] : [];
  return el("article", { class: "card do" }, el("h3", {}, title), el("p", { class: "soft small" }, words), fields,
    el("p", {}, before, start(button, wish, "chip main")), said);
}

function actionCards(place, choices, chosen) {
  const slides = () => [...chosen];
  const tiles = choices.tiles.map((t) => [t.id, t.name]);
  const encoders = choices.encoders.map((e) => [e.encoder, e.name + ({ imported: " (imported)", box: " (built in)" }[e.kind] || "")]);
  const encoder = select("Encoder", encoders, "map-encoder");
  const microns = number("Tissue side of a tile, µm", 112, "map-microns");
  const scaled = () => { microns.field.hidden = choices.encoders.find((e) => e.encoder === encoder.node.value)?.scaled ?? true; };
  encoder.node.addEventListener("change", scaled);
  scaled();
  const none = el("div", { class: "small", id: "no-encoder" }, el("p", {}, "There is no encoder here yet. Two ways to one:"),
    el("ul", {}, el("li", {}, "train one: cut tiles of your slides first, then “Train an encoder”;"),
      el("li", {}, "import a released one in a terminal, then open this page again:", el("pre", {}, "cyphervit encoders list\ncyphervit encoders import NAME FILE"))));
  const map = card("Phenotype map", "Colours the tissue of the chosen slides by what the encoder tells apart.",
    encoders.length ? [encoder.field, microns.field] : [none], "Map the chosen slides",
    () => ({ do: "map", slides: slides(), encoder: encoder.node.value, microns: Number(microns.node.value) }), encoders.length > 0);
  const tile = card("Cut tiles", "Finds the tissue and cuts it into tiles of 224 pixels at 0.5 µm, to train on. Pen, folds and blur are left out.",
    [], "Cut tiles of the chosen slides", () => ({ do: "tile", slides: slides() }));

  const data = select("Tiles", tiles, "train-data");
  const backbone = select("Size of the encoder", [["cyphervit_nano", "nano: minutes"], ["cyphervit_tiny", "tiny: hours"], ["cyphervit_small", "small: a day, better with a GPU"]], "train-backbone");
  const method = select("Method", [["simclr", "SimCLR"], ["dino", "DINO"], ["moco", "MoCo v3"]], "train-method");
  const epochs = number("Passes over the tiles", 20, "train-epochs");
  const name = el("input", { type: "text", id: "train-name", value: "run-" + (choices.runs.length + 1), maxlength: 60 });
  const training = (what) => ({ do: what, data: data.node.value, backbone: backbone.node.value, method: method.node.value, epochs: Number(epochs.node.value), name: name.value });
  const train = card("Train an encoder", "Learns from tiles without labels. Ask first what memory and time it takes here: the answer stands below, under Jobs. Cancel a training any time, it goes on where it was.",
    tiles.length ? [data.field, backbone.field, method.field, epochs.field, el("label", { class: "field" }, el("span", {}, "Name"), name)]
      : [el("p", { class: "small" }, "There are no tiles here yet. Cut some first.")], "Train",
    () => training("train"), tiles.length > 0, { button: "How long will it take?", wish: () => training("estimate") });

  const judged = select("Encoder", encoders, "evaluate-encoder");
  const labelled = select("Tiles in folders of classes", tiles, "evaluate-data");
  const evaluate = card("Evaluate", "Nearest neighbours on tiles whose folders are classes, beside the untrained encoder and plain colours.",
    encoders.length && tiles.length ? [judged.field, labelled.field] : [el("p", { class: "small" }, "Needs an encoder and tiles.")], "Evaluate",
    () => ({ do: "evaluate", encoder: judged.node.value, data: labelled.node.value }), encoders.length > 0 && tiles.length > 0);
  const runs = select("Run", choices.runs.map((r) => [r.id, r.name]), "report-run");
  const report = card("Report", "One page of a run: what it learnt, its phenotypes, a map of its tiles, its health.",
    choices.runs.length ? [runs.field] : [el("p", { class: "small" }, "There are no runs here yet.")], "Write the report", () => ({ do: "report", run: runs.node.value }), choices.runs.length > 0);
  renew(place, encoders.length ? [map, tile, train, evaluate, report] : [tile, train, map, evaluate, report]);
}

// New cards in place of old ones; what the user has typed or chosen in the old ones stays.
function renew(place, cards) {
  const typed = [...place.querySelectorAll("input[id], select[id]")]
    .filter((field) => field.tagName === "SELECT" ? field.selectedIndex > 0 : field.value !== field.defaultValue)
    .map((field) => [field.id, field.value]);
  place.replaceChildren(...cards);
  for (const [id, value] of typed) {
    const field = document.getElementById(id);
    if (!field || (field.tagName === "SELECT" && ![...field.options].some((option) => option.value === value))) continue;
    field.value = value;
    field.dispatchEvent(new Event("change"));
  }
}

function watchJobs(place, mine, refresh) {
  const shown = new Map(); // id to what its card was made of
  let states = null, wake = () => {};
  document.addEventListener("jobs", () => wake());
  (async () => {
    while (mine === visit) {
      const { body } = await get("/api/jobs").catch(() => ({ body: null }));
      if (mine !== visit) return;
      if (body) {
        if (!body.length) place.replaceChildren(el("p", { class: "soft" }, "Nothing was started yet. Jobs run one after another and go on after a restart."));
        else {
          place.querySelector(":scope > p")?.remove();
          for (const [id, old] of shown) if (!body.some((job) => job.id === id)) { old.node.remove(); shown.delete(id); }
          body.toReversed().forEach((job) => showJob(place, shown, job));
        }
        const now = body.map((job) => job.id + job.state).join();
        if (states !== null && states !== now) {
          const ended = body.find((job) => !states.includes(job.id + job.state) && job.state !== "running" && job.state !== "waiting");
          if (ended) { say(`${ended.title}: ${JOB_WORDS[ended.state]}`); refresh(); }
        }
        states = now;
      }
      const busy = body && body.some((job) => job.state === "running" || job.state === "waiting");
      await new Promise((resolve) => { wake = resolve; setTimeout(resolve, busy ? 1000 : 4000); });
    }
  })();
}

// A card is made anew only when its job's state changes, so that an open log stays open.
function showJob(place, shown, job) {
  let card = shown.get(job.id);
  if (!card) {
    card = { node: el("article", { class: "card job", "data-job": job.id }) };
    shown.set(job.id, card);
    place.prepend(card.node);
  }
  if (card.state !== job.state) {
    const act = (what, words) => el("button", { class: "chip", type: "button", "aria-label": words + ": " + job.title, onclick: async () => {
      await post("/api/job/" + what, { job: job.id });
      document.dispatchEvent(new Event("jobs"));
    } }, words);
    const log = el("pre", { tabindex: 0 });
    const details = el("details", {}, el("summary", {}, "Log"), log);
    card.log = async () => {
      if (!details.open) return;
      const { body } = await get("/api/job/log", { job: job.id });
      log.textContent = body.lines.join("\n");
      log.scrollTop = log.scrollHeight;
    };
    details.addEventListener("toggle", card.log);
    card.bar = progressBar(job.title);
    card.eta = el("span", { class: "soft small num" });
    card.last = el("p", { class: "small " + (job.state === "failed" ? "alarm" : "soft") });
    const live = job.state === "running" || job.state === "waiting";
    card.node.className = "card job " + job.state;
    const parts = [el("div", { class: "title" }, el("h3", {}, job.title), el("span", { class: "state" }, JOB_WORDS[job.state])),
      job.state === "running" ? el("div", { class: "far" }, card.bar.node, card.eta) : null, card.last,
      el("div", { class: "line" }, el("code", {}, job.line), el("button", { class: "chip", type: "button", "aria-label": "Copy the command line", onclick: () => navigator.clipboard.writeText(job.line) }, "copy")),
      el("div", { class: "controls" }, live ? act("cancel", "Cancel") : null, job.resumable ? act("resume", "Go on") : null, live ? null : act("remove", "Remove from the list")), details];
    card.node.replaceChildren(...parts.filter(Boolean));
    card.state = job.state;
  }
  if (job.state === "running") {
    card.bar.set(job.done, job.total);
    card.eta.textContent = job.total ? `${count(job.done)} of ${count(job.total)}` + (job.eta ? `, about ${job.eta.replace(/^(\d+) s$/, (_, s) => s >= 120 ? Math.round(s / 60) + " min" : s + " s")} left` : "") : "starting …";
  }
  card.last.textContent = job.last || "";
  card.last.hidden = !job.last || job.state === "running" || job.state === "waiting";
  if (job.state === "running") card.log();
}
