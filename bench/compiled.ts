import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { openPipeline } from '../cli/pipeline.ts';
import type { PipelineDocument } from '../core/graph/document.ts';
import type { MediaSource, Value } from '../core/kinds/value.ts';
import type { SampleInputs } from '../core/profile/bench.ts';
import { compareRounds } from '../core/profile/compare.ts';
import { compareFused } from '../core/profile/compareFused.ts';
import type { Difference } from '../core/profile/comparison.ts';
import { fusedDocument } from '../host/compile/fused.ts';
import { startEngine } from '../host/engine/client.ts';
import { part } from '../nodes/model/part.ts';
import { compiledForm, copyOfSample } from '../test/compiled-form.ts';
import { pipeline } from '../test/core/pipelines.ts';

/**
 * Pipelines compiled against node by node (the peer), in turns in one engine: from files, as `--fused` runs them; and from
 * values that are decoded already, in fused form and as the one file that `tributary compile` writes. The aim is 1.2x for
 * the classifier of pictures and for the fusion sample, or the reason why not.
 *
 *     node scripts/run.mjs bench/compiled.ts [seconds a comparison] [sample ...]
 */
const aim = 1.2;
const aimed = ['picture-classifier', 'event-detector'];
const all = ['picture-classifier', 'event-detector', 'detector', 'sound-classifier', 'text-classifier', 'video-events'];
const budgetMs = Number(process.argv[2] ?? 10) * 1000;
const chosen = process.argv.length > 3 ? process.argv.slice(3) : all;
/** Of each sample, the media that it is run on, by public input. */
const media: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'picture-classifier': { image: 'sunset.jpg' },
  'event-detector': { image: 'storm.jpg', sound: 'storm.wav', caption: 'storm.txt' },
  detector: { image: 'lake.jpg' },
  'sound-classifier': { sound: 'siren-16k.wav' },
  'text-classifier': { text: 'messages.txt' },
  'video-events': { video: 'day.mp4' },
};

const engine = startEngine();
const home = mkdtempSync(path.join(tmpdir(), 'tributary-bench-'));
const node = { type: part.type, version: part.version };

function mediaOf(folder: string, sample: string): Record<string, MediaSource | Value> {
  return Object.fromEntries(
    Object.entries(media[sample]).map(([input, name]) => {
      const file = path.join(folder, 'media', name);
      return name.endsWith('.txt')
        ? [input, { kind: 'text', text: readFileSync(file, 'utf8').split('\n')[0] } as const]
        : [input, { kind: 'media', path: file, name } as const];
    }),
  );
}

/** Pictures and sounds as the decoder gives them; null for what stays a file (a video). */
async function decoded(
  folder: string,
  inputs: Record<string, MediaSource | Value>,
): Promise<SampleInputs['inputs'] | null> {
  const values: Record<string, MediaSource | Value> = {};
  for (const [name, given] of Object.entries(inputs)) {
    const kind =
      given.kind !== 'media'
        ? null
        : /\.(jpg|png)$/.test(given.name ?? '')
          ? 'image'
          : /\.wav$/.test(given.name ?? '')
            ? 'audio'
            : 'file';
    if (kind === 'file') return null;
    if (kind === null) values[name] = given;
    else {
      const document: PipelineDocument = {
        ...pipeline({ in: `input.${kind}`, out: `output.${kind}` }, [`in.${kind} > out.value`]),
        inputs: { in: { node: 'in' } },
        outputs: { out: { node: 'out' } },
      };
      const { outputs } = await engine.run({ document, folder, inputs: { in: given } });
      const [out] = Object.values(outputs);
      if (out?.status === 'present') values[name] = out.items[0].value;
    }
  }
  return values;
}

function told({ before, after, ratio, low, high }: Difference): string {
  const times = `${before.toFixed(2)} -> ${after.toFixed(2)} ms`;
  return `${times.padEnd(22)} ${(1 / ratio).toFixed(2)}x (${(1 / high).toFixed(2)} to ${(1 / low).toFixed(2)})`;
}

const missed: string[] = [];
try {
  for (const sample of chosen) {
    const folder = copyOfSample(sample, home);
    const { opened, checked } = await openPipeline(folder, {});
    const fused = await fusedDocument(checked, folder, node);
    const inputs = mediaOf(folder, sample);
    const found = await compareFused({
      bench: engine,
      target: { folder, samples: [{ name: sample, inputs }] },
      plain: { id: 'plain', label: 'node by node', createdAt: '', document: opened.document },
      fused: fused.document,
      form: fused.form,
      budgetMs,
      createdAt: '',
    });
    const { wall } = found.comparison;
    console.log(`${sample}\n  from files, fused      ${told(wall)}   answers: ${found.answers.words}`);
    for (const { part: at, nodes, work } of found.groups)
      console.log(
        `    ${at === null ? 'outside' : `part ${at + 1} `}              ${told(work)}   ${nodes.join(', ')}`,
      );
    for (const line of found.words) console.log(`    ${line}`);
    if (aimed.includes(sample) && wall.ratio > 1 / aim) missed.push(`${sample} ${(1 / wall.ratio).toFixed(2)}x`);
    const values = await decoded(folder, inputs);
    if (values === null) continue;
    const { document } = await compiledForm(folder, 'one');
    const variants = [
      { name: 'plain', document: opened.document },
      { name: 'fused', document: fused.document },
      { name: 'one file', document },
    ];
    const settings = { minRuns: 20, maxRuns: 2000, budgetMs, concurrency: [], seed: 1 };
    const [plain, ...others] = await engine.trial(
      { folder, samples: [{ name: sample, inputs: values }] },
      variants,
      settings,
    );
    for (const { name, wallMs, answers, problem } of others)
      console.log(
        `  decoded, ${name.padEnd(13)} ${problem === null ? told(compareRounds(plain.wallMs, wallMs).p50) : problem.message}   answers: ${answers.words}`,
      );
  }
  console.log(
    `\naim ${aim}x for ${aimed.join(' and ')} from files: ${missed.length === 0 ? 'reached' : `missed (${missed.join(', ')}); why is said above`}`,
  );
  console.log(`${availableParallelism()} cores, load ${loadavg()[0].toFixed(1)}, Node ${process.version}`);
} finally {
  await engine.close();
  rmSync(home, { recursive: true, force: true });
}
