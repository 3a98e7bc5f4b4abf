import { checkDocument } from '../../../core/check/check.ts';
import type { FactsLookup } from '../../../core/check/files.ts';
import type { FileFacts } from '../../../core/define/file-facts.ts';
import type { Registry } from '../../../core/define/registry.ts';
import type { PipelineDocument } from '../../../core/graph/document.ts';
import type { Candidate } from '../../../core/profile/advice.ts';
import { advise } from '../../../core/profile/advise.ts';
import type { Machine } from '../../../core/profile/knobs.ts';
import type { ModelProfile, NodeProfile, Profile } from '../../../core/profile/profile.ts';
import { statsOf } from '../../../core/profile/stats.ts';
import { knownProfile } from './knownProfile.ts';

/** What was measured of a node: milliseconds of work a request, all of it on the critical path unless it is said. */
export interface NodeTold extends Partial<Omit<NodeProfile, 'run' | 'queue' | 'total'>> {
  readonly ms: number;
  readonly queueMs?: number;
  readonly model?: Partial<ModelProfile>;
}

/** A profile of a document, told node by node; nodes that are not told took 0.01 ms. */
export function told(
  document: PipelineDocument,
  nodes: Readonly<Record<string, NodeTold>>,
  environment: Partial<Profile['environment']> = {},
): Profile {
  const all = document.nodes.map((node) => ({ node: node.id, ...(nodes[node.id] ?? { ms: 0.01 }) }));
  const wallMs = all.reduce((sum, { ms, queueMs = 0 }) => sum + ms + queueMs, 0);
  const base = knownProfile();
  const profiles = all.map(({ ms, queueMs = 0, model, ...more }, stage): NodeProfile => {
    const device = model === undefined ? null : (model.device ?? 'cpu');
    return {
      ...base.measured.nodes[0],
      stage,
      items: 1,
      worker: model === undefined ? 'main' : `lane ${model.lane ?? 0}`,
      device,
      bytesIn: 0,
      bytesOut: 0,
      criticalPercent: (100 * (ms + queueMs)) / wallMs,
      onPathPercent: 100,
      slackMs: 0,
      shared: false,
      ...more,
      run: statsOf([ms]),
      queue: statsOf([queueMs]),
      total: statsOf([ms + queueMs]),
    };
  });
  const models = all.flatMap(({ node, ms, model }): readonly ModelProfile[] =>
    model === undefined
      ? []
      : [
          {
            node,
            file: `${node}.onnx`,
            asked: 'auto',
            device: 'cpu',
            lane: 0,
            threads: 1,
            profiledRunMs: ms,
            runMs: ms,
            kernelMs: ms,
            kernels: [],
            layers: [],
            fellBack: [],
            ...model,
          },
        ],
  );
  const busy = new Map<string, number>();
  for (const { worker, run } of profiles) busy.set(worker, (busy.get(worker) ?? 0) + (100 * run.mean) / wallMs);
  const workers = [...busy].map(([worker, busyPercent]) => ({ worker, busyPercent }));
  const measured = { ...base.measured, wall: statsOf([wallMs]), nodes: profiles, models, workers };
  return { ...base, document, measured, environment: { ...base.environment, ...environment } };
}

export function adviceOn(
  profile: Profile,
  registry: Registry,
  machine: Machine = { cores: 4, devices: ['cpu'] },
  facts: FactsLookup = () => undefined,
): readonly Candidate[] {
  const checked = checkDocument(profile.document, registry, facts);
  const errors = checked.problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
  return advise({ profile, checked, registry, facts, machine });
}

/** A model of one matrix product of one input and output, whose first dimension may be left free. */
export function modelFacts(path: string, shape: readonly (number | string | null)[], operators = {}): FileFacts {
  const port = { form: 'tensor', dtype: 'float32', shape } as const;
  return {
    path,
    bytes: 4e6,
    sha256: 'a'.repeat(64),
    model: {
      inputs: [{ name: 'x', ...port }],
      outputs: [{ name: 'y', ...port }],
      irVersion: 8,
      opsets: [{ domain: '', version: 17 }],
      operators: { MatMul: 4, ...operators },
      parameterCount: 1e6,
      parameterBytes: 4e6,
      externalData: [],
      producer: '',
      metadata: {},
    },
  };
}
