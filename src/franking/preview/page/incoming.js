// A file that is dropped on the page or chosen becomes a kind and a theme, as `franking import` makes them.
import { $, kindTitle, post, unique } from "./state.js";
import { make } from "./view.js";

const LARGEST = 1 << 20;
const LANGUAGES = ["html", "handlebars", "sendgrid", "mustache", "postmark", "liquid", "mailchimp", "klaviyo", "django", "jinja", "nunjucks", "twig"];

const kindOf = name => name.toLowerCase().replace(/(?<=.)\..*$/s, "").replace(/[^a-z0-9]+/g, "_").replace(/^[^a-z]+|_+$/g, "").slice(0, 64);

const contentOf = file => new Promise((resolve, reject) => {
  const reader = new FileReader();
  reader.addEventListener("load", () => resolve(reader.result.split(",")[1] ?? ""));
  reader.addEventListener("error", () => reject(new Error(`${file.name} cannot be read; is it a folder, or gone?`)));
  reader.readAsDataURL(file);
});

const told = error => error.file && !error.message.includes(error.file) ? `${error.file}${error.line > 1 ? `:${error.line}` : ""}: ${error.message}` : error.message;

const list = (title, entries) => {
  if (!entries.length) return [];
  const items = make("ul");
  items.append(...entries.map(entry => {
    const item = make("li");
    item.append(...[entry].flat());
    return item;
  }));
  return [make("h3", "", `${title} (${entries.length})`), items];
};

const placed = ({ file, line, message }) => [make("code", "", `${file}:${line}`), ` ${message}`];

const table = fields => {
  const rows = Object.entries(fields);
  if (!rows.length) return [];
  const box = make("table", "facts"), head = make("tr");
  head.append(...["Field", "Variable"].map(word => { const cell = make("th", "", word); cell.scope = "col"; return cell; }));
  const section = make("thead"), body = make("tbody");
  section.append(head);
  body.append(...rows.map(([field, variable]) => {
    const row = make("tr");
    row.append(make("td", "", field), make("td", "", variable || "(left out)"));
    return row;
  }));
  box.append(section, body);
  return [make("h3", "", `Fields (${rows.length})`), box];
};

// `show(choice)` goes to the imported message.
export const takeIn = ({ show }) => {
  const dialog = $("import"), values = ["kind", "theme", "like", "brand", "dialect"];
  let file = null, turn = 0;

  const fail = text => { $("import-error").textContent = text; };

  // What was found holds only for the options that it was found with.
  const forget = () => {
    turn++;
    fail("");
    $("import-result").hidden = true;
    $("import-result").replaceChildren();
    $("import-write").disabled = true;
    $("import-check").disabled = !file;
  };

  const take = files => {
    file = null;
    if (files.length > 1) { forget(); fail("Take one file at a time; a folder is imported by franking import FOLDER."); return; }
    if (!files.length) { forget(); return; }
    [file] = files;
    $("import-name").textContent = file.name;
    $("import-kind").value = kindOf(file.name);
    forget();
    if (file.size > LARGEST) { file = null; forget(); fail(`${files[0].name} is over 1 MB, expected a template.`); }
  };

  const open = files => {
    if (document.querySelector("dialog[open]:not(#import)")) return;
    if (!dialog.open) {
      const like = $("import-like"), before = like.value;
      const kinds = unique(0).filter(kind => /^[a-z][a-z0-9_]*$/.test(kind));
      like.replaceChildren(new Option("no kind: I choose purpose and states", ""), ...kinds.map(kind => new Option(`${kindTitle(kind)} (${kind})`, kind)));
      like.value = kinds.includes(before) ? before : "";
      $("import-name").textContent = "no file yet";
      dialog.showModal();
    }
    take(files);
    (file ? $("import-kind") : $("import-choose")).focus();
  };

  const draw = found => {
    const decisions = found.decisions.filter(one => !one.note);
    const verdict = found.rendered ? found.verdict : "not rendered";
    const fixed = Object.entries(found.fixed).map(([rule, count]) => `${rule} ${count}`).join(", ");
    $("import-result").replaceChildren(
      make("p", found.verdict === "permitted" ? "good" : "bad", `${found.dialect} template, ${decisions.length} ${decisions.length === 1 ? "decision" : "decisions"}, sample message ${verdict}`),
      ...(fixed ? [make("p", "", `Fixed: ${fixed}`)] : []),
      ...list("You decide", decisions.map(placed)),
      ...table(found.fields),
      ...list("Notes", found.decisions.filter(one => one.note).map(placed)),
      ...list(found.dry_run ? "Would write" : "Wrote", found.files),
    );
    $("import-result").hidden = false;
  };

  const run = async dry => {
    const mine = ++turn;
    fail("");
    $("import-check").disabled = $("import-write").disabled = true;
    $("import-told").textContent = dry ? "Reading the file …" : "Writing …";
    try {
      const body = { name: file.name, content: await contentOf(file), replace: $("import-replace").checked, dry_run: dry };
      for (const name of values) body[name] = $(`import-${name}`).value;
      const found = await post("api/import", body);
      if (mine !== turn && dry) return; // the options are others by now
      draw(found);
      $("import-write").disabled = !dry;
      if (dry) $("import-write").focus();
      else {
        $("import-close").focus();
        $("import-result").scrollTop = 0;
        await show([found.kind, found.theme, "en", "plain"]);
      }
    } catch (error) {
      if (mine === turn || !dry) fail(told(error));
    } finally {
      $("import-told").textContent = "";
      $("import-check").disabled = !file;
    }
  };

  $("import-dialect").append(...LANGUAGES.map(name => new Option(name, name)));
  $("import-open").addEventListener("click", () => open([]));
  $("import-choose").addEventListener("click", () => $("import-file").click());
  $("import-file").addEventListener("change", event => {
    if (event.target.files.length) open([...event.target.files]);
    event.target.value = ""; // the same file can be chosen again
  });
  $("import-form").addEventListener("input", event => { if (event.target.type !== "file") forget(); });
  $("import-form").addEventListener("submit", event => { event.preventDefault(); if (!$("import-check").disabled) run(true); });
  $("import-write").addEventListener("click", () => run(false));
  $("import-close").addEventListener("click", () => dialog.close());

  // A file over the page: the whole page takes it, the frames of messages too.
  const veil = $("drop");
  const over = event => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    veil.hidden = dialog.open;
  };
  for (const name of ["dragenter", "dragover"]) addEventListener(name, over);
  $("stage").addEventListener("ready", event => {
    const page = event.target.querySelector("iframe")?.contentDocument;
    for (const name of ["dragenter", "dragover"]) page?.addEventListener(name, over);
    page?.addEventListener("drop", drop);
  }, true);
  const drop = event => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    veil.hidden = true;
    open([...event.dataTransfer.files]);
  };
  addEventListener("drop", drop);
  addEventListener("dragleave", event => { if (!event.relatedTarget) veil.hidden = true; });
};
