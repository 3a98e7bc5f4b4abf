import { stat } from 'node:fs/promises';
import type { WantedFile } from '../../core/check/files.ts';
import type { FileFacts } from '../../core/define/file-facts.ts';
import type { FileRole } from '../../core/define/param.ts';
import { Problem, type ProblemData, problemData, toProblemData } from '../../core/problems/problem.ts';
import type { ProblemCode } from '../../core/problems/table.ts';
import { hashFile } from './hashFile.ts';
import { decodeUtf8, readWhole } from './host.ts';
import { readModelFile } from './modelFile.ts';
import type { Workspace } from './workspace.ts';

const MiB = 1024 * 1024;
/** Label, tokenizer and index files are read whole: none that is real comes near this. */
const assetBytes = 256 * MiB;

/**
 * What `check` must know of every file that parameters name, by path. Nothing is thrown: what is wrong with a file
 * (missing, outside the folder, not a model, not the recorded one) stands in its facts. Facts are kept in memory
 * and read again only when the file's size or times change.
 */
export async function readFacts(
  workspace: Workspace,
  wanted: readonly WantedFile[],
): Promise<ReadonlyMap<string, FileFacts>> {
  const byPath = new Map<string, WantedFile[]>();
  for (const file of wanted) byPath.set(file.path, [...(byPath.get(file.path) ?? []), file]);
  const facts = new Map<string, FileFacts>();
  for (const [path, uses] of byPath) facts.set(path, await factsOf(workspace, path, uses));
  return facts;
}

async function factsOf(workspace: Workspace, path: string, uses: readonly WantedFile[]): Promise<FileFacts> {
  const roles = [...new Set(uses.map((use) => use.role))].sort();
  let file: string;
  try {
    file = await workspace.resolvePath(path);
  } catch (error) {
    return { path, bytes: 0, sha256: '', problem: missing(error, path, roles) };
  }
  try {
    const known = await readKnown(file, path, roles);
    const recorded = uses.find((use) => use.sha256 !== undefined)?.sha256;
    const changed = recorded === undefined || recorded === known.sha256 ? null : changedProblem(path, recorded, known);
    return { ...known, path, ...(known.problem === undefined && changed !== null ? { problem: changed } : {}) };
  } catch (error) {
    return { path, bytes: 0, sha256: '', problem: toProblemData(error, 'file-unreadable', { file: path }) };
  }
}

const cache = new Map<string, FileFacts>();
const cachedFiles = 500;

async function readKnown(file: string, path: string, roles: readonly FileRole[]): Promise<FileFacts> {
  const found = await stat(file, { bigint: true });
  if (!found.isFile()) {
    const problem = problemData('file-unreadable', {
      message: `"${path}" is ${found.isDirectory() ? 'a folder' : 'not a plain file'}.`,
      fix: 'Name a file.',
      where: { file: path },
    });
    return roles.includes('media') && found.isDirectory()
      ? { path, bytes: 0, sha256: '' }
      : { path, bytes: 0, sha256: '', problem };
  }
  const key = [file, found.size, found.mtimeNs, found.ctimeNs, found.ino, ...roles].join('|');
  const before = cache.get(key);
  if (before !== undefined) return before;
  let facts: FileFacts = { path, bytes: Number(found.size), sha256: await hashFile(file) };
  for (const role of roles) {
    try {
      facts = { ...facts, ...(await readRole(file, path, role)) };
    } catch (error) {
      facts = { ...facts, problem: facts.problem ?? toProblemData(error, 'asset-invalid', { file: path }) };
    }
  }
  if (cache.size >= cachedFiles) cache.delete(cache.keys().next().value as string);
  cache.set(key, facts);
  return facts;
}

async function readRole(file: string, path: string, role: FileRole): Promise<Partial<FileFacts>> {
  switch (role) {
    case 'onnx':
      return readModelFile(file, path);
    case 'labels':
      return { labels: labelsOf(await readText(file, path), path) };
    case 'tokenizer':
      checkTokenizer(parseAsset(await readText(file, path), path), path);
      return {};
    case 'index':
    case 'data':
    case 'media':
      return {};
  }
}

async function readText(file: string, path: string): Promise<string> {
  const data = await readWhole(file, { name: path, maxBytes: assetBytes, tooLargeCode: 'asset-invalid' });
  return decodeUtf8(data, path);
}

/** One label a line; empty lines at the end do not count, those between do. */
function labelsOf(text: string, path: string): readonly string[] {
  const lines = text.split(/\r\n|\n|\r/);
  while (lines.length > 0 && lines[lines.length - 1].trim() === '') lines.pop();
  if (lines.length === 0)
    throw assetProblem(path, 'holds no labels', 'Write one label per line, in the order of the classes.');
  return lines;
}

function parseAsset(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Problem('asset-invalid', {
      message: `"${path}" is not valid JSON: ${(cause as Error).message.slice(0, 200)}.`,
      fix: 'Fetch the file again, or mend it.',
      where: { file: path },
      cause,
    });
  }
}

const tokenizerModels = ['WordPiece', 'BPE', 'Unigram'];

function checkTokenizer(json: unknown, path: string): void {
  const model = isObject(json) ? json['model'] : undefined;
  if (!isObject(model) || !('vocab' in model)) {
    throw assetProblem(
      path,
      'is not a tokenizer: it has no model with a vocabulary',
      'Use the tokenizer.json of the model.',
    );
  }
  // Old files leave the type out; the shape of the vocabulary then tells it.
  const type = model['type'];
  if (typeof type === 'string' && !tokenizerModels.includes(type)) {
    throw assetProblem(path, `holds a "${type}" tokenizer`, `Use one of the kinds ${tokenizerModels.join(', ')}.`);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function assetProblem(path: string, what: string, fix: string): Problem {
  return new Problem('asset-invalid', { message: `"${path}" ${what}.`, fix, where: { file: path } });
}

/** A missing model is a model problem; missing sample media only matters when nothing else is given. */
function missing(error: unknown, path: string, roles: readonly FileRole[]): ProblemData {
  const data = toProblemData(error, 'file-unreadable', { file: path });
  if (data.code !== 'file-missing') return data;
  const code: ProblemCode = roles.includes('onnx') ? 'model-missing' : 'file-missing';
  return { ...data, code, severity: roles.every((role) => role === 'media') ? 'warning' : 'error' };
}

function changedProblem(path: string, recorded: string, found: FileFacts): ProblemData {
  return problemData('model-changed', {
    severity: 'warning',
    message: `"${path}" is not the file that the pipeline was made with: sha256 ${found.sha256.slice(0, 12)}..., recorded ${recorded.slice(0, 12)}....`,
    fix: 'Put the recorded file back; or, when the new one is meant, record it with `tributary check --record`.',
    where: { file: path },
  });
}
