import { Command, CommanderError } from 'commander';
import { Problem } from '../core/problems/problem.ts';
import { ownVersion } from '../host/files/userPath.ts';
import { addCheck } from './check.ts';
import { addCompile } from './compile.ts';
import { addDevices } from './devices.ts';
import { addExport } from './export.ts';
import { addImport } from './import.ts';
import { addInspect } from './inspect.ts';
import { addKey } from './key.ts';
import { addLimits } from './limits.ts';
import { addNew } from './new.ts';
import { addNodes } from './nodes.ts';
import { addProfile } from './profile.ts';
import { addProfiles } from './profiles.ts';
import { makeVoice, reportFailure } from './report.ts';
import { addRun } from './run.ts';
import { addServe } from './serve.ts';
import { addShrink } from './shrink.ts';
import { addStudio } from './studio.ts';
import { addVerify } from './verify.ts';
import { addVersions } from './versions.ts';

const exitCodes = `
Exit codes: 0 done, 1 our fault, 2 usage, 3 pipeline, 4 input or media, 5 model, 6 limit or deadline,
7 machine, 8 slower than the baseline, 130 cancelled. Every problem has a code, listed in docs/problems.md.`;

function makeProgram(version: string): Command {
  const program = new Command('tributary')
    .description('Designs and runs multimodal ONNX pipelines on this machine.')
    .version(version)
    .configureHelp({ showGlobalOptions: false, sortSubcommands: false })
    .addHelpText('after', exitCodes)
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  for (const add of [
    addStudio,
    addRun,
    addServe,
    addKey,
    addVersions,
    addProfile,
    addProfiles,
    addShrink,
    addCheck,
    addCompile,
    addExport,
    addVerify,
    addImport,
    addNodes,
    addInspect,
    addDevices,
    addLimits,
    addNew,
  ]) {
    add(program)
      .exitOverride()
      .configureOutput({ outputError: () => undefined })
      .addHelpText('after', exitCodes);
  }
  return program;
}

/** Runs the command line; returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const voice = makeVoice({ json: args.includes('--json'), debug: args.includes('--debug') ? true : undefined });
  const program = makeProgram(await ownVersion());
  if (args.length === 0) {
    process.stdout.write(program.helpInformation());
    return 0;
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return typeof process.exitCode === 'number' ? process.exitCode : 0;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      return reportFailure(usageProblem(error, args), voice);
    }
    return reportFailure(error, voice);
  }
}

function usageProblem(error: CommanderError, args: readonly string[]): Problem {
  const [message, ...rest] = error.message.replace(/^error: /, '').split('\n');
  const command = error.code === 'commander.unknownCommand' ? undefined : args.find((arg) => !arg.startsWith('-'));
  const help = command === undefined ? 'tributary --help' : `tributary ${command} --help`;
  const hint = rest
    .join(' ')
    .replace(/^\(|\)$/g, '')
    .trim();
  return new Problem('usage', {
    message: `${message[0].toUpperCase()}${message.slice(1)}${/[.!?]$/.test(message) ? '' : '.'}`,
    fix: `${hint === '' ? '' : `${hint} `}See \`${help}\`.`,
  });
}

// A reader that has seen enough (head, less) closes the pipe: that ends the command, quietly.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
process.exitCode = await main(process.argv.slice(2));
