// Makes the server of a bundle: one file that plays every role (server, engine, lane, probe, ...), and the facts of what
// is inside it and what is installed beside it. Used by the build, and by an export that runs from sources.
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

/** Packages with native code: installed beside the server, from its lockfile. */
export const installed = ['onnxruntime-node', 'sharp'];
/** What stands in the metafile for a package that is loaded when it is needed. */
const standsFor = 'when-needed';

/** Loaded only where users' nodes are compiled, which a bundle has done already. */
const neverThere = ['esbuild', 'tsx'];

/**
 * An import of a package that stays outside would be one of the whole file, whatever role it plays: a health check would
 * load ONNX Runtime. Required, it is loaded by the part that needs it.
 */
const whenNeeded = {
  name: 'when needed',
  setup(build) {
    const filter = new RegExp(`^(?:${installed.join('|')})$`);
    build.onResolve({ filter }, ({ path: name, pluginData }) =>
      pluginData === 'inside' ? { path: name, external: true } : { path: name, namespace: standsFor },
    );
    build.onLoad({ filter: /.*/, namespace: standsFor }, ({ path: name }) => ({
      contents: `module.exports = require(${JSON.stringify(name)});`,
      pluginData: 'inside',
      resolveDir: '.',
    }));
  },
};

/** Texts that a package owes and does not bring: of what was compiled into it. */
const owed = { '@cwasm/jpeg-turbo': 'host/image/jpeg/libjpeg-turbo.txt' };

const licenceFile = /^(licen[cs]e|copying|notice|third.?party)/i;

/**
 * Returns `{ code, parts, sources }`: the file's text, what it was made of and, for `parts.json`, `dependencies` (exact versions), `lock` (their entries
 * of the lockfile), `inlined` and `licences` (texts by place in node_modules). Same sources, same bytes.
 */
export async function makeServer(root, entry = 'server/serving/oneFile.ts') {
  const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  const result = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    external: neverThere,
    loader: { '.wasm': 'binary' },
    plugins: [whenNeeded],
    legalComments: 'none',
    logLevel: 'warning',
    define: { TRIBUTARY_ONE_FILE: 'true', TRIBUTARY_VERSION: JSON.stringify(version) },
    banner: {
      js: [
        '// Tributary: server, engine, lanes and probe in one file.',
        "import { createRequire as tributaryRequire } from 'node:module';",
        "import { fileURLToPath as tributaryPath } from 'node:url';",
        'const require = tributaryRequire(import.meta.url);',
        'const __filename = tributaryPath(import.meta.url);',
        "const __dirname = tributaryPath(new URL('.', import.meta.url));",
      ].join('\n'),
    },
  });
  const lock = cutLock(JSON.parse(await readFile(path.join(root, 'package-lock.json'), 'utf8')), installed);
  const folders = inlinedFolders(Object.keys(result.metafile.inputs));
  const inlined = [];
  const licences = {};
  for (const folder of folders) {
    const facts = JSON.parse(await readFile(path.join(root, folder, 'package.json'), 'utf8'));
    inlined.push({ name: facts.name, version: facts.version, licence: licenceOf(facts), folder });
  }
  for (const folder of [...folders, ...Object.keys(lock)]) {
    const texts = await licenceTexts(path.join(root, folder));
    const more = owed[folder.slice('node_modules/'.length)];
    if (more !== undefined) texts.push(await readFile(path.join(root, more), 'utf8'));
    if (texts.length > 0) licences[folder] = texts;
  }
  const dependencies = Object.fromEntries(installed.map((name) => [name, lock[`node_modules/${name}`].version]));
  // Without what only stands for a package: no file changes it.
  const sources = Object.keys(result.metafile.inputs).filter((name) => !name.startsWith(`${standsFor}:`));
  return { code: result.outputFiles[0].text, parts: { dependencies, lock, inlined, licences }, sources };
}

/** Writes it into dist/bundle; gives its size and the sources that it was made of. */
export async function buildServer(root) {
  const { code, parts, sources } = await makeServer(root);
  const folder = path.join(root, 'dist', 'bundle');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'server.mjs'), code);
  await writeFile(path.join(folder, 'parts.json'), `${JSON.stringify(parts)}\n`);
  return { bytes: Buffer.byteLength(code), sources };
}

/** The entries of a lockfile (version 3) that some packages need, each found as Node would find it, those for other systems too. */
export function cutLock({ packages }, wanted) {
  const kept = new Map();
  const visit = (name, from) => {
    for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
      const key = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
      if (packages[key] !== undefined) {
        if (kept.has(key)) return;
        const { dev, devOptional, peer, extraneous, funding, ...entry } = packages[key];
        kept.set(key, entry);
        for (const part of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })) visit(part, key);
        return;
      }
      if (at === '') return;
    }
  };
  for (const name of wanted) visit(name, '');
  return Object.fromEntries([...kept].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function inlinedFolders(inputs) {
  const folders = new Set();
  for (const input of inputs) {
    const found = /^((?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (found !== null) folders.add(found[1]);
  }
  return [...folders].sort();
}

/** As npm says it now, or as old packages said it. */
function licenceOf({ license, licenses }) {
  const one = license ?? (Array.isArray(licenses) && licenses.length === 1 ? licenses[0] : undefined);
  return typeof one === 'string' ? one : (one?.type ?? '');
}

async function licenceTexts(folder) {
  if (!existsSync(folder)) return [];
  const names = (await readdir(folder)).filter((name) => licenceFile.test(name) && !name.endsWith('.js')).sort();
  return Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8').catch(() => '')));
}
