import type { Example, NodeDefinition } from '../core/define/node.ts';
import { type ParamSpec, paramExpectation } from '../core/define/param.ts';
import type { PortSpec, Want } from '../core/define/port.ts';
import { dimText, typeOf, typeText } from '../core/kinds/type.ts';
import type { Item, Value } from '../core/kinds/value.ts';

/** One node's page in Markdown, made from its definition alone: the docs folder and `tributary nodes <type>` show it. */
export function nodePage(node: NodeDefinition): string {
  const params = defaultsOf(node);
  const lines = [`# ${node.title}`, '', `\`${node.type}@${node.version}\` · ${node.summary}`, ''];
  const facts = factsOf(node);
  if (facts.length > 0) lines.push(...facts.map((fact) => `- ${fact}`), '');
  lines.push(...portTable('Inputs', node, () => node.inputs(params, {})));
  lines.push(...portTable('Outputs', node, () => node.outputs(params, {})));
  lines.push(...paramTable(node));
  if (node.details.trim() !== '') lines.push('## Details', '', node.details.trim(), '');
  if (node.examples.length > 0) lines.push('## Examples', '');
  for (const example of node.examples) lines.push(...exampleLines(node, example));
  return `${lines.join('\n').trimEnd()}\n`;
}

/** Default parameters of a node. */
export function defaultsOf(node: NodeDefinition): Record<string, unknown> {
  return Object.fromEntries(Object.entries(node.params).map(([name, spec]) => [name, spec.default]));
}

function factsOf(node: NodeDefinition): string[] {
  const facts: string[] = [];
  if (node.external !== null)
    facts.push(`Public input of kind ${node.external}: its value is given by name when the pipeline runs.`);
  if (node.publishes) facts.push('Public output: what comes in is a result of the pipeline.');
  if (node.stream !== null) facts.push('Works on the whole sequence: it may gather, spread, window or drop items.');
  if (node.step !== null) facts.push('Fused with neighbouring image nodes into one pass.');
  if (!node.pure) facts.push('Never cached: the same inputs may give another result.');
  return facts;
}

function portTable(title: string, node: NodeDefinition, ports: () => Readonly<Record<string, PortSpec>>): string[] {
  const entries = Object.entries(ports());
  const note = node.dynamicPorts
    ? ['Ports follow from the parameters and files; these are the ones with the defaults.', '']
    : [];
  if (entries.length === 0) return node.dynamicPorts ? [`## ${title}`, '', ...note] : [];
  return [
    `## ${title}`,
    '',
    ...note,
    '| port | takes | meaning |'.replace('takes', title === 'Inputs' ? 'takes' : 'gives'),
    '|---|---|---|',
    ...entries.map(([name, spec]) => `| \`${name}\` | ${cell(portText(spec))} | ${cell(spec.doc)} |`),
    '',
  ];
}

function portText(spec: PortSpec): string {
  const kinds = spec.kinds.length === 10 ? 'any kind' : spec.kinds.join(' or ');
  const extra = [
    wantText(spec.want),
    spec.optional ? 'optional' : '',
    spec.missing === 'accept' ? 'may be missing' : '',
  ].filter((part) => part !== '');
  return extra.length === 0 ? kinds : `${kinds} (${extra.join(', ')})`;
}

function wantText(want: Want): string {
  const parts: string[] = [];
  if (want.dtype) parts.push(want.dtype.join(' or '));
  if (want.shape) parts.push(`[${want.shape.map(dimText).join(', ')}]`);
  if (want.colour) parts.push(want.colour.join(' or '));
  if (want.sampleRateHz !== undefined) parts.push(`${want.sampleRateHz} Hz`);
  if (want.channels !== undefined) parts.push(want.channels === 1 ? 'mono' : `${want.channels} channels`);
  if (want.length !== undefined && want.length !== null) parts.push(`length ${dimText(want.length)}`);
  if (want.count !== undefined) parts.push(want.count === 'one' ? 'one item' : 'a sequence');
  return parts.join(', ');
}

function paramTable(node: NodeDefinition): string[] {
  const entries = Object.entries(node.params);
  if (entries.length === 0) return [];
  return [
    '## Parameters',
    '',
    '| name | default | values | meaning |',
    '|---|---|---|---|',
    ...entries.map(
      ([name, spec]) =>
        `| \`${name}\` | ${cell(defaultText(spec))} | ${cell(paramExpectation(spec))} | ${cell(spec.doc)}${cell(choiceText(spec))} |`,
    ),
    '',
  ];
}

function defaultText(spec: ParamSpec): string {
  if (spec.form === 'file' && spec.default === '') return spec.optional ? 'none' : 'to be given';
  return `\`${JSON.stringify(spec.default)}\``;
}

function choiceText(spec: ParamSpec): string {
  if (spec.form !== 'choice' || spec.choiceDocs === undefined) return '';
  return ` ${spec.choices.map((choice, i) => `\`${choice}\`: ${spec.choiceDocs?.[i] ?? ''}`).join('; ')}.`.replace(
    '..',
    '.',
  );
}

function exampleLines(node: NodeDefinition, example: Example): string[] {
  const fragment = { id: node.type.split('.')[1], type: `${node.type}@${node.version}`, params: example.params ?? {} };
  return [
    `### ${example.title}`,
    '',
    '```json',
    JSON.stringify(fragment, null, 2),
    '```',
    '',
    ...Object.entries(example.inputs).map(([name, value]) => `- in \`${name}\`: ${valueText(value)}`),
    ...Object.entries(example.outputs).map(([name, value]) => `- out \`${name}\`: ${valueText(value)}`),
    '',
  ];
}

function valueText(value: Value | readonly Item[]): string {
  if (!isItems(value)) return inlineValue(value);
  if (value.length === 0) return 'an empty sequence';
  const shown = value.slice(0, 3).map((item) => `${inlineValue(item.value)} at ${item.t} s`);
  return `${value.length} item${value.length === 1 ? '' : 's'}: ${shown.join('; ')}${value.length > 3 ? '; ...' : ''}`;
}

function isItems(value: Value | readonly Item[]): value is readonly Item[] {
  return Array.isArray(value);
}

function inlineValue(value: Value): string {
  switch (value.kind) {
    case 'text':
      return code(JSON.stringify(value.text));
    case 'json':
      return code(JSON.stringify(value.json));
    case 'scores':
      return `${typeText(typeOf(value))} ${code(numbers(value.data))}`;
    case 'embedding':
      return `${typeText(typeOf(value))} ${code(numbers(value.data))}`;
    case 'tensor':
      return `${typeText(typeOf(value))} ${code(numbers(value.data))}`;
    case 'boxes':
      return `${value.scores.length} boxes ${code(numbers(value.coordinates))}`;
    case 'image':
    case 'mask':
      return `${typeText(typeOf(value))} ${code(numbers(value.data))}`;
    case 'audio':
      return `${typeText(typeOf(value))}, ${value.channels[0]?.length ?? 0} samples`;
    case 'video':
      return `${typeText(typeOf(value))}, ${value.durationSeconds} s`;
  }
}

function numbers(data: ArrayLike<number | bigint | string>): string {
  const shown: string[] = [];
  for (let i = 0; i < Math.min(data.length, 8); i++) {
    const x = data[i];
    shown.push(
      typeof x === 'number' ? String(Math.round(x * 1e6) / 1e6) : typeof x === 'string' ? JSON.stringify(x) : String(x),
    );
  }
  return `[${shown.join(', ')}${data.length > 8 ? ', ...' : ''}]`;
}

function code(text: string): string {
  const short = text.length > 160 ? `${text.slice(0, 157)}...` : text;
  return short.includes('`') ? `\`\` ${short} \`\`` : `\`${short}\``;
}

/** Text in a table cell: one line, no bar that would end the cell. */
function cell(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').replace(/\|/g, '\\|');
}
