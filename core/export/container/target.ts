import { z } from 'zod';
import { type ProblemData, problemData } from '../../problems/problem.ts';
import { shell } from '../bundle/readme.ts';
import { parseImage } from '../names.ts';
import { defineTarget, type ExportFile, type ExportInput } from '../target.ts';
import { yamlOf } from '../yaml.ts';
import { composeOf } from './compose.ts';
import { dockerfileText } from './dockerfile.ts';
import { imageOf } from './image.ts';

export const container = defineTarget({
  id: 'container',
  title: 'Container',
  summary: 'HTTP and gRPC server, Dockerfile',
  options: z.object({}),
  common: ['image', 'port', 'grpcPort', 'device', 'baseImage', 'platform', 'bodyMiB', 'maxQueue'],
  includes: ['monitoring'],
  problems: (input) => [...imageProblems(input), ...deviceProblems(input)],
  files: (input) => [
    deployment('Dockerfile', dockerfileText(imageOf(input))),
    deployment('.dockerignore', dockerIgnore),
    deployment('compose.yaml', yamlOf([composeOf(input)])),
  ],
  next: ({ image, options }) => [
    'docker compose up --build',
    `docker build --platform ${options.platform} --tag ${shell(image)} .`,
  ],
});

/** What only deploys the bundle has no place in the image, nor has anything that a person puts beside it. */
const dockerIgnore = `# Everything stays out but what is served.
*
!bundle.json
!package.json
!package-lock.json
!README.md
!openapi.json
!sbom.cdx.json
!server
!pipeline
!golden
!nodes
!drift
!LICENSES
`;

function deployment(path: string, text: string): ExportFile {
  return { path, content: { text }, served: false };
}

function imageProblems({ image, options }: ExportInput): readonly ProblemData[] {
  const named: readonly (readonly [string, string])[] = [
    ['image', image],
    ...(options.baseImage === '' ? [] : [['baseImage', options.baseImage] as const]),
  ];
  return named.flatMap(([param, value]) =>
    parseImage(value) === null
      ? [
          problemData('param-invalid', {
            message: `${JSON.stringify(value.slice(0, 120))} is no name of an image.`,
            fix: 'For example: registry.example.com/team/scenes:1.0.0. Small letters, digits, . _ - and one tag.',
            where: { param },
          }),
        ]
      : [],
  );
}

function deviceProblems({ options, made }: ExportInput): readonly ProblemData[] {
  if (options.device !== 'cuda') return [];
  const found: ProblemData[] = [];
  if (options.platform !== 'linux/amd64')
    found.push(
      problemData('device-unavailable', {
        message: `ONNX Runtime offers CUDA to Node only on linux/amd64, not on ${options.platform}.`,
        fix: 'Choose linux/amd64, or the processor.',
        where: { param: 'platform' },
      }),
    );
  if (Object.values(made.devices).some((device) => device !== 'cuda'))
    found.push(
      problemData('device-unavailable', {
        message:
          'The golden outputs were not recorded with CUDA: on a card they may differ, and ten times as much is allowed.',
        fix: 'Export on a machine with the card that will serve, so that what is measured is what is shipped.',
        severity: 'warning',
      }),
    );
  return found;
}
