import { z } from 'zod';
import type { CompiledForm } from '../define/compiledForm.ts';
import { device, document, runInputs, session } from './callFields.ts';

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
} as const;

export interface CompilingResults {
  readonly compiledForm: CompiledForm;
  readonly startFusedCompare: { readonly job: string };
}
