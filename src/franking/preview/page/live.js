// The live preview's page: which message is shown, how, and what is known of it.
import { forgetAnswers, show } from "./answers.js";
import { readAddress, usualWidth, writeAddress } from "./address.js";
import { captionOf, compared, drawCompare } from "./compare.js";
import { editorOf } from "./editor.js";
import { listen } from "./events.js";
import { takeIn } from "./incoming.js";
import { listOf } from "./list.js";
import { mailboxOf } from "./mailbox.js";
import { overviewOf } from "./overview.js";
import { TABS, panelsOf } from "./panels.js";
import { startScheme } from "./scheme.js";
import { shareOf } from "./share.js";
import { $, asked, isXray, kindTitle, nameOf, post, sampleTitle, say, state, unique } from "./state.js";
import { legendOf, make, scaleSheets, sheet } from "./view.js";

const fillSelect = (select, values, current) => {
  select.replaceChildren(...values.map(value => new Option(value, value, false, value === current)));
};

const step = by => {
  const list = visibleChoices();
  if (!list.length) return;
  const at = list.findIndex(c => nameOf(c) === nameOf(state.now));
  go(list[at < 0 ? 0 : (at + by + list.length) % list.length]);
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

const go = async (choice, { push = true } = {}) => {
  if (!state.now || nameOf(choice) !== nameOf(state.now)) Object.assign(state, { data: null, chosen: null, template: null });
  state.now = choice;
  $("theme").value = choice[1];
  $("language").value = choice[2];
  writeAddress({ push });
  drawCompare();
  drawList();
  await load();
};

const { drawList, fold, search, visibleChoices } = listOf({ go, searched: () => { writeAddress(); drawOverview(); } });
const { drawOverview, drawVerdicts, forget } = overviewOf({ go });

// -- the message --------------------------------------------------------------------------------------------------------

// The next message of the list is requested ahead.
const showAhead = () => {
  const list = visibleChoices(), at = list.findIndex(c => nameOf(c) === nameOf(state.now));
  if (at >= 0 && list.length > 1) show(list[(at + 1) % list.length], null, state.width).catch(() => {});
};

let turnOf = 0;
const load = async () => {
  const mine = ++turnOf;
  const beside = compared();
  let shown, other = null;
  try {
    const wanted = show(state.now, state.data, state.width);
    if (beside) other = await show(beside.choice, nameOf(beside.choice) === nameOf(state.now) ? state.data : null, beside.width);
    shown = await wanted;
    await mailbox.see(shown, state.now);
    if (other) await mailbox.see(other, beside.choice);
  } catch (error) { // never leave what was before as if it stood
    if (mine !== turnOf) return;
    say(error.message);
    shown = { name: nameOf(state.now), verdict: "broken", error: { file: error.file ?? "", line: error.line ?? 0, message: error.message } };
    other = null;
  }
  if (mine !== turnOf) return; // a newer one is on its way
  state.shown = shown;
  state.other = other && { ...beside, shown: other };
  if (!shown.findings?.[state.chosen]) state.chosen = null;
  if (state.data === null) { state.verdicts[shown.name] = shown.verdict; drawList(); }
  draw();
  offer();
  decide();
  showAhead();
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
  $("title").textContent = `${kindTitle(state.now[0])} · ${sampleTitle(state.now[3])}`;
  if (!state.overview) document.title = `${$("title").textContent} · ${state.now[1]} · ${state.now[2]} – Franking preview`;
  $("verdict").className = `badge ${shown.verdict}`;
  $("verdict").textContent = shown.verdict;
  $("subject").textContent = shown.subject ? `Subject: ${shown.subject}` : "";
  $("subject").lang = state.now[2];
  for (const id of ["stage", "panel", "legend"]) $(id).classList.remove("stale");
  const stage = $("stage"), top = state.drawn === shown.name ? stage.scrollTop : 0; // the view stays where it was
  state.drawn = shown.name;
  const sheets = [{ choice: state.now, width: state.width, shown }, state.other].filter(Boolean).map(drawSheet);
  stage.classList.toggle("pair", sheets.length > 1);
  stage.replaceChildren(...sheets);
  for (const node of sheets) node.addEventListener("sized", () => scaleSheets(stage, state.zoom));
  scaleSheets(stage, state.zoom);
  stage.querySelector(".sheet")?.addEventListener("ready", () => { stage.scrollTop = top; });
  $("legend").textContent = isXray() ? legendOf(shown, state.width) : "";
  drawTools();
  drawPanel();
  editor.shown();
  share.shown();
};

// What is on the page no longer stands: dimmed, and without a verdict, until something else is shown.
const stale = (word, kept = false) => {
  forgetAnswers();
  forget();
  for (const id of ["stage", "panel", "legend"]) $(id).classList.add("stale");
  $("verdict").className = "badge";
  $("verdict").textContent = word;
  if (!kept) state.verdicts = {}; // else the list that follows has those of the messages that the change does not concern
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

const drawSheet = ({ choice, width, shown }, number) => shown.error ? errorCard(shown.error) : sheet(shown, {
  width, dark: state.dark, images: state.images, xray: isXray(), choose: number ? () => {} : choose,
  caption: captionOf(choice, Boolean(number)) + mailbox.caption(shown),
});

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
  for (const [name, on] of [["xray", isXray()], ["dark", state.dark], ["images", state.images]]) $(name).setAttribute("aria-pressed", String(on));
  $("zoom").value = state.zoom;
};

const setWidth = async width => {
  state.width = width;
  writeAddress();
  if (state.widths.includes(width) && state.compare === "") draw(); else await load();
};
const toggle = async name => {
  state[name] = name === "xray" ? !isXray() : !state[name];
  writeAddress();
  if (name === "dark" && state.client) await load(); else draw();
};
const setZoom = zoom => { state.zoom = zoom; writeAddress(); $("zoom").value = zoom; scaleSheets($("stage"), zoom); };
const setOverview = on => {
  state.overview = on;
  writeAddress({ push: true });
  drawOverview();
  if (on) $("overview").focus(); else draw();
};

const mailbox = mailboxOf({ state, post, asked, say, again: () => { writeAddress(); return load(); } });

const { choose, drawPanel, errorCard, showTab, showTemplate, offer } = panelsOf({
  state, load, post, asked, say, setWidth, edit: (file, line) => editor.open(file, line), editSample: () => editor.openSample(),
});
const share = shareOf({ state, post, asked, say });
const editor = editorOf({ state, load, post, asked, say });

// -- keys and events ----------------------------------------------------------------------------------------------------

const KEYS = {
  j: () => step(1), k: () => step(-1), t: () => turn($("theme"), 1), l: () => turn($("language"), 2),
  w: () => setWidth(state.widths[(state.widths.indexOf(state.width) + 1) % state.widths.length]),
  z: () => setZoom(state.zoom === "fit" ? "whole" : "fit"), a: () => setOverview(!state.overview),
  x: () => toggle("xray"), d: () => toggle("dark"), i: () => toggle("images"), m: () => mailbox.next(), "/": () => { fold(true); $("find").focus(); },
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
$("compare").addEventListener("change", event => { state.compare = event.target.value; writeAddress({ push: true }); load(); });
$("zoom").addEventListener("change", event => setZoom(event.target.value));
$("all").addEventListener("click", () => setOverview(!state.overview));
new ResizeObserver(() => scaleSheets($("stage"), state.zoom)).observe($("stage"));
addEventListener("popstate", () => applyAddress());
$("help-open").addEventListener("click", () => $("help").showModal());

const changed = async (files, kept) => {
  const started = performance.now();
  stale("checking", kept);
  await Promise.all([start(), editor.changed()]);
  if (state.find) search();
  say(`${files.map(f => f.split("/").slice(-1)[0]).join(", ")} changed: shown after ${Math.round(performance.now() - started)} ms`);
};

const judged = () => {
  if (state.find && state.unread) search(); else drawList();
  drawVerdicts();
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
  await mailbox.start();
  await applyAddress();
};

// Show what the address asks for.
const applyAddress = async () => {
  const wanted = readAddress();
  // A sample or kind that is gone is still what was looked at: its error names the file.
  const gone = state.now && nameOf(state.now) === wanted ? state.now : undefined;
  const current = state.choices.find(c => nameOf(c) === wanted) ?? gone ?? firstChoice();
  if (!current) { say("no kinds here yet: franking new kind NAME makes one"); return; }
  fillSelect($("theme"), unique(1), current[1]);
  fillSelect($("language"), unique(2), current[2]);
  if ($("find").value.trim() !== state.find || (state.find && !state.found)) { $("find").value = state.find; search(); }
  const { chosen, wantedFile } = state;
  if (state.now && nameOf(state.now) !== nameOf(current)) Object.assign(state, { data: null, template: null });
  state.now = current;
  drawOverview();
  await go(current, { push: false });
  if (chosen !== null && state.shown?.findings?.[chosen]) choose(chosen, { quiet: true });
  if (wantedFile && !state.template) showTemplate(wantedFile.file, wantedFile.line);
};

const firstChoice = () => {
  const kind = state.choices.filter(c => c[0] === "order_confirmation");
  const english = kind.filter(c => c[2] === "en");
  return english.find(c => c[3] === "plain") ?? english[0] ?? kind[0] ?? state.choices[0];
};

takeIn({ show: choice => {
  Object.assign(state, { now: choice, data: null, chosen: null, template: null, overview: false });
  writeAddress({ push: true });
  return start();
} });
startScheme();
state.width = usualWidth();
listen({ // before the first answer: no change in between is missed
  changed, judged,
  verdict: (name, verdict) => { state.verdicts[name] = verdict; },
  ended: () => { stale("not checked"); say("the preview has ended; start it again with make preview"); },
  connected: again => { if (again) start(); say(""); },
});
start().then(() => editor.begin());
