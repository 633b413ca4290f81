// As a shop on Node does it: MJML, compiled once to HTML with Handlebars' places in it, filled in for each order, and sent by
// nodemailer's pool. Nothing is checked. node peer_nodemailer.cjs REPORT PORT
const fs = require("fs");
const readline = require("readline");
const Handlebars = require("handlebars");
const mjml = require("mjml");
const nodemailer = require("nodemailer");

const source = `<mjml><mj-head><mj-title>Your order {{id}}</mj-title></mj-head><mj-body><mj-section><mj-column>
<mj-text font-size="24px">We have received your order</mj-text><mj-text>Hello {{buyer}},</mj-text>
<mj-text>Thank you for your order {{id}}. We will write again when it is on its way.</mj-text>
<mj-table><!-- htmlmin:ignore -->{{#each items}}<tr><td style="padding:10px 12px">{{title}}</td><td>{{quantity}}</td>
<td style="text-align:right">{{price}}</td></tr>{{/each}}<!-- htmlmin:ignore --></mj-table>
<mj-text>Total: {{total}} {{currency}}</mj-text>
<mj-button href="https://www.amazon.com/gp/css/order-details?orderId={{id}}">Your order</mj-button>
<mj-text>Hallam &amp; Rowe</mj-text></mj-column></mj-section></mj-body></mjml>`;
const plain = `We have received your order

Hello {{{buyer}}},

Thank you for your order {{{id}}}. We will write again when it is on its way.
{{#each items}}
{{{quantity}}} x {{{title}}}: {{{price}}}
{{/each}}
Total: {{{total}}} {{{currency}}}
`;

async function* orders(report) {
  let columns = null, order = null;
  for await (const line of readline.createInterface({ input: fs.createReadStream(report), crlfDelay: Infinity })) {
    const cells = line.split("\t");
    if (!columns) { columns = cells; continue; }
    const row = Object.fromEntries(columns.map((name, i) => [name, cells[i]]));
    if (!order || order.id !== row["order-id"]) {
      if (order) yield order;
      order = { id: row["order-id"], buyer: row["buyer-name"], email: row["buyer-email"], currency: row.currency, cents: 0, items: [] };
    }
    order.cents += Math.round(Number(row["item-price"]) * 100);
    order.total = (order.cents / 100).toFixed(2);
    order.items.push({ title: row["product-name"], quantity: row["quantity-purchased"], price: row["item-price"] });
  }
  if (order) yield order;
}

(async () => {
  const [report, port] = process.argv.slice(2);
  const html = Handlebars.compile((await mjml(source)).html), text = Handlebars.compile(plain);
  const pool = nodemailer.createTransport({ pool: true, host: "127.0.0.1", port: Number(port), secure: false, ignoreTLS: true,
    maxConnections: 10, maxMessages: Infinity });
  const sending = new Set();
  for await (const order of orders(report)) {
    const one = pool.sendMail({ from: "shop@example.com", to: order.email, subject: `Your order ${order.id}`, html: html(order),
      text: text(order) }).finally(() => sending.delete(one));
    sending.add(one);
    if (sending.size >= 50) await Promise.race(sending);
  }
  await Promise.all(sending);
  pool.close();
})();
