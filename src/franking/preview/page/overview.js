// All designs: a thumbnail of each kind in each theme. A thumbnail is the message itself in a small frame without scripts; it
// is loaded when it comes into sight and removed when it is far out of it.
import { $, asked, kindTitle, nameOf, post, state, unique } from "./state.js";
import { make } from "./view.js";

const WIDTH = 600, HEIGHT = 780; // CSS px of the message that a thumbnail shows
const AT_ONCE = 2; // requests under way

export const overviewOf = ({ go }) => {
  let waiting = [], busy = 0, generation = 0;
  const pages = new Map(); // name to HTML, until something changes

  const next = () => {
    while (busy < AT_ONCE && waiting.length) {
      const paper = waiting.shift();
      if (!paper.isConnected || !paper.dataset.near) continue;
      busy++;
      fill(paper).finally(() => { busy--; next(); });
    }
  };

  const fill = async paper => {
    const name = paper.dataset.name, mine = generation;
    try {
      if (!pages.has(name)) {
        const { html } = await post("api/thumbnail", asked(name.split("/")));
        if (mine !== generation) return;
        pages.set(name, html);
      }
    } catch {
      paper.replaceChildren(make("p", "bad", "cannot be made"));
      return;
    }
    if (!paper.dataset.near) return;
    const frame = make("iframe");
    frame.setAttribute("sandbox", "");
    frame.tabIndex = -1;
    frame.title = name;
    frame.width = WIDTH;
    frame.height = HEIGHT;
    frame.style.colorScheme = "light";
    frame.style.transform = `scale(${paper.clientWidth / WIDTH})`;
    frame.srcdoc = `<style>body{margin:0}html{overflow:hidden}</style>${pages.get(name)}`;
    paper.replaceChildren(frame);
  };

  const observer = new IntersectionObserver(entries => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) {
        target.dataset.near = "1";
        waiting.push(target);
      } else {
        delete target.dataset.near;
        target.replaceChildren();
      }
    }
    next();
  }, { root: $("overview"), rootMargin: "300px" });

  // The sample that stands for a kind: the one in sight, else the plain one, else the first.
  const choicesOf = language => {
    const found = new Map();
    for (const choice of state.choices) {
      if (choice[2] !== language) continue;
      const key = `${choice[0]}/${choice[1]}`, held = found.get(key);
      if (!held || (choice[3] === "plain" && held[3] !== "plain")) found.set(key, choice);
    }
    return found;
  };

  // For each kind in each theme: how many messages were found, checked and rejected, in all languages and samples.
  const counts = () => {
    const found = new Map();
    for (const choice of state.choices) {
      const name = nameOf(choice), key = `${choice[0]}/${choice[1]}`;
      const count = found.get(key) ?? found.set(key, { all: 0, checked: 0, rejected: 0, matching: 0 }).get(key);
      const verdict = state.verdicts[name];
      count.all++;
      if (verdict) count.checked++;
      if (verdict && verdict !== "permitted") count.rejected++;
      if (!state.found || state.found.has(name)) count.matching++;
    }
    return found;
  };

  const caption = ({ all, checked, rejected }) =>
    rejected ? `${rejected} of ${all} rejected` : checked < all ? `${checked} of ${all} checked` : `${all} permitted`;

  const drawVerdicts = () => {
    if (!state.overview) return;
    const found = counts();
    for (const card of document.querySelectorAll("#overview .thumbnail")) {
      const count = found.get(card.dataset.key);
      if (!count) continue;
      card.querySelector(".dot").className = `dot ${count.rejected ? "rejected" : count.checked === count.all ? "permitted" : ""}`;
      card.querySelector(".count").textContent = caption(count);
    }
  };

  const drawOverview = () => {
    document.body.classList.toggle("overview", state.overview);
    $("overview").hidden = !state.overview;
    $("all").setAttribute("aria-pressed", String(state.overview));
    observer.disconnect();
    waiting = [];
    if (!state.overview) { $("overview").replaceChildren(); return; }
    document.title = "All designs – Franking preview";
    const language = state.now?.[2] ?? unique(2)[0], chosen = choicesOf(language), found = counts();
    const nodes = [];
    for (const kind of unique(0)) {
      const themes = unique(1).filter(theme => found.get(`${kind}/${theme}`)?.matching && chosen.has(`${kind}/${theme}`));
      if (!themes.length) continue;
      const row = make("div", "row-of-designs");
      for (const theme of themes) {
        const choice = chosen.get(`${kind}/${theme}`);
        const card = make("div", "thumbnail");
        card.dataset.key = `${kind}/${theme}`;
        const paper = make("div", "small-paper"), line = make("button", "design");
        line.type = "button";
        paper.dataset.name = nameOf(choice);
        paper.setAttribute("aria-hidden", "true");
        line.append(make("span", "dot"), make("span", "hidden", `${kindTitle(kind)}, theme `), make("strong", "", theme), make("span", "count"));
        card.append(paper, line);
        if (state.now?.[0] === kind && state.now?.[1] === theme) line.setAttribute("aria-current", "true");
        line.addEventListener("click", () => { state.overview = false; drawOverview(); go(choice, { push: true }); });
        row.append(card);
        observer.observe(paper);
      }
      nodes.push(make("h2", "", kindTitle(kind)), row);
    }
    if (!nodes.length) nodes.push(make("p", "empty", state.find ? `No design has a message that contains “${state.find}”.` : "No kinds here yet."));
    $("overview").replaceChildren(...nodes);
    drawVerdicts();
  };

  // What was loaded no longer stands.
  const forget = () => { generation++; pages.clear(); };

  return { drawOverview, drawVerdicts, forget };
};
