// The editor's surface: CodeMirror with the languages of the designers' files. It is loaded when the editor is first opened.
import {
  bracketMatching, ChangeSet, classHighlighter, closeBrackets, closeBracketsKeymap, Compartment, css, defaultKeymap, drawSelection,
  EditorState, EditorView, highlightActiveLine, highlightActiveLineGutter, highlightSelectionMatches, highlightSpecialChars, history,
  historyKeymap, html, indentUnit, indentWithTab, jinja, json, keymap, lineNumbers, lintGutter, lintKeymap, search, searchKeymap,
  setDiagnostics, StreamLanguage, syntaxHighlighting, toml, unifiedMergeView,
} from "./codemirror.js";

export { ChangeSet, EditorView, setDiagnostics };
export const comparing = new Compartment();

// Catalogues of gettext: comments, keywords, and strings with their values and escapes.
const po = StreamLanguage.define({
  name: "po",
  startState: () => ({ string: false }),
  token(stream, state) {
    if (stream.sol()) state.string = false;
    if (!state.string) {
      if (stream.sol() && stream.eat("#")) { stream.skipToEnd(); return "comment"; }
      if (stream.match(/^msg(?:id_plural|id|str|ctxt)\b/)) return "keyword";
      if (stream.match(/^\[\d+\]/)) return "number";
      if (stream.eat('"')) { state.string = true; return "string"; }
      stream.next();
      return null;
    }
    if (stream.eat('"')) { state.string = false; return "string"; }
    if (stream.match(/^%(?:\(\w+\))?[a-z%]/)) return "variableName";
    if (stream.match(/^\\./)) return "escape";
    if (!stream.match(/^[^"\\%]+/)) stream.next();
    return "string";
  },
});

const language = name => {
  if (name.endsWith(".html.j2") || name.endsWith(".mjml.j2")) return jinja({ base: html({ matchClosingTags: false }) });
  if (name.endsWith(".j2")) return jinja();
  if (name.endsWith(".css")) return css();
  if (name.endsWith(".json")) return json();
  if (name.endsWith(".toml")) return StreamLanguage.define(toml);
  return name.endsWith(".po") ? po : [];
};

const PHRASES = EditorState.phrases.of({ Accept: "Keep mine", Reject: "Take the version on disk" });

export const newState = (name, text, { save, changed }) => EditorState.create({
  doc: text,
  extensions: [
    lineNumbers(), lintGutter(), highlightActiveLineGutter(), highlightSpecialChars(), history(), drawSelection(),
    EditorState.lineSeparator.of("\n"), indentUnit.of("  "), bracketMatching(), closeBrackets(), highlightActiveLine(),
    highlightSelectionMatches(), search({ top: true }), syntaxHighlighting(classHighlighter), EditorView.lineWrapping, language(name), PHRASES,
    comparing.of([]),
    EditorView.contentAttributes.of({ "aria-label": `Text of ${name}`, tabindex: "0", spellcheck: "false" }),
    EditorView.updateListener.of(changed),
    keymap.of([
      { key: "Mod-s", run: () => { save(); return true; }, preventDefault: true },
      ...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...lintKeymap, indentWithTab,
    ]),
  ],
});

export const compareWith = text => comparing.reconfigure(text === null ? [] : unifiedMergeView({ original: text }));

// The smallest change from one text to the other: selection, scroll position and undo history stay with the rest.
export const changeTo = (doc, text) => {
  const old = doc.toString(), most = Math.min(old.length, text.length);
  let start = 0, end = 0;
  while (start < most && old[start] === text[start]) start++;
  while (end < most - start && old[old.length - 1 - end] === text[text.length - 1 - end]) end++;
  return { from: start, to: old.length - end, insert: text.slice(start, text.length - end) };
};
