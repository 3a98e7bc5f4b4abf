import { paramSet } from '../../graph/changes.ts';
import { fitting, type Knob, knobsOf } from '../knobs.ts';
import type { Subject } from './subject.ts';
import { byWeight, coresBusy, criticalShare, type Idea, independent, inTurn, nameOf, ranOn } from './subject.ts';
import { listWords, msWords, percentWords } from './words.ts';

/** Below this share of the critical path more threads cannot be felt. */
const worthShare = 0.05;
/** Runs shorter than this are over before further threads are awake. */
const shortMs = 0.2;

interface Threaded {
  readonly knob: Knob;
  /** As it ran. */
  readonly threads: number;
  readonly share: number;
  readonly runMs: number;
}

/** More threads for models that leave cores idle, fewer for those that pay more for threads than they get. */
export function threadIdeas(subject: Subject): readonly Idea[] {
  const models = byWeight(subject).flatMap((node): readonly Threaded[] => {
    const knob = knobsOf(node).get('threads');
    const threads = subject.models.get(node.id)?.threads ?? 0;
    if (knob === undefined || threads < 1 || ranOn(subject, node.id) !== 'cpu') return [];
    const runMs = subject.nodes.get(node.id)?.run.p50 ?? 0;
    return [{ knob, threads, share: criticalShare(subject, node.id), runMs }];
  });
  return [...models.flatMap((model) => more(subject, model)), ...fewer(subject, models), ...single(subject, models)];
}

function more(subject: Subject, { knob, threads, share, runMs }: Threaded): readonly Idea[] {
  const { cores } = subject.machine;
  if (threads >= cores || share < worthShare || runMs < shortMs) return [];
  const values = [cores, ...(cores >= 4 ? [Math.ceil(cores / 2)] : [])].filter((value) => value > threads);
  // Shares of the work that run in parallel (Amdahl), by how long it takes: a guess, for the order of trying alone.
  const parallel = runMs < 1 ? 0.2 : runMs < 5 ? 0.5 : 0.8;
  const name = nameOf(subject, knob.node);
  return fitting(knob, values).map((value) => ({
    id: `threads:${knob.node}:${value}`,
    kind: 'threads',
    title: `${Number(value)} threads for ${name} instead of ${threads}`,
    why: `It takes ${percentWords(100 * share)} of the critical path (${msWords(runMs)} a request) on ${threads} of ${cores} cores; on the mean ${coresBusy(subject).toFixed(1)} cores are busy.`,
    nodes: [knob.node],
    changes: paramSet(subject.document, knob.node, knob.param, value),
    aims: 'latency',
    expected: share * parallel * (1 - threads / Number(value)),
  }));
}

/** Models that may run at the same time with more threads than there are cores get in each other's way. */
function fewer(subject: Subject, models: readonly Threaded[]): readonly Idea[] {
  const { cores } = subject.machine;
  const crowd = models.filter(
    (model) =>
      model.threads > 1 && models.some((other) => independent(subject.checked, model.knob.node, other.knob.node)),
  );
  const asked = crowd.reduce((sum, model) => sum + model.threads, 0);
  if (crowd.length < 2 || asked <= cores) return [];
  const each = Math.max(1, Math.floor(cores / crowd.length));
  const turned = crowd.filter(({ knob, threads }) => threads > each && fitting(knob, [each]).length > 0);
  if (turned.length === 0) return [];
  return [
    {
      id: `threads:${turned.map(({ knob }) => knob.node).join('+')}:${each}`,
      kind: 'threads',
      title: `${each} thread${each === 1 ? '' : 's'} each for ${listWords(turned.map(({ knob }) => nameOf(subject, knob.node)))}`,
      why: `They may run at the same time and then ask for ${asked} threads on ${cores} cores.`,
      nodes: turned.map(({ knob }) => knob.node),
      changes: set(subject, turned, each),
      aims: 'latency',
      expected: 0.2 * turned.reduce((sum, { share }) => sum + share, 0),
    },
  ];
}

/** One thread each: more requests at once, as no core waits for another; and small models are faster so. */
function single(subject: Subject, models: readonly Threaded[]): readonly Idea[] {
  const turned = models.filter(({ knob, threads }) => threads > 1 && fitting(knob, [1]).length > 0);
  if (turned.length === 0) return [];
  const runMs = turned.reduce((sum, model) => sum + model.runMs, 0);
  const small = runMs / turned.length < 2;
  const busy = runMs / subject.wallMs;
  return [
    {
      id: `threads:${turned.map(({ knob }) => knob.node).join('+')}:1`,
      kind: 'threads',
      title: `1 thread for ${listWords(turned.map(({ knob }) => nameOf(subject, knob.node)))}`,
      why: `${turned.length === 1 ? 'It takes' : 'They take'} ${msWords(runMs)} a request with ${listWords([...new Set(turned.map(({ threads }) => `${threads}`))])} threads; ${small ? 'runs this short often lose more to handing work out than they gain' : 'with many requests at once, threads of one run wait for each other while other requests could use the cores'}.`,
      nodes: turned.map(({ knob }) => knob.node),
      changes: set(subject, turned, 1),
      aims: small ? 'latency' : 'throughput',
      expected: (small ? 0.2 : 0.15) * Math.min(1, busy),
    },
  ];
}

function set(subject: Subject, turned: readonly Threaded[], threads: number) {
  return inTurn(
    subject.document,
    turned.map(
      ({ knob }) =>
        (document) =>
          paramSet(document, knob.node, knob.param, threads),
    ),
  );
}
