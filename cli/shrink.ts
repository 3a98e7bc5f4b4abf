import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Device, devices } from '../core/define/host.ts';
import { type ShrinkMethod, type ShrinkOptions, shrinkMethods } from '../core/onnx/shrink/options.ts';
import { collect } from './pipeline.ts';

export interface ShrinkCommandOptions extends Omit<ShrinkOptions, 'to' | 'device' | 'symmetric' | 'exceptOperators'> {
  readonly to: ShrinkMethod;
  readonly node?: readonly string[];
  readonly input?: readonly string[];
  readonly output?: string;
  readonly truth?: string;
  readonly apply?: boolean;
  readonly exceptOperator?: readonly string[];
  readonly zeroPoints?: boolean;
  readonly device?: Device;
  readonly latency: boolean;
  readonly budget?: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly debug?: boolean;
  readonly nodes?: readonly string[];
  readonly limit?: readonly string[];
}

const help = `
Methods:
  float16      weights and values between layers in half precision, float32 where range would be lost
  int8         weights of matrix products and tables of words in 8 bits, activations measured at run time
  int8-static  weights and activations in 8 bits, calibrated on the samples through the pipeline's own preprocessing
  int4         weights of matrix products in 4 bits, in blocks; tables of words in 8
  pruned       the smallest weights, or whole channels, taken out
  optimised    constants folded and operators fused by ONNX Runtime, for one device

The models are tried in the pipeline: size, latency in turns with the pipeline as it is, and answers on every sample.
Nothing stays in the folder unless --apply or --output says so. Calibrate on what the pipeline will meet: --input takes
folders and globs.

Examples:
  tributary shrink samples/picture-classifier --to int8-static --input image='photos/*.jpg'
  tributary shrink . --node encoder --to int8 --max-drop 1% --apply
  tributary shrink . --to float16 --sensitivity --json`;

export function addShrink(program: Command): Command {
  return program
    .command('shrink')
    .description("Make a pipeline's models smaller or faster, and tell what that costs in answers.")
    .argument('<pipeline>', 'a .tributary.json file, or a folder that holds one')
    .addOption(new Option('--to <method>', 'how').choices([...shrinkMethods]).makeOptionMandatory())
    .option('--node <id>', 'only the model of this node (may be repeated; default: all)', collect)
    .option('-i, --input <name=value>', 'calibrate and compare on this, as for `run` (may be repeated)', collect)
    .option('--max-drop <percent>', 'look for the fastest mix of layers that loses no more than this', share)
    .option('--truth <file.json>', 'what is true of each sample, by file name: a label, or boxes with labels')
    .option('--sensitivity', 'tell the error of each layer alone')
    .option('--apply', 'let the pipeline use the shrunk models')
    .option('-o, --output <path>', 'keep the shrunk model under this name, in the pipeline folder')
    .option('--except <layer>', 'leave this layer as it is (may be repeated)', collect)
    .option('--except-operator <type>', 'leave nodes of this operator as they are (may be repeated)', collect)
    .option('--keep-first', 'leave the first layer with weights as it is')
    .option('--keep-last', 'leave the last layer with weights as it is')
    .addOption(
      new Option('--calibration <method>', 'int8-static: how ranges are found (default: minMax)').choices([
        'minMax',
        'entropy',
        'percentile',
      ]),
    )
    .option('--percentile <percent>', 'int8-static: what percentile keeps (default: 99.999)', percentage)
    .addOption(
      new Option('--activations <type>', 'int8-static: how values between layers stand (default: uint8)').choices([
        'uint8',
        'int8',
      ]),
    )
    .addOption(
      new Option('--bits <n>', 'int8: of the weights (default: 8 where this processor adds them up exactly, else 7)')
        .choices(['7', '8'])
        .argParser((text) => bits(text)),
    )
    .option('--block-size <n>', 'int4: weights that share a scale, a power of two from 16 (default: 32)', blockSize)
    .option('--zero-points', 'int4: with a zero point for each block')
    .addOption(
      new Option('--edges <type>', 'float16: what goes in and out (default: float32)').choices(['float32', 'float16']),
    )
    .option('--max-error <percent>', 'float16: relative error of the outputs to stay under (default: 1)', share)
    .addOption(
      new Option('--prune <what>', 'pruned: single weights or whole channels (default: weights)').choices([
        'weights',
        'channels',
      ]),
    )
    .option('--share <percent>', 'pruned: how much of each layer goes (default: 50 of weights, 25 of channels)', share)
    .addOption(
      new Option('--level <level>', 'optimised: standard operators only, or fused for the device').choices([
        'basic',
        'extended',
      ]),
    )
    .addOption(new Option('--device <device>', "run models on this device where they say 'auto'").choices([...devices]))
    .option('--budget <seconds>', 'measure latency for so long at the most (default: 15)', positive)
    .option('--no-latency', 'do not measure latency')
    .option('--json', 'print the report as JSON')
    .option('-q, --quiet', 'print no progress')
    .option('--nodes <dir>', 'a folder with your own nodes (may be repeated)', collect)
    .option('--limit <name=value>', 'set a limit, see `tributary limits` (may be repeated)', collect)
    .option('--debug', 'print causes and stacks')
    .addHelpText('after', help)
    .action(async (target: string, options: ShrinkCommandOptions) => {
      const { shrinkPipelineModels } = await import('./shrinkWork.ts');
      await shrinkPipelineModels(target, options);
    });
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

function percentage(text: string): number {
  const value = positive(text.replace(/\s*%$/, ''));
  if (value > 100) throw new InvalidArgumentError('It must be at most 100.');
  return value;
}

function blockSize(text: string): number {
  const value = Number(text);
  if (![16, 32, 64, 128, 256].includes(value)) throw new InvalidArgumentError('It must be 16, 32, 64, 128 or 256.');
  return value;
}

/** `1%` or `1` is a hundredth. */
function share(text: string): number {
  return percentage(text) / 100;
}

function bits(text: string): 7 | 8 {
  if (text === '7') return 7;
  if (text === '8') return 8;
  throw new InvalidArgumentError('It must be 7 or 8.');
}
