import path from 'node:path';
import type { DocumentNode, PipelineDocument } from '../../core/graph/document.ts';
import type { Kind } from '../../core/kinds/value.ts';
import type { SampleCard, SampleInput, StudioResults } from '../../core/studio/api.ts';
import { openDocument } from '../../host/files/documentFile.ts';
import { readState } from '../../host/files/stateFile.ts';
import { plainFiles, subfolders } from '../../host/files/userPath.ts';
import { walkFiles } from '../../host/files/walkFiles.ts';
import type { BackEnd } from './backEnd.ts';
import { sampleAnswer } from './sampleAnswer.ts';
import type { Thumb } from './thumbs.ts';
import { listUntitled } from './untitled.ts';

const suffix = '.tributary.json';

/** Samples and recent files. Thumbnails that take longer are left out; an event says when they are there. */
export async function welcome(back: BackEnd, client: string): Promise<StudioResults['welcome']> {
  const { thumbsOf, late } = patientThumbs(back);
  const [samples, recent, untitled] = await Promise.all([
    sampleCards(back, thumbsOf),
    back.recent.list(),
    listUntitled(back, client),
  ]);
  const all = [...untitled, ...recent].sort((a, b) => b.openedAt - a.openedAt);
  late();
  return { samples, recent: all };
}

type ThumbOf = BackEnd['thumbs']['of'];
const nothing: Thumb = { kind: 'other' };
/** The first start of all has to make them; nobody waits for that in front of an empty window. */
const patienceMs = 700;

function patientThumbs(back: BackEnd): { readonly thumbsOf: ThumbOf; readonly late: () => void } {
  const making: Promise<unknown>[] = [];
  let missed = false;
  const endMs = performance.now() + patienceMs;
  return {
    thumbsOf: (folder, file) => {
      const thumb = back.thumbs.of(folder, file);
      making.push(thumb);
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise<Thumb>((resolve) => {
        timer = setTimeout(
          () => {
            missed = true;
            resolve(nothing);
          },
          Math.max(0, endMs - performance.now()),
        );
      });
      return Promise.race([thumb, patience]).finally(() => clearTimeout(timer));
    },
    late: () => {
      if (missed) void Promise.all(making).then(() => back.emit({ event: 'welcomeChanged' }));
    },
  };
}

export async function sampleCards(back: BackEnd, thumbsOf: ThumbOf): Promise<readonly SampleCard[]> {
  const names = await subfolders(back.samplesFolder);
  const cards = await Promise.all(names.map((name) => sampleCard(back, name, thumbsOf)));
  // The one with most modalities shows best what this is for.
  return cards
    .filter((card) => card !== null)
    .sort((a, b) => b.kindsIn.length - a.kindsIn.length || (a.title < b.title ? -1 : 1));
}

async function sampleCard(back: BackEnd, name: string, thumbsOf: ThumbOf): Promise<SampleCard | null> {
  const folder = path.join(back.samplesFolder, name);
  if (!(await plainFiles(folder)).some((file) => file.endsWith(suffix))) return null;
  const opened = await openDocument(folder, back.limits).catch(() => null);
  if (opened === null) return null;
  const { document, file } = opened;
  const found = sampleInputs(back, document);
  const inputs = await Promise.all(found.map((input) => shownInput(thumbsOf, folder, input)));
  const shown = found.flatMap(({ sample, text }) => [path.basename(sample), text]).filter((part) => part !== '');
  const reference = await readState(path.join(folder, 'reference.json'));
  return {
    path: file,
    title: document.name,
    description: document.description ?? '',
    kindsIn: distinct(found.map((input) => input.kind)),
    kindsOut: distinct(outputKinds(back, document)),
    nodes: document.nodes.length,
    models: document.nodes.filter((node) => hasModel(back, node)).length,
    p50Ms: back.timings.median(name),
    inputs,
    answer: sampleAnswer(reference, shown, fusionRules(document)),
  };
}

interface FoundInput {
  readonly name: string;
  readonly kind: Kind;
  /** Its sample file; empty when it is text in the document. */
  readonly sample: string;
  readonly text: string;
}

function sampleInputs(back: BackEnd, document: PipelineDocument): readonly FoundInput[] {
  return document.nodes.flatMap((node): FoundInput[] => {
    const external = back.registry.get(node.type)?.external ?? null;
    if (external === null || external === 'folder') return [];
    const named = Object.entries(document.inputs).find(([, { node: id }]) => id === node.id)?.[0] ?? node.id;
    const { file, text } = node.params;
    return [{ name: named, kind: external, sample: wordOf(file), text: wordOf(text) }];
  });
}

async function shownInput(thumbsOf: ThumbOf, folder: string, input: FoundInput): Promise<SampleInput> {
  const { name, kind, sample, text } = input;
  if (text !== '') return { name, kind, text: text.slice(0, 300) };
  if (sample === '') return { name, kind };
  const inFolder = path.posix.dirname(sample);
  const [file] = await walkFiles(path.join(folder, inFolder), {
    depth: 0,
    files: 1,
    names: 5000,
    wanted: (found) => found === path.posix.basename(sample),
  });
  if (file === undefined) return { name, kind };
  const thumb = await thumbsOf(folder, file);
  return {
    name,
    kind,
    ...(thumb.blob === undefined ? {} : { blob: thumb.blob }),
    ...(thumb.peaks === undefined ? {} : { peaks: thumb.peaks }),
    ...(thumb.text === undefined ? {} : { text: thumb.text.slice(0, 300) }),
  };
}

function outputKinds(back: BackEnd, document: PipelineDocument): readonly Kind[] {
  return document.nodes.flatMap((node) => {
    const definition = back.registry.get(node.type);
    if (!definition?.publishes) return [];
    return Object.values(definition.inputs({}, {}))[0]?.kinds.slice(0, 1) ?? [];
  });
}

/** `fusion.productOfExperts` is recorded as "product of experts". */
function fusionRules(document: PipelineDocument): readonly string[] {
  return document.nodes
    .filter((node) => node.type.startsWith('fusion.'))
    .map((node) => node.type.slice('fusion.'.length).replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));
}

function hasModel(back: BackEnd, node: DocumentNode): boolean {
  const params = back.registry.get(node.type)?.params ?? {};
  return Object.entries(params).some(
    ([name, spec]) => spec.form === 'file' && spec.role === 'onnx' && wordOf(node.params[name]) !== '',
  );
}

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function distinct<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
