// The list of messages: those of the chosen theme and language, or what a search finds in all of them.
import { $, kindTitle, nameOf, post, sampleTitle, state } from "./state.js";
import { make } from "./view.js";

const MOST = 200; // entries that a search shows
const SEARCH_HELP = "Words are searched in kind, sample, theme, language, verdict, subject and text. Narrow them: theme:calm language:de verdict:rejected subject:order text:refund";

// `go(choice)` shows a message; `searched` is called after a search.
export const listOf = ({ go, searched }) => {
  const isHere = choice => choice[1] === $("theme").value && choice[2] === $("language").value;

  const visibleChoices = () => {
    if (!state.find) return state.choices.filter(isHere);
    const found = state.found ? state.choices.filter(c => state.found.has(nameOf(c))) : [];
    const rank = new Map([...new Set(found.map(c => c[0]))].map((kind, i) => [kind, i]));
    return found.map((c, i) => [c, i]).sort(([a, i], [b, k]) => rank.get(a[0]) - rank.get(b[0]) || isHere(b) - isHere(a) || i - k).map(([c]) => c);
  };

  const entry = choice => {
    const button = make("button");
    button.type = "button";
    button.dataset.name = nameOf(choice);
    const verdict = state.verdicts[nameOf(choice)] ?? "";
    button.append(make("span", `dot ${verdict}`), make("span", "", sampleTitle(choice[3])));
    if (state.find) button.append(make("span", "where", `${choice[1]} · ${choice[2]}`));
    button.append(make("span", "hidden", verdict || "not judged yet"));
    if (state.now && nameOf(state.now) === nameOf(choice)) button.setAttribute("aria-current", "true");
    button.addEventListener("click", () => { fold(false); go(choice); });
    const item = make("li");
    item.append(button);
    return item;
  };

  const nothing = () => {
    const box = make("div", "empty");
    const clear = make("button", "", "Clear the search");
    clear.type = "button";
    clear.addEventListener("click", () => { $("find").value = ""; search(); $("find").focus(); });
    box.append(make("p", "", `No message contains “${state.find}”.`));
    if (state.unread) box.append(make("p", "", `${state.unread} messages are not read yet; what they contain appears as they are checked.`));
    box.append(make("p", "", SEARCH_HELP), clear);
    return box;
  };

  const drawList = () => {
    const list = $("list");
    const focused = document.activeElement?.dataset?.name;
    const nodes = [];
    let kind = "", items = null;
    const all = visibleChoices();
    for (const choice of state.find ? all.slice(0, MOST) : all) {
      if (choice[0] !== kind) {
        kind = choice[0];
        items = make("ul");
        nodes.push(make("h2", "", kindTitle(kind)), items);
      }
      items.append(entry(choice));
    }
    if (state.find && state.found && !all.length) nodes.push(nothing());
    if (state.find && all.length > MOST) nodes.push(make("p", "more", `${all.length - MOST} more: add a word to the search.`));
    list.replaceChildren(...nodes);
    if (focused) list.querySelector(`[data-name="${CSS.escape(focused)}"]`)?.focus();
    drawSummary();
  };

  const drawSummary = () => {
    const bad = [];
    let known = 0;
    for (const choice of state.choices) {
      const verdict = state.verdicts[nameOf(choice)];
      if (verdict) known++;
      if (verdict && verdict !== "permitted") bad.push(nameOf(choice));
    }
    const rest = state.choices.length - known;
    $("summary").textContent = `${state.choices.length} messages, ${bad.length ? `${bad.length} rejected` : "none rejected"}${rest ? `, ${rest} being checked` : ""}`;
    $("rejected").hidden = !bad.length;
    $("rejected").querySelector("summary").textContent = `Rejected (${bad.length})`;
    $("rejected").querySelector("ul").replaceChildren(...bad.slice(0, MOST).map(name => {
      const item = make("li"), button = make("button");
      button.type = "button";
      button.append(make("span", "dot rejected"), make("span", "", name));
      button.addEventListener("click", () => { fold(false); go(name.split("/")); });
      item.append(button);
      return item;
    }));
  };

  let searchOf = 0;
  const search = async () => {
    const mine = ++searchOf;
    state.find = $("find").value.trim();
    if (state.find) {
      if (!state.found) $("found").textContent = "Searching …";
      try {
        const { names, unread } = await post("api/search", { find: state.find });
        if (mine !== searchOf) return;
        state.found = new Set(names);
        state.unread = unread;
      } catch {
        return; // the previous results stay; the page reports that the preview has ended
      }
    } else {
      state.found = null;
    }
    $("found").textContent = state.find ? `${state.found.size} found` : "";
    drawList();
    searched();
  };

  // On a phone the list folds: it is open only while a message is chosen.
  const fold = open => {
    $("fold").setAttribute("aria-expanded", String(open));
    $("messages").classList.toggle("open", open);
  };
  $("fold").addEventListener("click", () => fold($("fold").getAttribute("aria-expanded") !== "true"));

  let waiting = 0;
  $("find").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(search, 80); });

  return { drawList, fold, search, visibleChoices };
};
