import type { Device } from '../../define/host.ts';
import type { CalibrationMethod } from './calibrate.ts';
import type { ActivationType } from './quantisation.ts';

/** Ways to make a model smaller or faster. */
export const shrinkMethods = ['float16', 'int8', 'int8-static', 'int4', 'pruned', 'optimised'] as const;
export type ShrinkMethod = (typeof shrinkMethods)[number];

/** How a model is to be shrunk. Plain data. What does not concern a method it leaves alone. */
export interface ShrinkOptions {
  readonly to: ShrinkMethod;
  /** Layers that stay as they are, by name. */
  readonly except?: readonly string[];
  /** Nodes of these operators stay as they are: `Softmax`, `Gemm`. */
  readonly exceptOperators?: readonly string[];
  readonly keepFirst?: boolean;
  readonly keepLast?: boolean;
  /** int8: of the weights. */
  readonly bits?: 7 | 8;
  /** int8-static */
  readonly activations?: ActivationType;
  readonly calibration?: CalibrationMethod;
  readonly percentile?: number;
  /** int4: numbers that share a scale. Default 32. */
  readonly blockSize?: number;
  /** int4: without zero points. Default true. */
  readonly symmetric?: boolean;
  /** float16: what goes in and out. Default float32. */
  readonly edges?: 'float32' | 'float16';
  /** float16: the relative error of the outputs that is looked for layers to keep under. Default 1e-2. */
  readonly maxError?: number;
  /** pruned: single weights, or whole channels. Default weights. */
  readonly prune?: 'weights' | 'channels';
  /** pruned: the share that goes. Default 0.5 of weights, 0.25 of channels. */
  readonly share?: number;
  /** optimised: what for. Default cpu. */
  readonly device?: Exclude<Device, 'auto'>;
  /**
   * optimised: `basic` folds constants and takes out what does nothing, in operators of the standard; `extended` fuses
   * into the runtime's own. Default extended.
   */
  readonly level?: 'basic' | 'extended';
  /** Outputs whose largest number is an answer (class scores). All that have a row for each item unless given. */
  readonly bestOf?: readonly string[];
  /** Error of each layer alone. */
  readonly sensitivity?: boolean;
  /** The most that answers may lose, from 0 to 1 (see `dropOf`): the fastest mix of layers within it is looked for. */
  readonly maxDrop?: number;
}
