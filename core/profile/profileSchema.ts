import { z } from 'zod';
import { documentSchema } from '../graph/entries.ts';
import { changeSchema } from '../graph/journal.ts';
import type { Advice } from './advice.ts';
import type { Difference } from './comparison.ts';
import { byName, device, figure, nullable, problem, stats, text } from './fields.ts';
import type { LoadResult } from './load.ts';
import { measuredSchema } from './measuredSchema.ts';
import { type Profile, profileVersion } from './profile.ts';
import type { SearchResult } from './search.ts';

const count = z.number().int();

const environment = z.object({
  os: text,
  cpu: text,
  cores: count,
  memoryBytes: figure,
  gpus: z.array(z.object({ name: text, driver: text, memoryBytes: figure })),
  node: text,
  runtime: text,
  tributary: text,
  nodeVersions: byName(count),
  power: byName(text),
  loadBefore: nullable,
  container: z.boolean(),
});

const settings = z.object({
  intervalPercent: figure,
  budgetMs: figure,
  minRuns: count,
  maxRuns: count,
  operators: z.boolean(),
  traceSpans: count,
});

const load: z.ZodType<LoadResult> = z.object({
  createdAt: text,
  settings: z.object({
    arrivals: z.enum(['closed', 'constant', 'poisson']),
    levels: z.array(figure),
    secondsPerLevel: figure,
    batches: z.array(count),
    maxQueue: count,
    seed: figure,
  }),
  curves: z.array(
    z.object({
      batch: count,
      points: z.array(
        z.object({
          level: figure,
          offered: figure,
          throughput: figure,
          latency: stats,
          wait: stats,
          failed: count,
          saturated: z.boolean(),
        }),
      ),
      knee: count.nullable(),
    }),
  ),
});

const difference: z.ZodType<Difference> = z.object({
  before: figure,
  after: figure,
  ratio: figure,
  low: figure,
  high: figure,
  p: figure,
  verdict: z.enum(['faster', 'slower', 'same', 'unsure']),
});

/** By name, so that a kind that is added and forgotten here does not compile. */
const adviceKinds = {
  reorder: 'reorder',
  fuse: 'fuse',
  threads: 'threads',
  lanes: 'lanes',
  copies: 'copies',
  batch: 'batch',
  device: 'device',
  precision: 'precision',
  int8: 'int8',
  optimisation: 'optimisation',
  fallback: 'fallback',
  remove: 'remove',
  together: 'together',
} as const satisfies { readonly [K in Advice['kind']]: K };

const advice: z.ZodType<Advice> = z.object({
  id: text,
  kind: z.enum(adviceKinds),
  title: text,
  why: text,
  nodes: z.array(text),
  changes: z.array(changeSchema),
  makes: z.array(z.object({ path: text, from: text, how: z.literal('int8') })).optional(),
  aims: z.enum(['latency', 'throughput']),
  tried: z
    .object({
      runs: count,
      p50: difference,
      p95: difference,
      throughput: difference.nullable(),
      answers: z.object({
        identical: z.boolean(),
        maxDifference: nullable,
        bestSame: z.object({ same: count, of: count }).nullable(),
        words: text,
      }),
    })
    .nullable(),
  problem: problem.nullable(),
  verdict: z.enum(['helps', 'trades', 'none', 'failed', 'untried']),
  applied: z.boolean(),
});

const search: z.ZodType<SearchResult> = z.object({
  createdAt: text,
  settings: z.object({
    limit: z.object({
      metric: z.enum(['p50', 'p95', 'p99']),
      underMs: figure,
      goal: z.enum(['throughput', 'latency', 'memory']),
    }),
    budgetMs: figure,
    knobs: z.array(z.enum(['device', 'threads', 'batch', 'copies', 'precision'])),
    maxDifference: nullable,
  }),
  stoppedBy: z.enum(['done', 'budget', 'cancelled']),
  space: figure,
  pruned: figure,
  points: z.array(
    z.object({
      id: count,
      settings: z.array(z.object({ node: text, param: text, value: z.json() })),
      p50: figure,
      p95: figure,
      p99: figure,
      throughput: figure,
      concurrency: figure,
      memoryBytes: figure,
      answersDifference: nullable,
      holds: z.boolean(),
    }),
  ),
  front: z.array(count),
  winner: count.nullable(),
  words: z.array(text).default([]),
  changes: z.array(changeSchema),
});

/** A profile's file. What it does not name is left out on reading. */
export const profileSchema: z.ZodType<Profile> = z.object({
  profileVersion: z.literal(profileVersion),
  id: z.string().regex(/^[a-z0-9-]{1,64}$/, 'must be 1 to 64 small letters, digits or -'),
  label: z.string().max(200),
  createdAt: text,
  durationMs: figure,
  document: documentSchema,
  documentHash: text,
  device,
  samples: z.array(z.object({ name: text })),
  settings,
  environment,
  measured: measuredSchema,
  load: z.array(load),
  advice: z.array(advice),
  search: z.array(search),
});

/** What a list shows, as it stands at the head of the file so that nothing behind it need be read. */
export const headSchema = z.object({
  id: z.string().regex(/^[a-z0-9-]{1,64}$/),
  label: z.string().max(200),
  createdAt: text,
  documentHash: text,
  device,
  runs: count,
  p50: figure,
  p95: figure,
  cpu: text,
});
