import { paramSet } from '../../graph/changes.ts';
import { fitting, type Knob, knobsOf } from '../knobs.ts';
import { byWeight, criticalShare, type Idea, independent, inTurn, nameOf, type Subject } from './subject.ts';
import { listWords, msWords, oftenWords } from './words.ts';

/** Queues shorter than this share of a request are no reason to open a lane. */
const worthWaiting = 0.01;

interface Laned {
  readonly knob: Knob;
  readonly lane: number;
  readonly queueMs: number;
}

/** Models that need nothing of each other and yet wait for each other in one lane: a lane for each. */
export function laneIdeas(subject: Subject): readonly Idea[] {
  const models = byWeight(subject).flatMap((node): readonly Laned[] => {
    const knob = knobsOf(node).get('lane');
    const model = subject.models.get(node.id);
    if (knob === undefined || model === undefined || model.lane < 0) return [];
    return [{ knob, lane: model.lane, queueMs: subject.nodes.get(node.id)?.queue.p50 ?? 0 }];
  });
  const lanes = [...new Set(models.map(({ lane }) => lane))];
  return lanes.flatMap((lane) => {
    const here = models.filter((model) => model.lane === lane);
    const waiting = here.filter(
      (model) =>
        model.queueMs >= worthWaiting * subject.wallMs &&
        here.some((other) => independent(subject.checked, model.knob.node, other.knob.node)),
    );
    return here.length < 2 || waiting.length === 0 ? [] : apart(subject, lane, here, waiting, lanes);
  });
}

function apart(
  subject: Subject,
  lane: number,
  here: readonly Laned[],
  waiting: readonly Laned[],
  taken: readonly number[],
): readonly Idea[] {
  const free: number[] = [];
  for (let next = 0; free.length < here.length - 1; next++) if (!taken.includes(next)) free.push(next);
  // The costliest stays where it is, and is named so that the lane is not chosen anew.
  const places = here.map((model, i) => ({ ...model, to: i === 0 ? lane : free[i - 1] }));
  if (places.some(({ knob, to }) => fitting(knob, [to]).length === 0)) return [];
  const longest = waiting.reduce((a, b) => (b.queueMs > a.queueMs ? b : a));
  const node = longest.knob.node;
  const others = here.filter((model) => independent(subject.checked, node, model.knob.node));
  const often = subject.nodes.get(node)?.onPathPercent ?? 0;
  return [
    {
      id: `lanes:${here.map(({ knob }) => knob.node).join('+')}`,
      kind: 'lanes',
      title: `A lane of its own for ${listWords(here.map(({ knob }) => nameOf(subject, knob.node)))}`,
      why: `${nameOf(subject, node)} waits ${msWords(longest.queueMs)} of ${msWords(subject.wallMs)} in lane ${lane}, which it shares with ${listWords(others.map(({ knob }) => nameOf(subject, knob.node)))}; it is on the critical path ${oftenWords(often)}, and neither needs the other.`,
      nodes: here.map(({ knob }) => knob.node),
      changes: inTurn(
        subject.document,
        places.map(
          ({ knob, to }) =>
            (document) =>
              paramSet(document, knob.node, knob.param, to),
        ),
      ),
      aims: 'latency',
      expected: Math.min(
        1,
        waiting.reduce((sum, model) => sum + Math.min(model.queueMs / subject.wallMs, criticalShare(subject, node)), 0),
      ),
    },
  ];
}
