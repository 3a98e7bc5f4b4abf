import { z } from 'zod';
import type { CompiledForm } from '../define/compiledForm.ts';
import { device, document, path, runInputs, session } from './callFields.ts';

/** The compiler's part of the studio's contract. */
export const compilingSchemas = {
  /**
   * Which nodes would be in which compiled file, and which stay outside and why. Nothing is run, nothing is written. A
   * document with errors is refused with the first of them. `fused` (as runs and profiles take it) unless `files`, as
   * `tributary compile` writes it: there also what shrinks pictures while they are decoded goes into the file.
   */
  compiledForm: z.strictObject({ session, document, form: z.enum(['fused', 'files']).optional() }),
  /**
   * Runs the document node by node and compiled, in turns. One job per session at a time, as for `startProfile`; its
   * `jobEnded` brings `fused`. The compiled files are kept beside the pipeline and used again.
   */
  startFusedCompare: z.strictObject({
    session,
    document,
    device: device.optional(),
    /** Samples to run on; left out: the document's own. */
    samples: z
      .array(z.strictObject({ name: z.string().max(1000), inputs: runInputs }))
      .min(1)
      .max(1000)
      .optional(),
    budgetMs: z.number().positive().finite().optional(),
  }),
  /**
   * Writes the document as files of ONNX, as `tributary compile` does. One job per session at a time, as for
   * `startProfile`; its `jobEnded` brings `compiled`.
   */
  startCompile: z.strictObject({
    session,
    document,
    /** Absolute; several files are numbered. A file that stands there and was not compiled is a Problem unless `replace`. */
    path: path.regex(/\.onnx$/),
    replace: z.boolean().optional(),
    /** Also the pipeline that uses the files: its absolute path, in the folder of the pipeline. */
    pipeline: path.optional(),
    /** What is done to pictures while they are decoded stays outside. */
    keepDecodePass: z.boolean().optional(),
    /** A file for each branch that waits for other inputs. */
    apart: z.boolean().optional(),
    /** `input.field=value`: what an input only tells when it is opened. */
    assume: z.array(z.string().max(500)).max(100).optional(),
    /** Programs in Python and TypeScript, and a README. */
    examples: z.boolean(),
    /** Samples run through the files and through the nodes, and the answers are held against each other. */
    verify: z.boolean(),
    device: device.optional(),
    /** Left out: the document's own. */
    samples: z
      .array(z.strictObject({ name: z.string().max(1000), inputs: runInputs }))
      .min(1)
      .max(1000)
      .optional(),
  }),
} as const;

/** What `startCompile` wrote. */
export interface CompiledReport {
  /** For each part of the form, in order. */
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[];
  readonly form: CompiledForm;
  /** Null: not asked for. */
  readonly compared: {
    readonly samples: number;
    readonly outputs: readonly {
      readonly output: string;
      readonly identical: boolean;
      /** Null where answers cannot be told in numbers. */
      readonly maxDifference: number | null;
      readonly words: string;
    }[];
    readonly refused: readonly {
      readonly sample: string;
      readonly by: 'plain' | 'compiled';
      readonly message: string;
    }[];
  } | null;
  /** What the nodes' operators may differ from them by, summed over all parts. */
  readonly tolerance: number;
  /** Programs and README, absolute. */
  readonly examples: readonly string[];
  /** The pipeline that uses them, absolute. */
  readonly pipeline: string | null;
}

export interface CompilingResults {
  readonly compiledForm: CompiledForm;
  readonly startFusedCompare: { readonly job: string };
  readonly startCompile: { readonly job: string };
}
