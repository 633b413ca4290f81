// Messages are not in this page: each folder's gallery.js holds those of one kind, theme and language, and is loaded when
// one of them comes into view. A script element may load it from the file system, where fetch() may not.
const { names, rows } = JSON.parse(document.getElementById("entries").textContent);
const entries = rows.map(([kind, theme, language, sample, title, subject, size, errors, warnings, verdict]) => ({
  kind: names[kind][0], kindTitle: names[kind][1], theme, language, sample, title, subject, size, errors, warnings, verdict,
  folder: `${names[kind][0]}/${theme}/${language}`,
}));
const keyOf = entry => `${entry.folder}/${entry.sample}`;
const element = (tag, className = "", text = "") => Object.assign(document.createElement(tag), { className, textContent: text });
const plural = (number, word) => number ? `${number} ${word}${number === 1 ? "" : "s"}` : "";

const folders = new Map();
const arrived = new Map();
window.frankingPreviews = (folder, messages) => arrived.get(folder)?.(messages);
function load(folder) {
  if (!folders.has(folder)) {
    folders.set(folder, new Promise((resolve, reject) => {
      const script = document.createElement("script");
      arrived.set(folder, resolve);
      script.src = folder.split("/").map(encodeURIComponent).join("/") + "/gallery.js";
      script.onload = () => script.remove();
      script.onerror = () => reject(new Error(folder));
      document.head.append(script);
    }));
    if (folders.size > 60) folders.delete(folders.keys().next().value);
  }
  return folders.get(folder);
}
function frame(html, title) {
  const made = element("iframe");
  made.title = title;
  made.setAttribute("sandbox", "allow-same-origin");
  made.srcdoc = html;
  return made;
}

// A message as the chosen program shows it, else as it is written.
async function shownOf(entry, message) {
  const program = programs.find(one => one.name === state.client);
  if (!message?.html || !program) return message?.html || "";
  const views = await programsOf(entry.theme).catch(() => undefined);
  const view = views?.[state.dark && program.dark !== "keeps" ? `${program.name} dark` : program.name];
  return view ? seenIn(view, message.html, message.asks) : message.html;
}

// The grid: a card for each message; the picture is a frame of its own, only while it is near the window.
const grid = document.getElementById("grid");
const cards = entries.map(entry => {
  const card = element("article");
  const paper = element("div", "paper");
  const body = element("div", "card");
  const heading = element("h2");
  const open = element("button", "open", entry.kindTitle);
  open.type = "button";
  open.append(" ", element("span", "", `· ${entry.title}`));
  open.addEventListener("click", () => { state.open = keyOf(entry); write(true); });
  heading.append(open);
  const subject = element("p", "", entry.subject);
  subject.lang = entry.language;
  const row = element("div", "row");
  row.append(element("span", `badge ${entry.verdict}`, entry.verdict),
    element("span", "", [entry.theme, entry.language, plural(entry.errors, "error"), plural(entry.warnings, "warning")].filter(Boolean).join(" · ")));
  body.append(heading, subject, row);
  card.append(paper, body);
  entry.words = [entry.kindTitle, entry.title, entry.subject, entry.theme, entry.language, entry.verdict, entry.sample].join("\n").toLowerCase();
  entry.card = card;
  card.entry = entry;
  return card;
});
grid.append(...cards);
const watcher = new IntersectionObserver(seen => seen.forEach(async ({ isIntersecting, target }) => {
  const paper = target.querySelector(".paper");
  target.near = isIntersecting;
  if (!isIntersecting) return paper.replaceChildren();
  if (paper.firstChild || !target.entry.size) return;
  const message = (await load(target.entry.folder).catch(() => ({})))[target.entry.sample];
  const html = await shownOf(target.entry, message);
  if (!target.near || paper.firstChild) return;
  if (!message) return void (paper.textContent = "This preview's file is missing: run franking render again.");
  const picture = frame(html, "");
  picture.tabIndex = -1;
  picture.setAttribute("aria-hidden", "true");
  paper.replaceChildren(picture);
}), { rootMargin: "500px" });
cards.forEach(card => watcher.observe(card));

// The state is the URL's fragment: filters, search, and the message that is open.
const sets = [...document.querySelectorAll("fieldset")];
const search = document.getElementById("search");
const programs = JSON.parse(document.getElementById("programs").textContent);
const client = document.getElementById("client");
const dark = document.getElementById("dark");
client.append(new Option("as written", ""), ...programs.map(one => new Option(one.title, one.name)));
const state = { filters: {}, query: "", open: "", client: "", dark: false, view: "" };
function read() {
  const parameters = new URLSearchParams(location.hash.slice(1));
  state.filters = Object.fromEntries(sets.map(set => [set.dataset.group, (parameters.get(set.dataset.group) || "").split(",").filter(Boolean)]));
  state.query = parameters.get("q") || "";
  state.open = parameters.get("open") || "";
  state.client = programs.some(one => one.name === parameters.get("client")) ? parameters.get("client") : "";
  state.dark = parameters.has("dark");
  show();
}
function write(push) {
  const parameters = new URLSearchParams();
  for (const [group, values] of Object.entries(state.filters)) if (values.length) parameters.set(group, values.join(","));
  if (state.query) parameters.set("q", state.query);
  if (state.open) parameters.set("open", state.open);
  if (state.client) parameters.set("client", state.client);
  if (state.dark) parameters.set("dark", "1");
  const url = `#${parameters}`;
  if (push) history.pushState(null, "", url); else history.replaceState(null, "", url);
  show();
}
function show() {
  const terms = state.query.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const entry of entries) {
    entry.card.hidden = Object.entries(state.filters).some(([group, values]) => values.length && !values.includes(entry[group]))
      || !terms.every(term => entry.words.includes(term));
    shown += entry.card.hidden ? 0 : 1;
  }
  sets.forEach(set => set.querySelectorAll(".chip").forEach(chip =>
    chip.setAttribute("aria-pressed", String(state.filters[set.dataset.group].includes(chip.dataset.value)))));
  if (search.value !== state.query) search.value = state.query;
  document.getElementById("shown").textContent = shown;
  document.querySelector(".none").hidden = shown > 0 || !entries.length;
  view();
  detail(entries.find(entry => keyOf(entry) === state.open));
}
// The switch: another program or mode shows every message again.
function view() {
  const program = programs.find(one => one.name === state.client);
  client.value = state.client;
  client.classList.toggle("on", Boolean(program));
  dark.disabled = !program;
  dark.setAttribute("aria-pressed", String(Boolean(program) && state.dark));
  const note = document.getElementById("client-note");
  note.hidden = !program;
  note.textContent = program ? `${program.title}: ${program.about} A model from published sources, not the program itself.` : "";
  const now = program ? `${program.name} ${state.dark}` : "";
  if (now === state.view) return;
  state.view = now;
  dialog.shown = "";
  cards.forEach(card => { card.querySelector(".paper").replaceChildren(); watcher.unobserve(card); watcher.observe(card); });
}
client.addEventListener("change", () => { state.client = client.value; write(true); });
dark.addEventListener("click", () => { state.dark = !state.dark; write(true); });
sets.forEach(set => set.addEventListener("click", event => {
  const chip = event.target.closest(".chip");
  if (!chip) return;
  const values = state.filters[set.dataset.group];
  state.filters[set.dataset.group] = values.includes(chip.dataset.value) ? values.filter(v => v !== chip.dataset.value) : [...values, chip.dataset.value];
  write(true);
}));
search.addEventListener("input", () => { state.query = search.value; write(false); });
document.getElementById("clear").addEventListener("click", () => { state.query = ""; sets.forEach(set => { state.filters[set.dataset.group] = []; }); write(true); });
addEventListener("popstate", read);

// One message, in full.
const dialog = document.getElementById("detail");
const part = selector => dialog.querySelector(selector);
const fit = made => { const root = made.contentDocument?.documentElement; if (root) made.style.height = `${Math.max(120, root.offsetHeight + 18)}px`; };
async function detail(entry) {
  document.title = entry ? `${entry.kindTitle}, ${entry.theme}, ${entry.language} · Franking previews` : "Franking previews";
  if (!entry) { dialog.shown = ""; return dialog.open ? dialog.close() : undefined; }
  if (!dialog.open) dialog.showModal();
  if (dialog.shown === keyOf(entry)) return;
  dialog.shown = keyOf(entry);
  part("h2").replaceChildren(entry.kindTitle, " ", element("span", "", `· ${entry.title}`));
  part(".badge").className = `badge ${entry.verdict}`;
  part(".badge").textContent = entry.verdict;
  part(".subject").replaceChildren(element("small", "", "Subject"), " ", entry.subject);
  part(".subject").lang = entry.language;
  part(".subject").hidden = !entry.subject;
  const message = (await load(entry.folder).catch(() => ({})))[entry.sample];
  const [html, at] = [await shownOf(entry, message), state.view];
  if (dialog.shown !== keyOf(entry) || at !== state.view) return;
  const links = (message?.files || []).map(suffix => Object.assign(element("a", "", suffix), { href: `${keyOf(entry)}.${suffix}` }));
  part(".meta").replaceChildren(element("span", "", `theme ${entry.theme}`), element("span", "", `language ${entry.language}`),
    ...(entry.size ? [element("span", "", `${(entry.size / 1024).toFixed(1)} KB HTML`)] : []), ...links);
  part(".findings").replaceChildren(...(message?.findings || []).map(finding => {
    const line = element("li", finding.severity);
    line.append(element("code", "", finding.rule), ` ${finding.message} `, element("small", "", finding.where), element("br"), element("small", "", finding.hint));
    return line;
  }));
  part(".panes").hidden = !message?.html;
  part("pre").textContent = message?.text || "";
  part("pre").lang = entry.language;
  for (const [name, paper] of [["desktop", part(".desktop figcaption")], ["phone", part(".phone figcaption")]]) {
    const made = frame(html, `${entry.subject}, ${name}`);
    made.addEventListener("load", () => fit(made));
    paper.nextElementSibling.replaceWith(made);
  }
  dialog.scrollTop = 0;
}
function step(by) {
  const visible = entries.filter(entry => !entry.card.hidden);
  const at = visible.findIndex(entry => keyOf(entry) === state.open);
  const next = visible[at + by];
  if (next) { state.open = keyOf(next); write(false); }
}
function shut() { state.open = ""; write(true); }
document.getElementById("previous").addEventListener("click", () => step(-1));
document.getElementById("next").addEventListener("click", () => step(1));
document.getElementById("close").addEventListener("click", shut);
dialog.addEventListener("cancel", event => { event.preventDefault(); shut(); });
dialog.addEventListener("click", event => { if (event.target === dialog) shut(); });
addEventListener("keydown", event => {
  if (!dialog.open || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
});
addEventListener("resize", () => dialog.querySelectorAll("iframe").forEach(fit));
read();
