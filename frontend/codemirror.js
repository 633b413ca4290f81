// The parts of CodeMirror that the preview's editor uses, as one module. `make bundle` writes it into the package.
export { EditorState, EditorSelection, Compartment, ChangeSet, Text, StateEffect } from "@codemirror/state";
export {
  EditorView, keymap, lineNumbers, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, drawSelection,
} from "@codemirror/view";
export { defaultKeymap, history, historyKeymap, indentWithTab, undo, redo } from "@codemirror/commands";
export { bracketMatching, foldGutter, foldKeymap, indentUnit, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
export { classHighlighter, tags } from "@lezer/highlight";
export { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
export { highlightSelectionMatches, openSearchPanel, search, searchKeymap } from "@codemirror/search";
export { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
export { unifiedMergeView } from "@codemirror/merge";
export { css } from "@codemirror/lang-css";
export { html } from "@codemirror/lang-html";
export { jinja } from "@codemirror/lang-jinja";
export { json } from "@codemirror/lang-json";
export { toml } from "@codemirror/legacy-modes/mode/toml";
