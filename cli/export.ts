import { type Command, Option } from 'commander';
import { targets } from '../core/export/targets.ts';
import { collect } from './pipeline.ts';

export interface ExportOptions {
  readonly target: string;
  readonly output?: string;
  readonly release?: string;
  readonly image?: string;
  readonly port?: string;
  readonly device?: string;
  readonly baseImage?: string;
  readonly set?: readonly string[];
  readonly input?: readonly string[];
  readonly reference?: readonly string[];
  readonly dryRun?: boolean;
  readonly verify: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly debug?: boolean;
  readonly nodes?: readonly string[];
  readonly limit?: readonly string[];
}

const help = `
Every bundle holds the pipeline with its models, the server in one file, and golden inputs with the outputs that were
recorded here: the server is ready only once it reproduces them. Two exports of one pipeline are the same to the byte.

Targets:
${targets.map(({ id, summary }) => `  ${id.padEnd(12)}${summary}`).join('\n')}

Examples:
  tributary export samples/picture-classifier --target container -o scenes
  tributary export . --target container -o bundle --input image='media/*.jpg' --device cuda --image team/scenes:1.4.0
  tributary export . --target config -o scenes.zip`;

export function addExport(program: Command): Command {
  const target = new Option('-t, --target <target>', 'what to make').choices(targets.map(({ id }) => id));
  return program
    .command('export')
    .description('Export a pipeline as a bundle that gives the same answers wherever it runs.')
    .argument('<pipeline>', 'a .tributary.json file, or a folder that holds one')
    .addOption(target.default('container'))
    .option('-o, --output <folder>', 'a folder that is new, empty or an older export (an archive: a folder or a .zip)')
    .option('--release <version>', 'version of the pipeline, as images and addresses name it (default: 1)')
    .option('--image <name>', 'name of the container image (default: <pipeline>:<version>)')
    .option('--port <port>', 'port for HTTP (default: 8080)')
    .option('--device <cpu|cuda>', 'what the server runs models on (default: cpu)')
    .option('--base-image <image>', 'image to build on, best with its digest')
    .option('--set <name=value>', "another option of the target, see the target's page (may be repeated)", collect)
    .option(
      '--reference <name=folder>',
      'what it will see in service: drift is measured against it (may be repeated; default: the samples)',
      collect,
    )
    .option('-i, --input <name=value>', 'record golden outputs of this too, as for `run` (may be repeated)', collect)
    .option('--dry-run', 'list the files and write none')
    .option('--no-verify', 'do not reproduce the golden outputs from what was written')
    .option('--json', 'print what was made as JSON')
    .option('-q, --quiet', 'print no progress')
    .option('--nodes <dir>', 'a folder with your own nodes (may be repeated)', collect)
    .option('--limit <name=value>', 'set a limit, see `tributary limits` (may be repeated)', collect)
    .option('--debug', 'print causes and stacks')
    .addHelpText('after', help)
    .action(async (target: string, options: ExportOptions) => {
      // Loaded here: no other command needs it.
      const { exportPipeline } = await import('./exportWork.ts');
      await exportPipeline(target, options);
    });
}
