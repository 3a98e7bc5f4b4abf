import { paramSet } from '../../graph/changes.ts';
import { fitting, knobsOf } from '../knobs.ts';
import { byWeight, criticalShare, type Idea, nameOf, ranOn, type Subject } from './subject.ts';
import { listWords, msWords, percentWords } from './words.ts';

/** Models some of whose operators came back to the CPU, with their tensors: the whole model there, and no copies. */
export function fallbackIdeas(subject: Subject): readonly Idea[] {
  return byWeight(subject).flatMap((node) => {
    const knob = knobsOf(node).get('device');
    const model = subject.models.get(node.id);
    const device = ranOn(subject, node.id);
    if (knob === undefined || model === undefined || model.fellBack.length === 0 || device === 'cpu') return [];
    if (fitting(knob, ['cpu']).length === 0) return [];
    const ms = model.fellBack.reduce((sum, op) => sum + op.ms, 0);
    const copyMs = model.fellBack.reduce((sum, op) => sum + op.copyMs, 0);
    const ops = [...new Set(model.fellBack.map(({ op }) => op))];
    const layers = [...model.fellBack].sort((a, b) => b.ms + b.copyMs - a.ms - a.copyMs);
    const lost = (ms + copyMs) / Math.max(1e-6, model.profiledRunMs);
    return [
      {
        id: `fallback:${node.id}`,
        kind: 'fallback',
        title: `${nameOf(subject, node.id)} wholly on the CPU`,
        why: `${model.fellBack.length} of its operators (${listWords(ops)}) fell back from ${device} to the CPU for ${msWords(ms)} a run, and moving their tensors cost ${msWords(copyMs)}, ${percentWords(100 * Math.min(1, lost))} of the run; the costliest is ${layers[0].layer || layers[0].op}.`,
        nodes: [node.id],
        changes: paramSet(subject.document, knob.node, knob.param, 'cpu'),
        aims: 'latency',
        expected: criticalShare(subject, node.id) * Math.min(1, lost) * 0.5,
      },
    ];
  });
}
