// The live preview's page: which message is shown, how, and what is known of it.
import { make, PERCENT, sheet } from "./view.js";

const $ = id => document.getElementById(id);
const TABS = ["Findings", "Facts", "Text", "Source", "Headers", "Sample", "Template"];
const state = { choices: [], titles: {}, verdicts: {}, widths: [360, 600], now: null, shown: null, width: 600, xray: true, dark: false,
  images: false, compare: "", tab: "Findings", chosen: null, data: null, template: null };

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
  history.replaceState(null, "", `#${nameOf(choice)}`);
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
      other = await post("api/show", { ...asked([state.now[0], state.compare, state.now[2], state.now[3]]), data: state.data, width });
    }
  } catch (error) {
    say(error.message);
    return;
  }
  if (mine !== turnOf) return; // a newer one is on its way
  state.shown = shown;
  state.other = other;
  if (state.data === null) { state.verdicts[shown.name] = shown.verdict; drawList(); }
  draw();
};

const draw = () => {
  const { shown } = state;
  if (!shown) return;
  $("title").textContent = `${state.titles[state.now[0]] ?? state.now[0]} · ${state.now[3].replaceAll("_", " ")}`;
  $("verdict").className = `badge ${shown.verdict}`;
  $("verdict").textContent = shown.verdict;
  $("subject").textContent = shown.subject ? `Subject: ${shown.subject}` : "";
  $("subject").lang = state.now[2];
  $("stage").replaceChildren(...[shown, state.other].filter(Boolean).map(drawSheet));
  $("legend").textContent = legend();
  drawTools();
  drawPanel();
};

const drawSheet = (shown, number) => shown.error ? errorCard(shown.error) : sheet(shown, {
  width: state.width, dark: state.dark, images: state.images, xray: state.xray, choose: number ? () => {} : choose,
  caption: number ? `theme ${state.compare}` : `theme ${state.now[1]}`,
});

const errorCard = error => {
  const card = make("div", "trouble");
  card.append(make("h3", "", "This message cannot be made"), make("p", "", error.message));
  if (error.file) {
    const where = make("p");
    const button = make("button", "", `${error.file}, line ${error.line}`);
    button.type = "button";
    button.addEventListener("click", () => showTemplate(error.file, error.line));
    where.append(button);
    card.append(where);
  }
  return card;
};

const legend = () => {
  const measured = state.shown.xray?.find(m => m.width === state.width);
  if (!state.xray || !measured?.insets) return "";
  const { left, right, limit } = measured.insets;
  const share = inset => PERCENT(inset / state.width);
  const sizes = new Set(measured.texts.map(t => t.size)).size;
  return `Measured at ${state.width} px: margins ${share(left)} and ${share(right)} (limit ${PERCENT(limit)}), ` +
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
  for (const name of ["xray", "dark", "images"]) $(name).setAttribute("aria-pressed", String(state[name]));
};

const setWidth = width => { state.width = width; state.widths.includes(width) ? draw() : load(); };
const toggle = name => { state[name] = !state[name]; draw(); };

// -- the panels ---------------------------------------------------------------------------------------------------------

const choose = number => {
  state.chosen = number;
  state.tab = "Findings";
  document.querySelectorAll(".fault").forEach(f => f.classList.toggle("chosen", f.dataset.numbers.split(" ").includes(String(number))));
  drawPanel();
  const card = document.querySelector(`.finding[data-number="${number}"]`);
  card?.scrollIntoView({ block: "nearest" });
  card?.querySelector("button")?.focus();
};

const showTemplate = async (file, line) => {
  try {
    const answer = await fetch(`api/source?file=${encodeURIComponent(file)}`);
    const value = await answer.json();
    if (!answer.ok) throw new Error(value.error?.message);
    state.template = { file, line, text: value.text };
    state.tab = "Template";
    drawPanel();
    document.querySelector("#panel .here")?.scrollIntoView({ block: "center" });
  } catch (error) {
    say(error.message);
  }
};

const code = (text, line) => {
  const block = make("pre", "code");
  block.tabIndex = 0; // it scrolls
  text.replace(/\n$/, "").split("\n").forEach((row, i) => block.append(make("span", i + 1 === line ? "here" : "", row)));
  return block;
};

const findingCard = (finding, number) => {
  const card = make("article", `finding ${finding.severity}${number === state.chosen ? " chosen" : ""}`);
  card.dataset.number = number;
  const head = make("h3");
  const where = finding.part === "html" ? (finding.width ? `at ${finding.width} px` : `line ${finding.line}`) : finding.part;
  head.append(make("code", "", finding.rule), make("span", "", where));
  card.append(head, make("p", "", finding.message), make("p", "hint", finding.hint));
  const actions = make("div", "actions");
  if (finding.template) {
    const { file, line } = finding.template;
    const open = make("button", "", `${file}:${line}`);
    open.type = "button";
    open.addEventListener("click", () => { state.chosen = number; showTemplate(file, line); });
    const editor = make("a", "", "Editor");
    editor.href = `vscode://file${finding.open}:${line}`;
    actions.append(open, editor);
  }
  if (finding.part === "html" && state.data === null) {
    const mend = make("button", "", "Fix");
    mend.type = "button";
    mend.title = "Mend it in the template, as check --fix does, where that is certain";
    mend.addEventListener("click", () => repair(finding.rule, mend));
    actions.append(mend);
  }
  card.append(actions);
  return card;
};

const repair = async (rule, button) => {
  button.disabled = true;
  try {
    const { files } = await post("api/fix", { ...asked(), rule });
    say(`mended ${files.map(f => f.split("/").slice(-2).join("/")).join(", ")}`);
  } catch (error) {
    say(error.message);
    button.disabled = false;
  }
};

const factsTable = () => {
  const { shown } = state;
  const table = make("table", "facts");
  const row = (name, value) => { const tr = make("tr"); tr.append(make("th", "", name), make("td", "", value)); table.append(tr); };
  row("HTML part", `${(shown.bytes / 1024).toFixed(1)} KB`);
  if (shown.wire) row("On the wire", `${(shown.wire / 1024).toFixed(1)} KB with its images`);
  for (const [name, type, bytes] of shown.files) row("Attached", `${name} (${type}, ${(bytes / 1024).toFixed(1)} KB)`);
  for (const measured of shown.xray) {
    if (!measured.insets) continue;
    const { left, right, limit } = measured.insets;
    row(`Margins at ${measured.width} px`, `${PERCENT(left / measured.width)} and ${PERCENT(right / measured.width)}, limit ${PERCENT(limit)}`);
    for (const image of measured.images) row(`Image at ${measured.width} px`, `${Math.round(image.width)} px, ${PERCENT(image.share)}`);
  }
  row("Font sizes", [...new Set(shown.xray[0].texts.map(t => `${t.size} px`))].join(", "));
  return [table, trialForm()];
};

const trialForm = () => {
  const form = make("form", "row");
  const label = make("label", "", "Send a test to ");
  const input = make("input");
  input.type = "email";
  input.required = true;
  input.autocomplete = "email";
  label.append(input);
  const button = make("button", "primary", "Send test");
  form.append(label, button);
  form.addEventListener("submit", async event => {
    event.preventDefault();
    button.disabled = true;
    say("sending …");
    try {
      const { state: outcome, detail } = await post("api/trial", { ...asked(), to: input.value });
      say(`test ${outcome}: ${detail}`);
    } catch (error) {
      say(error.message);
    }
    button.disabled = false;
  });
  return form;
};

const sampleForm = () => {
  const box = make("div");
  const text = make("textarea");
  text.value = state.shown.sample;
  text.spellcheck = false;
  text.setAttribute("aria-label", "Sample order as JSON");
  let wait = 0;
  text.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(async () => { state.data = text.value; await refreshBehind(); }, 150);
  });
  const row = make("div", "row");
  const save = make("button", "primary", "Save to the sample file");
  const reset = make("button", "", "Undo");
  save.type = reset.type = "button";
  save.addEventListener("click", async () => {
    try {
      await post("api/save", { ...asked(), data: text.value });
      state.data = null;
      say("sample saved");
    } catch (error) {
      say(error.message);
    }
  });
  reset.addEventListener("click", () => { state.data = null; load(); });
  row.append(save, reset);
  box.append(text, row);
  return box;
};

// Edited data: the message changes, the panel that is typed in stays.
const refreshBehind = async () => {
  const panel = $("panel").firstChild;
  await load();
  if (state.tab === "Sample" && panel) $("panel").replaceChildren(panel);
  panel?.querySelector?.("textarea")?.focus();
};

const panels = {
  Findings: () => {
    if (state.shown.error) return [errorCard(state.shown.error)];
    const cards = state.shown.findings.map(findingCard);
    return cards.length ? cards : [make("p", "good", "Nothing to mend: every rule holds at every width.")];
  },
  Facts: () => state.shown.error ? [errorCard(state.shown.error)] : factsTable(),
  Text: () => [Object.assign(make("pre", "", state.shown.text ?? ""), { lang: state.now[2], dir: state.shown.direction ?? "ltr" })],
  Source: () => [code(state.shown.source ?? "", 0)],
  Headers: () => [make("pre", "", state.shown.headers || "A rejected message has no wire form.")],
  Sample: () => [sampleForm()],
  Template: () => {
    if (!state.template) return [make("p", "", "Choose a finding's template line to see it here.")];
    const head = make("p");
    head.append(make("strong", "", `${state.template.file}:${state.template.line}`));
    return [head, code(state.template.text, state.template.line)];
  },
};

const drawPanel = () => {
  $("tabs").replaceChildren(...TABS.map((name, i) => {
    const count = name === "Findings" && state.shown.findings?.length ? ` (${state.shown.findings.length})` : "";
    const button = make("button", "", name + count);
    button.type = "button";
    button.role = "tab";
    button.id = `tab-${name}`;
    button.title = `${name} (${i + 1})`;
    button.setAttribute("aria-controls", "panel");
    button.setAttribute("aria-selected", String(state.tab === name));
    button.tabIndex = state.tab === name ? 0 : -1;
    button.addEventListener("click", () => showTab(name));
    button.addEventListener("keydown", event => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (by) { showTab(TABS[(i + by + TABS.length) % TABS.length]); $(`tab-${state.tab}`).focus(); }
    });
    return button;
  }));
  $("panel").setAttribute("aria-labelledby", `tab-${state.tab}`);
  $("panel").replaceChildren(...panels[state.tab]());
};

const showTab = name => { state.tab = name; drawPanel(); };

// -- keys and events ----------------------------------------------------------------------------------------------------

const KEYS = {
  j: () => step(1), k: () => step(-1), t: () => turn($("theme"), 1), l: () => turn($("language"), 2),
  w: () => setWidth(state.widths[(state.widths.indexOf(state.width) + 1) % state.widths.length]),
  x: () => toggle("xray"), d: () => toggle("dark"), i: () => toggle("images"), "/": () => $("find").focus(),
  n: () => { const count = state.shown?.findings?.length; if (count) choose(((state.chosen ?? -1) + 1) % count); },
  "?": () => $("help").showModal(),
};
addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input:not([type=range]), select, textarea, dialog")) return;
  const action = KEYS[event.key] ?? (/^[1-7]$/.test(event.key) ? () => showTab(TABS[event.key - 1]) : null);
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
      await start();
      say(`${event.changed.map(f => f.split("/").slice(-1)[0]).join(", ")} changed: shown after ${Math.round(performance.now() - started)} ms`);
    }
  });
  events.addEventListener("error", () => say("the preview has ended; start it again with make preview"));
  events.addEventListener("open", () => say(""));
};

const start = async () => {
  const answer = await (await fetch("api/list")).json();
  if (answer.error) { $("stage").replaceChildren(errorCard(answer.error)); return; }
  Object.assign(state, { choices: answer.choices, titles: answer.titles, verdicts: answer.verdicts, widths: answer.widths });
  const wanted = decodeURIComponent(location.hash.slice(1));
  const current = state.choices.find(c => nameOf(c) === wanted) ?? state.choices[0];
  if (!current) { say("no kinds here yet: franking new kind NAME makes one"); return; }
  fillSelect($("theme"), unique(1), current[1]);
  fillSelect($("language"), unique(2), current[2]);
  $("compare").replaceChildren(new Option("compare …", ""), ...unique(1).map(t => new Option(`with ${t}`, t, false, t === state.compare)));
  await go(current);
};

state.width = innerWidth < 700 ? 360 : 600;
start().then(listen);
