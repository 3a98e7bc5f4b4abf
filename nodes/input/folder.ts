import type { NodeHost } from '../../core/define/host.ts';
import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { anyType, many } from '../../core/kinds/type.ts';
import type { MediaSource, ValueByKind } from '../../core/kinds/value.ts';
import { isMediaProblem, Problem } from '../../core/problems/problem.ts';
import { missingInput, optionalDoc, wrongKind } from '../kernels/inputGiven.ts';
import { jsonOfText } from '../kernels/jsonText.ts';
import { readNpy } from '../kernels/npy.ts';
import { requireText, textOfUtf8 } from '../kernels/utf8.ts';

const kinds = ['image', 'audio', 'video', 'text', 'tensor', 'json'] as const;
type FolderKind = (typeof kinds)[number];

async function decode(
  kind: FolderKind,
  source: MediaSource,
  { image, audio, video, files, limits }: NodeHost,
  signal: AbortSignal,
): Promise<ValueByKind[FolderKind]> {
  if (kind === 'image') return image.decode(source, signal);
  if (kind === 'audio') return audio.decode(source, signal);
  if (kind === 'video') return video.probe(source, signal);
  if (kind === 'tensor')
    return readNpy(
      await files.sourceBytes(source, limits.tensorBytes + 65548, signal),
      source.name,
      limits.tensorBytes,
    );
  const maxBytes = kind === 'text' ? limits.textCharacters * 4 + 3 : limits.documentBytes;
  const text = textOfUtf8(await files.sourceBytes(source, maxBytes, signal), source.name);
  if (kind === 'json') return { kind, json: jsonOfText(text, source.name, limits.jsonDepth) };
  requireText(text, source.name, limits.textCharacters);
  return { kind, text };
}

/** A folder that the document names stays inside the pipeline's folder, so its path has no root of its own. */
function sampleFolder(path: string): MediaSource {
  if (/^([/\\]|[A-Za-z]:)/.test(path) || path.split(/[/\\]/).includes('..') || path.includes('\0'))
    throw new Problem('path-outside', {
      message: `The sample folder "${path}" leaves the pipeline folder.`,
      fix: 'Name a folder beside the pipeline by its relative path, or give the folder when running.',
      where: { param: 'folder' },
    });
  return { kind: 'media', path, name: path };
}

export const folder = defineNode({
  type: 'input.folder',
  version: 1,
  title: 'Folder input',
  summary: 'Takes a folder from outside and gives its files, in order of name, as one sequence.',
  keywords: ['directory', 'batch', 'dataset', 'files', 'many'],
  details:
    'Names are sorted with numbers by value (2 before 10). Hidden files and folders inside are left out. Item i has the time i, in seconds. Files that are left out for being corrupt are noted beside the result, and keep their place in time.',
  inputs: {},
  outputs: ({ kind }) => ({ items: port.oneOf([kind], { doc: 'One item for each file.' }) }),
  params: {
    kind: p.choice(kinds, { default: 'image', doc: 'What the files are.' }),
    folder: p.text({
      default: '',
      maxLength: 1000,
      doc: 'Sample folder, by its path from the pipeline folder; used when a run gives none.',
    }),
    onCorrupt: p.choice(['fail', 'skip'], {
      default: 'fail',
      doc: 'What happens at a file that cannot be decoded.',
      choiceDocs: ['the run stops and names the file', 'the file is left out and noted'],
    }),
    optional: p.boolean({ default: false, doc: optionalDoc }),
  },
  external: 'folder',
  // A folder's files may change between two runs.
  pure: false,
  infer: ({ params }) => ({ items: { ...anyType[params.kind], sequence: many } }),
  stream: async function* ({ params, external, host, signal, note }) {
    if (external !== null && external.kind !== 'media') throw wrongKind('a folder', external.kind);
    if (external === null && params.folder === '') throw missingInput('folder', params.optional);
    const source = external ?? sampleFolder(params.folder);
    const files = await host.files.list(source, signal);
    const skipped: string[] = [];
    for (let t = 0; t < files.length; t++) {
      signal.throwIfAborted();
      const value = await decode(params.kind, files[t], host, signal).catch((error: unknown) => {
        if (params.onCorrupt === 'fail' || !(error instanceof Problem) || !isMediaProblem(error.data)) throw error;
        return null;
      });
      if (value !== null) yield { t, outputs: { items: value } };
      else {
        skipped.push(files[t].name);
        note('skipped', [...skipped]);
      }
    }
    if (files.length > skipped.length) return;
    const why = files.length === 0 ? 'it has no files' : `none of its ${files.length} files can be decoded`;
    throw new Problem('media-empty', {
      message: `"${source.name}" gives nothing: ${why}.`,
      fix: `Name a folder with ${params.kind} files in it.`,
      where: { file: source.name },
    });
  },
  examples: [
    {
      title: 'Two text files, 2.txt before 10.txt',
      params: { kind: 'text', folder: 'notes' },
      inputs: {},
      outputs: {
        items: [
          { t: 0, value: { kind: 'text', text: 'second' } },
          { t: 1, value: { kind: 'text', text: 'tenth' } },
        ],
      },
    },
  ],
});
