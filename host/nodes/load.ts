import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BuildFailure, Message, Plugin } from 'esbuild';
import type { NodeDefinition } from '../../core/define/node.ts';
import * as publicApi from '../../core/define/public.ts';
import { Problem } from '../../core/problems/problem.ts';
import { readFailure } from '../files/readFailure.ts';

const fileEnding = /\.(ts|mts|js|mjs)$/;
const leftOut = /^[._]|\.d\.m?ts$|\.test\.m?[tj]s$/;
const typeForm = /^[a-z]+\.[a-z][A-Za-z0-9]*$/;

/**
 * Loads the nodes of a user: every .ts, .mts, .js and .mjs file of the folder, in order of name, without a build step.
 * Files whose name starts with `_` or `.` and tests are left out; they may still be imported. This runs the user's
 * code: the folder is trusted because it was named. Throws `file-missing` for the folder, `node-file` with file and line.
 */
export async function loadNodeFolder(folder: string): Promise<readonly NodeDefinition[]> {
  const definitions: NodeDefinition[] = [];
  for (const file of await nodeFiles(folder)) definitions.push(...(await loadNodeFile(file)));
  return definitions;
}

/** The same files as modules that stand by themselves, for a bundle: no path of this machine is in them. */
export async function compileNodeFolder(
  folder: string,
): Promise<readonly { readonly text: string; readonly types: readonly string[] }[]> {
  const compiled: { readonly text: string; readonly types: readonly string[] }[] = [];
  for (const file of await nodeFiles(folder)) {
    const types = (await loadNodeFile(file)).map((node) => node.type);
    compiled.push({ text: `${compiledMark}\n${await bundle(file, 'for a bundle')}`, types });
  }
  return compiled;
}

/** First line of a module that needs no compiling any more. */
const compiledMark = '// A node of the pipeline, compiled by Tributary.';

async function nodeFiles(folder: string): Promise<readonly string[]> {
  const root = path.resolve(folder);
  const entries = await readdir(root, { withFileTypes: true }).catch((error: unknown) => {
    throw readFailure(error, folder, 'a folder of nodes');
  });
  const names = entries
    .filter((entry) => !entry.isDirectory() && fileEnding.test(entry.name) && !leftOut.test(entry.name))
    .map((entry) => entry.name)
    .sort();
  return names.map((name) => path.join(root, name));
}

async function loadNodeFile(file: string): Promise<readonly NodeDefinition[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw readFailure(error, file, 'a node');
  });
  const module = await importText(text.startsWith(compiledMark) ? text : await bundle(file, 'to run here'), file);
  const nodes: NodeDefinition[] = [];
  for (const [name, value] of Object.entries(module)) {
    if (isDefinition(value)) nodes.push(checked(value, file));
    else if (isUndefinedNode(value)) {
      throw nodeFile(
        file,
        `export "${name}" looks like a node but was not made by defineNode`,
        "Wrap the object: `export const name = defineNode({...})`, with `import { defineNode } from 'tributary'`.",
      );
    }
  }
  if (nodes.length === 0) {
    const what = Object.keys(module).join(', ') || 'nothing';
    throw nodeFile(
      file,
      `it exports no node (it exports ${what})`,
      'Export what defineNode returns, or start the name of a file that only helps others with "_".',
    );
  }
  return nodes;
}

/**
 * `tributary` must be the very modules that run here, or `instanceof Problem` would fail across two copies: the
 * bundle reads them from a well-known symbol.
 */
const apiSymbol = Symbol.for('tributary.public');

const apiPlugin: Plugin = {
  name: 'tributary',
  setup(build) {
    build.onResolve({ filter: /^tributary$/ }, () => ({ path: 'tributary', namespace: 'tributary' }));
    build.onLoad({ filter: /.*/, namespace: 'tributary' }, () => ({
      contents: `const api = globalThis[Symbol.for('tributary.public')];\n${Object.keys(publicApi)
        .map((name) => `export const ${name} = api.${name};`)
        .join('\n')}`,
      loader: 'js',
    }));
  },
};

async function bundle(file: string, use: 'to run here' | 'for a bundle'): Promise<string> {
  const here = use === 'to run here';
  const { build } = await import('esbuild');
  try {
    const result = await build({
      entryPoints: [file],
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      sourcemap: here ? 'inline' : false,
      sourcesContent: false,
      legalComments: here ? 'eof' : 'none',
      logLevel: 'silent',
      absWorkingDir: path.dirname(file),
      plugins: [apiPlugin],
      banner: {
        js: `import { createRequire as tributaryRequire } from 'node:module'; const require = tributaryRequire(${here ? JSON.stringify(pathToFileURL(file).href) : "process.cwd() + '/'"});`,
      },
    });
    return result.outputFiles[0].text;
  } catch (error) {
    const first = (error as BuildFailure).errors?.[0] as Message | undefined;
    const line = first?.location?.line;
    throw nodeFile(
      first?.location ? path.resolve(path.dirname(file), first.location.file) : file,
      first === undefined ? String(error) : first.text,
      'Mend the file at that place.',
      line === undefined ? '' : `${line}:${(first?.location?.column ?? 0) + 1}`,
    );
  }
}

async function importText(text: string, file: string): Promise<Record<string, unknown>> {
  (globalThis as Record<symbol, unknown>)[apiSymbol] = publicApi;
  const url = `data:text/javascript;base64,${Buffer.from(text).toString('base64')}`;
  const mapsBefore = process.sourceMapsEnabled;
  process.setSourceMapsEnabled(true);
  try {
    return (await import(/* @vite-ignore */ url)) as Record<string, unknown>;
  } catch (error) {
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const line = error instanceof Error ? lineIn(error.stack ?? '', file) : '';
    throw nodeFile(file, `it failed while loading: ${message}`, 'Mend the file at that place.', line, error);
  } finally {
    process.setSourceMapsEnabled(mapsBefore ?? false);
  }
}

function lineIn(stack: string, file: string): string {
  const at = stack.indexOf(`${path.basename(file)}:`);
  return at < 0 ? '' : (/^:(\d+:\d+)/.exec(stack.slice(at + path.basename(file).length))?.[1] ?? '');
}

function isDefinition(value: unknown): value is NodeDefinition {
  return isObject(value) && 'dynamicPorts' in value && 'infer' in value && ('run' in value || 'stream' in value);
}

function isUndefinedNode(value: unknown): boolean {
  return isObject(value) && 'type' in value && 'inputs' in value && 'outputs' in value;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** JavaScript has no compiler to hold it to the shape: what the engine trusts is looked at here. */
function checked(node: NodeDefinition, file: string): NodeDefinition {
  const fault = definitionFault(node);
  if (fault !== null) throw nodeFile(file, fault, 'See "Write your own node" in the README for the shape of a node.');
  return node;
}

function definitionFault(node: NodeDefinition): string | null {
  if (typeof node.type !== 'string' || !typeForm.test(node.type)) {
    return `the type ${JSON.stringify(node.type)} is not of the form family.name (letters and digits, small at the start)`;
  }
  const of = `node "${node.type}"`;
  if (!Number.isInteger(node.version) || node.version < 1) return `${of} needs a version of 1 or more`;
  if (typeof node.title !== 'string' || typeof node.summary !== 'string') return `${of} needs a title and a summary`;
  if (!isObject(node.params)) return `${of} needs params (an empty object when it has none)`;
  for (const [name, spec] of Object.entries(node.params)) {
    if (!isObject(spec) || !('form' in spec)) return `${of}: parameter "${name}" was not made by p.int, p.text, ...`;
  }
  if (typeof node.infer !== 'function') return `${of} needs infer, which says the types of its outputs`;
  if ((typeof node.run === 'function') === (typeof node.stream === 'function')) {
    return `${of} needs either run or stream`;
  }
  if (!node.dynamicPorts) {
    for (const ports of [node.inputs({}, {}), node.outputs({}, {})]) {
      if (!isObject(ports)) return `${of} needs inputs and outputs (an empty object when it has none)`;
      for (const [name, spec] of Object.entries(ports)) {
        if (!isObject(spec) || !Array.isArray(spec.kinds))
          return `${of}: port "${name}" was not made by port.image, port.text, ...`;
      }
    }
  }
  if (!Array.isArray(node.examples)) return `${of} needs examples (an empty list when it has none)`;
  return null;
}

function nodeFile(file: string, what: string, fix: string, line = '', cause?: unknown): Problem {
  const place = line === '' ? file : `${file}:${line}`;
  return new Problem('node-file', { message: `${place}: ${what}.`, fix, where: { file: place }, cause });
}
