import { z } from 'zod';
import { byName, device, figure, figures, nullable, stats, text } from './fields.ts';
import type { Measured } from './profile.ts';

const parts = { total: stats, run: stats, copy: stats, queue: stats, gap: stats };
const count = z.number().int();

const node = z.object({
  ...parts,
  node: text,
  stage: count,
  items: figure,
  worker: text,
  device: text.nullable(),
  bytesIn: figure,
  bytesOut: figure,
  criticalPercent: figure,
  onPathPercent: figure,
  slackMs: figure,
  shared: z.boolean(),
});

const model = z.object({
  node: text,
  file: text,
  asked: device,
  device: text,
  lane: count,
  threads: count,
  profiledRunMs: figure,
  runMs: figure,
  kernelMs: figure,
  kernels: z.array(z.object({ op: text, provider: text, count: figure, ms: figure })),
  layers: z.array(
    z.object({ name: text, op: text, provider: text, ms: figure, inputs: text, outputs: text, bytesOut: figure }),
  ),
  fellBack: z.array(z.object({ layer: text, op: text, ms: figure, copyMs: figure })),
});

const memory = z.object({
  beforeBytes: figure,
  peakBytes: figure,
  steadyBytes: figure,
  liveBytes: figure,
  gpu: z
    .object({
      tool: text,
      peakBytes: figure,
      steadyBytes: figure,
      utilisationPercent: figure,
      temperatureC: nullable,
    })
    .nullable(),
  samples: z.array(z.object({ atMs: figure, bytes: figure, gpuBytes: figure.optional() })),
});

const sample = z.object({
  name: text,
  index: count,
  runs: count,
  wall: stats,
  slowestNode: text,
  problem: text.optional(),
});

/** What the engine measured, as it stands in a profile's file. */
export const measuredSchema: z.ZodType<Measured> = z.object({
  cold: z.object({ wallMs: figure, loadMs: figure, nodes: byName(figure) }),
  warmUp: z.object({ runs: count, ms: figure, endedBy: z.enum(['stable', 'budget']) }),
  runs: count,
  stoppedBy: z.enum(['interval', 'budget', 'count', 'cancelled']),
  intervalPercent: figure,
  wall: stats,
  throughput: figure,
  nodes: z.array(node),
  stages: z.array(
    z.object({
      ...parts,
      stage: count,
      nodes: z.array(text),
      mode: z.enum(['item', 'stream']),
      criticalPercent: figure,
      bytesOut: figure,
    }),
  ),
  remainder: stats,
  attributedPercent: figure,
  wires: z.array(z.object({ from: text, to: text, bytes: figure, items: figure })),
  workers: z.array(z.object({ worker: text, busyPercent: figure })),
  models: z.array(model),
  memory,
  overhead: z.object({
    msPerRun: figure,
    percent: figure,
    lowPercent: figure,
    highPercent: figure,
    pairs: count,
  }),
  samples: z.array(sample),
  series: z.object({ wallMs: figures, atMs: figures, sample: figures, nodes: byName(figures) }),
  shown: z.object({ median: count, p95: count, slowest: count }),
  warnings: z.array(text),
});
