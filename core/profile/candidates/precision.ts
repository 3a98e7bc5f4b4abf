import { paramSet } from '../../graph/changes.ts';
import { knobsOf } from '../knobs.ts';
import { byWeight, criticalShare, type Idea, inTurn, nameOf, ranOn, type Subject } from './subject.ts';
import { listWords, msWords, percentWords } from './words.ts';

const worthShare = 0.05;
/** Processors whose arithmetic has a shorter float that the runtime uses when it may. */
const shortFloats = /arm64|aarch64|apple/i;

/** Shorter floats where the device has them: all models on the critical path together. */
export function precisionIdeas(subject: Subject): readonly Idea[] {
  const models = byWeight(subject).flatMap((node) => {
    const knob = knobsOf(node).get('precision');
    const device = ranOn(subject, node.id);
    if (knob === undefined || knob.spec.form !== 'choice' || device === '') return [];
    if (device === 'cpu' && !shortFloats.test(subject.platform)) return [];
    const other = knob.spec.choices.find((choice) => choice !== knob.spec.default);
    if (knob.now !== knob.spec.default || other === undefined) return [];
    return criticalShare(subject, node.id) < worthShare ? [] : [{ knob, other, device }];
  });
  if (models.length === 0) return [];
  const nodes = models.map(({ knob }) => knob.node);
  const share = nodes.reduce((sum, id) => sum + criticalShare(subject, id), 0);
  const runMs = nodes.reduce((sum, id) => sum + (subject.nodes.get(id)?.run.p50 ?? 0), 0);
  const devices = [...new Set(models.map(({ device }) => device))];
  return [
    {
      id: `precision:${nodes.join('+')}`,
      kind: 'precision',
      title: `Reduced precision for ${listWords(nodes.map((id) => nameOf(subject, id)))}`,
      why: `${nodes.length === 1 ? 'It takes' : 'They take'} ${percentWords(100 * share)} of the critical path (${msWords(runMs)}) on ${listWords(devices)}, which may compute with shorter floats; answers change a little.`,
      nodes,
      changes: inTurn(
        subject.document,
        models.map(
          ({ knob, other }) =>
            (document) =>
              paramSet(document, knob.node, knob.param, other),
        ),
      ),
      aims: 'latency',
      expected: 0.2 * share,
    },
  ];
}
