import { imageLayout } from '../imageLayout.ts';
import type { ExportInput } from '../target.ts';
import { factsOf } from '../targetFacts.ts';
import type { Instruction } from './dockerfile.ts';

/** CUDA 12 with cuDNN 9, which ONNX Runtime's libraries are made for. */
const cudaBase = 'docker.io/nvidia/cuda:12.6.3-cudnn-runtime-ubuntu22.04';

/** The official image of the very Node that measured. */
export function nodeBase({ made }: ExportInput): string {
  return `docker.io/library/node:${made.node}-bookworm-slim`;
}

/** The image in two stages: packages are installed in one, and the other is what runs. */
export function imageOf(input: ExportInput): readonly (readonly Instruction[])[] {
  const { options, made } = input;
  const cuda = options.device === 'cuda';
  const { scratch, home, variables, user, group } = imageLayout;
  const base = options.baseImage === '' ? (cuda ? cudaBase : nodeBase(input)) : options.baseImage;
  const { startSeconds } = factsOf(input).resources;
  return [
    [
      // First, so that no name can be taken for a directive of the builder (`syntax=`, `escape=`).
      comment(`Made by Tributary ${made.tributary}; the same pipeline gives the same file.`),
      comment(`Pipeline: ${input.title}, version ${input.version}.`),
      comment('Pin the base by its digest: --build-arg BASE=<image>@sha256:<digest>'),
      { do: 'arg', name: 'BASE', value: base },
      // Node itself comes from here where the base has none.
      ...(cuda ? [{ do: 'arg', name: 'NODE', value: nodeBase(input) } as const] : []),
    ],
    [
      comment('1. Packages with native code, by the hashes of the lockfile; no script of theirs runs.'),
      { do: 'from', arg: cuda ? 'NODE' : 'BASE', as: 'packages' },
      { do: 'workdir', value: home },
      { do: 'copy', sources: ['package.json', 'package-lock.json'], to: './' },
      { do: 'run', words: ['npm', 'ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'] },
      ...(cuda
        ? [
            comment("ONNX Runtime's CUDA libraries, by the package's own installer, from nuget.org."),
            {
              do: 'run',
              words: ['node', 'node_modules/onnxruntime-node/script/install.js', '--onnxruntime-node-install=cuda12'],
            } as const,
          ]
        : []),
      comment('The package brings its binaries for every system: those for others stay here.'),
      { do: 'run', words: ['node', '-e', pruneBinaries] },
    ],
    [
      comment('2. What runs. Nothing here needs root, and nothing is written outside a temporary folder.'),
      { do: 'from', arg: 'BASE' },
      ...(input.needs.ffmpeg ? [installFfmpeg] : []),
      ...(cuda
        ? [{ do: 'copy', from: 'packages', sources: ['/usr/local/bin/node'], to: '/usr/local/bin/node' } as const]
        : []),
      {
        do: 'label',
        entries: {
          'org.opencontainers.image.title': input.title,
          'org.opencontainers.image.version': input.version,
          'com.amazonaws.sagemaker.capabilities.accept-bind-to-port': 'true',
        },
      },
      { do: 'workdir', value: home },
      comment('What changes least comes first.'),
      { do: 'copy', from: 'packages', sources: [`${home}/node_modules`], to: './node_modules' },
      { do: 'copy', sources: ['.'], to: './' },
      {
        do: 'env',
        entries: {
          NODE_ENV: 'production',
          HOME: scratch,
          [variables.cache]: `${scratch}/tributary`,
          [variables.port]: String(options.port),
          [variables.grpcPort]: String(options.grpcPort),
          ...(cuda ? { NVIDIA_VISIBLE_DEVICES: 'all', NVIDIA_DRIVER_CAPABILITIES: 'compute,utility' } : {}),
        },
      },
      { do: 'user', value: `${user}:${group}` },
      { do: 'expose', ports: [options.port, options.grpcPort] },
      { do: 'stopsignal', value: 'SIGTERM' },
    ],
    [
      comment(
        `3. Ready only when ${input.golden.samples.length === 1 ? 'the recorded answer is' : `all ${input.golden.samples.length} recorded answers are`} reproduced.`,
      ),
      {
        do: 'healthcheck',
        options: { interval: '10s', timeout: '3s', 'start-period': `${startSeconds}s`, retries: '3' },
        words: ['node', 'server/server.mjs', '--ready'],
      },
      { do: 'entrypoint', words: ['node', 'server/server.mjs'] },
      { do: 'cmd', words: ['serve'] },
    ],
  ];
}

const installFfmpeg: Instruction = {
  do: 'script',
  lines: ['apt-get update', 'apt-get install --yes --no-install-recommends ffmpeg', 'rm -rf /var/lib/apt/lists/*'],
};

/** A program of one line: takes out of onnxruntime-node what is for other systems and processors. */
const pruneBinaries = [
  "const fs = require('node:fs'), path = require('node:path');",
  "const bin = 'node_modules/onnxruntime-node/bin';",
  'for (const api of fs.readdirSync(bin)) for (const os of fs.readdirSync(path.join(bin, api)))',
  'for (const cpu of fs.readdirSync(path.join(bin, api, os)))',
  'if (os !== process.platform || cpu !== process.arch) fs.rmSync(path.join(bin, api, os, cpu), { recursive: true });',
].join(' ');

function comment(text: string): Instruction {
  return { do: 'comment', text };
}
