import type { Device } from '../../core/define/host.ts';
import type { PipelineDocument } from '../../core/graph/document.ts';
import { Problem } from '../../core/problems/problem.ts';
import { type RecordedSample, recordOutput } from '../../core/serve/golden.ts';
import type { Engine } from '../engine/messages.ts';
import { base64 } from './base64.ts';
import type { GoldenSample } from './samples.ts';

export interface RecordAsk {
  readonly engine: Engine;
  readonly document: PipelineDocument;
  readonly folder: string;
  readonly device: Device;
  readonly samples: readonly GoldenSample[];
  readonly signal: AbortSignal;
  readonly onSample?: (done: number, name: string) => void;
}

export interface Recorded {
  readonly samples: readonly { readonly sample: GoldenSample; readonly recorded: RecordedSample }[];
  /** Model nodes → the device that ran them. */
  readonly devices: Readonly<Record<string, string>>;
}

/** Runs every sample once, and keeps what came out and what passed between the nodes. Throws the pipeline's first problem. */
export async function recordGolden(ask: RecordAsk): Promise<Recorded> {
  const { engine, document, folder, device, signal } = ask;
  const samples: Recorded['samples'][number][] = [];
  const devices: Record<string, string> = Object.create(null);
  for (const [at, sample] of ask.samples.entries()) {
    ask.onSample?.(at, sample.name);
    const request = { document, folder, inputs: sample.inputs, noSamples: true, prints: true, device };
    const result = await engine.run(request, { signal }).catch((error: unknown) => {
      if (!(error instanceof Problem) || ask.samples.length === 1) throw error;
      throw new Problem(error.data.code, {
        ...error.data,
        message: `Golden sample "${sample.name}": ${error.message}`,
      });
    });
    const outputs = Object.entries(result.outputs).map(([name, output]) => [name, recordOutput(output, base64)]);
    const ports = { ...result.prints };
    samples.push({ sample, recorded: { sample: sample.name, outputs: Object.fromEntries(outputs), ports } });
    for (const [node, { notes }] of Object.entries(result.nodes))
      if (typeof notes['device'] === 'string') devices[node] = notes['device'];
  }
  return { samples, devices: sorted(devices) };
}

function sorted(table: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(table).sort(([a], [b]) => (a < b ? -1 : 1)));
}
