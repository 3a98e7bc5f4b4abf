import { paramSet } from '../../graph/changes.ts';
import { fitting, type Knob, knobsOf } from '../knobs.ts';
import { byWeight, criticalShare, type Idea, inTurn, nameOf, ranOn, type Subject } from './subject.ts';
import { listWords, msWords, percentWords } from './words.ts';

/** A guess of what share of a model's time another device saves, before it is tried. */
function hope(from: string, to: string, runMs: number): number {
  if (to === 'cpu') return runMs < 1 ? 0.3 : 0.1;
  return from === 'cpu' || from === '' ? (runMs < 1 ? 0.2 : 0.7) : 0.2;
}

/** Each device that works here and is not the one that ran: for all models at once, and for the heaviest alone. */
export function deviceIdeas(subject: Subject): readonly Idea[] {
  const models = byWeight(subject).flatMap((node) => {
    const knob = knobsOf(node).get('device');
    return knob === undefined || ranOn(subject, node.id) === '' ? [] : [knob];
  });
  return subject.machine.devices.flatMap((device) => {
    const movable = models.filter((knob) => ranOn(subject, knob.node) !== device && fitting(knob, [device]).length > 0);
    if (movable.length === 0) return [];
    const all = moved(subject, device, movable);
    const heavy = movable[0];
    const enough = movable.length > 1 && criticalShare(subject, heavy.node) >= 0.2;
    return enough ? [all, moved(subject, device, [heavy])] : [all];
  });
}

function moved(subject: Subject, device: string, knobs: readonly Knob[]): Idea {
  const nodes = knobs.map((knob) => knob.node);
  const names = nodes.map((id) => nameOf(subject, id));
  const ran = [...new Set(nodes.map((id) => ranOn(subject, id)))];
  const share = nodes.reduce((sum, id) => sum + criticalShare(subject, id), 0);
  const runMs = nodes.reduce((sum, id) => sum + (subject.nodes.get(id)?.run.p50 ?? 0), 0);
  const expected = nodes.reduce(
    (sum, id) =>
      sum + criticalShare(subject, id) * hope(ranOn(subject, id), device, subject.nodes.get(id)?.run.p50 ?? 0),
    0,
  );
  return {
    id: `device:${device}:${nodes.join('+')}`,
    kind: 'device',
    title: `${listWords(names)} on ${device}`,
    why: `${nodes.length === 1 ? 'It' : 'They'} ran on ${listWords(ran)} for ${msWords(runMs)}, ${percentWords(100 * share)} of the critical path; ${device} starts on this machine too.`,
    nodes,
    changes: inTurn(
      subject.document,
      knobs.map((knob) => (document) => paramSet(document, knob.node, knob.param, device)),
    ),
    aims: 'latency',
    expected,
  };
}
