import type { Command } from 'commander';
import { makeLimits } from '../core/define/limits.ts';
import { Problem } from '../core/problems/problem.ts';
import { compareProfiles } from '../core/profile/compare.ts';
import type { Profile } from '../core/profile/profile.ts';
import { openDocument } from '../host/files/documentFile.ts';
import { openProfileStore, type ProfileList, type ProfileStore, profilesName } from '../host/files/profileStore.ts';
import { collect } from './pipeline.ts';
import { exportsOf, writeExport } from './profileExport.ts';
import { adviceText, comparisonText, loadText, searchText } from './profileResults.ts';
import { bytesText, ms, profileText } from './profileText.ts';
import { makeVoice, print, problemLines, type Voice } from './report.ts';
import { printableLine, styled, tableLines } from './terminal.ts';

interface ProfilesOptions {
  readonly show?: string;
  readonly compare?: readonly string[];
  readonly label?: readonly string[];
  readonly remove?: string;
  readonly export?: readonly string[];
  readonly json?: boolean;
  readonly debug?: boolean;
}

export function addProfiles(program: Command): Command {
  return program
    .command('profiles')
    .description('List, show, compare and remove the profiles that are kept beside a pipeline.')
    .argument('<pipeline>', 'a .tributary.json file, or a folder that holds one')
    .option('--show <id>', 'one of them (`last` is the newest)')
    .option('--compare <ids...>', 'two of them, the earlier first')
    .option('--label <id-and-text...>', 'give one a name')
    .option('--remove <id>', "put one into the folder's trash")
    .option('-e, --export <format=path>', 'with --show: write it in another form (may be repeated)', collect)
    .option('--json', 'print as JSON')
    .option('--debug', 'print causes and stacks')
    .addHelpText(
      'after',
      '\nAn id may be cut short as long as it is the only one that begins so; a label serves as well.\n\nExamples:\n  tributary profiles .\n  tributary profiles . --show last --export html=report.html\n  tributary profiles . --compare baseline last\n  tributary profiles . --label last "before batching"',
    )
    .action(profiles);
}

async function profiles(target: string, options: ProfilesOptions): Promise<void> {
  const voice = makeVoice(options);
  const opened = await openDocument(target, makeLimits());
  const store = openProfileStore(opened.folder, profilesName(opened.file));
  const list = await store.list();
  for (const problem of list.problems) process.stderr.write(`${problemLines(problem, voice.err).join('\n')}\n`);
  if (options.compare !== undefined) return compare(store, list, options.compare, voice);
  if (options.label !== undefined) return label(store, list, options.label);
  if (options.remove !== undefined) return store.remove(idOf(list, options.remove));
  if (options.show !== undefined) return show(store, idOf(list, options.show), options.export ?? [], voice);
  if (voice.json) return print(JSON.stringify(list.profiles));
  return print(listText(list, voice));
}

async function compare(store: ProfileStore, list: ProfileList, ids: readonly string[], voice: Voice): Promise<void> {
  if (ids.length !== 2)
    throw new Problem('usage', { message: `--compare takes two profiles, not ${ids.length}.`, fix: 'Name two.' });
  const [before, after] = [await store.read(idOf(list, ids[0])), await store.read(idOf(list, ids[1]))];
  const comparison = compareProfiles(before, after);
  return print(voice.json ? JSON.stringify(comparison) : comparisonText(comparison, voice.out));
}

async function label(store: ProfileStore, list: ProfileList, [id, ...words]: readonly string[]): Promise<void> {
  await store.change(idOf(list, id), (profile) => ({ ...profile, label: words.join(' ').slice(0, 200) }));
}

async function show(store: ProfileStore, id: string, pairs: readonly string[], voice: Voice): Promise<void> {
  const profile = await store.read(id);
  for (const { format, path } of exportsOf(pairs)) await writeExport(profile, () => store.readTrace(id), format, path);
  return print(voice.json ? JSON.stringify(profile) : wholeText(profile, voice));
}

function wholeText(profile: Profile, { out }: Voice): string {
  return [
    profileText(profile, out),
    ...profile.load.map((load) => loadText(load, out)),
    ...(profile.advice.length === 0 ? [] : [adviceText(profile.advice, out)]),
    ...profile.search.map((search) => searchText(search, out)),
  ].join('\n\n');
}

/** The profile that an id, its beginning, a label or `last` means. Throws `usage`. */
export function idOf({ profiles }: Pick<ProfileList, 'profiles'>, which: string): string {
  if (which === 'last' && profiles.length > 0) return profiles[0].id;
  const exact = profiles.find(({ id, label }) => id === which || (label !== '' && label === which));
  if (exact !== undefined) return exact.id;
  const begins = profiles.filter(({ id }) => id.startsWith(which));
  if (begins.length === 1) return begins[0].id;
  throw new Problem('usage', {
    message:
      begins.length > 1
        ? `"${which}" is the beginning of ${begins.length} profiles.`
        : `No profile of this pipeline is called "${which}".`,
    fix:
      profiles.length === 0
        ? 'None is kept yet: `tributary profile` makes one.'
        : 'See `tributary profiles` for those that are kept.',
  });
}

function listText({ profiles: kept }: ProfileList, { out }: Voice): string {
  if (kept.length === 0) return 'No profile is kept yet: `tributary profile` makes one.';
  const rows = kept.map((one) => [
    one.id,
    printableLine(one.label, 40),
    one.createdAt.slice(0, 16).replace('T', ' '),
    one.device,
    `p50 ${ms(one.p50)}`,
    `p95 ${ms(one.p95)}`,
    `${one.runs} runs`,
    one.documentHash.slice(0, 8),
    bytesText(one.bytes),
  ]);
  const [title, ...lines] = tableLines([['id', 'label', 'made (UTC)', 'device', '', '', '', 'pipeline', ''], ...rows]);
  return [styled(out, 'dim', title), ...lines].join('\n');
}
