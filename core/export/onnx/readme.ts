import { type PartFile, type PartInput, type PartOutput, type PartTensor, partKey } from '../../define/partFile.ts';
import type { OutsideNode } from '../../lower/compile.ts';
import { codeMarkdown as code, plainMarkdown as plain } from '../markdown.ts';
import { marker, usageOf } from './usage.ts';

export interface ExportedPart {
  /** The file's name. */
  readonly name: string;
  readonly file: PartFile;
  readonly sha256: string;
  readonly bytes: number;
}

/** What a compiled pipeline is, takes and gives, for people: Markdown. */
export function readmeOf(pipeline: string, parts: readonly ExportedPart[], outside: readonly OutsideNode[]): string {
  const lines = [
    `# ${plain(pipeline)}, compiled`,
    '',
    parts.length === 1
      ? `${marker} One ONNX file that does what the pipeline's nodes do. It needs ONNX Runtime and no custom operators.`
      : `${marker} ${parts.length} ONNX files that do what the pipeline's nodes do, in this order. They need ONNX Runtime and no custom operators.`,
    ...parts.flatMap(partLines),
  ];
  if (outside.length > 0) {
    lines.push('', '## What stays outside', '');
    for (const { node, title, why, besides } of outside) {
      const also = besides.length === 0 ? '' : ` (for ${besides.map(code).join(', ')} only)`;
      lines.push(`- ${code(node)}, ${plain(title)}${also}: ${plain(why)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function partLines({ name, file, sha256, bytes }: ExportedPart): readonly string[] {
  const lines = [
    '',
    `## ${plain(name)}`,
    '',
    `- Does the work of: ${file.nodes.map(({ id, title }) => `${code(id)} (${plain(title)})`).join(', ')}`,
    `- ${bytes} bytes, sha256 ${code(sha256)}`,
    `- Items at once: ${file.batch ? 'as many as you like, along the first axis of every tensor (`items`)' : `one. ${file.oneItemBecause.map(plain).join('; ')}`}`,
    `- May differ from the nodes by ${file.tolerance.toExponential(1)} at the most, summed over them; levels of pictures count as shares of white`,
    ...file.leftOut.map((what) => `- Left out: ${plain(what)}`),
    ...file.models.map(
      (model) =>
        `- Model ${code(model.path)}: licence ${plain(model.licence ?? 'not recorded')}, sha256 ${code(model.sha256)}`,
    ),
    '',
    '### Takes',
    '',
    ...file.inputs.flatMap(inputLines),
    '',
    '### Gives',
    '',
    ...file.outputs.flatMap(outputLines),
    '',
    '### Try it',
    '',
    '```',
    ...(['python', 'npx tsx'] as const).map((command) => usageOf(command, programName(name, command), file)),
    '```',
    '',
    `All of this, with the parameters of each step, stands in the file's metadata as JSON, under ${code(partKey)}.`,
  ];
  return lines;
}

/** Of the program that stands beside a file. */
export function programName(file: string, command: 'python' | 'npx tsx'): string {
  return `${file.replace(/\.onnx$/, '')}.${command === 'python' ? 'py' : 'mts'}`;
}

function inputLines(input: PartInput): readonly string[] {
  const before =
    input.before.length === 0 ? '' : `Before it: ${input.before.map(({ title }) => plain(title)).join(', then ')}.`;
  return [
    `- ${code(input.name)}: ${[plain(input.doc), formOf(input), before].filter((text) => text !== '').join(' ')}`,
    ...input.tensors.map(tensorLine),
    ...(input.present === null
      ? []
      : [
          `  - ${code(input.present)}: ${code('bool [items]')}, false where it is missing; its tensors then hold anything`,
        ]),
  ];
}

function formOf({ type, toRgb }: PartInput): string {
  switch (type.kind) {
    case 'image':
      return toRgb
        ? 'A decoded picture, turned as its EXIF says, in RGB.'
        : `A picture in ${type.colour ?? 'any colour'}, rows from top to bottom.`;
    case 'audio':
      return `Sound of ${type.sampleRateHz} Hz, one row a channel.`;
    default:
      return '';
  }
}

function outputLines(output: PartOutput): readonly string[] {
  const { carried } = output;
  const labels =
    'labels' in carried && carried.labels !== null ? ` Labels: ${carried.labels.map(plain).join(', ')}.` : '';
  return [
    `- ${code(output.name)}: ${plain(output.doc)}${labels}`,
    ...output.tensors.map(tensorLine),
    ...(output.present === null
      ? []
      : [`  - ${code(output.present)}: ${code('bool [items]')}, false where there is no answer`]),
  ];
}

function tensorLine({ name, dtype, unit, shape }: PartTensor): string {
  return `  - ${code(name)}: ${code(`${dtype} [${shape.join(', ')}]`)}${unit === '' ? '' : `, ${plain(unit)}`}`;
}
