import { type FoundFile, walkFiles } from '../../host/files/walkFiles.ts';

/** Where a pipeline's sample media lie. */
export const mediaFolder = 'media';
export const modelsFolder = 'models';

const endings: Readonly<Record<'image' | 'audio' | 'video' | 'text', readonly string[]>> = {
  image: ['jpg', 'jpeg', 'png', 'webp', 'gif', 'avif'],
  audio: ['wav', 'flac', 'mp3', 'ogg', 'oga', 'opus', 'aac', 'm4a'],
  video: ['mp4', 'mov', 'm4v', 'mkv', 'webm', 'avi', 'ts', 'mpg', 'mpeg'],
  text: ['txt', 'md'],
};
const kindOfEnding = new Map(Object.entries(endings).flatMap(([kind, of]) => of.map((ending) => [ending, kind])));

export function endingOf(name: string): string {
  return /\.([A-Za-z0-9]+)$/.exec(name)?.[1].toLowerCase() ?? '';
}

/** What a name says that a file is; what it is, its content says. */
export function looksLikeMedia(name: string): boolean {
  return kindOfEnding.has(endingOf(name));
}

/** A pipeline's sample media: in its folder and at most three below, 500 files, those of `media/` first. */
export async function listMedia(folder: string): Promise<readonly FoundFile[]> {
  const found = await walkFiles(folder, { depth: 3, files: 2000, names: 20_000, wanted: looksLikeMedia });
  const media = found.filter(
    (file) => !/^models\//.test(file.path) && !/(^|\/)(readme|license|licence|notice)[.a-z]*$/i.test(file.path),
  );
  const rank = (file: FoundFile): number => (file.path.startsWith(`${mediaFolder}/`) ? 0 : 1);
  return [...media].sort((a, b) => rank(a) - rank(b)).slice(0, 500);
}

/** Files that a dialog of the studio shows: pipelines, models, media and what nodes read beside them. */
export function listedInDialogs(name: string): boolean {
  return looksLikeMedia(name) || /\.(json|onnx|npy|csv|labels)$/i.test(name);
}
