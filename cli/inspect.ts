import path from 'node:path';
import type { Command } from 'commander';
import type { ModelPort, ModelSignature } from '../core/define/file-facts.ts';
import { dimText } from '../core/kinds/type.ts';
import { sizeText } from '../host/files/host.ts';
import { openModelFile } from '../host/files/modelFile.ts';
import { makeVoice, print, problemLines } from './report.ts';
import { printableLine, styled, type Terminal, tableLines } from './terminal.ts';

export function addInspect(program: Command): Command {
  return program
    .command('inspect')
    .description('Show what an ONNX model takes, gives and is made of, without opening it in a runtime.')
    .argument('<model>', 'an .onnx file')
    .option('--json', 'print as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  tributary inspect model.onnx\n  tributary inspect model.onnx --json | jq .inputs',
    )
    .action(inspect);
}

async function inspect(target: string, options: { readonly json?: boolean }): Promise<void> {
  const voice = makeVoice(options);
  const { bytes, model, problem } = await openModelFile(target);
  if (voice.json) {
    await print(JSON.stringify({ file: target, bytes, ...model, ...(problem ? { problem } : {}) }, null, 2));
  } else {
    const lines = modelLines(path.basename(target), bytes, model, voice.out);
    await print([...lines, ...(problem ? problemLines(problem, voice.out) : [])].join('\n'));
  }
}

function modelLines(name: string, bytes: number, model: ModelSignature, terminal: Terminal): string[] {
  const operators = Object.entries(model.operators).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const facts = [
    ['file', sizeText(bytes)],
    ['parameters', `${model.parameterCount.toLocaleString('en-US')} (${sizeText(model.parameterBytes)})`],
    ['opsets', model.opsets.map((o) => `${o.domain} ${o.version}`).join(', ')],
    ['IR version', String(model.irVersion)],
    ['producer', model.producer === '' ? 'not said' : model.producer],
    ['external data', model.externalData.length === 0 ? 'none' : model.externalData.join(', ')],
    ['operators', operators.map(([op, count]) => `${op} ${count}`).join(', ')],
    ...Object.entries(model.metadata).map(([key, value]) => [key, value]),
  ];
  return [
    styled(terminal, 'bold', printableLine(name)),
    ...portLines('inputs', model.inputs, terminal),
    ...portLines('outputs', model.outputs, terminal),
    ...tableLines(facts.map(([key, value]) => [printableLine(key, 40), printableLine(value, 2000)])),
  ];
}

function portLines(title: string, ports: readonly ModelPort[], terminal: Terminal): string[] {
  const rows = ports.map((port) => [
    `  ${printableLine(port.name, 80)}`,
    printableLine(modelPortText(port)),
    labelText(port),
  ]);
  return [styled(terminal, 'bold', title), ...tableLines(rows)];
}

/** `float32[batch, 3, 224, 224]`, `map`. */
export function modelPortText(port: ModelPort): string {
  const shape = port.shape === null ? '' : `[${port.shape.map(dimText).join(', ')}]`;
  const tensor = `${port.dtype ?? 'a dtype that cannot be passed'}${shape}`;
  return port.form === 'tensor' ? tensor : `${port.form} of ${tensor}`;
}

function labelText(port: ModelPort): string {
  if (port.labels === undefined) return '';
  return printableLine(`labels: ${port.labels.slice(0, 8).join(', ')}${port.labels.length > 8 ? ', ...' : ''}`);
}
