import { z } from 'zod';
import { devices } from '../define/host.ts';

/** What `bundle.json` says of itself. */
export const manifestName = 'bundle.json';
export const manifestFormat = 'tributary-bundle';
/** The version that this code writes; a newer one is refused. */
export const manifestVersion = 1;

const hash = z.string().regex(/^[0-9a-f]{64}$/, 'must be a sha256 in hex');
const bytes = z.number().int().min(0);
const count = z.number().int().min(1);
const share = z.number().min(0);
const port = z.number().int().min(1).max(65535);
/** A path inside the bundle: plain, relative, folders separated by `/`. */
const place = z.string().min(1).max(1024).refine(isPlainPath, 'must be a plain relative path inside the bundle');

/** Neither absolute nor climbing out, on any system, and the same whoever reads it. */
export function isPlainPath(path: string): boolean {
  return (
    !/[\\\u0000-\u001f\u007f]|^\/|^[A-Za-z]:/.test(path) &&
    path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}

const bundledFile = z.strictObject({
  path: place,
  bytes,
  sha256: hash,
  /** False for what only deploys the bundle (Dockerfile, manifests of a cluster): the image need not hold it. */
  served: z.boolean(),
});

/** What an input of a golden sample is: a file of the bundle, or a text or JSON value as it is. */
const goldenInput = z.union([
  z.strictObject({ file: place, name: z.string() }),
  z.strictObject({ folder: place, name: z.string() }),
  z.strictObject({ text: z.string() }),
  z.strictObject({ json: z.json() }),
]);

const tolerance = z.strictObject({
  /** Of the largest magnitude in the recorded value. */
  relative: share,
  /** Added to it, in the value's own unit. */
  absolute: share,
  words: z.string(),
});

/** How far numbers may lie from the recorded ones, by what computed them. */
export const precisions = ['single', 'half', 'int8'] as const;
export type Precision = (typeof precisions)[number];

const golden = z.strictObject({
  tolerances: z.strictObject({ single: tolerance, half: tolerance, int8: tolerance }),
  /** Levels of 0 to 255 by which a pixel or an 8-bit number may differ. */
  pixelLevels: z.number().int().min(0),
  /** Share of a mask's pixels that may differ. */
  maskShare: share,
  /** Nodes whose numbers come, directly or not, from a model of less than single precision. */
  precision: z.record(z.string(), z.enum(precisions)),
  samples: z.array(
    z.strictObject({
      name: z.string(),
      /** By public name; an input that is left out counts as missing. */
      inputs: z.record(z.string(), goldenInput),
      /** The file that holds what came out, and the fingerprints of what passed between the nodes. */
      recorded: place,
    }),
  ),
});

const profile = z.strictObject({
  id: z.string(),
  createdAt: z.string(),
  /** Whether it was measured of this very document. */
  current: z.boolean(),
  device: z.string(),
  cpu: z.string(),
  os: z.string(),
  runs: z.number().int(),
  p50Ms: z.number(),
  p95Ms: z.number(),
  p99Ms: z.number(),
  /** Requests a second, one after the other. */
  throughput: z.number(),
  coldMs: z.number(),
  steadyBytes: z.number(),
  peakBytes: z.number(),
  gpuPeakBytes: z.number().nullable(),
  /** Highest rate that was answered without falling behind; null where no load was measured. */
  loadRequestsPerSecond: z.number().nullable(),
  /** Node → median of its time per request, costliest first. */
  nodes: z.array(z.strictObject({ node: z.string(), p50Ms: z.number(), criticalPercent: z.number() })),
});

const serving = z.strictObject({
  /** Requests that run at once. */
  concurrency: count,
  /** Requests that may wait. */
  maxQueue: z.number().int().min(0),
  deadlineMs: count,
  /** Items of several requests that a model may be given at once; 1: none are joined. */
  batch: count,
  batchWaitMs: z.number().min(0),
  /** Where each figure comes from, one sentence each. */
  because: z.array(z.string()),
});

export const manifestSchema = z.strictObject({
  format: z.literal(manifestFormat),
  schemaVersion: z.literal(manifestVersion),
  /** Sha256 over everything else in this file, so over every file of the bundle. */
  contentHash: hash,
  /** Made of the pipeline's name: fit for an image, a label, a host. */
  name: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/),
  title: z.string(),
  /** The user's; `1` unless told. */
  version: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/),
  target: z.string(),
  /** The pipeline's document; what it names lies beside it. */
  document: place,
  /** Of what the document runs, see `documentHash`. */
  documentHash: hash,
  /** What made it, on what. No time: two exports are the same to the byte. */
  made: z.strictObject({
    tributary: z.string(),
    node: z.string(),
    onnxruntime: z.string(),
    sharp: z.string(),
    /** null: there was none, and the pipeline needs none. */
    ffmpeg: z.string().nullable(),
    os: z.string(),
    arch: z.string(),
    cpu: z.string(),
    /** What the golden outputs were recorded with: model nodes → the device that ran them. */
    devices: z.record(z.string(), z.string()),
  }),
  /** Asked of every model that says `auto`. */
  device: z.enum(devices),
  /** Programs that the pipeline needs beside the server. */
  needs: z.strictObject({ ffmpeg: z.boolean() }),
  /** Nodes of the user's own, each as one module. */
  nodes: z.array(place),
  files: z.array(bundledFile),
  golden,
  profile: profile.nullable(),
  serving,
  /** What the server is started with, unless its environment or arguments say otherwise. */
  server: z.strictObject({ port, grpcPort: port, limits: z.record(z.string(), z.number().min(0)) }),
  /** Reference statistics of the sample media that drift is measured against. */
  drift: place.nullable(),
});

export type Manifest = Readonly<z.infer<typeof manifestSchema>>;
export type BundledFile = Readonly<z.infer<typeof bundledFile>>;
export type GoldenInput = Readonly<z.infer<typeof goldenInput>>;
export type GoldenTerms = Readonly<z.infer<typeof golden>>;
export type BundledProfile = Readonly<z.infer<typeof profile>>;
export type ServingProposal = Readonly<z.infer<typeof serving>>;
export type Tolerance = Readonly<z.infer<typeof tolerance>>;
