import { z } from 'zod';
import { devices } from '../define/host.ts';
import type { Change } from '../graph/edit.ts';
import { type ShrinkOptions, shrinkMethods } from '../onnx/shrink/options.ts';
import type { ShrinkReport } from '../onnx/shrink/report.ts';
import { device, document, node, path, run, runInputs, session } from './callFields.ts';

/** Making models smaller or faster: that part of the studio's contract. */
const share = z.number().gt(0).max(1);
const layer = z.string().min(1).max(1000);

/** As `tributary shrink` takes them; what does not concern a method it leaves alone. */
const shrinkOptions = z.strictObject({
  to: z.enum(shrinkMethods),
  ...z
    .object({
      except: z.array(layer).max(10_000),
      exceptOperators: z.array(z.string().min(1).max(200)).max(200),
      keepFirst: z.boolean(),
      keepLast: z.boolean(),
      bits: z.union([z.literal(7), z.literal(8)]),
      activations: z.enum(['uint8', 'int8']),
      calibration: z.enum(['minMax', 'entropy', 'percentile']),
      percentile: z.number().gt(0).max(100),
      blockSize: z.union([z.literal(16), z.literal(32), z.literal(64), z.literal(128), z.literal(256)]),
      symmetric: z.boolean(),
      edges: z.enum(['float32', 'float16']),
      maxError: share,
      prune: z.enum(['weights', 'channels']),
      share,
      device: z.enum(devices).exclude(['auto']),
      level: z.enum(['basic', 'extended']),
      sensitivity: z.boolean(),
      maxDrop: share,
    })
    .partial().shape,
}) satisfies z.ZodType<ShrinkOptions>;

export const shrinkingSchemas = {
  /**
   * Shrinks models in the pipeline's folder and holds the pipeline with them against the one without. One job per session
   * at a time, as for `startProfile`; when its `jobEnded` says `done`, `shrunk` tells what came of it. A newer one takes
   * away the files of one that nobody decided about.
   */
  startShrink: z.strictObject({
    session,
    document,
    /** Whose models; left out: every model. */
    nodes: z.array(node).min(1).max(5000).optional(),
    options: shrinkOptions,
    /** Where the file goes, for a single model, in the pipeline's folder. */
    path: path.optional(),
    device: device.optional(),
    /** Samples to calibrate and to compare on; left out: the document's own. */
    samples: z
      .array(z.strictObject({ name: z.string().max(1000), inputs: runInputs }))
      .min(1)
      .max(1000)
      .optional(),
    /** A file of this machine that says what is true of samples, by name: labels, or boxes with labels. */
    truth: path.optional(),
    /** End to end, both in turns; null: not measured. */
    latencyMs: z.number().positive().max(3_600_000).nullable().optional(),
  }),
  shrunk: z.strictObject({ session, job: run }),
  /** What lets the document as it stands use the models; their files stay. */
  applyShrink: z.strictObject({ session, job: run, document }),
  /** The files stay, and nothing uses them. */
  keepShrunk: z.strictObject({ session, job: run }),
  /** Takes the files away. */
  discardShrunk: z.strictObject({ session, job: run }),
} as const;

/** `waiting`: for a person to say what becomes of the files. */
export type ShrunkStanding = 'waiting' | 'applied' | 'kept' | 'discarded';

export interface ShrunkFile {
  /** In the pipeline's folder. */
  readonly path: string;
  readonly from: string;
  readonly sha256: string;
}

export interface Shrunk {
  /** Numbers that are not finite come as null: JSON has no word for them. */
  readonly report: ShrinkReport;
  readonly files: readonly ShrunkFile[];
  readonly standing: ShrunkStanding;
}

export interface ShrinkingResults {
  readonly startShrink: { readonly job: string };
  readonly shrunk: Shrunk;
  /** An edit of the document that was given; models that it does not name any more are a Problem. */
  readonly applyShrink: { readonly label: string; readonly changes: readonly Change[] };
  readonly keepShrunk: { readonly files: readonly ShrunkFile[] };
  readonly discardShrunk: Readonly<Record<string, never>>;
}
