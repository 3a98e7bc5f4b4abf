import type { Command } from 'commander';
import { newKey } from '../host/files/newKey.ts';
import { print } from './report.ts';

interface KeyOptions {
  readonly admin?: boolean;
  readonly perMinute?: string;
}

const more = `
The key is printed once, and only its hash goes into the file: give the key to who will ask, and put the entry among
"keys" in the file of \`tributary serve --api-keys\`.

Example:
  tributary key "team vision" --per-minute 600`;

export function addKey(program: Command): Command {
  return program
    .command('key')
    .description('Make an API key for a server, and the entry that lets it in.')
    .argument('<name>', 'who will ask with it')
    .option('--admin', 'it may also load, promote and take back versions')
    .option('--per-minute <requests>', 'most requests a minute')
    .addHelpText('after', more)
    .action(makeKey);
}

async function makeKey(name: string, { admin, perMinute }: KeyOptions): Promise<void> {
  const { key, sha256 } = newKey();
  const entry = {
    name,
    sha256,
    scopes: admin ? ['predict', 'admin'] : ['predict'],
    ...(perMinute === undefined ? {} : { perMinute: Number(perMinute) }),
  };
  const { parseKeyRing } = await import('../server/serving/security/apiKeys.ts');
  // Says what is wrong with a name or a number, as the server would.
  parseKeyRing(JSON.stringify({ keys: [entry] }), 'this entry');
  await print(`key    ${key}\nentry  ${JSON.stringify(entry)}`);
}
