// Search the site in Node, with the site's own scripts and index: node search.js SITE QUERY...
// Prints the links that each query finds, the best one first.

const fs = require("fs");
const path = require("path");
const vm = require("vm");

const [site, ...queries] = process.argv.slice(2);
const ready = [];
const context = vm.createContext({
  document: { addEventListener: (_event, listener) => ready.push(listener), getElementById: () => null },
  SPHINX_HIGHLIGHT_ENABLED: false,
  _ready() {}, // Sphinx's own listener, which fills in the page
});
context.window = context;
// The scripts in the order of search.html.
const scripts = [
  "_static/messages.js",
  "_static/searchtools.js",
  "_static/language_data.js",
  "_static/base-stemmer.js",
  "_static/english-stemmer.js",
  "searchindex.js",
];
for (const name of scripts) {
  const file = path.join(site, name);
  if (fs.existsSync(file)) vm.runInContext(fs.readFileSync(file, "utf8"), context, file);
}
for (const listener of ready) listener();
for (const query of queries) {
  const code = `Search._performSearch(...Search._parseQuery(${JSON.stringify(query)}))`;
  const found = vm.runInContext(code, context).map(([page, , anchor]) => `${page}${anchor}`);
  console.log(JSON.stringify(found.reverse()));
}
