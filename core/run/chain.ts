import type { ImageValue, MediaSource, Value } from '../kinds/value.ts';
import type { Stage } from '../plan/plan.ts';
import type { ProblemData } from '../problems/problem.ts';
import { externalOf, type Given, sampleOf } from './external.ts';
import type { Joined } from './join.ts';
import type { Keeper, Later } from './keeper.ts';

type Inputs = Readonly<Record<string, Value | undefined>>;

/** What a fused chain works on; null when the host's pass cannot begin with it. */
export function chainSource(run: Given, stage: Stage, inputs: Inputs): MediaSource | ImageValue | null {
  const first = stage.nodes[0];
  const given = first.definition.external === null ? Object.values(inputs)[0] : externalOf(run, first);
  const source = given ?? (run.noSamples ? null : sampleOf(run, first));
  return source?.kind === 'media' || source?.kind === 'image' ? source : null;
}

export interface HeadOfChain {
  readonly value: Value;
  readonly taken: number;
}

/** Lets the host do as many of the chain's first `count` nodes as it can in one pass; null when it takes none. */
export async function passHead(
  run: Given,
  stage: Stage,
  source: MediaSource | ImageValue,
  count: number,
  signal: AbortSignal,
): Promise<HeadOfChain | null> {
  // A picture that is decoded already has the first step behind it.
  const done = source.kind === 'image' && stage.steps[0].op === 'decode' ? 1 : 0;
  if (source.kind === 'image' && done === count) return { value: source, taken: done };
  const pass = await run.host.node.image.pass(source, stage.steps.slice(done, count), signal);
  const taken = done + pass.taken;
  return taken === 0 ? null : { value: pass.value, taken };
}

/** Tells the keeper of the pictures inside a chain, as far as its first `count` nodes, should somebody ask for them. */
export function seeInside(
  keeper: Keeper,
  run: Given,
  stage: Stage,
  inputs: Inputs,
  { t, durationSeconds }: Pick<Joined, 't' | 'durationSeconds'>,
  count: number,
): void {
  // Only this is held on to, not the run with all its values.
  const given: Given = { plan: run.plan, host: run.host, inputs: run.inputs, noSamples: run.noSamples };
  const time = durationSeconds === undefined ? { t } : { t, durationSeconds };
  for (const [place, end] of innerEnds(stage).entries()) {
    if (place >= count) break;
    keeper.see(end, { ...time, later: pictureAfter(given, stage, inputs, time, place + 1) });
  }
}

/** The same missing modality inside a chain, from the node at `from` on. */
export function missInside(keeper: Keeper, stage: Stage, missing: ProblemData, t: number, from: number): void {
  for (const end of innerEnds(stage).slice(from)) keeper.see(end, { t, missing });
}

/** The only output of each node of a chain but the last. */
function innerEnds(stage: Stage): readonly string[] {
  return stage.nodes.slice(0, -1).map((node) => `${node.id}.${Object.keys(node.outputs)[0]}`);
}

function pictureAfter(
  run: Given,
  stage: Stage,
  inputs: Inputs,
  time: Pick<Joined, 't' | 'durationSeconds'>,
  count: number,
): Later {
  const source = chainSource(run, stage, inputs);
  return {
    from: source,
    make: async (signal) => {
      const head = source === null ? null : await passHead(run, stage, source, count, signal);
      let value = head?.value;
      for (let at = head?.taken ?? 0; at < count; at++) {
        const node = stage.nodes[at];
        const doing = node.definition.run as NonNullable<typeof node.definition.run>;
        const values = await doing({
          inputs: value === undefined ? inputs : { [Object.keys(node.sources)[0]]: value },
          params: node.params,
          files: node.files,
          host: run.host.node,
          signal,
          note: () => undefined,
          t: time.t,
          durationSeconds: time.durationSeconds,
          missing: {},
          miss: () => undefined,
          owned: new Set(),
          external: node.definition.external === null ? null : externalOf(run, node),
        });
        value = Object.values(values)[0];
      }
      return value as Value;
    },
  };
}
