import { createHash } from 'node:crypto';
import type { ExportFile, FileContent } from '../../core/export/target.ts';
import { Problem } from '../../core/problems/problem.ts';
import type { BundledFile } from '../../core/serve/manifest.ts';
import type { GatheredFile } from './gather.ts';

/** A file to be written, of which all is known. */
export interface WritableFile extends ExportFile {
  readonly content: Exclude<FileContent, { readonly named: string }>;
}

/** Puts where it lies in place of a name that the document has for a file. */
export function writable(file: ExportFile, gathered: readonly GatheredFile[]): WritableFile {
  const { content } = file;
  if (!('named' in content)) return { ...file, content };
  const found = gathered.find(({ path }) => path === content.named);
  if (found === undefined)
    throw new Problem('internal', {
      message: `"${file.path}" is to be "${content.named}", which is no file of the pipeline.`,
      fix: 'Report this.',
    });
  const { from, bytes, sha256 } = found;
  return { ...file, content: { copy: { from, bytes, sha256 } } };
}

/** A file as `bundle.json` lists it. */
export function listed({ path, content, served = true }: WritableFile): BundledFile {
  if ('copy' in content) return { path, bytes: content.copy.bytes, sha256: content.copy.sha256, served };
  const bytes = contentBytes(content);
  return { path, bytes: bytes.byteLength, sha256: sha256Of(bytes), served };
}

export function contentBytes(content: { readonly text: string } | { readonly bytes: Uint8Array }): Uint8Array {
  return 'text' in content ? new TextEncoder().encode(content.text) : content.bytes;
}

export function sha256Of(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}
