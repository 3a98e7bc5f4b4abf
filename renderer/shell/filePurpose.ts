import type { PickPath } from '../../core/studio/api.ts';
import { pipelineSuffix } from './paths.ts';

export interface FilePurpose {
  readonly title: string;
  readonly action: string;
  /** Endings that are shown; null: every file. */
  readonly endings: readonly string[] | null;
  readonly endingsText: string;
  /** Names a file that need not be there yet. */
  readonly saves: boolean;
  /** What a name that is saved ends in, which need not be typed. */
  readonly suffix: string;
  readonly folders: boolean;
}

const media = [
  ...['jpg', 'jpeg', 'png', 'webp', 'gif', 'avif', 'tif', 'tiff', 'bmp', 'heic'],
  ...['wav', 'flac', 'mp3', 'ogg', 'opus', 'm4a', 'aac'],
  ...['mp4', 'mov', 'mkv', 'webm', 'avi', 'm4v'],
  ...['txt', 'md', 'json', 'jsonl', 'csv'],
].map((ending) => `.${ending}`);

const none = { saves: false, suffix: '', folders: false, endings: null, endingsText: '' } as const;

export const filePurposes: Readonly<Record<PickPath['purpose'], FilePurpose>> = {
  openPipeline: {
    ...none,
    title: 'Open a pipeline',
    action: 'Open',
    endings: [pipelineSuffix],
    endingsText: 'Pipelines only',
  },
  savePipeline: {
    ...none,
    title: 'Save the pipeline',
    action: 'Save',
    endings: [pipelineSuffix],
    endingsText: 'Pipelines only',
    saves: true,
    suffix: pipelineSuffix,
  },
  saveModel: {
    ...none,
    title: 'Where the compiled file goes',
    action: 'Choose',
    endings: ['.onnx'],
    endingsText: 'ONNX models only',
    saves: true,
    suffix: '.onnx',
  },
  model: { ...none, title: 'Choose a model', action: 'Choose', endings: ['.onnx'], endingsText: 'ONNX models only' },
  media: { ...none, title: 'Choose media', action: 'Choose', endings: media, endingsText: 'Media only' },
  file: { ...none, title: 'Choose a file', action: 'Choose' },
  folder: { ...none, title: 'Choose a folder', action: 'Choose this folder', folders: true },
};

interface Entry {
  readonly name: string;
  readonly folder: boolean;
}

/** What of a folder is shown: folders always, files by ending unless all are asked for, both by what is being typed. */
export function shownEntries<E extends Entry>(
  entries: readonly E[],
  purpose: FilePurpose,
  all: boolean,
  typed: string,
): readonly E[] {
  const begins = typed.toLowerCase();
  return entries.filter(({ name, folder }) => {
    const lower = name.toLowerCase();
    if (!lower.startsWith(begins)) return false;
    if (folder) return true;
    if (purpose.folders) return false;
    return all || purpose.endings === null || purpose.endings.some((ending) => lower.endsWith(ending));
  });
}
