import { readFile } from 'node:fs/promises';
import type { Checked } from '../../core/check/checked.ts';
import { bundleFiles, goldenPath } from '../../core/export/bundle/files.ts';
import { packageJson, packageLock } from '../../core/export/bundle/install.ts';
import { packagesOf } from '../../core/export/bundle/packages.ts';
import { billOfMaterials } from '../../core/export/bundle/sbom.ts';
import { type CommonOptions, commonOptions } from '../../core/export/options.ts';
import type { ExportFile, ExportInput, ExportTarget } from '../../core/export/target.ts';
import { withIncluded } from '../../core/export/targets.ts';
import { seenSizes } from '../../core/export/triton/seen.ts';
import { writeDocument } from '../../core/graph/write.ts';
import { Problem, type ProblemData } from '../../core/problems/problem.ts';
import { documentHash } from '../../core/profile/documentHash.ts';
import { defaultTerms } from '../../core/serve/compareValues.ts';
import { precisionOf } from '../../core/serve/golden.ts';
import {
  type BundledFile,
  type Manifest,
  manifestFormat,
  manifestName,
  manifestVersion,
} from '../../core/serve/manifest.ts';
import { hashedText, manifestText } from '../../core/serve/manifestText.ts';
import { openApiOf } from '../../core/serve/openapi.ts';
import { bundledProfile, proposalOf } from '../../core/serve/proposal.ts';
import { servedName } from '../../core/serve/servedName.ts';
import { signatureOf } from '../../core/serve/signature.ts';
import { ownPath } from '../files/userPath.ts';
import { compiledFiles, compiledFor } from './compiledFor.ts';
import { type GatheredFile, pipelineFolder } from './gather.ts';
import { lastProfile } from './lastProfile.ts';
import { madeHere, needsFfmpeg } from './made.ts';
import type { Recorded } from './recordGolden.ts';
import { builtServer } from './serverParts.ts';
import { listed, sha256Of, type WritableFile, writable } from './sizes.ts';
import type { CompiledNode } from './userNodes.ts';
import { wrongOption } from './wrongOption.ts';

export interface PlanAsk {
  readonly checked: Checked;
  /** Of the document, absolute. */
  readonly file: string;
  readonly folder: string;
  readonly target: ExportTarget;
  /** `1` unless told. */
  readonly version?: string;
  /** Common options and those of the target, as far as they are not the defaults. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly files: readonly GatheredFile[];
  readonly recorded: Recorded;
  readonly nodes: readonly CompiledNode[];
  /** Reference statistics that drift is measured against, as the text of a file. */
  readonly drift?: string;
}

/** A file, and how `bundle.json` lists it. */
export interface PlannedFile extends WritableFile {
  readonly listed: BundledFile;
}

/** What would be written, and what stands in the way; nothing has been written. */
export interface PlannedExport {
  readonly name: string;
  readonly version: string;
  readonly target: ExportTarget;
  /** `bundle.json` among them, in order of path. */
  readonly files: readonly PlannedFile[];
  readonly bytes: number;
  readonly manifest: Manifest;
  readonly problems: readonly ProblemData[];
  /** What to type next. */
  readonly next: readonly string[];
}

/** Makes a target's files from data, with the hash of each. Throws `usage` for options that do not fit. */
export async function planExport(ask: PlanAsk): Promise<PlannedExport> {
  const { target, recorded } = ask;
  const own = parsed(target, ask.options);
  const input = await inputOf(ask, own);
  const chain = withIncluded(target).map((one) => ({ one, given: one === target ? own : {} }));
  const problems = chain.flatMap(({ one, given }) => one.problems(input, given));
  const server = target.bundle === 'server' ? (await builtServer()).code : '';
  const copies = [
    ...input.files.map(({ path, bundled, bytes, sha256 }): ExportFile => {
      const from = ask.files.find((file) => file.path === path)?.from ?? '';
      return { path: bundled, content: { copy: { from, bytes, sha256 } } };
    }),
    ...recorded.samples.flatMap(({ sample }) => sample.files),
    ...ask.nodes.map(({ name, text }): ExportFile => ({ path: `nodes/${name}`, content: { text } })),
    ...(ask.drift === undefined ? [] : [{ path: driftPath, content: { text: ask.drift } }]),
  ];
  const content = {
    document: writeDocument(ask.checked.document),
    server,
    licence: await readFile(ownPath('LICENSE'), 'utf8'),
    copies,
    golden: recorded.samples.map((one) => one.recorded),
  };
  const files = unique(
    [
      ...(target.bundle === 'none' ? [] : bundleFiles(input, target, content)),
      ...(target.compiledFiles ? compiledFiles(input.compiled) : []),
      ...chain.flatMap(({ one, given }) => one.files(input, given)),
    ].map((file) => writable(file, ask.files)),
  );
  const without = files.map((file) => ({ ...file, listed: listed(file) }));
  const all =
    target.bundle === 'server'
      ? [
          ...without,
          withListing(
            billFile(
              input,
              without.map((file) => file.listed),
            ),
          ),
        ]
      : without;
  const manifest = manifestOf(ask, input, all.map((file) => file.listed).sort(byPath));
  const json = withListing({ path: manifestName, content: { text: manifestText(manifest) } });
  const sorted = [...all, json].sort(byPath);
  return {
    name: input.name,
    version: input.version,
    target,
    files: sorted,
    bytes: sorted.reduce((sum, file) => sum + file.listed.bytes, 0),
    manifest,
    problems,
    next: target.next(input, own),
  };
}

const driftPath = 'drift/reference.json';

async function inputOf(ask: PlanAsk, own: unknown): Promise<ExportInput> {
  const { checked, recorded, files } = ask;
  const { document } = checked;
  const options = commonOf(ask.options);
  const signature = signatureOf(checked);
  const name = servedName(document.name);
  const version = versionOf(ask.version ?? '1');
  const found = await lastProfile(ask.file, ask.folder, document);
  const needs = { ffmpeg: needsFfmpeg(signature) };
  const { parts } = await builtServer();
  const made = await madeHere(needs.ffmpeg, recorded.devices);
  return {
    checked,
    signature,
    name,
    title: document.name,
    version,
    options,
    image: options.image === '' ? `${name}:${version}` : options.image,
    document: {
      path: `${pipelineFolder}/${documentName(name, files)}`,
      hash: documentHash(document, sha256Of),
    },
    made,
    needs,
    profile: found === null ? null : bundledProfile(found.profile, found.current),
    serving: proposalOf(found?.profile ?? null),
    golden: {
      ...defaultTerms,
      precision: precisionOf(checked),
      samples: recorded.samples.map(({ sample }, at) => ({
        name: sample.name,
        inputs: sample.bundled,
        recorded: goldenPath(at, sample.name),
      })),
    },
    files: files.map(({ from: _, ...file }) => file),
    packages: packagesOf(parts),
    install: {
      packageJson: packageJson(name, document.name, parts),
      packageLock: packageLock(name, parts),
    },
    openapi: openApiOf([{ name, version, signature }], made.tributary),
    compiled: ask.target.compiled ? await compiledFor(checked, ask.folder, ask.target.assume(checked, own)) : null,
    ...(recorded.samples.length === 0 ? {} : { seen: seenSizes(recorded.samples[0].recorded) }),
  };
}

function manifestOf(ask: PlanAsk, input: ExportInput, files: readonly BundledFile[]): Manifest {
  const { options, serving } = input;
  const waiting = options.maxQueue > 0 ? options.maxQueue : serving.maxQueue;
  const manifest: Omit<Manifest, 'contentHash'> = {
    format: manifestFormat,
    schemaVersion: manifestVersion,
    name: input.name,
    title: input.title,
    version: input.version,
    target: ask.target.id,
    document: input.document.path,
    documentHash: input.document.hash,
    made: input.made,
    device: options.device,
    needs: input.needs,
    nodes: ask.nodes.map(({ name }) => `nodes/${name}`),
    files: [...files],
    golden: input.golden,
    profile: input.profile,
    serving: { ...serving, maxQueue: waiting },
    server: {
      port: options.port,
      grpcPort: options.grpcPort,
      limits: {
        serverBodyBytes: options.bodyMiB * 1024 * 1024,
        // Where nothing was measured the server asks its machine: one per core.
        ...(input.profile === null ? {} : { serverRunning: serving.concurrency }),
        serverWaitingPerRunning: Math.ceil(waiting / serving.concurrency),
        serverDeadlineMs: serving.deadlineMs,
      },
    },
    drift: ask.drift === undefined ? null : driftPath,
  };
  return { ...manifest, contentHash: sha256Of(hashedText(manifest)) };
}

function billFile(input: ExportInput, files: readonly BundledFile[]): WritableFile {
  const { name, title, version, made, packages } = input;
  const hashes = [...files].sort(byPath).map(({ path, sha256 }) => `${sha256}  ${path}\n`);
  const bill = { name, title, version, tributary: made.tributary, packages, files: input.files };
  return {
    path: 'sbom.cdx.json',
    content: { text: billOfMaterials({ ...bill, contentHash: sha256Of(hashes.join('')) }) },
  };
}

/** Named by the pipeline; a file of the pipeline's own that is called so keeps its name. */
function documentName(name: string, files: readonly GatheredFile[]): string {
  let stem = name;
  while (files.some((file) => file.path.toLowerCase() === `${stem}.tributary.json`)) stem = `${stem}-`;
  return `${stem}.tributary.json`;
}

function commonOf(given: Readonly<Record<string, unknown>>): CommonOptions {
  const parsed = commonOptions.safeParse(given);
  if (!parsed.success) throw wrongOption(parsed.error.issues[0], commonOptions, given);
  const { port, grpcPort, minReplicas, maxReplicas } = parsed.data;
  if (port === grpcPort)
    throw new Problem('usage', {
      message: `HTTP and gRPC cannot both have port ${port}.`,
      fix: 'Give one of them another port.',
      where: { param: 'grpcPort' in given ? 'grpcPort' : 'port' },
    });
  // Whoever only names the most means no more than that.
  if (!('minReplicas' in given)) return { ...parsed.data, minReplicas: Math.min(minReplicas, maxReplicas) };
  if (minReplicas > maxReplicas)
    throw new Problem('usage', {
      message: `At least ${minReplicas} copies and at most ${maxReplicas} cannot both be.`,
      fix: 'Lower minReplicas, or raise maxReplicas.',
      where: { param: 'minReplicas' },
    });
  return parsed.data;
}

/** The target's own options. Throws `usage`, also for a name that neither it nor every target has. */
function parsed(target: ExportTarget, given: Readonly<Record<string, unknown>>): unknown {
  const own = Object.fromEntries(Object.entries(given).filter(([name]) => name in target.options.shape));
  const stray = Object.keys(given).find((name) => !(name in own) && !(name in commonOptions.shape));
  if (stray !== undefined) {
    const names = [...Object.keys(commonOptions.shape), ...Object.keys(target.options.shape)];
    throw new Problem('usage', {
      message: `The target "${target.id}" has no option "${stray}".`,
      fix: `Its options: ${names.join(', ')}.`,
    });
  }
  const result = target.options.safeParse(own);
  if (!result.success) throw wrongOption(result.error.issues[0], target.options, own);
  return result.data;
}

function versionOf(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(text)) return text;
  throw new Problem('usage', {
    message: `${JSON.stringify(text.slice(0, 80))} is no version: it must fit a tag of an image.`,
    fix: 'Letters, digits, dots, dashes and underscores, at most 63; for example 1.4.0.',
    where: { param: 'release' },
  });
}

/** Two of one path are a mistake of a target, unless they say the same. */
function unique(files: readonly WritableFile[]): readonly WritableFile[] {
  const byName = new Map<string, WritableFile>();
  for (const file of files) {
    const other = byName.get(file.path);
    if (other !== undefined && listed(other).sha256 !== listed(file).sha256)
      throw new Problem('internal', { message: `Two targets write "${file.path}".`, fix: 'Report this.' });
    byName.set(file.path, file);
  }
  return [...byName.values()];
}

function withListing(file: WritableFile): PlannedFile {
  return { ...file, listed: listed(file) };
}

function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}
