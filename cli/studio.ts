import path from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { makeLimits } from '../core/define/limits.ts';
import { openAddress, whyNoBrowser } from '../host/desktop/openAddress.ts';
import { findDocument } from '../host/files/documentFile.ts';
import { keptSecret } from '../host/files/secretFile.ts';
import { stateFolder } from '../host/files/stateFolder.ts';
import { ownPath } from '../host/files/userPath.ts';
import type { StudioServer } from '../server/studioServer.ts';
import { collect, parseLimits } from './pipeline.ts';
import { makeVoice, print, type Voice } from './report.ts';
import { printable, sign, styled } from './terminal.ts';

interface StudioCommandOptions {
  readonly port?: number;
  readonly host: string;
  readonly open: boolean;
  readonly nodes?: readonly string[];
  readonly limit?: readonly string[];
  readonly json?: boolean;
}

const more = `
The address holds a token that lets in the first browser that opens it; press Enter for another one. The studio is
served on this machine only. From another machine, open a tunnel and use the printed address there:
  ssh -L 7878:127.0.0.1:7878 workstation

Examples:
  tributary studio
  tributary studio my-pipeline.tributary.json
  tributary studio --port 8000 --no-open --nodes my-nodes/`;

export function addStudio(program: Command): Command {
  return program
    .command('studio')
    .description('Open the studio in a browser: design pipelines, run them, see what they do.')
    .argument('[pipeline]', 'open this .tributary.json file, or the one in this folder')
    .option('-p, --port <number>', 'listen on this port (default: the first free one from 7878 on)', portNumber)
    .option('--host <name>', 'listen on this loopback address', '127.0.0.1')
    .option('--no-open', 'do not open a browser')
    .option('--nodes <folder>', "also load this folder's nodes; their code runs (may be repeated)", collect)
    .option('--limit <name=value>', 'set a limit, see `tributary limits` (may be repeated)', collect)
    .option('--json', 'print the address as one line of JSON; each line on standard input gives another address')
    .addHelpText('after', more)
    .action(runStudio);
}

async function runStudio(pipeline: string | undefined, options: StudioCommandOptions): Promise<void> {
  const voice = makeVoice(options);
  const limits = parseLimits(options.limit ?? []);
  const file = pipeline === undefined ? undefined : await findDocument(pipeline);
  // Loaded here: no other command needs a server.
  const [{ makeStudio }, { startStudioServer }] = await Promise.all([
    import('../server/studio/studio.ts'),
    import('../server/studioServer.ts'),
  ]);
  const ended = untilSignal();
  const studio = await makeStudio({
    nodeFolders: options.nodes ?? [],
    limits,
    stateFolder: stateFolder(),
    samplesFolder: ownPath('samples'),
  });
  try {
    const server = await startStudioServer({
      studio,
      limits: makeLimits(limits),
      rendererFolder: ownPath('dist/renderer'),
      port: options.port,
      host: options.host,
      secret: await keptSecret(path.join(stateFolder(), 'studio-secret')),
    });
    try {
      await announce(server, file, options.open, voice);
      await ended;
    } finally {
      await server.close();
    }
  } finally {
    await studio.close();
  }
}

async function announce(server: StudioServer, file: string | undefined, open: boolean, voice: Voice): Promise<void> {
  const address = server.address(file);
  if (voice.json) await print(JSON.stringify({ address, port: server.port, pid: process.pid }));
  else await print(`${styled(voice.out, 'green', sign(voice.out, 'tick'))} The studio is ready: ${printable(address)}`);
  const why = open ? whyNoBrowser() : 'asked not to';
  const opened = why === null && (await openAddress(address));
  if (voice.json) {
    // A program that drives the studio asks for another address by a line.
    onLine(() => void print(JSON.stringify({ address: server.address() })));
    return;
  }
  const hints = opened ? [] : ['Open it in a browser of this machine.'];
  if (process.stdin.isTTY === true) {
    hints.push('Press Enter for an address for another browser, Ctrl+C to end.');
    onLine(() => void print(`  ${server.address()}`));
  }
  if (hints.length > 0) await print(`  ${hints.join(' ')}`);
}

/** Hears lines without being kept alive by them. A file as standard input says nothing. */
function onLine(heard: () => void): void {
  if (!('unref' in process.stdin)) return;
  process.stdin.on('data', heard);
  process.stdin.unref();
}

/** Resolves at the first signal to end; a second one ends the process at once. */
function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const end = (): void => {
      if (asked) process.exit(130);
      asked = true;
      process.stdin.pause();
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  });
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65535) throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}
