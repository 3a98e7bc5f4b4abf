import type { Command } from 'commander';
import { limitTable } from '../core/define/limits.ts';
import { makeVoice, print } from './report.ts';
import { styled, tableLines } from './terminal.ts';

export function addLimits(program: Command): Command {
  return program
    .command('limits')
    .description('List every limit with its default; set one for a run with --limit name=value.')
    .option('--json', 'print as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  tributary limits\n  tributary run my.tributary.json --limit audioSeconds=3600 --limit audioBytes=2g',
    )
    .action(async (options: { readonly json?: boolean }) => {
      const voice = makeVoice(options);
      if (voice.json) return print(JSON.stringify(limitTable, null, 2));
      const rows = Object.entries(limitTable).map(([name, spec]) => [
        styled(voice.out, 'bold', name),
        `${spec.default.toLocaleString('en-US')} ${spec.unit}`,
        spec.doc,
      ]);
      return print(tableLines(rows).join('\n'));
    });
}
