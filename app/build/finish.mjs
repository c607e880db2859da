// Trunk post_build: what the finished site needs and Trunk does not make.
//   the parts the app was cut into get names that change with their content, like the rest; small ones are joined
//   csp.json   the hashes of the inline script and style, for the server's Content-Security-Policy
//   sw.js      gets its release and the list of files to keep for working without a network
//   *.br *.gz  for every file that shrinks, so the server compresses nothing while it runs
// Deterministic: the same files in, the same bytes out.

import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const site = process.env.TRUNK_STAGING_DIR ?? fail("TRUNK_STAGING_DIR is not set");
const sha256 = (bytes, form) => createHash("sha256").update(bytes).digest(form);
const read = (name) => readFileSync(join(site, name));

// The first screens must come with the first packets.
const PAGE_LIMIT = 14 * 1024;
// Languages every device keeps; the others are fetched when chosen.
const LANGUAGES = ["nb", "en"];

// Where the parts of the app lie until they have their names, and what tells the app of them.
const PARTS = process.env.MINVEI_PARTS ?? fail("MINVEI_PARTS is not set");
const LINK = "__wasm_split.js";
// What parts share is cut into many files; those below this many bytes cost more to ask for than to carry, and come
// in one.
const SMALL = 4 * 1024;
// The part whoever is not signed in sees first.
const FIRST = "door";
// Where the page takes the list of its files.
const PRELOADS = `const first = [];`;

placeParts();
const files = everyFile(site);

function placeParts() {
  const apps = readdirSync(site).filter((name) => /^app-[0-9a-f]+\.js$/.test(name));
  if (apps.length !== 1) fail(`there is not one app but ${apps.length}`);
  const [app] = apps;
  const place = (stem, extension, bytes) => {
    const named = `${stem}-${sha256(bytes, "hex").slice(0, 16)}.${extension}`;
    writeFileSync(join(site, named), bytes);
    return named;
  };
  let link = readFileSync(join(PARTS, LINK), "utf8");
  const rename = (text, from, to, before = "") => {
    if (!text.includes(`${before}"./${from}"`)) fail(`nothing asks for ${from}`);
    return text.replaceAll(`${before}"./${from}"`, `${before}"./${to}"`);
  };
  const small = [];
  for (const name of readdirSync(PARTS).filter((name) => name.endsWith(".wasm")).sort()) {
    const bytes = readFileSync(join(PARTS, name));
    if (bytes.length < SMALL && name.startsWith("chunk_")) small.push([name, bytes]);
    else link = rename(link, name, place(name.replace(/\.wasm$/, ""), "wasm", bytes));
  }
  link = joinSmall(link, small, place("small", "bin", Buffer.concat(small.map(([, bytes]) => bytes))));
  link = rename(link, "app.js", app);
  const named = place("parts", "js", link);
  // Only where it is fetched from: the app's wasm goes on calling it by its old name.
  writeFileSync(join(site, app), rename(read(app).toString(), LINK, named, "from "));
  preload(link, named);
}

// Each small file is a stretch of the joined one, which is fetched once, and again after it did not come.
function joinSmall(link, small, joined) {
  let from = 0;
  for (const [name, bytes] of small) {
    const asked = `makeLoad(() => {\n    const src = fetch(new URL("./${name}", import.meta.url));\n    src.catch(() => {});\n`
      + `    return async (imports) => (WebAssembly.instantiateStreaming(src, imports));\n}\n,`;
    if (!link.includes(asked)) fail(`${name} is not asked for as it was: has wasm-split changed what it writes?`);
    const to = from + bytes.length;
    link = link.replace(asked, `makeLoad(stretch(new URL("./${joined}", import.meta.url), ${from}, ${to}),`);
    from = to;
  }
  return `${link}
let joined;
function stretch(url, from, to) {
    return () => {
        if (joined === undefined) {
            const coming = fetch(url).then((answer) => (answer.ok ? answer.arrayBuffer() : Promise.reject(new Error(url + ": " + answer.status))));
            coming.catch(() => {
                if (joined === coming) joined = undefined;
            });
            joined = coming;
        }
        const whole = joined;
        return async (imports) => WebAssembly.instantiate((await whole).slice(from, to), imports);
    };
}
`;
}

// The page asks for what it will show first while the app itself is on its way.
function preload(link, named) {
  const wanted = new Set([named]);
  let isWanted = false;
  for (const line of link.split("\n")) {
    const sharers = /^\/\* (.*) \*\/$/.exec(line);
    const own = /^export const __wasm_split_load_(\w+)/.exec(line);
    if (sharers) isWanted = sharers[1].split(", ").includes(FIRST);
    else if (own) isWanted = own[1] === FIRST;
    const file = /new URL\("\.\/([^"]+)"/.exec(line);
    if (isWanted && file) wanted.add(file[1]);
  }
  const html = read("index.html").toString();
  if (wanted.size < 3 || !html.includes(PRELOADS)) fail("the page does not ask for its first part");
  const paths = [...wanted].map((name) => `/${name}`);
  writeFileSync(join(site, "index.html"), html.replace(PRELOADS, `const first = ${JSON.stringify(paths)};`));
}

function csp(html) {
  for (const [pattern, what] of [
    [/<[^>]+\sstyle\s*=/i, "a style attribute"],
    [/<[^>]+\son[a-z]+\s*=/i, "an inline event handler"],
    [/javascript:/i, "a javascript: address"],
  ]) {
    if (pattern.test(html.replace(/<(script|style)\b[^>]*>[^]*?<\/\1>|<!--[^]*?-->/gi, ""))) {
      fail(`index.html has ${what}, which the Content-Security-Policy forbids`);
    }
  }
  const hashes = (tag) =>
    [...html.replace(/<!--[^]*?-->/g, "").matchAll(new RegExp(`<${tag}\\b([^>]*)>([^]*?)</${tag}>`, "gi"))]
      .filter(([, attributes]) => !/\ssrc\s*=/i.test(attributes))
      .map(([, , text]) => `sha256-${sha256(text, "base64")}`);
  return { script: hashes("script"), style: hashes("style") };
}

function precache() {
  const wanted = (name) =>
    /^[^/]+\.(?:bin|wasm|js|css)$/.test(name) && name !== "sw.js"
    || /^snippets\/.+\.js$/.test(name)
    || /^icons\/.+\.(?:png|svg)$/.test(name)
    || LANGUAGES.some((language) => name === `locales/${language}.ftl`)
    || name === "icons.svg"
    || name === "manifest.webmanifest";
  const list = files.filter(wanted).map((name) => [`/${name}`, sha256(read(name), "hex")]);
  list.unshift(["/", sha256(read("index.html"), "hex")]);
  for (const needed of [/\.wasm$/, /\.js$/, /\.css$/, /^\/icons\.svg$/, /^\/locales\/nb\.ftl$/]) {
    if (!list.some(([path]) => needed.test(path))) fail(`nothing to precache matches ${needed}`);
  }
  return list;
}

function serviceWorker(list) {
  // Browsers fetch it anew at every visit, so its comments stay at home.
  const template = read("sw.js").toString().replace(/^ *\/\/.*\n/gm, "");
  const release = sha256(template + JSON.stringify(list), "hex").slice(0, 16);
  const lines = list.map((entry) => `  ${JSON.stringify(entry)},`).join("\n");
  const filled = template
    .replace(`const RELEASE = "unfinished";`, `const RELEASE = "${release}";`)
    .replace("const FILES = [];", `const FILES = [\n${lines}\n];`);
  if (!filled.includes(release) || !filled.includes(lines)) fail("sw.js has lost its placeholders");
  return { filled, release };
}

function compress(name) {
  const raw = read(name);
  if (raw.length <= 512) return;
  const brotli = brotliCompressSync(raw, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: raw.length,
      [constants.BROTLI_PARAM_MODE]: name.endsWith(".wasm") ? constants.BROTLI_MODE_GENERIC : constants.BROTLI_MODE_TEXT,
    },
  });
  const gzip = gzipSync(raw, { level: 9 });
  gzip[9] = 255; // the header's operating system: "unknown", the same everywhere
  if (brotli.length < raw.length) writeFileSync(join(site, `${name}.br`), brotli);
  if (gzip.length < raw.length) writeFileSync(join(site, `${name}.gz`), gzip);
  return brotli.length;
}

function everyFile(root, folder = root) {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? everyFile(root, path) : [relative(root, path).split(sep).join("/")];
    })
    .filter((name) => !/\.(?:br|gz)$/.test(name) && name !== "csp.json")
    .sort();
}

function fail(message) {
  console.error(`finish: ${message}`);
  process.exit(1);
}

const page = read("index.html");
if (page.length > PAGE_LIMIT) fail(`index.html is ${page.length} B, at most ${PAGE_LIMIT}`);
writeFileSync(join(site, "csp.json"), `${JSON.stringify(csp(page.toString()), null, 2)}\n`);

const list = precache();
const { filled, release } = serviceWorker(list);
writeFileSync(join(site, "sw.js"), filled);

const compressible = new Set([".bin", ".css", ".ftl", ".html", ".js", ".json", ".svg", ".txt", ".wasm", ".webmanifest"]);
const sizes = files
  .filter((name) => compressible.has(extname(name)))
  .map((name) => [name, compress(name)])
  .filter(([, size]) => size !== undefined);
for (const [name, size] of sizes) console.log(`finish: ${name} ${size} B brotli`);
console.log(`finish: release ${release}, ${list.length} files kept for use without a network`);
