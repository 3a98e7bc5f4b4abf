import { Problem } from '../../core/problems/problem.ts';
import { containerOf } from '../ffmpeg/container.ts';
import { sniffPicture } from '../image/sniff.ts';
import { decodeUtf8, readWhole } from './host.ts';
import { readModelFile } from './modelFile.ts';

/** What a file is, told by its content; its name only chooses between readings that the content allows. */
export type FileIdentity =
  | 'image'
  | 'audio'
  | 'video'
  | 'text'
  | 'model'
  | 'labels'
  | 'tokenizer'
  | 'document'
  | 'tensor'
  | 'json'
  | 'other';

const mostJsonBytes = 256 * 1024 * 1024;

/** Throws `model-invalid` for a file that is called .onnx and is none, or one that a runtime should not see. */
export async function identifyFile(file: string, name: string, head: Uint8Array): Promise<FileIdentity> {
  if (sniffPicture(head).format !== null) return 'image';
  const media = containerKind(head, name);
  if (media !== null) return media;
  if (startsWith(head, '\x93NUMPY')) return 'tensor';
  if (/\.onnx$/i.test(name)) {
    const { problem } = await readModelFile(file, name);
    if (problem !== undefined && problem.code !== 'model-external-data') throw new Problem(problem.code, problem);
    return 'model';
  }
  const text = textOf(head);
  if (text === null) return (await isModel(file, name)) ? 'model' : 'other';
  if (/^\s*[{[]/.test(text)) return jsonKind(file, name);
  return /(^|[^a-z])(labels?|class(es)?|categor(y|ies)|names)([^a-z]|$)/i.test(name) ? 'labels' : 'text';
}

function containerKind(head: Uint8Array, name: string): 'audio' | 'video' | null {
  try {
    const { demuxer } = containerOf(head, name);
    if (demuxer === 'mov' || demuxer === 'matroska') return hasPictures(head, name) ? 'video' : 'audio';
    return demuxer === 'avi' || demuxer === 'mpegts' ? 'video' : 'audio';
  } catch {
    return null;
  }
}

/** MP4 and Matroska hold sound alone, too. A browser's recording says in its first bytes which codecs are in it. */
function hasPictures(head: Uint8Array, name: string): boolean {
  if (/\.(m4a|m4b|mka|weba)$/i.test(name) || startsWith(head.subarray(8), 'M4A ')) return false;
  const text = Buffer.from(head).toString('latin1');
  if (/V_(VP8|VP9|AV1|MPEG|THEORA)|vide|avc1|hvc1/.test(text)) return true;
  return !/A_(OPUS|VORBIS|AAC|PCM|FLAC|MPEG)/.test(text);
}

async function isModel(file: string, name: string): Promise<boolean> {
  try {
    const { model } = await readModelFile(file, name);
    return model.outputs.length > 0 && model.opsets.length > 0;
  } catch {
    return false;
  }
}

async function jsonKind(file: string, name: string): Promise<FileIdentity> {
  try {
    const json: unknown = JSON.parse(decodeUtf8(await readWhole(file, { name, maxBytes: mostJsonBytes }), name));
    if (typeof json !== 'object' || json === null) return 'json';
    if ('schemaVersion' in json && 'nodes' in json) return 'document';
    if ('model' in json && typeof json.model === 'object' && json.model !== null && 'vocab' in json.model)
      return 'tokenizer';
    return 'json';
  } catch {
    return /\.(json|tributary)$/i.test(name) ? 'other' : 'text';
  }
}

/** The beginning as text; null when it is none. The last letter may be cut in two. */
function textOf(head: Uint8Array): string | null {
  if (head.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
  } catch {
    return null;
  }
}

function startsWith(head: Uint8Array, magic: string): boolean {
  return Buffer.from(head.subarray(0, magic.length)).toString('latin1') === magic;
}
