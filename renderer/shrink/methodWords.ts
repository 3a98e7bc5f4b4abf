import type { ShrinkMethod } from '../../core/onnx/shrink/options.ts';

/** What a method is called, and what it does to size, speed and answers, before anything was tried. */
export interface MethodWords {
  readonly title: string;
  readonly size: string;
  readonly speed: string;
  readonly how: string;
}

export const methodWords: Readonly<Record<ShrinkMethod, MethodWords>> = {
  'int8-static': {
    title: 'int8, calibrated',
    size: 'about a quarter',
    speed: 'faster on CPUs',
    how: 'Weights and values in 8 bits, convolutions too. Ranges are found by running your samples through this pipeline.',
  },
  int8: {
    title: 'int8, dynamic',
    size: 'up to a quarter',
    speed: 'faster on CPUs',
    how: 'Weights of matrix products and of tables in 8 bits; ranges of values are found anew in each run. Convolutions stay.',
  },
  float16: {
    title: 'float16',
    size: 'about half',
    speed: 'faster on GPUs alone',
    how: 'Half precision. What would lose too much of the answers is looked for and stays float32.',
  },
  int4: {
    title: 'int4 weights',
    size: 'up to an eighth',
    speed: 'it depends',
    how: 'Weights of matrix products in 4 bits, in blocks that share a scale. Runs on ONNX Runtime alone.',
  },
  pruned: {
    title: 'Pruning',
    size: 'by what goes',
    speed: 'faster by channels',
    how: 'The smallest weights become zero, or whole channels go. Answers change most here: fine-tune the model after.',
  },
  optimised: {
    title: 'Optimised for a device',
    size: 'as large',
    speed: 'opens faster',
    how: 'Constants are folded and operators fused once, ahead of time. Answers stay.',
  },
};

/** In the order in which they are offered. */
export const methodOrder: readonly ShrinkMethod[] = ['int8-static', 'int8', 'float16', 'int4', 'pruned', 'optimised'];
