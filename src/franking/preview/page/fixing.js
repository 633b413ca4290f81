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
    if (!rules.length) return;
    try {
      const answer = await post("api/fixes", { ...asked(), rules });
      if (state.shown !== shown) return; // something else is shown by now
      shown.fixable = answer.rules;
    } catch {
      return; // without a button
    }
    for (const card of document.querySelectorAll("#panel .finding")) {
      const { part, rule } = shown.findings[card.dataset.number];
      if (part === "html") offerOn(card.querySelector(".actions"), rule);
    }
  };

  const offerOn = (actions, rule) => {
    if (state.data !== null || !state.shown.fixable?.includes(rule) || actions.querySelector(".mend")) return;
    const button = make("button", "mend", "Fix …");
    button.type = "button";
    button.setAttribute("aria-haspopup", "dialog");
    button.setAttribute("aria-label", `Fix ${rule}: show the changes`);
    button.addEventListener("click", () => open(rule, button));
    actions.append(button);
  };

  const open = async (rule, button) => {
    button.disabled = true;
    let plan;
    try {
      plan = await post("api/diff", { ...asked(), rule });
    } catch (error) {
      say(error.message);
      return;
    } finally {
      button.disabled = false;
      button.focus();
    }
    const dialog = $("fix");
    const of = asked();
    $("fix-title").textContent = `Fix ${rule}`;
    $("fix-told").textContent = told(plan.files);
    $("fix-diff").replaceChildren(...plan.files.map(table));
    $("fix-error").textContent = "";
    $("fix-apply").disabled = false;
    $("fix-apply").onclick = async () => {
      $("fix-apply").disabled = true;
      try {
        const { files } = await post("api/fix", { ...of, rule, digest: plan.digest });
        dialog.close();
        $("panel").focus(); // the button is gone with its finding
        say(`fixed ${files.map(f => f.split("/").slice(-2).join("/")).join(", ")}`);
      } catch (error) {
        $("fix-error").textContent = error.message;
        $("fix-cancel").focus();
      }
    };
    $("fix-cancel").onclick = () => dialog.close();
    dialog.showModal();
    $("fix-apply").focus();
  };

  return { offer, offerOn };
};
