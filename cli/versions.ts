import { type Command, Option } from 'commander';
import { Problem } from '../core/problems/problem.ts';
import { collect } from './pipeline.ts';
import { keyOption } from './serverKey.ts';

export interface VersionsOptions {
  readonly as?: string;
  readonly rollout?: string;
  readonly weight?: string;
  readonly last: string;
  readonly header?: readonly string[];
  readonly apiKeyFile?: string;
  readonly json?: boolean;
  readonly debug?: boolean;
}

/** What may be done, with the names of what each needs. */
export const versionActions = {
  list: [],
  load: ['bundle'],
  route: ['version', 'share'],
  promote: ['version'],
  rollback: ['version'],
  unload: ['version'],
  journal: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type VersionAction = keyof typeof versionActions;

const help = `
  list                      what there is: state, share of the requests, how it fares (what is done when nothing is said)
  load <bundle>             loads what lies under that name in the server's --bundles folder: a tenth of the requests at
                            first, or as --rollout and --weight say; the others go on until it is verified
  route <version> <share>   gives it that share of the requests: 0.5 or 50%; the leading version gets the rest
  promote <version>         gives it all of them; the one before stands by
  rollback <version>        takes all of them from it
  unload <version>          takes one away that gets none
  journal                   what happened, newest first

The server has to be started with --bundles, and the key needs the scope "admin" (\`tributary key <name> --admin\`). It is
read from --api-key-file or TRIBUTARY_API_KEY.

Exit code 0: done. 5: what was loaded does not answer as it was exported. 2: the server refused.

Examples:
  tributary versions http://localhost:8080
  tributary versions https://models.example.com load scenes-2 --as 2.0.0 --weight 5% --api-key-file key
  tributary versions https://models.example.com load scenes-2 --rollout shadow
  tributary versions https://models.example.com route 2.0.0 50%
  tributary versions https://models.example.com promote 2.0.0`;

export function addVersions(program: Command): Command {
  const rollout = new Option('--rollout <how>', 'for load: how it comes into service').choices([
    'canary',
    'shadow',
    'switch',
  ]);
  return program
    .command('versions')
    .description('See and manage the versions of a server: load, route, promote, roll back.')
    .argument('<address>', 'http(s)://host:port')
    .argument('[action]', Object.keys(versionActions).join(', '), 'list')
    .argument('[details...]', 'what it needs, see below')
    .addOption(rollout)
    .option('--as <version>', 'for load: what it is called (default: the version that the bundle names)')
    .option('--weight <share>', 'for load as a canary: its share of the requests at first (default: 10%)')
    .option('-n, --last <entries>', 'for journal: so many', '20')
    .option(...keyOption)
    .option('-H, --header <name: value>', 'send this header too (may be repeated)', collect)
    .option('--json', 'print what the server said as JSON')
    .option('--debug', 'print causes and stacks')
    .addHelpText('after', help)
    .action(async (address: string, action: string, details: readonly string[], options: VersionsOptions) => {
      const asked = actionOf(action, details);
      // Loaded here: no other command needs it.
      const { manageVersions } = await import('./versionsWork.ts');
      await manageVersions(address, asked, details, options);
    });
}

function actionOf(action: string, details: readonly string[]): VersionAction {
  if (!isAction(action))
    throw new Problem('usage', {
      message: `"${action}" is nothing that can be done with versions.`,
      fix: `What can: ${Object.keys(versionActions).join(', ')}.`,
    });
  const needed: readonly string[] = versionActions[action];
  if (details.length === needed.length) return action;
  const form = [action, ...needed.map((name) => `<${name}>`)].join(' ');
  throw new Problem('usage', {
    message: `"${action}" takes ${needed.length === 0 ? 'nothing more' : needed.join(' and ')}, not ${details.length === 0 ? 'nothing' : JSON.stringify(details.join(' '))}.`,
    fix: `Write: tributary versions <address> ${form}.`,
  });
}

function isAction(text: string): text is VersionAction {
  return Object.hasOwn(versionActions, text);
}
