import { attributeRun } from '../../core/profile/attribute.ts';
import type { RunnableSamples } from '../../core/profile/measure.ts';
import type { Cold } from '../../core/profile/profile.ts';
import { Recorder } from '../../core/profile/recorder.ts';
import { loadMs } from '../../core/profile/workers.ts';
import { spanKinds } from '../../core/run/tracer.ts';
import { autoCandidates, tryDevice } from '../models/devices.ts';
import { asProblem, cancelledProblem, type Runner } from './runner.ts';

const spans = 1_000_000;

/**
 * The first run after every model of the folder was closed. What is done once per machine or process and never again is
 * kept out of it: trying devices, and opening an unknown model in a process that may die.
 */
export async function coldRun(runner: Runner, samples: RunnableSamples): Promise<Cold> {
  const { models, plan, device } = runner.prepared;
  if (plan.stages.some((stage) => stage.nodes.some(({ definition }) => readsModel(definition.params)))) {
    if (device === undefined || device === 'auto') await autoCandidates();
    else await tryDevice(device);
  }
  for (;;) {
    const probes = models.stats().probes;
    const [sample] = samples.left();
    await models.release();
    const recorder = new Recorder({ originMs: performance.now(), maxSpans: spans }).run(sample);
    try {
      await runner.run(sample, { tracer: recorder });
    } catch (error) {
      if (runner.signal.aborted) throw cancelledProblem(runner.signal.reason);
      samples.drop(sample, asProblem(error));
      continue;
    }
    // Every model is known from now on: once more, without that.
    if (models.stats().probes > probes) continue;
    const trace = recorder.alone();
    const parts = attributeRun(trace, 0, plan);
    const whole = parts.nodes.map(({ node, ms }) => [node, spanKinds.reduce((sum, kind) => sum + ms[kind], 0)]);
    return { wallMs: parts.wallMs, loadMs: loadMs(trace, 0), nodes: Object.fromEntries(whole) };
  }
}

type NodeParams = Runner['prepared']['plan']['stages'][number]['nodes'][number]['definition']['params'];

function readsModel(params: NodeParams): boolean {
  return Object.values(params).some((spec) => spec.form === 'file' && spec.role === 'onnx');
}
