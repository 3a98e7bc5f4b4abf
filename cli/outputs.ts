import path from 'node:path';
import type { NodeHost } from '../core/define/host.ts';
import type { BoxesValue, ImageValue, MediaSource, Value } from '../core/kinds/value.ts';
import { nearestName } from '../core/problems/nearestName.ts';
import { Problem } from '../core/problems/problem.ts';
import type { PublishedOutput, RunInputs, RunResult } from '../core/run/result.ts';
import { kindOfPath } from '../host/files/userPath.ts';
import { outputEndings, writeOutput } from '../host/files/writeOutput.ts';
import type { Style } from './outputStyle.ts';
import { maskInColours, pictureWithBoxes } from './pictures.ts';

/** Where results go: a folder for all, and files for some by name. */
export interface Destinations {
  readonly folder: string | null;
  readonly files: Readonly<Record<string, string>>;
}
export type SavedFiles = readonly { readonly output: string; readonly file: string }[];

export interface SaveTools {
  readonly image: Pick<NodeHost['image'], 'decode' | 'encode'>;
  readonly styleOf: (output: string) => Style;
  readonly signal: AbortSignal;
}

/** Reads `--output` options: `name=file`, or a folder for every output. Throws `usage` for names that are not there. */
export function parseDestinations(options: readonly string[], names: readonly string[]): Destinations {
  let folder: string | null = null;
  const files: Record<string, string> = {};
  for (const option of options) {
    const at = option.indexOf('=');
    const name = option.slice(0, at);
    if (at > 0 && names.includes(name)) files[name] = option.slice(at + 1);
    else if (at > 0 && /^[A-Za-z_][\w-]*$/.test(name)) {
      const near = nearestName(name, names);
      throw new Problem('usage', {
        message: `There is no output called "${name}".`,
        fix: `${near === null ? '' : `Did you mean "${near}"? `}The outputs are ${names.join(', ')}.`,
      });
    } else folder = option;
  }
  return { folder, files };
}

/**
 * Writes the outputs of one run. Names are `<output>.<ending>`, with `-0001` and on for items of a sequence, and the
 * batch item's name before. Boxes are drawn on a copy of the picture that they were found in, where that is at hand.
 */
export async function saveOutputs(
  result: RunResult,
  inputs: RunInputs,
  destinations: Destinations,
  prefix: string | null,
  tools: SaveTools,
): Promise<SavedFiles> {
  const saved: { output: string; file: string }[] = [];
  for (const [name, output] of Object.entries(result.outputs)) {
    if (output.status === 'missing') continue;
    const style = tools.styleOf(name);
    for (const [i, item] of output.items.entries()) {
      const picture = item.value.kind === 'boxes' ? await pictureOf(item.value, inputs, result.outputs, tools) : null;
      for (const file of filesFor(name, item.value, picture !== null, destinations, style)) {
        const target = numbered(prefixed(file, prefix, destinations.files[name] !== undefined), output, i);
        await writeOutput(target, asDrawn(target, item.value, picture, style), tools, style);
        saved.push({ output: name, file: target });
      }
    }
  }
  return saved;
}

function filesFor(
  name: string,
  value: Value,
  drawn: boolean,
  destinations: Destinations,
  style: Style,
): readonly string[] {
  const named = destinations.files[name];
  if (named !== undefined) return [named];
  if (destinations.folder === null) return [];
  const base = path.join(destinations.folder, name);
  return [`${base}.${style.ending ?? outputEndings[value.kind][0]}`, ...(drawn ? [`${base}.png`] : [])];
}

/** `out/boxes.csv` for the item `cat` is `out/cat.boxes.csv`; a file that the user named keeps its name at the front. */
function prefixed(file: string, prefix: string | null, named: boolean): string {
  if (prefix === null) return file;
  const { dir, name, ext } = path.parse(file);
  return path.join(dir, named ? `${name}-${prefix}${ext}` : `${prefix}.${name}${ext}`);
}

function numbered(file: string, output: PublishedOutput, i: number): string {
  if (output.status === 'missing' || output.sequence === 'one') return file;
  const { dir, name, ext } = path.parse(file);
  return path.join(dir, `${name}-${String(i + 1).padStart(4, '0')}${ext}`);
}

const pictureEndings = new Set(['.png', '.jpg', '.jpeg', '.webp']);

/** Boxes become a picture where a picture is asked for, masks where colours are. */
function asDrawn(file: string, value: Value, picture: ImageValue | null, style: Style): Value {
  if (!pictureEndings.has(path.extname(file).toLowerCase())) return value;
  if (value.kind === 'mask' && style.colours) return maskInColours(value);
  if (value.kind !== 'boxes') return value;
  if (picture === null) {
    throw new Problem('usage', {
      message: `"${path.basename(file)}": the picture that the boxes were found in is not at hand to draw on.`,
      fix: 'Write the boxes as .csv or .json, or give the picture with --input.',
    });
  }
  return pictureWithBoxes(picture, value);
}

/** The picture of the boxes' size among what was given, and else among the outputs. */
async function pictureOf(
  boxes: BoxesValue,
  inputs: RunInputs,
  outputs: RunResult['outputs'],
  tools: SaveTools,
): Promise<ImageValue | null> {
  const fits = (image: ImageValue) => image.width === boxes.imageWidth && image.height === boxes.imageHeight;
  for (const given of Object.values(inputs)) {
    if (given.kind === 'image' && fits(given)) return given;
    if (given.kind !== 'media' || !(await isOneFile(given))) continue;
    const image = await tools.image.decode(given, tools.signal).catch(() => null);
    if (image !== null && fits(image)) return image;
  }
  for (const output of Object.values(outputs)) {
    const value = output.status === 'present' && output.items.length === 1 ? output.items[0].value : null;
    if (value?.kind === 'image' && fits(value)) return value;
  }
  return null;
}

async function isOneFile(source: MediaSource): Promise<boolean> {
  if (source.path === undefined) return source.bytes !== undefined;
  // A sample's path starts from the pipeline's folder: decoding finds out.
  if (!path.isAbsolute(source.path)) return true;
  return (await kindOfPath(source.path)) === 'file';
}
