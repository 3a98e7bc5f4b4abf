import { type Command, Option } from 'commander';
import { type Device, devices } from '../core/define/host.ts';
import { compileCommand } from './compileWork.ts';
import { collect } from './pipeline.ts';

export interface CompileCommandOptions {
  readonly output?: string;
  readonly document?: string;
  readonly assume?: readonly string[];
  readonly input?: readonly string[];
  readonly keepDecodePass?: boolean;
  readonly apart?: boolean;
  readonly verify: boolean;
  readonly examples: boolean;
  readonly device?: Device;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly debug?: boolean;
  readonly nodes?: readonly string[];
  readonly limit?: readonly string[];
}

const help = `
What can be said in ONNX's standard operators (pictures once they are decoded, sound, tensors, models, scores, boxes,
fusion) goes into one file; where a node in the middle cannot, the file is cut there, into as few as possible. Decoding
of files and tokenising of text stay outside, and so does what works on a sequence as a whole. Beside each file stand
programs in Python and TypeScript that run it, and a README.

At the end the pipeline's samples (or --input) run through the files and through the nodes, and the largest differences
are told.

Examples:
  tributary compile samples/picture-classifier -o scenes.onnx
  tributary compile . --document fused.tributary.json
  tributary compile . --assume sound.sampleRateHz=44100 --input sound='calls/*.wav'`;

export function addCompile(program: Command): Command {
  return program
    .command('compile')
    .description('Compile a pipeline to one ONNX file, or as few as its nodes allow.')
    .argument('<pipeline>', 'a .tributary.json file, or a folder that holds one')
    .option('-o, --output <file.onnx>', 'the file; several are numbered: file-1.onnx, ... (default: by the pipeline)')
    .option('--document <file>', 'also write the pipeline that uses the files, into the folder of the pipeline')
    .option(
      '--assume <name.field=value>',
      'take for granted what an input only tells when it is opened: sampleRateHz, channels, colour, width, height (may be repeated)',
      collect,
    )
    .option(
      '-i, --input <name=value>',
      'hold the files against the nodes on this, as for `run` (may be repeated)',
      collect,
    )
    .option(
      '--keep-decode-pass',
      'leave outside what Tributary does to pictures while it decodes them (shrinking, cutting), as --fused does',
    )
    .option(
      '--apart',
      'a file for each branch that waits for other inputs, so that they can run at once, as --fused does',
    )
    .option('--no-verify', 'do not run the files')
    .option('--no-examples', 'write no programs and no README')
    .addOption(new Option('--device <device>', "run models on this device where they say 'auto'").choices([...devices]))
    .option('--json', 'print what was made as JSON')
    .option('-q, --quiet', 'print no progress')
    .option('--nodes <dir>', 'a folder with your own nodes (may be repeated)', collect)
    .option('--limit <name=value>', 'set a limit, see `tributary limits` (may be repeated)', collect)
    .option('--debug', 'print causes and stacks')
    .addHelpText('after', help)
    .action(compileCommand);
}
