import { z } from 'zod';

/** What `--target triton` may be told. */
export const tritonOptions = z.object({
  form: z
    .enum(['steps', 'one'])
    .default('steps')
    .describe(
      'steps: each model by itself and what lies between as further models, joined by an ensemble; one: a single model.',
    )
    .meta({ title: 'Made of' }),
  maxBatch: z
    .number()
    .int()
    .min(1)
    .max(1024)
    .default(8)
    .describe('Most items that go through a model at once.')
    .meta({ title: 'Largest batch', unit: 'items' }),
  modelVersion: z
    .number()
    .int()
    .min(1)
    .max(1_000_000_000)
    .default(1)
    .describe('Version that the models are served as.'),
  kind: z
    .enum(['auto', 'cpu', 'gpu'])
    .default('auto')
    .describe('Where models run; auto: on a GPU where Triton finds one. What lies between them stays on the processor.')
    .meta({ title: 'Instances on' }),
  accelerator: z
    .enum(['none', 'cuda', 'tensorrt'])
    .default('none')
    .describe('Settings for models on a GPU: none, those of the CUDA provider, or TensorRT with its engines cached.'),
  precision: z
    .enum(['FP32', 'FP16'])
    .default('FP32')
    .describe('What TensorRT computes with. FP16 answers a little differently: hold it against the samples.'),
  assume: z
    .string()
    .max(1000)
    .default('')
    .describe(
      'What inputs are taken to be, name.field=value as for compile, several by commas; else pictures in RGB where one colour is wanted, and sound at the rate that the pipeline brings it to.',
    ),
  warmUp: z.boolean().default(true).describe('Run each model once before it is ready, with zeros of real sizes.'),
});

export type TritonOptions = Readonly<z.infer<typeof tritonOptions>>;
