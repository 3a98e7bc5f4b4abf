import { createHash } from 'node:crypto';
import os from 'node:os';
import { filesOf } from '../core/check/files.ts';
import type { CompiledForm } from '../core/define/compiledForm.ts';
import { applyChanges, type Change } from '../core/graph/edit.ts';
import { exitCodeOf, Problem } from '../core/problems/problem.ts';
import type { Advice, Candidate } from '../core/profile/advice.ts';
import type { BenchListeners, BenchTarget, SampleInputs } from '../core/profile/bench.ts';
import { adviceBudgetMs, type ImproveAsk, improve } from '../core/profile/improve.ts';
import type { Machine } from '../core/profile/knobs.ts';
import type { LoadResult } from '../core/profile/load.ts';
import { makeProfile } from '../core/profile/makeProfile.ts';
import { defaultSettings, type Profile, type ProfileSettings } from '../core/profile/profile.ts';
import { defaultSearch, type SearchSettings } from '../core/profile/search.ts';
import { searchUnder } from '../core/profile/searchUnder.ts';
import { startEngine } from '../host/engine/client.ts';
import type { Engine } from '../host/engine/messages.ts';
import { saveDocument } from '../host/files/documentFile.ts';
import { readFacts } from '../host/files/facts.ts';
import { newProfileId, openProfileStore, type ProfileStore, profilesName } from '../host/files/profileStore.ts';
import { openWorkspace } from '../host/files/workspace.ts';
import { type MadeFile, makeFiles, recordsOf, removeMade } from '../host/models/makeFiles.ts';
import { fusedPipeline } from './fused.ts';
import { readInputs } from './inputs.ts';
import { openPipeline, type Pipeline } from './pipeline.ts';
import type { ProfileOptions } from './profile.ts';
import { compareWith, gateProblem } from './profileAgainst.ts';
import { costOfProfile } from './profileCost.ts';
import { exportsOf, writeExport } from './profileExport.ts';
import { compareFusedWith, compiledShareText, fusedText } from './profileFused.ts';
import { adviceText, comparisonText, costText, loadText, searchText } from './profileResults.ts';
import { profileText } from './profileText.ts';
import { makeProgress, type Progress } from './progress.ts';
import { makeVoice, print, problemLines, type Voice } from './report.ts';
import { cancelOnSignal, reportErrors } from './run.ts';
import { sign } from './terminal.ts';

/** What the parts of one command share. */
export interface Work {
  readonly pipeline: Pipeline;
  /** Where it is measured in its compiled form. */
  readonly form: CompiledForm | null;
  readonly options: ProfileOptions;
  readonly engine: Engine;
  readonly target: BenchTarget;
  readonly store: ProfileStore;
  readonly listeners: BenchListeners;
  readonly progress: Progress;
  readonly voice: Voice;
}

/** The command: measures, then does with the profile what the options ask for, and says what came out. */
export async function profilePipeline(target: string, options: ProfileOptions): Promise<void> {
  const voice = makeVoice(options);
  refuseOdd(options);
  const exports = exportsOf(options.export ?? []);
  const plain = await openPipeline(target, options);
  if (await reportErrors(plain, voice)) return;
  const fusedForm = options.fused ? await fusedPipeline(plain) : null;
  const pipeline = fusedForm ?? plain;
  const samples = await samplesOf(pipeline, options);
  const { signal, release } = cancelOnSignal();
  const engine = startEngine({ nodeFolders: options.nodes ?? [], limits: pipeline.limitOverrides });
  const progress = makeProgress(voice.err, voice.quiet);
  const { opened } = pipeline;
  const work: Work = {
    pipeline,
    form: fusedForm?.form ?? null,
    options,
    engine,
    progress,
    voice,
    store: openProfileStore(opened.folder, profilesName(opened.file)),
    target: {
      folder: opened.folder,
      samples,
      limits: pipeline.limitOverrides,
      ...(options.device === undefined ? {} : { device: options.device }),
    },
    listeners: {
      signal,
      onProgress: ({ done, words }) => progress.show(Math.round(done * 100), 100, words),
    },
  };
  try {
    if (options.keep) await work.store.requireWritable();
    const { profile, trace } = await measured(work);
    // What took long is safe before anything else is tried.
    if (options.keep) await work.store.save(profile, trace);
    const all = await improved(work, profile);
    if (options.keep && all !== profile) await work.store.change(profile.id, () => all);
    for (const { format, path } of exports) await writeExport(all, async () => trace, format, path);
    const comparison = options.against === undefined ? null : await compareWith(work, all, options.against);
    const fused = options.compareFused ? await compareFusedWith(work, all) : null;
    const cost = options.cost === undefined ? null : await costOfProfile(all, options);
    const applied = options.apply === undefined ? null : await apply(work, all, options.apply);
    progress.clear();
    if (voice.json)
      await print(
        JSON.stringify({
          profile: all,
          ...(comparison === null ? {} : { comparison: comparison.comparison, gate: comparison.gate }),
          ...(fused === null ? {} : { fused }),
          ...(cost === null ? {} : { cost: cost.result }),
          ...(applied === null ? {} : { applied }),
        }),
      );
    else {
      const sections = [
        profileText(all, voice.out),
        ...(work.form === null ? [] : [compiledShareText(all, work.form)]),
        ...all.load.map((load) => loadText(load, voice.out)),
        ...(options.advise ? [adviceText(all.advice, voice.out)] : []),
        ...all.search.map((search) => searchText(search, voice.out)),
        ...(cost === null ? [] : [costText(cost.result, cost.currency, voice.out)]),
        ...(comparison === null ? [] : [comparisonText(comparison.comparison, voice.out)]),
        ...(fused === null ? [] : [fusedText(fused, voice.out)]),
        ...(comparison?.gate?.outcome === 'passed' ? [comparison.gate.words.join('\n')] : []),
        ...(applied === null ? [] : [`${applied} ${sign(voice.out, 'arrow')} ${opened.file}`]),
        ...(options.keep ? [`kept as ${all.id}`] : []),
      ];
      await print(sections.join('\n\n'));
    }
    const verdict = comparison === null ? null : gateProblem(comparison);
    if (verdict !== null) {
      process.stderr.write(`${problemLines(verdict, voice.err).join('\n')}\n`);
      process.exitCode = exitCodeOf(verdict.code);
    }
  } finally {
    progress.clear();
    release();
    await engine.close();
  }
}

/** Options that would do nothing as they were given. Throws `usage`. */
function refuseOdd(options: ProfileOptions): void {
  const needs = (given: unknown, flag: string, other: unknown, what: string): void => {
    if (given !== undefined && given !== false && other === undefined)
      throw new Problem('usage', { message: `${flag} does nothing without ${what}.`, fix: `Add ${what}.` });
  };
  needs(options.failOver, '--fail-over', options.against, '--against');
  needs(options.inTurns, '--in-turns', options.against, '--against');
  needs(options.force, '--force', options.against, '--against');
  needs(options.levels, '--levels', options.load, '--load');
  needs(options.batches, '--batches', options.load, '--load');
  needs(options.seconds, '--seconds', options.load, '--load');
  if (options.fused && options.compareFused)
    throw new Problem('usage', {
      message: '--fused and --compare-fused cannot go together: one of the two sides is node by node.',
      fix: 'Leave out --fused.',
    });
  needs(options.perDay, '--per-day', options.cost, '--cost');
  needs(options.maxDifference, '--max-difference', options.under, '--under');
  needs(options.searchBudget, '--search-budget', options.under, '--under');
  if (options.apply === undefined) return;
  if (options.fused)
    throw new Problem('usage', {
      message: '--apply cannot change a pipeline by what was measured of its compiled form.',
      fix: 'Leave out --fused, or --apply.',
    });
  const search = options.apply === 'search';
  needs(
    options.apply,
    `--apply ${options.apply}`,
    search ? options.under : options.advise,
    search ? '--under' : '--advise',
  );
  if (!search && !/^[1-9]\d*$/.test(options.apply))
    throw new Problem('usage', {
      message: `--apply "${options.apply}" is neither an advice's number nor "search".`,
      fix: 'For example: --advise --apply 1, or --under "p95<40ms" --apply search.',
    });
}

export async function samplesOf(
  pipeline: Pipeline,
  options: Pick<ProfileOptions, 'input'>,
): Promise<readonly SampleInputs[]> {
  const given = await readInputs(options.input ?? [], pipeline.checked, pipeline.limits);
  if (given.form === 'batch') return given.items.map(({ name, inputs }) => ({ name, inputs }));
  const names = Object.values(given.inputs).map((value) => (value.kind === 'media' ? (value.name ?? '') : value.kind));
  return [{ name: names.length === 0 ? "the pipeline's own sample" : names.join(' + '), inputs: given.inputs }];
}

async function measured(work: Work): Promise<{ readonly profile: Profile; readonly trace: Uint8Array }> {
  const { options, pipeline, target } = work;
  const settings: ProfileSettings = {
    ...defaultSettings,
    operators: options.operators,
    ...(options.budget === undefined ? {} : { budgetMs: options.budget * 1000 }),
    ...(options.interval === undefined ? {} : { intervalPercent: options.interval }),
    ...(options.runs === undefined
      ? {}
      : { maxRuns: options.runs, minRuns: Math.min(options.runs, defaultSettings.minRuns) }),
  };
  const begun = new Date();
  const { document } = pipeline.opened;
  const answer = await work.engine.profile(target, document, settings, work.listeners);
  const made = {
    id: newProfileId(begun),
    label: options.label ?? (options.fused ? 'fused' : ''),
    createdAt: begun.toISOString(),
    durationMs: Date.now() - begun.getTime(),
    document,
    device: options.device ?? 'auto',
    samples: target.samples,
    settings,
  } as const;
  return { profile: makeProfile(made, answer, sha256), trace: answer.trace };
}

/** The profile with load, advice and search, as far as they were asked for. */
async function improved(work: Work, measuredProfile: Profile): Promise<Profile> {
  const { options, engine, target, listeners, pipeline } = work;
  let profile = measuredProfile;
  if (options.load !== undefined) {
    const load: LoadResult = await engine.load(
      target,
      profile.document,
      {
        arrivals: options.load,
        levels: options.levels ?? [],
        secondsPerLevel: options.seconds ?? 3,
        batches: options.batches ?? [0],
        maxQueue: 1000,
        seed: 1,
      },
      listeners,
    );
    profile = { ...profile, load: [load] };
  }
  if (!options.advise && options.under === undefined) return profile;
  const facts = await readFacts(
    await openWorkspace(pipeline.opened.folder),
    filesOf(pipeline.opened.document, pipeline.registry),
  );
  const subject = {
    profile,
    registry: pipeline.registry,
    facts: (file: string) => facts.get(file),
    machine: await machineOf(engine),
    target,
    now: () => performance.now(),
    listeners,
  };
  if (options.advise) profile = { ...profile, advice: await advised(work, subject) };
  if (options.under !== undefined) {
    const settings: SearchSettings = {
      limit: { ...options.under, goal: options.goal },
      budgetMs: options.searchBudget === undefined ? defaultSearch.budgetMs : options.searchBudget * 1000,
      knobs: defaultSearch.knobs,
      maxDifference: options.maxDifference ?? defaultSearch.maxDifference,
    };
    const { checked } = pipeline;
    const { machine, now } = subject;
    const createdAt = new Date().toISOString();
    const { measured } = profile;
    const ask = { checked, target, settings, machine, measured, seed: 1, now, createdAt, listeners };
    profile = { ...profile, search: [await searchUnder(ask, engine)] };
  }
  return profile;
}

/** Files that a candidate needs are made to try it, and taken away again. */
async function advised(
  { pipeline, engine }: Work,
  subject: Omit<ImproveAsk, 'budgetMs' | 'make'>,
): Promise<readonly Advice[]> {
  const { folder } = pipeline.opened;
  const made = new Map<string, MadeFile>();
  try {
    return await improve(
      {
        ...subject,
        budgetMs: adviceBudgetMs,
        make: async ({ makes }, signal) => {
          for (const file of await makeFiles(folder, makes, signal))
            if (!made.has(file.path)) made.set(file.path, file);
        },
      },
      engine,
    );
  } finally {
    await removeMade(folder, made.values());
  }
}

async function machineOf(engine: Engine): Promise<Machine> {
  const trials = await engine.devices();
  return {
    cores: os.availableParallelism(),
    devices: trials.flatMap(({ device, works }) => (works ? [device] : [])),
  };
}

/** Writes the changes into the pipeline's file; says what was applied. */
async function apply(work: Work, profile: Profile, which: string): Promise<string> {
  const { opened } = work.pipeline;
  const { label, changes, makes } = changesOf(profile, which);
  const made = await makeFiles(opened.folder, makes);
  const document = applyChanges(opened.document, changes);
  await saveDocument(opened.file, applyChanges(document, recordsOf(document, made)), { replaces: opened.sha256 });
  return label;
}

interface Chosen {
  readonly label: string;
  readonly changes: readonly Change[];
  readonly makes: Candidate['makes'];
}

function changesOf(profile: Profile, which: string): Chosen {
  if (which === 'search') {
    const search = profile.search[0];
    if (search === undefined || search.winner === null)
      throw new Problem('usage', {
        message: 'No settings were found that hold the limit, so there is nothing to apply.',
        fix: 'Raise the limit, or allow other answers with --max-difference.',
      });
    return { label: 'settings of the search', changes: search.changes, makes: [] };
  }
  const advice = profile.advice[Number(which) - 1];
  if (advice === undefined)
    throw new Problem('usage', {
      message: `There is no advice ${which}; ${profile.advice.length} were found.`,
      fix: 'Run with --advise alone to see them.',
    });
  return { label: advice.title, changes: advice.changes, makes: advice.makes };
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
