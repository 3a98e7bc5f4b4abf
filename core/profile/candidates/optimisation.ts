import { paramSet } from '../../graph/changes.ts';
import { fitting, knobsOf } from '../knobs.ts';
import { byWeight, criticalShare, type Idea, nameOf, type Subject } from './subject.ts';
import { msWords, percentWords } from './words.ts';

/** Operators that only bring tensors into another layout; the runtime puts them in at its highest level. */
const layoutOps = new Set(['ReorderInput', 'ReorderOutput', 'Transpose']);
const worthShare = 0.05;

/** The default level where somebody has set a lower one; one level less where layouts cost more than they gain. */
export function optimisationIdeas(subject: Subject): readonly Idea[] {
  return byWeight(subject).flatMap((node) => {
    const knob = knobsOf(node).get('optimisation');
    const share = criticalShare(subject, node.id);
    if (knob === undefined || knob.spec.form !== 'choice' || share < worthShare) return [];
    const { choices, default: usual } = knob.spec;
    const at = choices.indexOf(String(knob.now));
    const name = nameOf(subject, node.id);
    const idea = (value: string, why: string, expected: number): Idea => ({
      id: `optimisation:${node.id}:${value}`,
      kind: 'optimisation',
      title: `Optimisation level “${value}” for ${name}`,
      why,
      nodes: [node.id],
      changes: paramSet(subject.document, knob.node, knob.param, value),
      aims: 'latency',
      expected,
    });
    if (at < choices.indexOf(usual)) {
      const why = `It takes ${percentWords(100 * share)} of the critical path and is opened with the level “${choices[at]}”; the runtime rewrites the graph further with “${usual}”.`;
      return [idea(usual, why, 0.2 * share)];
    }
    const model = subject.models.get(node.id);
    const layoutMs = (model?.kernels ?? []).reduce((sum, { op, ms }) => sum + (layoutOps.has(op) ? ms : 0), 0);
    const part = model === undefined || model.kernelMs === 0 ? 0 : layoutMs / model.kernelMs;
    if (part < 0.05 || at < 1 || fitting(knob, [choices[at - 1]]).length === 0) return [];
    const why = `${percentWords(100 * part)} of its kernels' time (${msWords(layoutMs)}) goes into bringing tensors into other layouts, as the level “${choices[at]}” asks for.`;
    return [idea(choices[at - 1], why, part * share)];
  });
}
