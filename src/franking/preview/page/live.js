// The live preview's page: which message is shown, how, and what is known of it.
import { editorOf } from "./editor.js";
import { mailboxOf } from "./mailbox.js";
import { TABS, panelsOf } from "./panels.js";
import { shareOf } from "./share.js";
import { make, PERCENT, sheet } from "./view.js";

const $ = id => document.getElementById(id);
const state = { choices: [], titles: {}, verdicts: {}, widths: [360, 600], now: null, shown: null, width: 600, xray: true, dark: false,
  images: false, compare: "", tab: "Findings", chosen: null, data: null, template: null, client: "" };

const post = async (path, body) => {
  const answer = await fetch(path, { method: "POST", headers: { "X-Franking": "preview" }, body: JSON.stringify(body) });
  const value = await answer.json().catch(() => ({ error: { message: `the preview answered ${answer.status}` } }));
  if (!answer.ok) throw Object.assign(new Error(value.error?.message ?? "failed"), value.error);
  return value;
};
const say = text => { $("status").textContent = text; };
const nameOf = choice => choice.join("/");
const asked = (choice = state.now) => ({ kind: choice[0], theme: choice[1], language: choice[2], sample: choice[3] });
const unique = position => [...new Set(state.choices.map(c => c[position]))];

// -- which message ------------------------------------------------------------------------------------------------------

const visibleChoices = () => {
  const wanted = $("find").value.trim().toLowerCase();
  return state.choices.filter(c => c[1] === $("theme").value && c[2] === $("language").value &&
    (!wanted || `${state.titles[c[0]]} ${c[0]} ${c[3]}`.toLowerCase().includes(wanted)));
};

const drawList = () => {
  const list = $("list");
  const focused = document.activeElement?.dataset?.name;
  list.replaceChildren();
  let kind = "", items = null;
  for (const choice of visibleChoices()) {
    if (choice[0] !== kind) {
      kind = choice[0];
      items = make("ul");
      list.append(make("h2", "", state.titles[kind] ?? kind), items);
    }
    const button = make("button");
    button.type = "button";
    button.dataset.name = nameOf(choice);
    const verdict = state.verdicts[nameOf(choice)] ?? "";
    const dot = make("span", `dot ${verdict}`);
    button.append(dot, make("span", "", choice[3].replaceAll("_", " ")), make("span", "hidden", verdict || "not judged yet"));
    if (state.now && nameOf(state.now) === nameOf(choice)) button.setAttribute("aria-current", "true");
    button.addEventListener("click", () => go(choice));
    const item = make("li");
    item.append(button);
    items.append(item);
  }
  if (focused) list.querySelector(`[data-name="${CSS.escape(focused)}"]`)?.focus();
  drawSummary();
};

const drawSummary = () => {
  const known = Object.entries(state.verdicts).filter(([name]) => state.choices.some(c => nameOf(c) === name));
  const bad = known.filter(([, verdict]) => verdict !== "permitted").map(([name]) => name);
  const rest = state.choices.length - known.length;
  $("summary").textContent = `${state.choices.length} messages, ${bad.length ? `${bad.length} rejected` : "none rejected"}${rest ? `, ${rest} being checked` : ""}`;
  $("rejected").hidden = !bad.length;
  $("rejected").querySelector("summary").textContent = `Rejected (${bad.length})`;
  $("rejected").querySelector("ul").replaceChildren(...bad.slice(0, 200).map(name => {
    const item = make("li"), button = make("button");
    button.type = "button";
    button.append(make("span", "dot rejected"), make("span", "", name));
    button.addEventListener("click", () => go(name.split("/")));
    item.append(button);
    return item;
  }));
};

const fillSelect = (select, values, current) => {
  select.replaceChildren(...values.map(value => new Option(value, value, false, value === current)));
};

const step = by => {
  const list = visibleChoices();
  if (!list.length) return;
  const at = list.findIndex(c => nameOf(c) === nameOf(state.now));
  go(list[(at + by + list.length) % list.length]);
};

const turn = (select, position) => {
  select.selectedIndex = (select.selectedIndex + 1) % select.options.length;
  pick(position, select.value);
};

const pick = (position, value) => {
  const next = [...state.now];
  next[position] = value;
  go(next);
};

const go = async choice => {
  if (!state.now || nameOf(choice) !== nameOf(state.now)) Object.assign(state, { data: null, chosen: null, template: null });
  state.now = choice;
  $("theme").value = choice[1];
  $("language").value = choice[2];
  history.replaceState(null, "", `#${nameOf(choice)}${mailbox.query()}`);
  drawList();
  await load();
};

// -- the message --------------------------------------------------------------------------------------------------------

let turnOf = 0;
const load = async () => {
  const mine = ++turnOf;
  const width = state.widths.includes(state.width) ? null : state.width;
  let shown, other = null;
  try {
    shown = await post("api/show", { ...asked(), data: state.data, width });
    if (state.compare && state.compare !== state.now[1]) {
      const beside = [state.now[0], state.compare, state.now[2], state.now[3]];
      other = await post("api/show", { ...asked(beside), data: state.data, width });
      await mailbox.see(other, beside);
    }
    await mailbox.see(shown, state.now);
  } catch (error) { // never leave what was before as if it stood
    if (mine !== turnOf) return;
    say(error.message);
    shown = { name: nameOf(state.now), verdict: "broken", error: { file: error.file ?? "", line: error.line ?? 0, message: error.message } };
    other = null;
  }
  if (mine !== turnOf) return; // a newer one is on its way
  state.shown = shown;
  state.other = other;
  if (state.data === null) { state.verdicts[shown.name] = shown.verdict; drawList(); }
  draw();
  offer();
  decide();
};

// What the checker left undecided, decided by the browser in another process; the message is in sight meanwhile.
const decide = async () => {
  const { shown } = state;
  if (!state.browser || shown.error || !shown.findings.some(f => f.undecided)) return;
  let found;
  try {
    found = await post("api/decided", { ...asked(), data: state.data });
  } catch {
    return; // it stays undecided
  }
  if (state.shown !== shown || !found.findings) return;
  const alone = shown.verdict !== found.verdict && found.verdict === "permitted";
  Object.assign(shown, found);
  if (state.data === null) { state.verdicts[shown.name] = shown.verdict; drawList(); }
  draw();
  if (alone) say("permitted only because the browser was asked: send does not ask it and rejects such messages");
};

const draw = () => {
  const { shown } = state;
  if (!shown) return;
  $("title").textContent = `${state.titles[state.now[0]] ?? state.now[0]} · ${state.now[3].replaceAll("_", " ")}`;
  $("verdict").className = `badge ${shown.verdict}`;
  $("verdict").textContent = shown.verdict;
  $("subject").textContent = shown.subject ? `Subject: ${shown.subject}` : "";
  $("subject").lang = state.now[2];
  for (const id of ["stage", "panel", "legend"]) $(id).classList.remove("stale");
  const stage = $("stage"), top = state.drawn === shown.name ? stage.scrollTop : 0; // the view stays where it was
  state.drawn = shown.name;
  stage.replaceChildren(...[shown, state.other].filter(Boolean).map(drawSheet));
  stage.querySelector(".sheet")?.addEventListener("ready", () => { stage.scrollTop = top; });
  $("legend").textContent = legend();
  drawTools();
  drawPanel();
  editor.shown();
  share.shown();
};

// What is on the page no longer stands: dimmed, and without a verdict, until something else is shown.
const stale = word => {
  for (const id of ["stage", "panel", "legend"]) $(id).classList.add("stale");
  $("verdict").className = "badge";
  $("verdict").textContent = word;
  state.verdicts = {};
  drawList();
};

const failed = error => {
  state.shown = { name: state.now ? nameOf(state.now) : "", verdict: "broken", error };
  state.other = null;
  state.verdicts = {};
  for (const id of ["stage", "panel", "legend"]) $(id).classList.remove("stale");
  $("stage").replaceChildren(errorCard(error));
  drawPanel();
  $("verdict").className = "badge broken";
  $("verdict").textContent = "broken";
  $("subject").textContent = "";
  $("legend").textContent = "";
  $("summary").textContent = "the folders cannot be read";
  for (const dot of document.querySelectorAll("#list .dot")) dot.className = "dot";
  for (const word of document.querySelectorAll("#list .hidden")) word.textContent = "not judged yet";
};

const drawSheet = (shown, number) => shown.error ? errorCard(shown.error) : sheet(shown, {
  width: state.width, dark: state.dark, images: state.images, xray: state.xray, choose: number ? () => {} : choose,
  caption: `theme ${number ? state.compare : state.now[1]}${mailbox.caption(shown)}`,
});

const legend = () => {
  const measured = state.shown.xray?.find(m => m.width === state.width);
  if (!state.xray || !measured?.insets) return "";
  const { left, right, limit } = measured.insets;
  const share = inset => PERCENT(inset / state.width);
  const most = Math.max(0, ...measured.boxes.flatMap(box => [...box.left, ...box.right]));
  const blamed = most > limit * state.width ? `, the widest margin of a block ${share(most)}` : "";
  const sizes = new Set(measured.texts.map(t => t.size)).size;
  return `Measured at ${state.width} px: margins ${share(left)} and ${share(right)} (limit ${PERCENT(limit)})${blamed}, ` +
    `${measured.images.length || "no"} image${measured.images.length === 1 ? "" : "s"}, ${sizes} font size${sizes === 1 ? "" : "s"}. Hatched: margins. Dashed: text blocks. Red: findings.`;
};

const drawTools = () => {
  $("widths").replaceChildren(...state.widths.map((width, i) => {
    const button = make("button", "", `${i === 0 ? "Phone" : i === state.widths.length - 1 ? "Desktop" : "Middle"} ${width}`);
    button.type = "button";
    button.setAttribute("aria-pressed", String(state.width === width));
    button.addEventListener("click", () => setWidth(width));
    return button;
  }));
  $("width").value = state.width;
  $("width-out").textContent = `${state.width} px`;
  mailbox.draw();
  for (const name of ["xray", "dark", "images"]) $(name).setAttribute("aria-pressed", String(state[name]));
};

const setWidth = async width => { state.width = width; if (state.widths.includes(width)) draw(); else await load(); };
const toggle = async name => { state[name] = !state[name]; if (name === "dark" && state.client) await go(state.now); else draw(); };

const mailbox = mailboxOf({ state, post, asked, say, again: () => go(state.now) });

const { choose, drawPanel, errorCard, showTab, showTemplate, offer } = panelsOf({
  state, load, post, asked, say, setWidth, edit: (file, line) => editor.open(file, line), editSample: () => editor.openSample(),
});
const share = shareOf({ state, post, asked, say });
const editor = editorOf({ state, load, post, asked, say });

// -- keys and events ----------------------------------------------------------------------------------------------------

const KEYS = {
  j: () => step(1), k: () => step(-1), t: () => turn($("theme"), 1), l: () => turn($("language"), 2),
  w: () => setWidth(state.widths[(state.widths.indexOf(state.width) + 1) % state.widths.length]),
  x: () => toggle("xray"), d: () => toggle("dark"), i: () => toggle("images"), m: () => mailbox.next(), "/": () => $("find").focus(),
  n: () => { const count = state.shown?.findings?.length; if (count) choose(((state.chosen ?? -1) + 1) % count); },
  e: () => editor.toggle(), "?": () => $("help").showModal(),
};
addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input:not([type=range]), select, textarea, [contenteditable], dialog[open]")) return;
  const action = KEYS[event.key] ?? (/^[1-8]$/.test(event.key) ? () => showTab(TABS[event.key - 1]) : null);
  if (action) { event.preventDefault(); action(); }
});
for (const name of ["xray", "dark", "images"]) $(name).addEventListener("click", () => toggle(name));
$("width").addEventListener("change", event => setWidth(Number(event.target.value)));
$("width").addEventListener("input", event => { $("width-out").textContent = `${event.target.value} px`; });
$("theme").addEventListener("change", event => pick(1, event.target.value));
$("language").addEventListener("change", event => pick(2, event.target.value));
$("compare").addEventListener("change", event => { state.compare = event.target.value; load(); });
$("find").addEventListener("input", drawList);
$("help-open").addEventListener("click", () => $("help").showModal());

const listen = () => {
  const events = new EventSource("api/events");
  let pending = 0;
  events.addEventListener("message", async message => {
    const event = JSON.parse(message.data);
    if (event.verdict) {
      state.verdicts[event.verdict[0]] = event.verdict[1];
      pending ||= setTimeout(() => { pending = 0; drawList(); }, 250);
    } else if (event.changed) {
      const started = performance.now();
      stale("checking");
      await Promise.all([start(), editor.changed()]);
      say(`${event.changed.map(f => f.split("/").slice(-1)[0]).join(", ")} changed: shown after ${Math.round(performance.now() - started)} ms`);
    }
  });
  events.addEventListener("error", () => { stale("not checked"); say("the preview has ended; start it again with make preview"); });
  let opened = false;
  events.addEventListener("open", () => { if (opened) start(); opened = true; say(""); });
};

const start = async () => {
  let answer;
  try {
    answer = await (await fetch("api/list")).json();
  } catch (error) {
    answer = { error: { file: "", line: 0, message: "the preview does not answer; see the terminal that it runs in" } };
  }
  if (answer.error) { failed(answer.error); return; }
  Object.assign(state, { choices: answer.choices, titles: answer.titles, verdicts: answer.verdicts, widths: answer.widths, browser: answer.browser });
  const [named, options] = location.hash.slice(1).split("?");
  const wanted = decodeURIComponent(named);
  await mailbox.start(options);
  // A sample or kind that is gone is still what was looked at: its error names the file.
  const gone = state.now && nameOf(state.now) === wanted ? state.now : undefined;
  const current = state.choices.find(c => nameOf(c) === wanted) ?? gone ?? state.choices[0];
  if (!current) { say("no kinds here yet: franking new kind NAME makes one"); return; }
  fillSelect($("theme"), unique(1), current[1]);
  fillSelect($("language"), unique(2), current[2]);
  $("compare").replaceChildren(new Option("compare …", ""), ...unique(1).map(t => new Option(`with ${t}`, t, false, t === state.compare)));
  await go(current);
};

state.width = innerWidth < 700 ? 360 : 600;
start().then(() => { listen(); editor.begin(); });
