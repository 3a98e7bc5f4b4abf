import path from 'node:path';
import type { Command } from 'commander';
import { makeLimits } from '../core/define/limits.ts';
import type { PipelineDocument } from '../core/graph/document.ts';
import { nearestName } from '../core/problems/nearestName.ts';
import { Problem } from '../core/problems/problem.ts';
import { documentSuffix, openDocument, saveDocument } from '../host/files/documentFile.ts';
import { openModelFile } from '../host/files/modelFile.ts';
import { copyInto, kindOfPath, ownPath, plainFiles, subfolders } from '../host/files/userPath.ts';
import { proposeFromModel } from '../host/nodes/newFromModel.ts';
import { loadRegistry } from './pipeline.ts';
import { makeVoice, print } from './report.ts';
import { sign, styled, tableLines } from './terminal.ts';

interface NewOptions {
  readonly template?: string;
  readonly model?: string;
  readonly json?: boolean;
}

export function addNew(program: Command): Command {
  return program
    .command('new')
    .description('Make a pipeline in a new folder: from a template, or around an ONNX model.')
    .argument('[folder]', 'the folder to make; it must not hold a pipeline yet')
    .option('-t, --template <name>', 'start from this template; without a folder, templates are listed')
    .option('-m, --model <file>', 'propose a pipeline for this ONNX file, which is copied beside it')
    .option('--json', 'print what was made as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  tributary new                                  (lists the templates)\n  tributary new my-detector --template detector\n  tributary new my-classifier --model resnet50.onnx',
    )
    .action(makeNew);
}

async function makeNew(folder: string | undefined, options: NewOptions): Promise<void> {
  const voice = makeVoice(options);
  const templates = await listTemplates();
  if (folder === undefined) {
    if (voice.json)
      return print(
        JSON.stringify(
          templates.map(({ name, description }) => ({ name, description })),
          null,
          2,
        ),
      );
    const rows = templates.map((t) => [styled(voice.out, 'bold', t.name), t.description]);
    return print([...tableLines(rows), '', 'tributary new <folder> --template <name>'].join('\n'));
  }
  if ((options.template === undefined) === (options.model === undefined)) {
    throw new Problem('usage', {
      message: 'A new pipeline starts from a template or from a model: give one of them.',
      fix: 'Use --template <name> (`tributary new` lists them) or --model <file>.',
    });
  }
  const target = path.resolve(folder);
  await refuseTaken(target, folder);
  const files =
    options.model === undefined
      ? await fromTemplate(options.template as string, templates, target)
      : await fromModel(options.model, target);
  const shown = files.map((file) => path.join(folder, file));
  if (voice.json) return print(JSON.stringify({ folder: target, files }, null, 2));
  const mark = styled(voice.out, 'green', sign(voice.out, 'tick'));
  return print(
    [
      `${mark} made ${shown[0]}`,
      ...shown.slice(1).map((file) => `  with ${file}`),
      `  next: npx tributary check ${folder}, npx tributary run ${folder}`,
    ].join('\n'),
  );
}

interface Template {
  readonly name: string;
  readonly description: string;
  readonly folder: string;
}

/** Shipped samples are the templates: what is copied has been run by a test. */
async function listTemplates(): Promise<readonly Template[]> {
  const samples = ownPath('samples');
  const templates: Template[] = [];
  for (const name of await subfolders(samples)) {
    const folder = path.join(samples, name);
    if (!(await plainFiles(folder)).some((file) => file.endsWith(documentSuffix))) continue;
    const { document } = await openDocument(folder, makeLimits());
    templates.push({ name, description: document.description ?? document.name, folder });
  }
  return templates;
}

async function refuseTaken(target: string, shown: string): Promise<void> {
  const taken = [...(await plainFiles(target)), ...(await subfolders(target))];
  if (taken.length > 0 || !['folder', null].includes(await kindOfPath(target))) {
    throw new Problem('usage', {
      message: `"${shown}" is there already${taken.length > 0 ? ` and holds ${taken.slice(0, 3).join(', ')}` : ''}.`,
      fix: 'Choose a folder that is new or empty.',
      where: { file: shown },
    });
  }
}

async function fromTemplate(name: string, templates: readonly Template[], target: string): Promise<readonly string[]> {
  const template = templates.find((t) => t.name === name);
  if (template === undefined) {
    const names = templates.map((t) => t.name);
    const near = nearestName(name, names);
    throw new Problem('usage', {
      message: `No template is called "${name}".`,
      fix: `${near === null ? '' : `Did you mean ${near}? `}There are ${names.join(', ')}.`,
    });
  }
  const { document } = await openDocument(template.folder, makeLimits());
  const files = await filesUnder(template.folder, filesNamed(document));
  for (const file of files) await copyInto(path.join(template.folder, file), path.join(target, file));
  const renamed: PipelineDocument = { ...document, name: path.basename(target) };
  return [await saveNew(target, renamed), ...files];
}

/** Every text parameter that is the path of a file or folder in the template's folder, and the recorded files. */
function filesNamed(document: PipelineDocument): readonly string[] {
  const named = new Set(document.files.map((file) => file.path));
  for (const node of document.nodes) {
    for (const value of Object.values(node.params)) if (typeof value === 'string' && value !== '') named.add(value);
  }
  return [...named].filter((name) => !path.isAbsolute(name) && !name.split(/[\\/]/).includes('..'));
}

async function filesUnder(folder: string, names: readonly string[]): Promise<readonly string[]> {
  const files: string[] = [];
  for (const name of names) {
    const kind = await kindOfPath(path.join(folder, name));
    if (kind === 'file') files.push(name);
    else if (kind === 'folder') {
      for (const inner of await plainFiles(path.join(folder, name))) files.push(path.join(name, inner));
    }
  }
  return files.sort();
}

async function fromModel(model: string, target: string): Promise<readonly string[]> {
  const source = path.resolve(model);
  const { model: signature, problem } = await openModelFile(model);
  if (problem !== undefined) throw new Problem(problem.code, problem);
  const file = `models/${path.basename(source)}`;
  const document = proposeFromModel(path.basename(target), file, signature, await loadRegistry());
  await copyInto(source, path.join(target, file));
  const data = signature.externalData.map((name) => path.posix.join('models', name));
  for (const [i, name] of signature.externalData.entries()) {
    await copyInto(path.join(path.dirname(source), name), path.join(target, data[i]));
  }
  return [await saveNew(target, document), file, ...data];
}

async function saveNew(target: string, document: PipelineDocument): Promise<string> {
  const name = `${path.basename(target)}${documentSuffix}`;
  await saveDocument(path.join(target, name), document);
  return name;
}
