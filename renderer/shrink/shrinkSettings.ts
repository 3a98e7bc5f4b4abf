import { devices } from '../../core/define/host.ts';
import type { ShrinkMethod, ShrinkOptions } from '../../core/onnx/shrink/options.ts';
import type { StudioArgs } from '../../core/studio/api.ts';

type Options = StudioArgs<'startShrink'>['options'];

/** How models are to be shrunk, as the form holds it: every method keeps what was chosen for it. */
export interface ShrinkSettings {
  readonly to: ShrinkMethod;
  readonly calibration: NonNullable<ShrinkOptions['calibration']>;
  readonly percentile: number;
  readonly activations: NonNullable<ShrinkOptions['activations']>;
  /** `auto`: 8 where this processor adds them up exactly, else 7. */
  readonly bits: 'auto' | 7 | 8;
  readonly blockSize: 16 | 32 | 64 | 128 | 256;
  readonly zeroPoints: boolean;
  readonly edges: NonNullable<ShrinkOptions['edges']>;
  /** Percent. */
  readonly maxError: number;
  readonly prune: NonNullable<ShrinkOptions['prune']>;
  /** Percent, by what goes. */
  readonly share: Readonly<Record<'weights' | 'channels', number>>;
  readonly device: Exclude<ShrinkOptions['device'], undefined>;
  readonly level: NonNullable<ShrinkOptions['level']>;
  readonly keepFirst: boolean;
  readonly keepLast: boolean;
  /** Names of layers, one a line. */
  readonly except: string;
  /** Operators, with commas or spaces between them. */
  readonly exceptOperators: string;
  readonly limited: boolean;
  /** Percent. */
  readonly maxDrop: number;
  readonly sensitivity: boolean;
  readonly measured: boolean;
  /** Seconds. */
  readonly budget: number;
}

export const usualSettings: ShrinkSettings = {
  to: 'int8-static',
  calibration: 'minMax',
  percentile: 99.999,
  activations: 'uint8',
  bits: 'auto',
  blockSize: 32,
  zeroPoints: false,
  edges: 'float32',
  maxError: 1,
  prune: 'channels',
  share: { weights: 50, channels: 25 },
  device: 'cpu',
  level: 'extended',
  keepFirst: false,
  keepLast: false,
  except: '',
  exceptOperators: '',
  limited: false,
  maxDrop: 1,
  sensitivity: false,
  measured: true,
  budget: 15,
};

/** Devices that a file may be optimised for. */
export const optimisedFor = devices.flatMap((device) => (device === 'auto' ? [] : [device]));

/** Whether layers can be left out of it one by one. */
export function hasLayers(to: ShrinkMethod): boolean {
  return to !== 'optimised';
}

/** What of it concerns the method, as the back end takes it. */
export function optionsOf(settings: ShrinkSettings): Options {
  const { to } = settings;
  const except = settings.except
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const exceptOperators = settings.exceptOperators.split(/[\s,]+/).filter((name) => name !== '');
  const { maxDrop, limited, sensitivity, keepFirst, keepLast } = settings;
  const layered = {
    ...(except.length === 0 ? {} : { except }),
    ...(exceptOperators.length === 0 ? {} : { exceptOperators }),
    ...(keepFirst ? { keepFirst } : {}),
    ...(keepLast ? { keepLast } : {}),
    ...(limited ? { maxDrop: maxDrop / 100 } : {}),
    ...(sensitivity ? { sensitivity } : {}),
  };
  return { to, ...(hasLayers(to) ? layered : {}), ...ownOptions(settings) };
}

function ownOptions(settings: ShrinkSettings): Omit<Options, 'to'> {
  const { calibration, percentile, activations, bits, blockSize, zeroPoints, edges, maxError, prune } = settings;
  const weightBits = bits === 'auto' ? {} : { bits };
  switch (settings.to) {
    case 'int8':
      return weightBits;
    case 'int8-static':
      return { calibration, activations, ...weightBits, ...(calibration === 'percentile' ? { percentile } : {}) };
    case 'int4':
      return { blockSize, symmetric: !zeroPoints };
    case 'float16':
      return { edges, maxError: maxError / 100 };
    case 'pruned':
      return { prune, share: settings.share[prune] / 100 };
    case 'optimised':
      return { device: settings.device, level: settings.level };
  }
}
