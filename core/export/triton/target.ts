import type { Checked } from '../../check/checked.ts';
import { parseAssumptions } from '../../lower/parseAssumptions.ts';
import type { Assumed, Assumptions } from '../../lower/retype.ts';
import { Problem, type ProblemData } from '../../problems/problem.ts';
import { assumedOf } from '../python/assume.ts';
import { defineTarget, type ExportFile, type ExportInput } from '../target.ts';
import { clientDataName, clientName, clientProgram } from './client.ts';
import { clientData, tokenizerFiles } from './clientData.ts';
import { type TritonOptions, tritonOptions } from './options.ts';
import { clientFolder, readmeOf, repositoryFolder } from './readme.ts';
import { repositoryFiles, repositoryOf } from './repository.ts';

/** A model repository for NVIDIA Triton Inference Server, with a client. */
export const triton = defineTarget({
  id: 'triton',
  title: 'NVIDIA Triton',
  summary: 'Model repository with an ensemble',
  options: tritonOptions,
  common: ['device', 'maxQueue'],
  bundle: 'none',
  compiled: true,
  compiledFiles: false,
  assume: assumptionsOf,
  problems: problemsOf,
  files: filesOf,
  next: () => [
    `tritonserver --model-repository="$PWD/${repositoryFolder}"`,
    `python ${clientFolder}/${clientName} --help`,
  ],
});

/** What a client can promise that decodes by itself, and what the options say on top. */
function assumptionsOf(checked: Checked, { assume }: TritonOptions): Assumptions {
  const pairs = assume.split(',').map((pair) => pair.trim());
  const said = parseAssumptions(
    pairs.filter((pair) => pair !== ''),
    checked,
  );
  const own: Record<string, Assumed> = { ...assumedOf(checked) };
  for (const [end, fields] of Object.entries(said)) own[end] = { ...own[end], ...fields };
  return own;
}

function problemsOf(input: ExportInput, options: TritonOptions): readonly ProblemData[] {
  if (input.compiled === null || input.compiled.parts.length === 0) return [nothingToServe(input).data];
  try {
    repositoryOf(input.compiled, input, options);
    return [];
  } catch (error) {
    if (error instanceof Problem) return [error.data];
    throw error;
  }
}

/** The same input gives the same files. Throws `not-lowerable` where `problems` tells so. */
function filesOf(input: ExportInput, options: TritonOptions): readonly ExportFile[] {
  if (input.compiled === null || input.compiled.parts.length === 0) throw nothingToServe(input);
  const repository = repositoryOf(input.compiled, input, options);
  const tokenizers = tokenizerFiles(repository.entries, input.checked);
  const data = clientData(repository.entries, input.checked, tokenizers);
  return [
    { path: 'README.md', content: { text: readmeOf(repository, input.compiled.outside, input, options) } },
    ...repositoryFiles(repository, repositoryFolder),
    { path: `${clientFolder}/${clientName}`, content: { text: clientProgram }, mode: 0o755 },
    { path: `${clientFolder}/${clientDataName}`, content: { text: `${JSON.stringify(data, null, 2)}\n` } },
    ...[...tokenizers].map(([path, name]) => ({ path: `${clientFolder}/${name}`, content: { named: path } })),
  ];
}

function nothingToServe({ title, compiled }: ExportInput): Problem {
  const reasons = (compiled?.outside ?? []).map(({ node, why }) => `"${node}": ${why}`);
  const because = reasons.length === 0 ? '' : ` ${reasons.slice(0, 5).join('; ')}.`;
  return new Problem('not-lowerable', {
    message: `Triton has nothing to run of "${title}": none of its nodes can be said in ONNX.${because}`,
    fix: 'Serve it with its own server: export --target container.',
  });
}
