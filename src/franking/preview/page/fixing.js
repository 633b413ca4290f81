// Fixes: where a dry run succeeds a finding has a button; its diff is shown, and written only once it is applied.
import { make } from "./view.js";

const $ = id => document.getElementById(id);
const SIGNS = { "-": ["del", "removed"], "+": ["ins", "added"] };

// What two lines have in common at their ends.
const around = (one, other) => {
  const most = Math.min(one.length, other.length);
  let start = 0, end = 0;
  while (start < most && one[start] === other[start]) start++;
  while (end < most - start && one[one.length - 1 - end] === other[other.length - 1 - end]) end++;
  return [start, end];
};

// The other line of a changed pair, by its place: as many lines are added after those that are removed.
const pairs = lines => {
  const found = new Map();
  for (let i = 0; i < lines.length; i++) {
    let removed = i;
    while (lines[removed]?.[0] === "-") removed++;
    let added = removed;
    while (lines[added]?.[0] === "+") added++;
    if (removed > i && added - removed === removed - i) {
      for (let k = 0; k < removed - i; k++) { found.set(i + k, removed + k); found.set(removed + k, i + k); }
    }
    i = Math.max(i, added - 1);
  }
  return found;
};

const marked = (text, other) => {
  if (other === undefined) return [text];
  const [start, end] = around(text, other);
  const middle = text.slice(start, text.length - end);
  return middle ? [text.slice(0, start), make("mark", "", middle), text.slice(text.length - end)] : [text];
};

const table = ({ file, lines }) => {
  const section = make("section");
  const heading = make("h3", "", file.split("/").slice(-3).join("/"));
  heading.title = file;
  const box = make("div", "diff");
  box.tabIndex = 0; // it scrolls
  box.role = "region";
  box.setAttribute("aria-label", `Changes in ${file.split("/").slice(-1)[0]}`);
  const rows = make("div", "rows");
  const pair = pairs(lines);
  lines.forEach(([sign, old, now, text], i) => {
    if (sign === "@") {
      if (i) rows.append(make("div", "gap", "⋯"));
      return;
    }
    const [tag, word] = SIGNS[sign] ?? ["span", ""];
    const row = make(tag, "line");
    const number = make("span", "number", String(sign === "+" ? now : old));
    if (word) number.append(make("span", "hidden", ` ${word}: `));
    const mark = make("span", "sign", sign);
    mark.setAttribute("aria-hidden", "true");
    const code = make("code");
    code.append(...marked(text, pair.has(i) ? lines[pair.get(i)][3] : undefined));
    row.append(number, mark, code);
    rows.append(row);
  });
  box.append(rows);
  section.append(heading, box);
  return section;
};

const told = files => {
  const count = sign => files.reduce((sum, f) => sum + f.lines.filter(line => line[0] === sign).length, 0);
  const many = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;
  return `${many(files.length, "file")}: ${many(count("-"), "line")} removed, ${count("+")} added. Every message made of ` +
    `${files.length === 1 ? "it" : "them"} changes. Nothing is written before you apply it.`;
};

export const fixerOf = ({ state, post, asked, say }) => {
  // Ask which of the findings shown can be fixed; the buttons come once that is known.
  const offer = async () => {
    const { shown } = state;
    if (shown.error || state.data !== null) return;
    const rules = [...new Set(shown.findings.filter(f => f.part === "html").map(f => f.rule))];
    const findings = shown.findings.map(asFinding);
    if (!rules.length) return;
    try {
      const answer = await post("api/fixes", { ...asked(), rules, findings });
      if (state.shown !== shown) return; // something else is shown by now
      shown.fixable = answer.rules;
      shown.remedies = answer.remedies;
    } catch {
      return; // without a button
    }
    for (const card of document.querySelectorAll("#panel .finding[data-number]")) { // another tab has cards without a finding
      offerOn(card.querySelector(".actions"), shown.findings[card.dataset.number], card.dataset.number);
    }
  };

  const asFinding = f => ({ rule: f.rule, measured: f.measured, message: f.message, snippet: f.template?.snippet ?? "" });

  const offerOn = (actions, finding, number) => {
    const { rule, part } = finding;
    if (state.data !== null || actions.querySelector(".open-fix")) return;
    const fixes = part === "html" && state.shown.fixable?.includes(rule);
    const [label, reasoned] = state.shown.remedies?.[number] ?? [];
    if (!fixes && !label) return;
    const alike = state.shown.findings.filter(f => f.rule === rule).length;
    const button = make("button", "open-fix", fixes ? (alike > 1 ? `Fix all ${alike} like this …` : "Fix …") : label);
    button.type = "button";
    button.setAttribute("aria-haspopup", "dialog");
    if (fixes) button.setAttribute("aria-label", `${alike > 1 ? `Fix all ${alike} of` : "Fix"} ${rule}: show the changes`);
    button.addEventListener("click", () => open(fixes ? { rule } : { finding: asFinding(finding), rule, reasoned }, button));
    actions.append(button);
  };

  const undo = $("undo");
  undo.onclick = async () => {
    try {
      const { files } = await post("api/undo", {});
      undo.hidden = true;
      $("panel").focus();
      say(`took back ${files.map(f => f.split("/").slice(-2).join("/")).join(", ")}`);
    } catch (error) {
      say(error.message);
    }
  };

  const open = async ({ rule, finding, reasoned }, button) => {
    const request = { ...asked(), rule, finding, reason: reasoned ? "write why the kind needs it" : "" };
    button.disabled = true;
    let plan;
    try {
      plan = await post("api/diff", request);
    } catch (error) {
      say(error.message);
      return;
    } finally {
      button.disabled = false;
      button.focus();
    }
    const dialog = $("fix");
    const reason = $("fix-reason");
    $("fix-ask").hidden = !reasoned;
    reason.value = "";
    $("fix-title").textContent = finding ? button.textContent.replace(" …", "") : `Fix ${rule}`;
    $("fix-told").textContent = told(plan.files);
    $("fix-diff").replaceChildren(...plan.files.map(table));
    $("fix-error").textContent = "";
    $("fix-apply").disabled = false;
    $("fix-apply").onclick = async () => {
      $("fix-apply").disabled = true;
      try {
        if (reasoned) { // the diff with the reason is what is applied
          request.reason = reason.value;
          plan = await post("api/diff", request);
          $("fix-diff").replaceChildren(...plan.files.map(table));
        }
        const { files } = await post("api/fix", { ...request, digest: plan.digest });
        dialog.close();
        undo.hidden = false;
        $("panel").focus(); // the button is gone with its finding
        say(`fixed ${files.map(f => f.split("/").slice(-2).join("/")).join(", ")}`);
      } catch (error) {
        $("fix-error").textContent = error.message;
        $("fix-apply").disabled = false;
        $("fix-cancel").focus();
      }
    };
    $("fix-cancel").onclick = () => dialog.close();
    dialog.showModal();
    (reasoned ? reason : $("fix-apply")).focus();
  };

  return { offer, offerOn };
};
