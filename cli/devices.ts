import type { Command } from 'commander';
import { makeProgress } from './progress.ts';
import { makeVoice, print } from './report.ts';
import { printableLine, sign, styled, tableLines } from './terminal.ts';

export function addDevices(program: Command): Command {
  return program
    .command('devices')
    .description('Start every device that ONNX Runtime knows, and say which work here and why the others do not.')
    .option('--json', 'print as JSON')
    .addHelpText(
      'after',
      "\nExamples:\n  tributary devices\n  tributary devices --json | jq -r '.[] | select(.works) | .device'",
    )
    .action(showDevices);
}

async function showDevices(options: { readonly json?: boolean }): Promise<void> {
  const voice = makeVoice(options);
  const progress = makeProgress(voice.err, false);
  progress.show(0, 1, 'starting each device in a process of its own');
  // Loads the native runtime: only this command pays for it.
  const { tryDevices } = await import('../host/models/devices.ts');
  const trials = await tryDevices();
  progress.clear();
  if (voice.json) return print(JSON.stringify(trials, null, 2));
  const rows = trials.map((trial) => [
    trial.works
      ? styled(voice.out, 'green', sign(voice.out, 'tick'))
      : styled(voice.out, 'red', sign(voice.out, 'cross')),
    styled(voice.out, 'bold', trial.device),
    [
      trial.works ? `works${trial.runMs === undefined ? '' : `, trial run ${trial.runMs.toFixed(1)} ms`}` : '',
      printableLine(trial.reason, 300),
    ]
      .filter((part) => part !== '')
      .join('; '),
  ]);
  return print(tableLines(rows).join('\n'));
}
