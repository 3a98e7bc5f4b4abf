import { firstDivergence, type SampleVerdict } from '../core/serve/golden.ts';
import { printable, sign, styled, type Terminal } from './terminal.ts';

const mostNodes = 40;

/** One line for each sample, and for one that differs where it began and every node after. */
export function verdictLines(verdicts: readonly SampleVerdict[], terminal: Terminal): readonly string[] {
  const good = verdicts.filter(({ outputs }) => outputs.length === 0);
  const lines = [`${good.length} of ${verdicts.length} golden samples reproduced`];
  for (const verdict of verdicts) {
    const { sample, outputs, ports, maxDifference, limit } = verdict;
    if (outputs.length === 0 && ports.length === 0) {
      lines.push(
        `  ${styled(terminal, 'green', sign(terminal, 'tick'))} ${printable(sample)}: largest difference ${short(maxDifference)}, allowed ${short(limit)}`,
      );
      continue;
    }
    const mark = outputs.length === 0 ? sign(terminal, 'tick') : styled(terminal, 'red', sign(terminal, 'cross'));
    const first = firstDivergence(verdict);
    lines.push(
      `  ${mark} ${printable(sample)}: begins at ${first === null ? '?' : printable(`${first.node}.${first.port}`)}`,
    );
    for (const { node, port, words } of [...ports.slice(0, mostNodes)])
      lines.push(`      ${printable(`${node}.${port}`)}: ${printable(words)}`);
    for (const { output = '', words } of outputs) lines.push(`      output ${printable(output)}: ${printable(words)}`);
  }
  return lines;
}

function short(x: number): string {
  return x === 0 ? '0' : x.toExponential(1);
}
