import type { ExportFile, ExportInput } from '../target.ts';
import type { PythonPlan } from './pipelineData.ts';
import { answersProgram, compiledProgram } from './programs/compiled.ts';
import { mediaProgram, tokensProgram } from './programs/media.ts';
import { requestsProgram } from './programs/requests.ts';
import { verifyProgram } from './programs/verify.ts';

/** The package that runs a pipeline's compiled files, the same for every pipeline, with the data that it reads. */
export function serviceFiles(plan: PythonPlan): readonly ExportFile[] {
  const text = (path: string, text: string): ExportFile => ({ path, content: { text } });
  return [
    text('pipeline.json', `${JSON.stringify(plan.data, null, 2)}\n`),
    text('service/__init__.py', ''),
    text('service/media.py', mediaProgram),
    text('service/tokens.py', tokensProgram),
    text('service/compiled.py', compiledProgram),
    text('service/answers.py', answersProgram),
    text('service/requests.py', requestsProgram),
    text('verify.py', verifyProgram),
    ...[...plan.tokenizers].map(([from, path]): ExportFile => ({ path, content: { named: from } })),
  ];
}

/** Packages that the service imports, with the versions that it was tried with. */
export function requirementsOf({ made }: ExportInput, { needs }: PythonPlan, own: readonly string[]): string {
  const lines = [
    `onnxruntime>=${runtimeVersion(made.onnxruntime)}`,
    'numpy>=2.0',
    // Answers that are pictures are written by it, too.
    'pillow>=11.0',
    ...(needs.sound ? ['soundfile>=0.13', 'soxr>=0.5'] : []),
    ...(needs.text ? ['tokenizers>=0.21'] : []),
    ...own,
  ];
  return `${[...lines].sort().join('\n')}\n`;
}

/** Of the runtime that measured: `1.22.0`, whatever stands around it. */
function runtimeVersion(text: string): string {
  return /\d+\.\d+(\.\d+)?/.exec(text)?.[0] ?? '1.20';
}
