// As buyers see it: the message in a mail program, and what each mail program drops of it.
import { make } from "./view.js";

const $ = id => document.getElementById(id);

// `again` shows the message anew, with the state in the address.
export const mailboxOf = ({ state, post, asked, say, again }) => {
  let clients = [];
  const chosen = () => clients.find(c => c.name === state.client);

  const start = async () => {
    if (clients.length) return;
    try {
      clients = (await (await fetch("api/clients")).json()).clients;
    } catch {
      clients = []; // the page's list reports that the preview does not answer
    }
    $("client").replaceChildren(new Option("as written", ""), ...clients.map(c => new Option(c.title, c.name)));
    $("client").addEventListener("change", event => pick(event.target.value));
  };

  const pick = name => { state.client = name; return again(); };

  const next = () => {
    const names = ["", ...clients.map(c => c.name)];
    return pick(names[(names.indexOf(state.client) + 1) % names.length]);
  };

  // What the mail program shows of the message, as `shown.seen`; without one, the message is shown as written.
  const see = async (shown, choice) => {
    delete shown.seen; // an answer may be shown again in another program
    if (!chosen() || shown.error) return;
    try {
      shown.seen = await post("api/seen", { ...asked(choice), data: state.data, client: state.client, dark: state.dark });
    } catch (error) {
      say(error.message);
    }
  };

  const caption = shown => shown.seen ? ` · ${shown.seen.title}${state.dark ? (shown.seen.dark ? ", dark" : ", dark mode, stays light") : ""}` : "";

  const draw = () => {
    const client = chosen();
    $("client").value = client ? state.client : "";
    $("client").classList.toggle("on", Boolean(client));
    $("client-note").hidden = !client;
    $("client-note").textContent = client ? `${client.title}: ${client.about} A model from published sources, not the program itself.` : "";
  };

  return { start, next, see, caption, draw };
};

const WORDS = { no: "not supported", partial: "partly supported" };

// The panel with what mail programs drop: of the chosen one, or of all.
export const supportPanelOf = ({ state, post, asked, redraw, showTemplate }) => {
  const load = async shown => {
    shown.support = { loading: true };
    try {
      shown.support = await post("api/support", { ...asked(), data: state.data });
    } catch (error) {
      shown.support = { error: error.message };
    }
    if (state.shown === shown && state.tab === "Mailboxes") redraw();
  };

  const card = (feature, clients) => {
    const node = make("article", "finding client-card");
    const head = make("h3");
    head.append(make("code", "", feature.title), make("span", "", feature.uses === 1 ? "1 use" : `${feature.uses} uses`));
    node.append(head);
    for (const support of ["no", "partial"]) {
      const names = clients.filter(c => c.support === support).map(c => c.title);
      if (!names.length) continue;
      const line = make("p");
      line.append(make("strong", `support ${support}`, WORDS[support]), ` in ${names.join(", ")}`);
      node.append(line);
    }
    for (const note of new Set(clients.flatMap(c => c.notes))) node.append(make("p", "hint", note.replaceAll("`", "")));
    const actions = make("div", "actions");
    const byLine = (one, other) => one.file.localeCompare(other.file) || one.line - other.line;
    for (const place of [...feature.places].sort(byLine)) {
      const open = make("button", "", `${place.file.split("/").slice(-2).join("/")}:${place.line}`);
      open.type = "button";
      open.title = place.snippet || place.file;
      open.addEventListener("click", () => showTemplate(place.file, place.line));
      actions.append(open);
    }
    const more = make("a", "", "caniemail");
    more.href = feature.url;
    more.target = "_blank";
    more.rel = "noreferrer";
    more.setAttribute("aria-label", `${feature.title} at caniemail`);
    actions.append(more);
    node.append(actions);
    return node;
  };

  return () => {
    const { shown } = state;
    if (!shown.support) load(shown);
    const { support } = shown;
    if (support.error) return [make("p", "bad", support.error)];
    if (support.loading) return [make("p", "", "Reading the message …")];
    const cards = [];
    for (const feature of support.features) {
      const clients = feature.clients.filter(c => !state.client || c.client === state.client);
      if (clients.length) cards.push([Math.max(...clients.map(c => c.support === "no" ? 1 : 0)), card(feature, clients)]);
    }
    cards.sort((one, other) => other[0] - one[0]); // first what is not supported at all; the order of the message stays
    const name = state.client ? $("client").selectedOptions[0].textContent : "the mail programs";
    const head = make("p", "hint", cards.length
      ? `${cards.length} feature${cards.length === 1 ? "" : "s"} of this message that ${name} ${state.client ? "drops" : "drop"} or ${state.client ? "supports" : "support"} in part. This is information and changes no verdict. Data: caniemail, ${support.updated}.`
      : state.client === "marketplace" ? "It is not documented what the marketplace's message page drops." : `Nothing that ${name} ${state.client ? "does" : "do"} not support. Data: caniemail, ${support.updated}.`);
    return [head, ...cards.map(([, node]) => node)];
  };
};

