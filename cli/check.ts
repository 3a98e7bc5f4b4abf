import type { Command } from 'commander';
import { filesOf } from '../core/check/files.ts';
import { endOf, type PipelineDocument } from '../core/graph/document.ts';
import { typeText } from '../core/kinds/type.ts';
import { exitCodeOf, Problem, type ProblemData } from '../core/problems/problem.ts';
import { saveDocument } from '../host/files/documentFile.ts';
import { readFacts } from '../host/files/facts.ts';
import { openWorkspace } from '../host/files/workspace.ts';
import { collect, openPipeline, type Pipeline } from './pipeline.ts';
import { makeVoice, print, problemLines, type Voice, withoutStack } from './report.ts';
import { sign, styled } from './terminal.ts';

interface CheckOptions {
  readonly json?: boolean;
  readonly debug?: boolean;
  readonly record?: boolean;
  readonly types?: boolean;
  readonly nodes?: readonly string[];
  readonly limit?: readonly string[];
}

export function addCheck(program: Command): Command {
  return program
    .command('check')
    .description('Find every problem of a pipeline, with its place and what would mend it.')
    .argument('<pipeline>', 'a .tributary.json file, or a folder that holds one')
    .option('--json', 'print problems and types as JSON')
    .option('--types', 'print the type on every port')
    .option('--record', "record the sha256 of the pipeline's files in the document")
    .option('--nodes <dir>', 'a folder with your own nodes (may be repeated)', collect)
    .option('--limit <name=value>', 'set a limit (may be repeated)', collect)
    .option('--debug', 'print causes and stacks')
    .addHelpText(
      'after',
      '\nExamples:\n  tributary check my.tributary.json\n  tributary check samples/event-detector --types\n  tributary check . --json | jq .problems',
    )
    .action(check);
}

async function check(target: string, options: CheckOptions): Promise<void> {
  const voice = makeVoice(options);
  let pipeline = await openPipeline(target, options);
  if (options.record) pipeline = await record(target, pipeline, options);
  const problems = [...pipeline.opened.warnings, ...pipeline.checked.problems];
  const errors = problems.filter((problem) => problem.severity === 'error');
  if (voice.json) await print(JSON.stringify(checkJson(pipeline, problems, voice), null, 2));
  else await print(checkText(pipeline, problems, options.types ?? false, voice));
  // Problems of files have exit codes of their own, but a check that found errors always means: not this pipeline.
  process.exitCode = errors.length > 0 ? exitCodeOf('document-schema') : 0;
}

function checkJson(pipeline: Pipeline, problems: readonly ProblemData[], voice: Voice): object {
  return {
    pipeline: pipeline.opened.document.name,
    ok: problems.every((problem) => problem.severity !== 'error'),
    readOnly: pipeline.opened.readOnly,
    problems: problems.map((problem) => withoutStack(problem, voice)),
    inputs: Object.fromEntries(pipeline.checked.publicInputs),
    outputs: Object.fromEntries(pipeline.checked.publicOutputs),
    types: Object.fromEntries([...pipeline.checked.types].map(([port, type]) => [port, typeText(type)])),
  };
}

function checkText(pipeline: Pipeline, problems: readonly ProblemData[], types: boolean, voice: Voice): string {
  const { document } = pipeline.opened;
  const lines = problems.flatMap((problem) => problemLines(problem, voice.out));
  if (types) {
    for (const [port, type] of pipeline.checked.types) {
      lines.push(`${endOf(port).node}.${endOf(port).port}  ${styled(voice.out, 'dim', typeText(type))}`);
    }
  }
  const errors = problems.filter((problem) => problem.severity === 'error').length;
  const warnings = problems.length - errors;
  const counts = `${document.nodes.length} nodes, ${document.wires.length} wires: ${plural(errors, 'error')}, ${plural(warnings, 'warning')}`;
  const mark =
    errors === 0
      ? styled(voice.out, 'green', sign(voice.out, 'tick'))
      : styled(voice.out, 'red', sign(voice.out, 'cross'));
  return [...lines, `${mark} ${document.name}: ${counts}`].join('\n');
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Writes the hashes of model, tokenizer and label files into the document; licences and sources stay. */
async function record(target: string, pipeline: Pipeline, options: CheckOptions): Promise<Pipeline> {
  const { opened, registry } = pipeline;
  if (opened.readOnly)
    throw new Problem('document-newer', {
      message: `${opened.document.name} was written by a newer Tributary and is open for reading only.`,
      fix: 'Update Tributary.',
    });
  const facts = await readFacts(await openWorkspace(opened.folder), filesOf(opened.document, registry));
  const before = new Map(opened.document.files.map((file) => [file.path, file]));
  const files = [...facts.values()]
    .filter((fact) => fact.sha256 !== '')
    .map((fact) => ({ ...before.get(fact.path), path: fact.path, sha256: fact.sha256 }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const document: PipelineDocument = { ...opened.document, files };
  await saveDocument(opened.file, document, { replaces: opened.sha256 });
  return openPipeline(target, options);
}
