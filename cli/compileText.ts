import type { PartFile } from '../core/define/partFile.ts';
import type { CompiledFiles } from '../host/compile/compileFiles.ts';
import { sizeText } from '../host/files/host.ts';
import { printableLine, sign, styled, type Terminal, tableLines } from './terminal.ts';

/** What was compiled, what stays outside and why, and how the answers compare, as people read it. */
export function compileText(report: CompiledFiles, terminal: Terminal): string {
  const { compiled, written, examples, document } = report;
  const sections = compiled.parts.map(({ file }, at) =>
    [
      `${styled(terminal, 'bold', printableLine(written[at].file, 400))} ${styled(terminal, 'dim', sizeText(written[at].bytes))}`,
      ...tableLines(partRows(file).map(([key, value]) => [`  ${key}`, printableLine(value, 2000)])),
    ].join('\n'),
  );
  if (compiled.outside.length > 0) {
    const rows = compiled.outside.map(({ node, title, why, besides }) => [
      `  ${printableLine(node, 60)}`,
      printableLine(title, 40),
      printableLine(besides.length === 0 ? why : `for ${besides.join(', ')} only: ${why}`, 400),
    ]);
    sections.push([styled(terminal, 'bold', 'Outside'), ...tableLines(rows)].join('\n'));
  }
  sections.push(comparedText(report, terminal));
  const beside = [...examples, ...(document === null ? [] : [document])];
  if (beside.length > 0)
    sections.push(beside.map((file) => `${sign(terminal, 'arrow')} ${printableLine(file, 400)}`).join('\n'));
  return sections.filter((section) => section !== '').join('\n\n');
}

function partRows(file: PartFile): readonly (readonly [string, string])[] {
  return [
    ['nodes', file.nodes.map((node) => node.id).join(', ')],
    [
      'takes',
      file.inputs.map(({ name, present }) => (present === null ? name : `${name} (may be missing)`)).join(', '),
    ],
    ['gives', file.outputs.map(({ name }) => name).join(', ')],
    ['items', file.batch ? 'several at once' : `one at a time: ${file.oneItemBecause.join('; ')}`],
    ...file.leftOut.map((what): [string, string] => ['left out', what]),
  ];
}

function comparedText({ compared, compiled }: CompiledFiles, terminal: Terminal): string {
  if (compared === null) return '';
  const tolerance = compiled.parts.reduce((sum, { file }) => sum + file.tolerance, 0);
  const samples = `${compared.samples} ${compared.samples === 1 ? 'sample' : 'samples'}`;
  const title = `Against the nodes, on ${samples} (they allow ${tolerance.toExponential(1)})`;
  const rows = compared.outputs.map(({ output, identical, maxDifference, words }) => {
    const told = identical
      ? 'the same to the bit'
      : maxDifference === null
        ? words
        : `at most ${maxDifference.toExponential(2)} apart; ${words}`;
    return [`  ${printableLine(output, 60)}`, printableLine(told, 400)];
  });
  const refused = compared.refused.map(
    ({ sample, by, message }) =>
      `${styled(terminal, 'yellow', sign(terminal, 'warning'))} ${printableLine(`${sample}: ${by === 'plain' ? 'the nodes refuse' : 'the compiled form refuses'} it: ${message}`, 400)}`,
  );
  return [styled(terminal, 'bold', title), ...tableLines(rows), ...refused].join('\n');
}
