import type { BundledProfile } from '../serve/manifest.ts';
import type { PipelineSignature } from '../serve/signature.ts';
import { resourceName, titleOf } from './names.ts';
import type { ExportFile, ExportInput } from './target.ts';

/** A node as whoever watches the pipeline sees it. */
export interface TargetNode {
  readonly id: string;
  /** Its label, or the title of its type: one line, not too long, but otherwise anything. */
  readonly title: string;
  /** Whether it runs a model. */
  readonly model: boolean;
  /** Median of its time per request, as it was measured; null where it was not. */
  readonly p50Ms: number | null;
}

/** What one copy of the server needs, from what was measured. */
export interface TargetResources {
  /** Whole cores. */
  readonly cores: number;
  readonly requestMiB: number;
  readonly limitMiB: number;
  /** Until it is ready, at most: models opened, warmed up, golden outputs reproduced. */
  readonly startSeconds: number;
  /** Of a request that waits for nothing; null where nothing was measured. */
  readonly p95Ms: number | null;
  /** Requests a second that one copy answered; null where nothing was measured. */
  readonly perSecond: number | null;
  /** Where the figures come from, for people. */
  readonly because: readonly string[];
}

/** What every deployment target is told of a pipeline. */
export interface TargetFacts {
  readonly title: string;
  /** For resources: small letters, digits and dashes, a letter first, at most 42. */
  readonly name: string;
  readonly version: string;
  readonly image: string;
  readonly gpu: boolean;
  readonly httpPort: number;
  readonly grpcPort: number;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly nodes: readonly TargetNode[];
  readonly signature: PipelineSignature;
  readonly resources: TargetResources;
  /** Requests that run at once in one copy, and that may wait there. */
  readonly running: number;
  readonly waiting: number;
  readonly deadlineMs: number;
}

export function factsOf(input: ExportInput): TargetFacts {
  const { options, serving } = input;
  return {
    title: titleOf(input.title, 200),
    name: resourceName(input.name),
    version: input.version,
    image: input.image,
    gpu: options.device === 'cuda',
    httpPort: options.port,
    grpcPort: options.grpcPort,
    minReplicas: options.minReplicas,
    maxReplicas: options.maxReplicas,
    nodes: nodesOf(input),
    signature: input.signature,
    resources: resourcesOf(input.profile, serving.concurrency),
    running: serving.concurrency,
    waiting: options.maxQueue > 0 ? options.maxQueue : serving.maxQueue,
    deadlineMs: serving.deadlineMs,
  };
}

/** Nodes that do something when a request comes, in order. */
function nodesOf({ checked, profile }: ExportInput): readonly TargetNode[] {
  const measured = new Map(profile?.nodes.map(({ node, p50Ms }) => [node, p50Ms]));
  return checked.order.flatMap((id): TargetNode[] => {
    const found = checked.nodes.get(id);
    if (found === undefined || found.definition.publishes) return [];
    const { definition, node, params } = found;
    const title = titleOf(node.label === undefined || node.label.trim() === '' ? definition.title : node.label, 60);
    const model = Object.entries(definition.params).some(
      ([name, spec]) => spec.form === 'file' && spec.role === 'onnx' && params[name] !== '',
    );
    return [{ id, title, model, p50Ms: measured.get(id) ?? null }];
  });
}

const MiB = 1024 * 1024;
/** Decoded bytes of waiting requests, as the server bounds them, and what its own process takes: 280 in bench/soak. */
const decodedMiB = 512;
const serverMiB = 320;

/**
 * Memory: the highest that was measured and a quarter, with room for the server; the limit has room besides for decoded
 * inputs that wait. Cores: one for each request that runs at once. Start: five times the first run, at least two minutes.
 */
export function resourcesOf(profile: BundledProfile | null, concurrency: number): TargetResources {
  if (profile === null)
    return {
      cores: concurrency,
      requestMiB: 1024,
      limitMiB: 2048 + decodedMiB,
      startSeconds: 300,
      p95Ms: null,
      perSecond: null,
      because: [
        'No profile was at hand: memory and start are guesses. Measure with `tributary profile`, export again.',
      ],
    };
  const requestMiB = roundUp((profile.peakBytes / MiB) * 1.25 + serverMiB, 64);
  const peak = Math.round(profile.peakBytes / MiB);
  const startSeconds = Math.max(120, roundUp((5 * profile.coldMs) / 1000, 10));
  const on = `on ${titleOf(profile.cpu, 80)}`;
  return {
    cores: concurrency,
    requestMiB,
    limitMiB: roundUp(requestMiB * 1.25 + decodedMiB, 64),
    startSeconds,
    p95Ms: profile.p95Ms,
    perSecond: profile.loadRequestsPerSecond ?? profile.throughput,
    because: [
      `CPU: ${concurrency}, one core for each request that runs at once.`,
      `Memory: ${peak} MiB were in use at the most ${on}; the request is that and a quarter, with ${serverMiB} MiB for the server; the limit adds another quarter and ${decodedMiB} MiB for inputs that wait.`,
      `Start: the first run took ${(profile.coldMs / 1000).toFixed(1)} s; the server may take ${startSeconds} s until it is ready.`,
      `Latency: p95 was ${profile.p95Ms.toFixed(1)} ms ${on}.`,
    ],
  };
}

function roundUp(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}

/** A file that deploys the bundle and is no part of what is served. */
export function deploymentFile(path: string, text: string): ExportFile {
  return { path, content: { text }, served: false };
}
