import type { z } from 'zod';
import { makeLimits } from '../../core/define/limits.ts';
import { makeRegistry } from '../../core/define/registry.ts';
import { Problem } from '../../core/problems/problem.ts';
import { type StudioEvent, type StudioMethod, studioSchemas } from '../../core/studio/api.ts';
import { startEngine } from '../../host/engine/client.ts';
import { loadNodeFolder } from '../../host/nodes/load.ts';
import { builtinNodes } from '../../nodes/registry.ts';
import type { BackEnd } from './backEnd.ts';
import { makeBlobStore } from './blobStore.ts';
import { endSession } from './closing.ts';
import { fusedRun } from './compiling/fusedRun.ts';
import { takeUpload } from './importing.ts';
import { makeMethods } from './methods.ts';
import { makeJobs } from './profiling/jobs.ts';
import { makeRecent } from './recent.ts';
import { makeRuns } from './runs.ts';
import { makeSessions } from './sessions.ts';
import { makeShrunkFiles } from './shrinking/shrunkFiles.ts';
import { statePaths } from './statePaths.ts';
import { makeThumbStore } from './thumbs.ts';
import { openTimings } from './timings.ts';
import type { LocalStudio, StudioOptions } from './types.ts';
import { sampleCards } from './welcome.ts';

/** Makes the back end. Throws the problem of a node folder that cannot be loaded. */
export async function makeStudio(options: StudioOptions): Promise<LocalStudio> {
  const own = (await Promise.all(options.nodeFolders.map(loadNodeFolder))).flat();
  const registry = makeRegistry([...builtinNodes, ...own]);
  const engine = startEngine({ nodeFolders: options.nodeFolders, limits: options.limits });
  const state = statePaths(options.stateFolder);
  const blobs = makeBlobStore();
  const largeBlobs = makeBlobStore(512 * 1024 * 1024);
  const sessions = makeSessions();
  const listeners = new Map<string, Set<(event: StudioEvent) => void>>();

  function emit(event: StudioEvent): void {
    const to = 'session' in event ? sessions.find(event.session)?.client : undefined;
    if ('session' in event && to === undefined) return;
    for (const [client, heard] of listeners) {
      if (to === undefined || to === client) for (const listener of heard) listener(event);
    }
  }

  const parts = {
    limits: makeLimits(options.limits),
    limitOverrides: options.limits,
    registry,
    nodeFolders: options.nodeFolders,
    ownTypes: new Set(own.map((definition) => definition.type)),
    engine,
    bench: engine,
    state,
    samplesFolder: options.samplesFolder,
    sessions,
    blobs,
    largeBlobs,
    thumbs: makeThumbStore(engine, blobs, state.thumbs),
    recent: makeRecent(state.recent),
    timings: await openTimings(state.timings),
    shrunkFiles: makeShrunkFiles(),
    emit,
  };
  const runs = makeRuns(parts, (session, document) => fusedRun(back, session, document));
  const back: BackEnd = { ...parts, runs, jobs: makeJobs({ emit, runs }) };
  const methods = makeMethods(back);
  let closed = false;
  engine.onDeath((problem) => {
    if (!closed) emit({ event: 'engineEnded', problem });
  });
  // The welcome screen is the first that anybody asks for: its pictures are made while the window opens.
  void sampleCards(back, back.thumbs.of).catch(() => undefined);

  async function endAll(ended: readonly ReturnType<typeof sessions.all>[number][]): Promise<void> {
    await Promise.all(ended.map((session) => endSession(back, session).catch(() => undefined)));
  }

  return {
    call: async (client, method, args) => {
      if (closed) throw new Problem('usage', { message: 'The studio was closed.', fix: 'Start it again.' });
      return answer(methods, client, method, args);
    },
    listen: (client, listener) => {
      const heard = listeners.get(client) ?? new Set();
      listeners.set(client, heard.add(listener));
      return () => {
        heard.delete(listener);
        if (heard.size === 0 && listeners.get(client) === heard) listeners.delete(client);
      };
    },
    blob: (id) => blobs.get(id) ?? largeBlobs.get(id),
    upload: async (client, session, name, body) => takeUpload(back, sessions.get(client, session), name, body),
    enginePid: () => engine.pid(),
    leave: (client) => {
      void endAll(sessions.all().filter((session) => session.client === client));
    },
    close: async () => {
      closed = true;
      await endAll(sessions.all());
      await back.thumbs.settle();
      await engine.close();
    },
  };
}

async function answer(
  methods: ReturnType<typeof makeMethods>,
  client: string,
  method: string,
  args: unknown,
): Promise<unknown> {
  if (!isMethod(method)) {
    throw new Problem('usage', {
      message: `The studio has no method "${method.slice(0, 100)}".`,
      fix: 'Reload the page: it may be of another version than the studio behind it.',
    });
  }
  return dispatch(methods, client, method, args);
}

function isMethod(method: string): method is StudioMethod {
  return Object.hasOwn(studioSchemas, method);
}

/** One type for all: the union of so many schemas is more than the compiler follows. */
const schemas: Readonly<Record<StudioMethod, z.ZodType>> = studioSchemas;

async function dispatch<M extends StudioMethod>(
  methods: ReturnType<typeof makeMethods>,
  client: string,
  method: M,
  args: unknown,
): Promise<unknown> {
  // The schema of a method and what it takes are of one type by `Methods`; a union of methods hides that.
  const run = methods[method] as (client: string, args: unknown) => Promise<unknown>;
  try {
    const parsed = schemas[method].safeParse(args);
    if (parsed.success) return await run(client, parsed.data);
    const issue = parsed.error.issues[0];
    throw new Problem('usage', {
      message: `"${method}" was called with what does not fit: ${issue.path.map(String).join('.') || 'the arguments'}: ${issue.message}.`,
      fix: 'Reload the page: it may be of another version than the studio behind it.',
    });
  } catch (error) {
    if (error instanceof Problem) throw error;
    // Nested beyond what the stack holds: it came from outside like that.
    if (error instanceof RangeError) throw tooDeep(method);
    throw new Problem('internal', {
      message: `Tributary made a mistake in "${method}": ${error instanceof Error ? error.message : String(error)}.`,
      fix: 'Your work is in the journal. Report this with what you did last.',
      cause: error,
    });
  }
}

function tooDeep(method: string): Problem {
  return new Problem('document-too-deep', {
    message: `"${method}" was called with values nested too deeply.`,
    fix: 'Nest less deeply.',
  });
}
