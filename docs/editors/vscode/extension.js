// Starts `franking lsp` for the files of Franking projects. Plain JavaScript, so there is nothing to build.
"use strict";

const vscode = require("vscode");
const { LanguageClient, TransportKind } = require("vscode-languageclient/node");

const FILES = ["**/*.html.j2", "**/*.mjml.j2", "**/*.txt.j2", "**/theme.css", "**/theme.toml", "**/kind.toml", "**/locales/*.po"];

/** @type {LanguageClient | undefined} */
let client;

async function start() {
  const [command, ...args] = vscode.workspace.getConfiguration("franking").get("command", ["franking", "lsp"]);
  client = new LanguageClient(
    "franking",
    "Franking",
    { command, args, transport: TransportKind.stdio },
    { documentSelector: FILES.map((pattern) => ({ scheme: "file", pattern })) },
  );
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    vscode.window.showErrorMessage(
      `Franking: ${command} does not start (${error.message}). Install it with: pip install "franking[lsp]"; ` +
        "or set franking.command.",
    );
  }
}

async function stop() {
  const running = client;
  client = undefined;
  await running?.stop();
}

async function restart() {
  await stop();
  await start();
}

async function activate(context) {
  context.subscriptions.push(vscode.commands.registerCommand("franking.restart", restart));
  context.subscriptions.push(
    vscode.workspace.onDidChangeConfiguration((event) => event.affectsConfiguration("franking.command") && restart()),
  );
  await start();
}

module.exports = { activate, deactivate: stop };
