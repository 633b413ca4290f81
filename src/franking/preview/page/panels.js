// What the right side shows of a message: findings, facts, parts, its sample's data, and the template a finding comes from.
import { writeAddress } from "./address.js";
import { fixerOf } from "./fixing.js";
import { supportPanelOf } from "./mailbox.js";
import { make, PERCENT } from "./view.js";

export const TABS = ["Findings", "Facts", "Text", "Source", "Headers", "Sample", "Template", "Mailboxes"];
const $ = id => document.getElementById(id);

// `state` is the page's; `load` shows the message again; `post`, `asked` and `say` are the page's ways to ask and to tell.
export const panelsOf = ({ state, load, post, asked, say, setWidth, edit, editSample }) => {
  const { offer, offerOn } = fixerOf({ state, post, asked, say });

  const errorCard = error => {
    const card = make("div", "trouble");
    card.append(make("h3", "", "This message cannot be made"), make("p", "", error.message));
    if (error.file) {
      const where = make("p");
      const button = make("button", "", `${error.file}, line ${error.line}`);
      button.type = "button";
      button.addEventListener("click", () => showTemplate(error.file, error.line));
      const change = make("button", "", "Edit");
      change.type = "button";
      change.addEventListener("click", () => edit(error.open || error.file, error.line));
      where.append(button, " ", change);
      card.append(where);
    }
    return card;
  };

  // `quiet` marks the finding only: the page was read anew, and width, tab and focus stay where they are.
  const choose = async (number, { quiet = false } = {}) => {
    state.chosen = number;
    if (!quiet) state.tab = "Findings";
    const found = state.shown.findings[number].width;
    if (!quiet && found && found !== state.width) { await setWidth(found); state.chosen = number; }
    document.querySelectorAll(".fault").forEach(f => f.classList.toggle("chosen", f.dataset.numbers.split(" ").includes(String(number))));
    drawPanel();
    if (quiet) return;
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
    const where = finding.part === "html" ? (finding.width ? `at ${finding.width} px` : finding.path ? `source line ${finding.line}` : "") : finding.part === "text" ? "text part" : finding.part;
    head.append(make("code", "", finding.rule), make("span", "", where));
    const places = finding.places > 1 ? ` (in ${finding.places} places)` : "";
    card.append(head, make("p", "", finding.message + places));
    if (finding.template?.snippet) {
      const cause = make("p", "cause", finding.template.snippet);
      cause.title = finding.template.why;
      card.append(cause);
    }
    card.append(make("p", "hint", finding.hint));
    if (finding.decided_by) card.append(make("p", "hint", `Decided by ${finding.decided_by}.`));
    const actions = make("div", "actions");
    if (finding.template) {
      const { file, line } = finding.template;
      const open = make("button", "", `${file}:${line}`);
      open.type = "button";
      open.addEventListener("click", () => { state.chosen = number; showTemplate(file, line); });
      const editor = make("a", "", "VS Code");
      editor.title = `Open ${file}, line ${line} in VS Code`;
      editor.href = `vscode://file${finding.open}:${line}`;
      const change = make("button", "", "Edit");
      change.type = "button";
      change.setAttribute("aria-label", `Edit ${file}, line ${line}`);
      change.addEventListener("click", () => edit(finding.open, line));
      actions.append(open, change, editor);
    }
    offerOn(actions, finding, number);
    card.append(actions);
    return card;
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
    const whole = make("button", "", "Open in the editor");
    whole.type = "button";
    whole.addEventListener("click", editSample);
    row.append(save, reset, whole);
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

  const support = supportPanelOf({ state, post, asked, redraw: () => drawPanel(), showTemplate: (file, line) => showTemplate(file, line) });

  const panels = {
    Mailboxes: () => state.shown.error ? [errorCard(state.shown.error)] : support(),
    Findings: () => {
      if (state.shown.error) return [errorCard(state.shown.error)];
      const cards = state.shown.findings.map(findingCard);
      return cards.length ? cards : [make("p", "good", "Nothing to fix: no finding at any width.")];
    },
    Facts: () => state.shown.error ? [errorCard(state.shown.error)] : factsTable(),
    Text: () => [Object.assign(make("pre", "", state.shown.text ?? ""), { lang: state.now[2], dir: state.shown.direction ?? "ltr" })],
    Source: () => [code(state.shown.source ?? "", 0)],
    Headers: () => [make("pre", "", state.shown.headers || "This message is rejected: it is not sent, so it has no headers.")],
    Sample: () => [sampleForm()],
    Template: () => {
      if (!state.template) return [make("p", "", "Choose a finding's template line to see it here.")];
      const head = make("p");
      const change = make("button", "", "Edit");
      change.type = "button";
      change.addEventListener("click", () => edit(state.template.file, state.template.line));
      head.append(make("strong", "", `${state.template.file}:${state.template.line}`), " ", change);
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
    const view = `${state.shown.name} ${state.tab}`, top = state.panelled === view ? $("panel").scrollTop : 0;
    state.panelled = view;
    $("panel").replaceChildren(...panels[state.tab]());
    $("panel").scrollTop = top;
    if (state.now) writeAddress();
  };

  const showTab = name => { state.tab = name; drawPanel(); };

  return { choose, drawPanel, errorCard, showTab, showTemplate, offer };
};
