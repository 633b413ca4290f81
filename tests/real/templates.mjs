// Renders transactional mails from public npm packages, as their users would send them: node templates.mjs WORK OUT
// WORK holds node_modules with mailgen, and Ghost's package unpacked as ghost/.
import { createRequire } from "node:module";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const [work, out] = process.argv.slice(2).map((path) => resolve(path));
const require = createRequire(join(work, "package.json"));
const Mailgen = require("mailgen");
mkdirSync(out, { recursive: true });

const product = { name: "Northwind", link: "https://www.amazon.com/orders", copyright: "Northwind" };
const mails = {
  receipt: {
    body: {
      name: "Anna Berger",
      intro: "Your order has been processed successfully.",
      table: {
        data: [
          { item: "Oak lamp", description: "Height 40 cm, with a linen shade", price: "89.90" },
          { item: "Wool rug", description: "160 by 230 cm, moss green", price: "249.00" },
        ],
        columns: { customWidth: { item: "20%", price: "15%" }, customAlignment: { price: "right" } },
      },
      action: {
        instructions: "You can check the status of your order and more in your account:",
        button: { color: "#3869D4", text: "Go to your account", link: "https://www.amazon.com/orders" },
      },
      outro: "We thank you for your order.",
    },
  },
  reset: {
    body: {
      name: "Anna Berger",
      intro: "You have received this message because you asked for a new password.",
      action: {
        instructions: "Click the button below to choose a new one:",
        button: { color: "#DC4D2F", text: "Choose a new password", link: "https://www.amazon.com/reset?s=1" },
      },
      outro: "If you did not ask for it, there is nothing for you to do.",
    },
  },
  facts: {
    body: {
      name: "Anna Berger",
      intro: ["Your parcel is on its way.", "Here is what we know of it:"],
      dictionary: { date: "June 11th, 2026", carrier: "Parcel service", weight: "3.2 kg" },
      outro: "Need help, or have questions? Just reply to this message.",
    },
  },
};
for (const theme of ["default", "neopolitan", "salted", "cerberus"]) {
  for (const [name, mail] of Object.entries(mails)) {
    const generator = new Mailgen({ theme, product });
    writeFileSync(join(out, `mailgen-${theme}-${name}.html`), generator.generate(mail));
  }
}

// Ghost's own mails: their variables get values, blocks are taken once with all their branches, partials are put in.
const services = join(work, "ghost", "core", "server", "services");
const partials = join(services, "staff", "email-templates", "partials");
function value(name) {
  if (/color/i.test(name)) return "#15171a";
  if (/initials/i.test(name)) return "AB";
  if (/url|link|href|src|image/i.test(name)) return "https://www.amazon.com/orders";
  if (/email/i.test(name)) return "Anna";
  return `the ${name.split(/[ .]/).pop().replace(/([A-Z])/g, " $1").toLowerCase()}`;
}
function filled(source) {
  return source
    .replace(/\{\{>\s*([\w-]+)[^}]*\}\}/g, (_, name) => filled(readFileSync(join(partials, `${name}.hbs`), "utf8")))
    .replace(/\{\{(?:[#/!]|else)[^}]*\}\}/g, "")
    .replace(/\{\{\{?\s*([^}]*?)\s*\}\}\}?/g, (_, name) => value(name));
}
for (const path of [join(services, "staff", "email-templates"), join(services, "comments", "email-templates")]) {
  for (const file of readdirSync(path).filter((name) => name.endsWith(".hbs"))) {
    writeFileSync(join(out, `ghost-${file.replace(/\.hbs$/, ".html")}`), filled(readFileSync(join(path, file), "utf8")));
  }
}
const finished = join(services, "mail", "templates");
for (const file of readdirSync(finished).filter((name) => name.endsWith(".html") && name !== "newsletter.html")) {
  writeFileSync(join(out, `ghost-${file}`), filled(readFileSync(join(finished, file), "utf8")));
}
