import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Checked, CheckedNode } from '../../core/check/checked.ts';
import type { ExportFile } from '../../core/export/target.ts';
import type { Json, MediaSource } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import type { RunInputs } from '../../core/run/result.ts';
import type { GoldenInput } from '../../core/serve/manifest.ts';
import { hashFile } from '../files/hashFile.ts';
import { plainFiles } from '../files/userPath.ts';
import { pipelineFolder } from './gather.ts';

/** A sample whose answers are recorded. */
export interface GoldenSample {
  readonly name: string;
  /** What it is run on here. */
  readonly inputs: RunInputs;
  /** The same as the bundle says it. */
  readonly bundled: Readonly<Record<string, GoldenInput>>;
  /** Files that go along for it, beside the pipeline's own. */
  readonly files: readonly ExportFile[];
}

/** What a user gave in place of the pipeline's own samples, e.g. by --input. */
export interface GivenSample {
  readonly name: string;
  readonly inputs: RunInputs;
}

/**
 * The pipeline's own sample first, then those that were given. Throws `input-missing` when there is none at all, naming
 * the inputs that have no sample; one that may be missing stays out then.
 */
export async function goldenSamples(
  checked: Checked,
  folder: string,
  given: readonly GivenSample[],
): Promise<readonly GoldenSample[]> {
  const samples: GoldenSample[] = [];
  const own = ownSample(checked, folder);
  if (own.without.length === 0) samples.push(own.sample);
  else if (given.length === 0) throw noSample(own.without);
  for (const [at, one] of given.entries()) samples.push(await givenSample(one, samples.length + 1, at));
  return samples;
}

function ownSample(
  checked: Checked,
  folder: string,
): { readonly sample: GoldenSample; readonly without: readonly string[] } {
  const inputs: Record<string, RunInputs[string]> = {};
  const bundled: Record<string, GoldenInput> = {};
  const without: string[] = [];
  const names: string[] = [];
  for (const [name, id] of checked.publicInputs) {
    const node = checked.nodes.get(id);
    const found = node === undefined ? null : sampleOf(node);
    if (found === null) {
      if (node?.params['optional'] !== true) without.push(name);
      continue;
    }
    bundled[name] = found;
    if ('text' in found) inputs[name] = { kind: 'text', text: found.text };
    else if ('json' in found) inputs[name] = { kind: 'json', json: found.json as Json };
    else {
      const file = 'file' in found ? found.file : found.folder;
      const real = path.join(folder, file.slice(pipelineFolder.length + 1));
      inputs[name] = { kind: 'media', path: real, name: found.name };
      names.push(path.parse(found.name).name);
    }
  }
  const name = [...new Set(names)].join(' + ') || 'sample';
  return { sample: { name, inputs, bundled, files: [] }, without };
}

/** What an input node of the document gives where a run gives nothing: text and JSON before files, as the nodes have it. */
function sampleOf({ definition, params }: CheckedNode): GoldenInput | null {
  const entries = Object.entries(definition.params);
  const ofForm = (form: string): unknown =>
    entries
      .map(([name, spec]) => (spec.form === form ? params[name] : null))
      .find((value) => value !== null && value !== '' && value !== undefined);
  if (definition.external === 'text') {
    const text = entries.find(([name, spec]) => spec.form === 'text' && spec.multiline === true && params[name] !== '');
    if (text !== undefined) return { text: String(params[text[0]]) };
  }
  if (definition.external === 'json') {
    const sample = ofForm('json');
    if (sample !== undefined) return { json: sample as Extract<GoldenInput, { json: unknown }>['json'] };
  }
  if (definition.external === 'folder') {
    const folder = ofForm('text');
    return typeof folder === 'string' ? { folder: inPipeline(folder), name: path.posix.basename(folder) } : null;
  }
  const media = entries.find(([name, spec]) => spec.form === 'file' && spec.role === 'media' && params[name] !== '');
  if (media === undefined) return null;
  const file = String(params[media[0]]);
  return { file: inPipeline(file), name: path.posix.basename(file) };
}

function inPipeline(file: string): string {
  return `${pipelineFolder}/${path.posix.normalize(file).replace(/\/$/, '')}`;
}

async function givenSample({ name, inputs }: GivenSample, number: number, at: number): Promise<GoldenSample> {
  const bundled: Record<string, GoldenInput> = {};
  const files: ExportFile[] = [];
  const stem = `golden/inputs/${String(number).padStart(2, '0')}`;
  for (const [input, value] of Object.entries(inputs)) {
    const place = `${stem}-${safe(input)}`;
    if (value.kind === 'media') {
      bundled[input] = await givenMedia(value, place, files);
    } else if (value.kind === 'text') bundled[input] = { text: value.text };
    else if (value.kind === 'json')
      bundled[input] = { json: value.json as Extract<GoldenInput, { json: unknown }>['json'] };
    else
      throw new Problem('input-kind', {
        message: `The input "${input}" of golden sample ${at + 1} is a ${value.kind} that lies in no file.`,
        fix: 'Give it as a file.',
      });
  }
  return { name, inputs: named(inputs, bundled), bundled, files };
}

/** With the names that they have in the bundle, which some nodes tell on. */
function named(inputs: RunInputs, bundled: Readonly<Record<string, GoldenInput>>): RunInputs {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => {
      const known = bundled[name];
      return [name, value.kind === 'media' && 'name' in known ? { ...value, name: known.name } : value];
    }),
  );
}

async function givenMedia(source: MediaSource, place: string, files: ExportFile[]): Promise<GoldenInput> {
  const name = path.basename(source.name);
  if (source.bytes !== undefined) {
    const file = `${place}-${safe(name)}`;
    files.push({ path: file, content: { bytes: source.bytes } });
    return { file, name };
  }
  const from = source.path ?? '';
  if ((await stat(from)).isDirectory()) {
    for (const one of await plainFiles(from)) files.push(await copied(path.join(from, one), `${place}/${safe(one)}`));
    return { folder: place, name };
  }
  const file = `${place}-${safe(name)}`;
  files.push(await copied(from, file));
  return { file, name };
}

async function copied(from: string, to: string): Promise<ExportFile> {
  const { size } = await stat(from);
  return { path: to, content: { copy: { from, bytes: size, sha256: await hashFile(from) } } };
}

/** A part of a path that every system takes. */
function safe(name: string): string {
  const plain = name
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}._ -]+/gu, '-')
    .replace(/^[.\s-]+|[.\s]+$/g, '');
  return plain === '' ? 'input' : plain.slice(-80);
}

function noSample(without: readonly string[]): Problem {
  const names = without.map((name) => `"${name}"`).join(', ');
  return new Problem('input-missing', {
    message: `No golden sample can be recorded: the pipeline has no sample for ${names}.`,
    fix: 'Set a sample file in the input node, or give samples with --input name=file (a folder gives one each).',
  });
}
