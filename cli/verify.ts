import type { Command } from 'commander';
import { exitCodeOf, Problem } from '../core/problems/problem.ts';
import type { SampleVerdict } from '../core/serve/golden.ts';
import { type Bundle, openBundle } from '../host/bundle/verify.ts';
import { goldenProblems, verifyGolden } from '../host/bundle/verifyGolden.ts';
import { askGolden, verifyServer } from '../host/bundle/verifyServer.ts';
import { startEngine } from '../host/engine/client.ts';
import { collect, openPipeline, type Pipeline } from './pipeline.ts';
import { makeProgress } from './progress.ts';
import { makeVoice, print, problemLines, type Voice } from './report.ts';
import { cancelOnSignal, reportErrors } from './run.ts';
import { callerHeaders, keyOption } from './serverKey.ts';
import { printable, styled } from './terminal.ts';
import { verdictLines } from './verifyText.ts';

interface VerifyOptions {
  readonly bundle?: string;
  readonly header?: readonly string[];
  readonly apiKeyFile?: string;
  readonly ports?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const help = `
Of a folder: the hash of every file, then the golden samples are run here and held against what was recorded, node by
node where one differs. Of an address: the server there does the same with its own; with --bundle the golden inputs of
that bundle are sent to it as any caller would send them, and its answers are compared here.

Exit code 0: all is as it was exported. 3: a file is not. 5: an answer differs.

Examples:
  tributary verify scenes
  tributary verify http://localhost:8080 --bundle scenes
  tributary verify https://models.example.com --api-key-file key`;

export function addVerify(program: Command): Command {
  return program
    .command('verify')
    .description('Hold a bundle, or a server that runs one, against what was recorded when it was exported.')
    .argument('<folder|address>', 'a folder that `export` wrote, or http(s)://host:port')
    .option('-b, --bundle <folder>', 'for an address: send the golden inputs of this bundle')
    .option('-H, --header <name: value>', 'for an address: send this header too (may be repeated)', collect)
    .option(...keyOption)
    .option('--ports', 'of a folder: compare every port, also where the outputs are right')
    .option('--json', 'print what was found as JSON')
    .option('-q, --quiet', 'print no progress')
    .option('--debug', 'print causes and stacks')
    .addHelpText('after', help)
    .action(verify);
}

interface Found {
  readonly verdicts: readonly SampleVerdict[];
  readonly bundle: Bundle | null;
}

async function verify(target: string, options: VerifyOptions): Promise<void> {
  const voice = makeVoice(options);
  const progress = makeProgress(voice.err, voice.quiet);
  const { signal, release } = cancelOnSignal();
  const onSample = (done: number, of: number, name: string): void => progress.show(done, of, `running ${name}`);
  try {
    const work = /^https?:\/\//i.test(target) ? verifyAddress : verifyFolder;
    const found = await work(target, options, voice, signal, onSample);
    progress.clear();
    if (found !== null) await tell(target, found, voice);
  } finally {
    progress.clear();
    release();
  }
}

type OnSample = (done: number, of: number, name: string) => void;

async function verifyFolder(
  target: string,
  { ports }: VerifyOptions,
  voice: Voice,
  signal: AbortSignal,
  onSample: OnSample,
): Promise<Found | null> {
  const bundle = await openBundle(target);
  const pipeline = await pipelineOf(bundle, voice);
  if (pipeline === null) return null;
  const engine = startEngine({ nodeFolders: bundle.nodeFolders });
  try {
    // Where this machine has no such device, the answers are those of the processor, and ten times as much is allowed.
    const wanted = bundle.manifest.device;
    const works = wanted === 'cpu' || (await engine.devices()).some((trial) => trial.device === wanted && trial.works);
    const device = works ? wanted : 'cpu';
    const { checked } = pipeline;
    return { bundle, verdicts: await verifyGolden(bundle, { engine, checked, device, signal, ports, onSample }) };
  } finally {
    await engine.close();
  }
}

async function verifyAddress(
  target: string,
  options: VerifyOptions,
  voice: Voice,
  signal: AbortSignal,
  onSample: OnSample,
): Promise<Found | null> {
  const ask = { url: target, headers: await callerHeaders(options, process.env), signal, onSample };
  if (options.bundle !== undefined) {
    const bundle = await openBundle(options.bundle);
    const pipeline = await pipelineOf(bundle, voice);
    return pipeline === null ? null : { bundle, verdicts: await verifyServer(ask, bundle, pipeline.checked) };
  }
  const verdicts = await askGolden(ask);
  if (verdicts !== null) return { bundle: null, verdicts };
  throw new Problem('usage', {
    message: `${target} does not tell of golden samples: it was not started from a bundle, or does not offer it.`,
    fix: 'Add --bundle with the folder that was exported; its golden inputs are then sent to the server.',
  });
}

async function pipelineOf(bundle: Bundle, voice: Voice): Promise<Pipeline | null> {
  const pipeline = await openPipeline(bundle.opened.file, { nodes: bundle.nodeFolders });
  return (await reportErrors(pipeline, voice)) ? null : pipeline;
}

async function tell(target: string, { verdicts, bundle }: Found, voice: Voice): Promise<void> {
  const differs = verdicts.some(({ outputs }) => outputs.length > 0);
  if (voice.json)
    await print(
      JSON.stringify({ verified: !differs, contentHash: bundle?.manifest.contentHash, samples: verdicts }, null, 2),
    );
  else {
    const lines = [styled(voice.out, 'bold', printable(target))];
    if (bundle !== null) {
      const { files, made } = bundle.manifest;
      const absent = bundle.without.length === 0 ? '' : `, ${bundle.without.length} that only deploy it are not here`;
      lines.push(`${files.length - bundle.without.length} files are as they were exported${absent}`);
      lines.push(`recorded with ONNX Runtime ${made.onnxruntime} on ${printable(made.cpu)}`);
    }
    await print([...lines, ...verdictLines(verdicts, voice.out)].join('\n'));
  }
  if (!differs) return;
  const problems = bundle === null ? [] : goldenProblems(bundle.manifest, verdicts);
  for (const problem of problems) process.stderr.write(`${problemLines(problem, voice.err).join('\n')}\n`);
  process.exitCode = exitCodeOf('golden-differs');
}
