import { exactJson } from '../core/kinds/exactJson.ts';
import type { Json } from '../core/kinds/value.ts';
import type { RunResult } from '../core/run/result.ts';
import type { SavedFiles } from './outputs.ts';
import { type Voice, withoutStack } from './report.ts';

/** A result for machines. Times are seconds for items, milliseconds for work. */
export function resultJson(result: RunResult, saved: SavedFiles, voice: Voice): Readonly<Record<string, unknown>> {
  return {
    outputs: Object.fromEntries(
      Object.entries(result.outputs).map(([name, output]) => [
        name,
        output.status === 'missing'
          ? { status: 'missing', problem: withoutStack(output.problem, voice) }
          : {
              ...output,
              items: output.items.map(({ value, ...time }) => ({ ...time, value: exactJson(value) as Json })),
            },
      ]),
    ),
    ...(saved.length > 0 ? { files: saved } : {}),
    nodes: result.nodes,
    warnings: result.warnings.map((warning) => withoutStack(warning, voice)),
    wallMs: Math.round(result.wallMs * 1000) / 1000,
  };
}
