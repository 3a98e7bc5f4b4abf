import { devices } from './host.ts';
import { p } from './param.ts';

/** Parameters of a node that runs a model: where and how, not what it answers (but `precision` and `batch` may round otherwise). */
export const modelDevice = p.choice(devices, {
  default: 'auto',
  doc: 'Where it runs. "auto" takes the best that starts; a named one that does not start is a problem.',
  tune: 'device',
});

export const modelKnobs = {
  precision: p.choice(['full', 'reduced'], {
    default: 'full',
    doc: 'Whether the device may compute float32 with fewer bits, where it offers that.',
    advanced: true,
    tune: 'precision',
  }),
  threads: p.int({
    default: 0,
    min: 0,
    max: 256,
    doc: 'Threads inside one run; 0: chosen.',
    advanced: true,
    tune: 'threads',
  }),
  lane: p.int({
    default: -1,
    min: -1,
    max: 63,
    doc: 'Models in different lanes run at once, those in one lane one after the other; -1: chosen.',
    advanced: true,
    tune: 'lane',
  }),
  batch: p.int({
    default: 1,
    min: 1,
    max: 256,
    doc: 'At most so many requests or items go through at once, joined along the first axis, which the model must leave free.',
    advanced: true,
    tune: 'batch',
  }),
  batchWaitMs: p.number({
    default: 0,
    min: 0,
    max: 10_000,
    unit: 'ms',
    doc: 'How long an idle model waits for a batch to fill; 0: only what waits already goes together.',
    advanced: true,
  }),
  copies: p.int({
    default: 0,
    min: 0,
    max: 64,
    doc: 'In how many lanes the model is open at once, so that as many runs go side by side; 0: chosen.',
    advanced: true,
    tune: 'copies',
  }),
  optimisation: p.choice(['none', 'basic', 'extended', 'all'], {
    default: 'all',
    doc: 'How far ONNX Runtime rewrites the graph when it opens it.',
    advanced: true,
    tune: 'optimisation',
  }),
};
