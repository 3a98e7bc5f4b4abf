import os from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Device, devices } from '../core/define/host.ts';
import { Problem } from '../core/problems/problem.ts';
import type { RunEvent, RunInputs, RunResult } from '../core/run/result.ts';
import { startEngine } from '../host/engine/client.ts';
import type { Engine, RunRequest } from '../host/engine/messages.ts';
import { runBatch } from './batch.ts';
import { fusedPipeline } from './fused.ts';
import { publicInputs, readInputs, sampleMedia } from './inputs.ts';
import { styleOf } from './outputStyle.ts';
import { type Destinations, parseDestinations, type SavedFiles, type SaveTools, saveOutputs } from './outputs.ts';
import { collect, openPipeline, type Pipeline } from './pipeline.ts';
import { followRun, makeProgress } from './progress.ts';
import { makeVoice, print, problemLines, type Voice, withoutStack } from './report.ts';
import { resultJson } from './resultJson.ts';
import { resultText } from './resultText.ts';
import { makeSaveTools } from './saveTools.ts';
import { sign, styled } from './terminal.ts';

export interface RunOptions {
  readonly input?: readonly string[];
  readonly output?: readonly string[];
  readonly device?: Device;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly debug?: boolean;
  /** Undefined: samples only when no input is given at all. */
  readonly samples?: boolean;
  readonly nodes?: readonly string[];
  readonly limit?: readonly string[];
  readonly timeout?: number;
  readonly jobs?: number;
  readonly fused?: boolean;
}

const examples = `
Inputs: name=path, name=folder or name='*.jpg' for a batch, name=- for standard input. Text and JSON are given as they
are; name=@file reads them from a file. Without any --input the pipeline's own samples are used; with one, inputs that
are left out count as missing (--samples changes that).

Results: a batch prints one JSON line per item, in order of name; a bad item gives a line with its error, and the
others go on. --output writes pictures, sound, arrays and tables to files, boxes also drawn on the picture.

Examples:
  tributary run samples/event-detector
  tributary run detector.tributary.json --input image=photo.jpg --output results/
  tributary run classifier --input image='photos/*.jpg' --jobs 4 > results.jsonl
  cat question.txt | tributary run qa --input question=- --input image=photo.jpg --json`;

export function addRun(program: Command): Command {
  return program
    .command('run')
    .description('Run a pipeline on files, text or standard input.')
    .argument('<pipeline>', 'a .tributary.json file, or a folder that holds one')
    .option('-i, --input <name=value>', 'give an input by its public name (may be repeated)', collect)
    .option(
      '-o, --output <name=path|folder>',
      'write an output to a file, or all to a folder (may be repeated)',
      collect,
    )
    .addOption(new Option('--device <device>', "run models on this device where they say 'auto'").choices([...devices]))
    .option('--json', 'print the result as JSON')
    .option('-q, --quiet', 'print neither progress nor warnings')
    .option('--nodes <dir>', 'a folder with your own nodes (may be repeated)', collect)
    .option('--limit <name=value>', 'set a limit, see `tributary limits` (may be repeated)', collect)
    .option('--samples', "let inputs that are left out use the pipeline's own samples")
    .option('--no-samples', 'count inputs that are left out as missing, even when none is given')
    .option('--fused', 'run it compiled to ONNX files, as far as that goes (see `tributary compile`)')
    .option('--timeout <seconds>', 'give up on a run after this time', positive)
    .option('-j, --jobs <n>', 'items of a batch that run at once (default: the number of cores)', positive)
    .option('--debug', 'print causes and stacks')
    .addHelpText('after', examples)
    .action(run);
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

/** Everything that the runs of one command share. */
export interface Session {
  readonly pipeline: Pipeline;
  readonly engine: Engine;
  readonly options: RunOptions;
  readonly destinations: Destinations;
  readonly tools: SaveTools;
  readonly voice: Voice;
  readonly signal: AbortSignal;
}

async function run(target: string, options: RunOptions): Promise<void> {
  const voice = makeVoice(options);
  const plain = await openPipeline(target, options);
  if (await reportErrors(plain, voice)) return;
  const pipeline = options.fused ? await fusedPipeline(plain) : plain;
  const given = await readInputs(options.input ?? [], pipeline.checked, pipeline.limits);
  const destinations = parseDestinations(options.output ?? [], [...pipeline.checked.publicOutputs.keys()]);
  const { signal, release } = cancelOnSignal();
  const engine = startEngine({ nodeFolders: options.nodes ?? [], limits: pipeline.limitOverrides });
  try {
    const tools = makeSaveTools(pipeline, signal);
    const session: Session = { pipeline, engine, options, destinations, tools, voice, signal };
    if (given.form === 'one') await runOne(session, given.inputs);
    else {
      const jobs = Math.max(1, Math.round(options.jobs ?? os.availableParallelism()));
      process.exitCode = await runBatch(session, given.items, jobs);
    }
  } finally {
    release();
    await engine.close();
  }
}

/** Prints every error that `check` found; true when there is one. */
export async function reportErrors(pipeline: Pipeline, voice: Voice): Promise<boolean> {
  const errors = pipeline.checked.problems.filter((problem) => problem.severity === 'error');
  if (errors.length === 0) return false;
  if (errors.length === 1) throw new Problem(errors[0].code, errors[0]);
  for (const problem of errors) process.stderr.write(`${problemLines(problem, voice.err).join('\n')}\n`);
  if (voice.json)
    await print(
      JSON.stringify({ error: withoutStack(errors[0], voice), problems: errors.map((e) => withoutStack(e, voice)) }),
    );
  process.exitCode = 3;
  return true;
}

async function runOne(session: Session, inputs: RunInputs): Promise<void> {
  const { voice, pipeline, options } = session;
  const samples = options.samples ?? Object.keys(inputs).length === 0;
  const progress = makeProgress(voice.err, voice.quiet);
  let result: RunResult;
  try {
    result = await runRequest(session, inputs, !samples, followRun(progress));
  } finally {
    progress.clear();
  }
  const pictures = samples ? { ...sampleMedia(pipeline.checked), ...inputs } : inputs;
  const saved = await saveOutputs(result, pictures, session.destinations, null, session.tools);
  if (voice.json) return print(JSON.stringify(resultJson(result, saved, voice), null, 2));
  return print(oneText(pipeline, inputs, result, saved, samples, voice));
}

function oneText(
  pipeline: Pipeline,
  inputs: RunInputs,
  result: RunResult,
  saved: SavedFiles,
  samples: boolean,
  voice: Voice,
): string {
  const lines = [styled(voice.out, 'bold', pipeline.opened.document.name)];
  const left = publicInputs(pipeline.checked).filter((input) => inputs[input.name] === undefined);
  if (samples && left.length > 0 && !voice.quiet) {
    lines.push(styled(voice.out, 'dim', `samples of the pipeline are used for ${left.map((i) => i.name).join(', ')}`));
  }
  lines.push(
    '',
    resultText(voice.quiet ? { ...result, warnings: [] } : result, (name) => styleOf(pipeline, name), voice.out),
  );
  for (const { output, file } of saved) lines.push(`${output} ${sign(voice.out, 'arrow')} ${file}`);
  return lines.join('\n');
}

/** Runs the pipeline once. */
export function runRequest(
  session: Session,
  inputs: RunInputs,
  noSamples: boolean,
  onEvent?: (event: RunEvent) => void,
): Promise<RunResult> {
  const { pipeline, options, engine, signal } = session;
  const request: RunRequest = {
    document: pipeline.opened.document,
    folder: pipeline.opened.folder,
    inputs,
    noSamples,
    limits: {
      ...pipeline.limitOverrides,
      ...(options.timeout === undefined ? {} : { runMs: Math.max(1, Math.round(options.timeout * 1000)) }),
    },
    ...(options.device === undefined ? {} : { device: options.device }),
  };
  return engine.run(request, { signal, ...(onEvent ? { onEvent } : {}) });
}

/** Aborts on Ctrl-C or SIGTERM; a second one ends the command at once. */
export function cancelOnSignal(): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort(
      new Problem('cancelled', { message: 'The run was cancelled.', fix: 'Run it again when you want the result.' }),
    );
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return { signal: controller.signal, release: () => process.off('SIGINT', stop).off('SIGTERM', stop) };
}
