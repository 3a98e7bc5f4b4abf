import path from 'node:path';
import type { Checked } from '../core/check/checked.ts';
import type { Limits } from '../core/define/limits.ts';
import type { Kind, MediaSource, Value } from '../core/kinds/value.ts';
import { nearestName } from '../core/problems/nearestName.ts';
import { Problem } from '../core/problems/problem.ts';
import type { RunInputs } from '../core/run/result.ts';
import { expandGlob, isGlob } from '../host/files/glob.ts';
import { decodeUtf8, sizeText } from '../host/files/host.ts';
import { naturalOrder } from '../host/files/naturalOrder.ts';
import { kindOfPath, plainFiles } from '../host/files/userPath.ts';

/** One run of a batch: its name and its inputs. */
export interface BatchItem {
  readonly name: string;
  /** What its result files are named after; no two items share it. */
  readonly stem: string;
  readonly inputs: RunInputs;
}
export type Given =
  | { readonly form: 'one'; readonly inputs: RunInputs }
  | { readonly form: 'batch'; readonly items: readonly BatchItem[] };

interface PublicInput {
  readonly name: string;
  /** `folder` takes a folder as one sequence; for every other kind a folder makes a batch. */
  readonly kind: Kind | 'folder';
}
type Single = MediaSource | Value;
type Read =
  | { readonly form: 'one'; readonly value: Single }
  | { readonly form: 'many'; readonly files: readonly string[] };

/**
 * What `--input name=value` options mean for a pipeline. A folder or glob makes a batch; several of them are paired by
 * file name without ending, and a file without partner runs with that input left out. Throws `usage`,
 * `input-unknown`, `input-kind`, `file-missing`, `text-encoding`.
 */
export async function readInputs(pairs: readonly string[], checked: Checked, limits: Limits): Promise<Given> {
  const inputs = publicInputs(checked);
  const singles: Record<string, Single> = {};
  const many = new Map<string, Read & { form: 'many' }>();
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    const name = pair.slice(0, at);
    if (at < 1)
      throw usage(
        `--input ${JSON.stringify(pair)} is not name=value.`,
        `For example: --input ${inputs[0]?.name ?? 'image'}=photo.jpg`,
      );
    const input = inputs.find((i) => i.name === name) ?? missingName(name, inputs);
    if (Object.hasOwn(singles, name) || many.has(name))
      throw usage(`The input "${name}" is given twice.`, 'Give it once; a folder or a quoted glob makes a batch.');
    const read = await readValue(input, pair.slice(at + 1), limits);
    if (read.form === 'one') singles[name] = read.value;
    else many.set(name, read);
  }
  return many.size === 0 ? { form: 'one', inputs: singles } : { form: 'batch', items: pairUp(many, singles) };
}

/** The public inputs of a checked pipeline. */
export function publicInputs(checked: Checked): readonly PublicInput[] {
  return [...checked.publicInputs].map(([name, id]) => {
    return { name, kind: checked.nodes.get(id)?.definition.external ?? 'json' };
  });
}

/** The sample media of the pipeline's inputs, by public name, as paths from its folder. */
export function sampleMedia(checked: Checked): RunInputs {
  const samples: Record<string, Single> = {};
  for (const [name, id] of checked.publicInputs) {
    const node = checked.nodes.get(id);
    for (const [param, spec] of Object.entries(node?.definition.params ?? {})) {
      const file = node?.params[param];
      if (spec.form === 'file' && spec.role === 'media' && typeof file === 'string' && file !== '')
        samples[name] = { kind: 'media', path: file, name: file };
    }
  }
  return samples;
}

function missingName(name: string, inputs: readonly PublicInput[]): never {
  const names = inputs.map((input) => input.name);
  const near = nearestName(name, names);
  const all =
    names.length === 0
      ? 'This pipeline has no inputs.'
      : `Its inputs are ${inputs.map((i) => `${i.name} (${i.kind})`).join(', ')}.`;
  throw new Problem('input-unknown', {
    message: `There is no input called "${name}".`,
    fix: near === null ? all : `Did you mean "${near}"? ${all}`,
  });
}

async function readValue(input: PublicInput, value: string, limits: Limits): Promise<Read> {
  if (value === '-') return { form: 'one', value: await readStdin(input, limits) };
  const textual = input.kind === 'text' || input.kind === 'json';
  if (textual && !value.startsWith('@')) {
    // A path is welcome for JSON, where it cannot be mistaken: no JSON text is the name of a file that is there.
    if (input.kind === 'json' && (await kindOfPath(value)) !== null) return readPath(input, value);
    return {
      form: 'one',
      value:
        input.kind === 'text' ? { kind: 'text', text: value } : { kind: 'json', json: parseJson(value, input.name) },
    };
  }
  return readPath(input, textual ? value.slice(1) : value);
}

async function readPath(input: PublicInput, value: string): Promise<Read> {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(value)) {
    throw usage(
      `The input "${input.name}" is an address (${value.slice(0, 80)}); nothing is fetched from the network.`,
      'Download it and give the file.',
    );
  }
  const text = input.kind === 'text';
  const found = await kindOfPath(value);
  if (found === null && isGlob(value)) {
    const files = await expandGlob(value);
    if (files.length === 0)
      throw new Problem('file-missing', {
        message: `No file fits "${value}" (input "${input.name}").`,
        fix: 'Check the pattern; quote it so that the shell leaves it alone.',
        where: { file: value },
      });
    return { form: 'many', files };
  }
  if (found === null) {
    throw new Problem('file-missing', {
      message: `"${value}" is not there (input "${input.name}", ${input.kind}).`,
      fix: text ? 'Leave the @ out to give the text itself.' : 'Check the path and the spelling.',
      where: { file: value },
    });
  }
  const absolute = path.resolve(value);
  if (found !== 'folder' || input.kind === 'folder') return { form: 'one', value: source(absolute) };
  const names = await plainFiles(absolute);
  if (names.length === 0)
    throw new Problem('file-missing', {
      message: `The folder "${value}" has no files (input "${input.name}").`,
      fix: 'Name a folder with files in it.',
      where: { file: value },
    });
  return { form: 'many', files: names.map((name) => path.join(absolute, name)) };
}

function source(file: string): MediaSource {
  return { kind: 'media', path: file, name: path.basename(file) };
}

async function readStdin(input: PublicInput, limits: Limits): Promise<Single> {
  if (process.stdin.isTTY)
    throw usage(
      `The input "${input.name}" is to come from standard input, which is the keyboard.`,
      'Pipe something into the command.',
    );
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of process.stdin) {
    parts.push(part as Buffer);
    size += (part as Buffer).length;
    if (size > limits.mediaFileBytes)
      throw new Problem('media-too-large', {
        message: `Standard input (input "${input.name}") has more than ${sizeText(limits.mediaFileBytes)}.`,
        fix: 'Give less, or raise the limit mediaFileBytes.',
      });
  }
  const bytes = new Uint8Array(Buffer.concat(parts));
  if (input.kind === 'text') return { kind: 'text', text: decodeUtf8(bytes, 'standard input') };
  if (input.kind === 'json') return { kind: 'json', json: parseJson(decodeUtf8(bytes, 'standard input'), input.name) };
  return { kind: 'media', bytes, name: 'standard input' };
}

function parseJson(text: string, name: string) {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Problem('input-kind', {
      message: `The input "${name}" takes JSON, and this is none: ${(cause as Error).message.slice(0, 150)}.`,
      fix: 'Quote the JSON for the shell, or give a file by its path.',
      cause,
    });
  }
}

function pairUp(many: ReadonlyMap<string, Read & { form: 'many' }>, singles: RunInputs): readonly BatchItem[] {
  const rows = new Map<string, Map<string, string>>();
  const alone = many.size === 1;
  for (const [name, read] of many) {
    for (const file of read.files) {
      const key = alone ? file : path.parse(file).name;
      const row = rows.get(key) ?? new Map<string, string>();
      if (row.has(name))
        throw usage(
          `Two files for the input "${name}" are called "${key}".`,
          'Several folders are paired by file name without ending: give one file of each name.',
        );
      rows.set(key, row.set(name, file));
    }
  }
  const keys = [...rows.keys()].sort(naturalOrder);
  const names = alone ? shortNames(keys) : keys;
  const stems = uniqueStems(names);
  return keys.map((key, i) => {
    const inputs: Record<string, Single> = { ...singles };
    for (const [name, file] of rows.get(key) as Map<string, string>) inputs[name] = source(file);
    return { name: names[i], stem: stems[i], inputs };
  });
}

/** File names, or where two are alike, paths from the folder that holds them all. */
function shortNames(files: readonly string[]): readonly string[] {
  const names = files.map((file) => path.basename(file));
  if (new Set(names).size === names.length) return names;
  let folder = path.dirname(files[0]);
  while (folder !== path.dirname(folder) && !files.every((file) => file.startsWith(folder + path.sep)))
    folder = path.dirname(folder);
  return files.map((file) => path.relative(folder, file));
}

/** What result files are named after: `a` for `a.jpg`, but `a-jpg` and `a-png` where both are there. */
function uniqueStems(names: readonly string[]): readonly string[] {
  const plain = (name: string) => name.replace(/[^\p{L}\p{N}_ -]+/gu, '-').replace(/^-+/, '');
  const short = names.map((name) => plain(name.slice(0, name.length - path.extname(name).length)));
  const counts = new Map<string, number>();
  for (const stem of short) counts.set(stem, (counts.get(stem) ?? 0) + 1);
  const taken = new Set<string>();
  return short.map((stem, i) => {
    const base = counts.get(stem) === 1 ? stem : plain(names[i]);
    let unique = base;
    for (let n = 2; taken.has(unique); n++) unique = `${base}-${n}`;
    taken.add(unique);
    return unique;
  });
}

function usage(message: string, fix: string): Problem {
  return new Problem('usage', { message, fix });
}
