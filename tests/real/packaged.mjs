// Foundation for Emails' templates as its build makes them: node packaged.mjs WORK OUT. WORK holds node_modules with inky, and
// the package's templates and style sheet unpacked as foundation/.
import { createRequire } from "node:module";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const [work, out] = process.argv.slice(2).map((path) => resolve(path));
const require = createRequire(join(work, "package.json"));
const { Inky } = require("inky");
mkdirSync(out, { recursive: true });
const css = readFileSync(join(work, "foundation-css", "dist", "foundation-emails.css"), "utf8");
const folder = join(work, "foundation", "templates");
for (const file of readdirSync(folder).filter((name) => name.endsWith(".html"))) {
  const source = readFileSync(join(folder, file), "utf8");
  const own = source.match(/<style[^>]*>([\s\S]*?)<\/style>/)?.[1] ?? "";
  const body = new Inky().releaseTheKraken(source.replace(/<style[^>]*>[\s\S]*?<\/style>/, ""));
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><style>${css}\n${own}</style>`;
  writeFileSync(
    join(out, `foundation-${file}`),
    `<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd"><html><head>${head}</head>` +
      `<body><table class="body"><tr><td class="center" align="center" valign="top"><center>${body}</center></td></tr></table></body></html>`,
  );
}
