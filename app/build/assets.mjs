// Trunk pre_build: app/generated/app.css (one minified stylesheet) and app/generated/icons.svg
// (one sprite). Does nothing when no input has changed since the last run.
//
// The theme is our own (style/theme.css): @digdir/designsystemet-css carries the components, and
// its own theme file is left out. A --ds-* token that a used component reads and our theme does
// not define is a build error, so an upgrade of the package cannot lose a colour silently.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";

const app = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(app, "node_modules");
const designsystemet = join(modules, "@digdir/designsystemet-css/dist/src");
const aksel = join(modules, "@navikt/aksel-icons/dist/svg");
const out = join(app, "generated");

// Only what our pages use. A class of Designsystemet that is not here has no style.
const components = [
  "button", "details", "dialog", "field", "fieldset", "input", "label", "link",
  "table", "validation-message",
];
// The order is the cascade: tokens, ground, shell, features, then what must win.
const ours = [
  "theme", "base", "shell", "sync", "sign-in", "week", "orders", "kitchen", "adviser", "schedule",
  "rtl", "print",
];
// Chromium on the oldest phones we promise, and Safari of the last iPhones without updates.
const targets = { chrome: 108 << 16, firefox: 121 << 16, safari: (15 << 16) | (6 << 8) };
const budget = 30_000;

const inputs = [
  fileURLToPath(import.meta.url),
  join(app, "build/icons.json"),
  join(app, "package-lock.json"),
  ...ours.map((name) => join(app, "style", `${name}.css`)),
];

function main() {
  if (!existsSync(designsystemet) || !existsSync(aksel)) {
    fail("the npm packages are missing: run `npm ci` in app/ (cargo xtask run does it for you)");
  }
  for (const path of inputs) if (!existsSync(path)) fail(`missing input ${path}`);
  const stray = readdirSync(join(app, "style"))
    .filter((name) => name.endsWith(".css") && !ours.includes(name.slice(0, -4)));
  if (stray.length > 0) fail(`app/style/${stray[0]} is not listed in build/assets.mjs`);

  const stamp = hash(inputs.map((path) => readFileSync(path)));
  const stampFile = join(out, ".stamp");
  const made = ["app.css", "icons.svg"].map((name) => join(out, name));
  if (made.every(existsSync) && existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp) {
    return console.log("assets: unchanged");
  }

  mkdirSync(out, { recursive: true });
  writeFileSync(made[1], sprite());
  return stylesheet().then((css) => {
    writeFileSync(made[0], css);
    const size = brotliCompressSync(css).length;
    console.log(`assets: app.css ${css.length} B, ${size} B brotli; icons.svg`);
    if (size > budget) fail(`app.css is ${size} B with brotli, the budget is ${budget}`);
    writeFileSync(stampFile, stamp);
  });
}

async function stylesheet() {
  const { Features, transform } = await import("lightningcss");
  const layer = (name, text) => `@layer ds.${name}{${text}}`;
  const read = (path) => readFileSync(path, "utf8");
  const source = [
    "@layer ds.base, ds.components;",
    layer("base", read(join(designsystemet, "base.css"))),
    ...components.map((name) => layer("components", read(join(designsystemet, `${name}.css`)))),
    ...ours.map((name) => read(join(app, "style", `${name}.css`))),
  ].join("\n");

  const { code, warnings } = transform({
    filename: "app.css",
    code: Buffer.from(source),
    minify: true,
    targets,
    // Physical sides would break right-to-left; lightningcss must leave logical properties alone.
    exclude: Features.LogicalProperties | Features.DirSelector,
  });
  for (const warning of warnings) console.warn(`assets: ${warning.message}`);
  const css = code.toString();
  refuseUndefinedTokens(css);
  refusePhysicalSides(ours.filter((name) => name !== "rtl"));
  return css;
}

// Every var(--ds-x) without a fallback must be defined somewhere in the bundle.
function refuseUndefinedTokens(css) {
  const defined = new Set([...css.matchAll(/(--[\w-]+):/g)].map((match) => match[1]));
  const wanted = new Set([...css.matchAll(/var\((--[\w-]+)\)/g)].map((match) => match[1]));
  const missing = [...wanted].filter((name) => !defined.has(name) && !name.startsWith("--_"));
  if (missing.length > 0) fail(`undefined CSS tokens: ${missing.join(", ")}`);
}

// Right-to-left works because nothing of ours says left or right.
function refusePhysicalSides(names) {
  const physical = /(?:^|[;{\s])((?:margin|padding|border)-(?:left|right)|left|right|text-align:\s*(?:left|right)|float:\s*(?:left|right))\s*:/m;
  for (const name of names) {
    const text = readFileSync(join(app, "style", `${name}.css`), "utf8").replace(/\/\*[^]*?\*\//g, "");
    const found = physical.exec(text);
    if (found) fail(`style/${name}.css uses "${found[1]}": write the logical property`);
  }
}

function sprite() {
  const icons = JSON.parse(readFileSync(join(app, "build/icons.json"), "utf8"));
  const symbols = Object.entries(icons.aksel).map(([id, name]) => {
    const file = join(aksel, `${name}.svg`);
    if (!existsSync(file)) fail(`icons.json: Aksel has no icon "${name}" (for "${id}")`);
    const body = readFileSync(file, "utf8").replace(/^[^]*?<svg[^>]*>/, "").replace(/<\/svg>[^]*$/, "");
    return [id, slim(body.replace(/>\s+</g, "><").trim())];
  });
  symbols.push(...Object.entries(icons.own));
  symbols.sort(([a], [b]) => (a < b ? -1 : 1));
  const text = symbols.map(([id, body]) =>
    `<symbol id="icon-${id}" viewBox="0 0 24 24" fill="currentColor">${body}</symbol>`);
  return `<svg xmlns="http://www.w3.org/2000/svg">${text.join("")}</svg>\n`;
}

// A hundredth of a unit is a thirtieth of a pixel at our largest; the rest is only weight.
function slim(body) {
  return body
    .replace(/ fill="currentColor"/g, "")
    .replace(/ d="([^"]+)"/g, (whole, path) => {
      if (/\.\d+\./.test(path)) return whole; // numbers without a gap between them: leave alone
      return ` d="${path.replace(/\d+\.\d+/g, (number) => String(Number(Number(number).toFixed(2))))}"`;
    });
}

function hash(buffers) {
  const sum = createHash("sha256");
  for (const buffer of buffers) sum.update(buffer).update("\0");
  return sum.digest("hex");
}

function fail(message) {
  console.error(`assets: ${message}`);
  process.exit(1);
}

await main();
