import { imageLayout } from '../imageLayout.ts';
import type { ExportInput, ExportTarget } from '../target.ts';
import { oneLine } from './install.ts';
import { cell } from './licences.ts';

/** The page that a platform engineer opens first: what to type, what comes back, what is in here, how it is verified. */
export function readme(input: ExportInput, target: ExportTarget): string {
  const served = target.bundle === 'server';
  return [
    `# ${cell(input.title)}`,
    '',
    `Version ${cell(input.version)} of a pipeline, ${served ? 'with the server that runs it' : target.archive ? 'to be opened on another machine' : 'with programs that run it'}, exported by Tributary ${cell(input.made.tributary)} for "${target.id}".`,
    '',
    ...(served ? startLines(input) : target.archive ? openLines(input) : nextLines(input, target)),
    ...signatureLines(input),
    ...(served ? contractLines(input) : []),
    ...measuredLines(input),
    ...contentLines(served),
  ].join('\n');
}

function startLines(input: ExportInput): readonly string[] {
  const { port } = input.options;
  return [
    '## Three commands',
    '',
    ...block(
      `docker build --tag ${shell(input.image)} .`,
      `docker run --rm --read-only --tmpfs ${imageLayout.scratch} --publish ${port}:${port} ${shell(input.image)}`,
      predictCommand(input),
    ),
    'Without a container: `npm ci --omit=dev --ignore-scripts`, then `node server/server.mjs` (Node 20.19 or newer).',
    `With Prometheus and a dashboard of this very pipeline: \`docker compose up --build\`, where there is a compose.yaml.`,
    '',
  ];
}

/** What a target that brings its own server says to type. */
function nextLines(input: ExportInput, target: ExportTarget): readonly string[] {
  return ['## Three commands', '', ...block(...target.next(input, {}))];
}

function openLines({ name, version }: ExportInput): readonly string[] {
  return [
    '## Open it',
    '',
    ...block(
      `tributary import ${name}-${version}.zip -o ${name}`,
      `tributary studio ${name}/pipeline`,
      `tributary verify ${name}`,
    ),
  ];
}

function predictCommand({ signature, options, golden }: ExportInput): string {
  const sample = golden.samples[0]?.inputs ?? {};
  const parts = signature.inputs.flatMap(({ name }) => {
    const given = Object.hasOwn(sample, name) ? sample[name] : undefined;
    // A name that no line can hold is left for openapi.json to tell.
    if (given === undefined || /\p{Cc}/u.test(name)) return [];
    if ('file' in given) return [`--form ${shell(`${name}=@${given.file}`)}`];
    if ('text' in given) return [`--form ${shell(`${name}=${oneLine(given.text).slice(0, 80)}`)}`];
    return 'json' in given ? [`--form ${shell(`${name}=${JSON.stringify(given.json).slice(0, 80)}`)}`] : [];
  });
  return [`curl --silent`, ...parts, `http://localhost:${options.port}/predict`].join(' ');
}

function signatureLines({ signature }: ExportInput): readonly string[] {
  const rows = (list: ExportInput['signature']['inputs' | 'outputs']): readonly string[] =>
    list.map(({ name, kind, doc }) => `| ${cell(name)} | ${kind} | ${cell(doc)} |`);
  return [
    '## What it takes and gives',
    '',
    '| input | kind | |',
    '|---|---|---|',
    ...rows(signature.inputs),
    '',
    '| output | kind | |',
    '|---|---|---|',
    ...rows(signature.outputs),
    '',
  ];
}

function contractLines(input: ExportInput): readonly string[] {
  const { options, golden } = input;
  const count = golden.samples.length;
  return [
    '## What to expect of the server',
    '',
    `- HTTP on ${options.port}, gRPC on ${options.grpcPort}. \`${imageLayout.livePath}\` says that it lives, \`${imageLayout.readyPath}\` that it may be sent traffic, \`${imageLayout.metricsPath}\` is for Prometheus, \`/openapi.json\` and \`/\` are for people.`,
    `- It checks the hash of every file, warms up, and reproduces ${count === 1 ? 'one recorded answer' : `${count} recorded answers`} before it is ready. Where one differs it stays unready, and names the first node that diverges.`,
    `- ${input.profile === null ? 'As many requests as there are cores' : `${input.serving.concurrency} requests`} run at once and ${options.maxQueue > 0 ? options.maxQueue : input.serving.maxQueue} wait; past that the answer is 429 with Retry-After. A request ends after ${input.serving.deadlineMs / 1000} s.`,
    `- SIGTERM: unready at once, drains, ends with 0. It runs as user ${imageLayout.user}, writes only below ${imageLayout.scratch}, and opens no connection of its own.`,
    '- `tributary verify .` and `tributary verify http://host:port` compare it with what was recorded, node by node.',
    '',
  ];
}

function measuredLines({ profile, serving, made }: ExportInput): readonly string[] {
  const facts =
    profile === null
      ? ['Nothing was measured before this was exported: `tributary profile` does it.']
      : [
          `p50 ${ms(profile.p50Ms)}, p95 ${ms(profile.p95Ms)}, p99 ${ms(profile.p99Ms)} over ${profile.runs} runs on ${cell(profile.cpu)} (${profile.createdAt.slice(0, 10)}, device ${cell(profile.device)}).${profile.current ? '' : ' The pipeline has changed since.'}`,
          'Other hardware differs.',
        ];
  return [
    '## Measured',
    '',
    ...facts,
    '',
    ...serving.because.map((line) => `- ${cell(line)}`),
    '',
    `Recorded with ONNX Runtime ${made.onnxruntime}, sharp ${made.sharp}, Node ${made.node} on ${cell(made.cpu)}.`,
    '',
  ];
}

function contentLines(served: boolean): readonly string[] {
  const rows = [
    ['bundle.json', 'the hash of every file, versions, tolerances, what was measured'],
    ['pipeline/', 'the document, its models, labels and samples'],
    ['golden/', 'recorded outputs, and a fingerprint of what passed every port'],
    ['LICENSES/', 'of models and software'],
    ...(served
      ? [
          ['server/server.mjs', 'the server, its engine and their packages in one file'],
          ['package.json, package-lock.json', 'the packages with native code, pinned by hash'],
          ['sbom.cdx.json', 'bill of materials, CycloneDX 1.6'],
        ]
      : []),
  ];
  return ['## What is in here', '', '| | |', '|---|---|', ...rows.map(([file, what]) => `| ${file} | ${what} |`), ''];
}

function block(...lines: readonly string[]): readonly string[] {
  return ['```sh', ...lines, '```', ''];
}

/** A word of a POSIX shell, whatever is in it: inside single quotes nothing means anything. */
export function shell(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function ms(x: number): string {
  return `${Number(x.toPrecision(3))} ms`;
}
