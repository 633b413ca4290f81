// What the page's parts share: its state, and its ways to ask the server and to report.
export const $ = id => document.getElementById(id);

// `now` is the choice in sight (kind, theme, language, sample), `shown` what the server answered for it. `xray` is null until
// the user decides: it is then on where there is a finding.
export const state = {
  choices: [], titles: {}, verdicts: {}, widths: [360, 600], now: null, shown: null, other: null, width: 600, xray: null, dark: false,
  images: false, compare: "", zoom: "fit", overview: false, find: "", found: null, tab: "Findings", chosen: null, data: null, template: null,
  client: "",
};

export const post = async (path, body) => {
  const answer = await fetch(path, { method: "POST", headers: { "X-Franking": "preview" }, body: JSON.stringify(body) });
  const value = await answer.json().catch(() => ({ error: { message: `the preview answered ${answer.status}` } }));
  if (!answer.ok) throw Object.assign(new Error(value.error?.message ?? "failed"), value.error);
  return value;
};

export const say = text => { $("status").textContent = text; };
export const nameOf = choice => choice.join("/");
export const asked = (choice = state.now) => ({ kind: choice[0], theme: choice[1], language: choice[2], sample: choice[3] });
export const unique = position => [...new Set(state.choices.map(c => c[position]))];
export const kindTitle = kind => state.titles[kind] ?? kind;
export const sampleTitle = sample => sample.replaceAll("_", " ");
// On until the user decides where a finding has a place to draw.
export const isXray = () => state.xray ?? Boolean(state.shown?.findings?.some(finding => finding.indices.length));
