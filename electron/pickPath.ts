import path from 'node:path';
import type { OpenDialogOptions, SaveDialogOptions } from 'electron';
import type { PickPath } from '../core/studio/api.ts';

/** Which dialog of the system's shows for what. */
export type PickDialog =
  | { readonly kind: 'open'; readonly options: OpenDialogOptions }
  | { readonly kind: 'save'; readonly options: SaveDialogOptions };

const everything = { name: 'All files', extensions: ['*'] };
const pipelines = { name: 'Pipelines', extensions: ['json'] };
const media = {
  name: 'Media',
  extensions: [
    'png',
    'jpg',
    'jpeg',
    'webp',
    'gif',
    'avif',
    'tif',
    'tiff',
    'bmp',
    'wav',
    'mp3',
    'flac',
    'ogg',
    'opus',
    'm4a',
    'mp4',
    'mov',
    'mkv',
    'webm',
    'avi',
    'txt',
    'json',
  ],
};

const saves = {
  savePipeline: { title: 'Save the pipeline', name: 'pipeline.tributary.json', filter: pipelines },
  saveModel: {
    title: 'Where the compiled file goes',
    name: 'pipeline.onnx',
    filter: { name: 'ONNX models', extensions: ['onnx'] },
  },
} as const;

export function pickDialog(ask: PickPath): PickDialog {
  const start = ask.startIn === undefined || !path.isAbsolute(ask.startIn) ? undefined : ask.startIn;
  if (ask.purpose === 'savePipeline' || ask.purpose === 'saveModel') {
    const { title, name, filter } = saves[ask.purpose];
    const named = path.basename(ask.name ?? name);
    const defaultPath = start === undefined ? named : path.join(start, named);
    const properties: SaveDialogOptions['properties'] = ['createDirectory', 'showOverwriteConfirmation'];
    return {
      kind: 'save',
      options: { title, defaultPath, filters: [{ name: filter.name, extensions: [...filter.extensions] }], properties },
    };
  }
  const titles = {
    openPipeline: 'Open a pipeline',
    model: 'Choose a model',
    media: 'Choose media',
    file: 'Choose a file',
    folder: 'Choose a folder',
  };
  const filters = {
    openPipeline: [pipelines, everything],
    model: [{ name: 'ONNX models', extensions: ['onnx', 'ort'] }, everything],
    media: [media, everything],
    file: [everything],
    folder: [],
  };
  return {
    kind: 'open',
    options: {
      title: titles[ask.purpose],
      ...(start === undefined ? {} : { defaultPath: start }),
      filters: filters[ask.purpose],
      properties: [ask.purpose === 'folder' ? 'openDirectory' : 'openFile'],
    },
  };
}
