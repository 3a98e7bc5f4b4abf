import os from 'node:os';
import type { z } from 'zod';
import { requireDocument } from '../../core/graph/entries.ts';
import { followLine, writeJournalLine } from '../../core/graph/journal.ts';
import { Problem } from '../../core/problems/problem.ts';
import type { StudioMethod, StudioResults, studioSchemas } from '../../core/studio/api.ts';
import { checkReport } from '../../core/studio/checkReport.ts';
import { fitOf } from '../../core/studio/fit.ts';
import { giversOf, takersOf } from '../../core/studio/partners.ts';
import { nodeSpec } from '../../core/studio/portShape.ts';
import { listFolder } from '../../host/files/folderListing.ts';
import { ownVersion, packageVersion } from '../../host/files/userPath.ts';
import type { BackEnd } from './backEnd.ts';
import { startBatch } from './batch.ts';
import { checkIn } from './checking.ts';
import { endSession } from './closing.ts';
import { compilingMethods } from './compiling/methods.ts';
import { deviceReports } from './deviceReports.ts';
import { exportingMethods } from './exporting/methods.ts';
import { importFile } from './importing.ts';
import { listLibrary, removeMedia } from './library.ts';
import { listedInDialogs } from './mediaFiles.ts';
import { findMissing } from './missingFiles.ts';
import { inspectModel } from './modelInfo.ts';
import { newDocument, openDocument, reloadDocument } from './opening.ts';
import { profilingMethods } from './profiling/methods.ts';
import { saveDocument } from './saving.ts';
import { inTurn } from './sessions.ts';
import { changeSettings, readSettings } from './settings.ts';
import { shrinkingMethods } from './shrinking/methods.ts';
import { forgetUntitled, untitledId } from './untitled.ts';
import { welcome } from './welcome.ts';

type Parsed<M extends StudioMethod> = z.output<(typeof studioSchemas)[M]>;
export type Methods = {
  readonly [M in StudioMethod]: (client: string, args: Parsed<M>) => Promise<StudioResults[M]>;
};

/** What each method of the contract does, its arguments parsed. */
export function makeMethods(back: BackEnd): Methods {
  const { sessions } = back;
  return {
    about: async () => ({
      version: await ownVersion(),
      runtime: `ONNX Runtime ${await packageVersion('onnxruntime-node')}`.trim(),
      platform: `${process.platform}-${process.arch}`,
      cores: os.availableParallelism(),
      home: os.homedir(),
      settings: await readSettings(back.state.settings),
    }),
    catalog: async () => ({
      nodes: back.registry.all().map((definition) => nodeSpec(definition, back.ownTypes.has(definition.type))),
    }),
    welcome: (client) => welcome(back, client),
    devices: async () => ({ devices: await deviceReports(back.engine) }),
    setSettings: async (_, { settings }) => {
      await changeSettings(back.state.settings, settings);
      return {};
    },
    forgetRecent: async (client, { path }) => {
      const untitled = untitledId(back.state, path);
      if (untitled === null) await back.recent.forget(path);
      else {
        const open = sessions.find(untitled);
        if (open !== undefined && open.client !== client) throw inUse();
        if (open !== undefined) await endSession(back, open, { discard: true });
        await forgetUntitled(back.state, untitled);
      }
      return {};
    },

    openDocument: (client, args) => openDocument(back, client, args),
    newDocument: (client, { model }) => newDocument(back, client, model),
    appendJournal: async (client, { session: id, lines, at }) => {
      const session = sessions.get(client, id);
      return inTurn(session, async () => {
        if (session.journal === null) throw notWritten(session.readOnly);
        const known = at === undefined ? 0 : Math.min(lines.length, Math.max(0, session.linesTaken - at));
        const fresh = lines.slice(known);
        if (fresh.some((line) => line.line === 'base' || line.line === 'saved')) throw notYours();
        if (fresh.length > 0) await session.journal.append(fresh.map(writeJournalLine).join(''));
        for (const line of fresh) session.edited = followLine(session.edited, line);
        session.linesTaken += fresh.length;
        return { lines: session.linesTaken };
      });
    },
    saveDocument: (client, { session, document, ...args }) =>
      saveDocument(back, sessions.get(client, session), requireDocument(document), args),
    reloadDocument: (client, { session }) => reloadDocument(back, sessions.get(client, session)),
    closeDocument: async (client, { session, discard }) => {
      await endSession(back, sessions.get(client, session), { discard });
      return {};
    },

    check: async (client, { session, document }) =>
      checkReport(await checkIn(back, sessions.get(client, session), requireDocument(document))),
    fit: async (client, { session, document, from, to }) =>
      fitOf(await checkIn(back, sessions.get(client, session), requireDocument(document)), back.registry, from, to),
    partners: async (client, { session, document, from, to }) => {
      const checked = await checkIn(back, sessions.get(client, session), requireDocument(document));
      if (from !== undefined) return takersOf(checked, back.registry, from);
      if (to !== undefined) return giversOf(checked, back.registry, to);
      throw new Problem('usage', { message: 'Partners of which port?', fix: 'Give `from` or `to`.' });
    },

    startRun: async (client, { session: id, document, inputs = {}, targets = [], device, fused }) => {
      const session = sessions.get(client, id);
      back.jobs.requireIdle(session, 'A run');
      return {
        run: back.runs.start(session, {
          document: requireDocument(document),
          inputs,
          targets,
          device,
          fused: fused === true && targets.length === 0,
        }),
      };
    },
    startBatch: async (client, { session: id, document, items, device, fused }) => {
      const session = sessions.get(client, id);
      back.jobs.requireIdle(session, 'A batch');
      return { run: startBatch(back, session, { document: requireDocument(document), items, device, fused }) };
    },
    cancelRun: async (client, { run }) => {
      back.runs.cancel(client, run);
      return {};
    },
    runs: async (client, { session }) => ({ runs: back.runs.summaries(sessions.get(client, session)) }),
    preview: async (client, request) => {
      const found = back.runs.find(request.run);
      // One that is let go of is nothing to fail for: a screen may ask for it a moment too late.
      if (found === undefined) return null;
      sessions.get(client, found.session);
      const end = back.runs.engineEnd(request.run, request.end);
      const { preview, blobs } = await back.engine.preview({ ...request, end });
      back.blobs.keep(blobs);
      return preview;
    },

    ...profilingMethods(back),
    ...shrinkingMethods(back),
    ...compilingMethods(back),
    ...exportingMethods(back),

    library: async (client, { session }) => ({ items: await listLibrary(back, sessions.get(client, session)) }),
    importFile: (client, { session, path }) => importFile(back, sessions.get(client, session), path),
    removeMedia: async (client, { session, path }) => {
      await removeMedia(back, sessions.get(client, session), path);
      return {};
    },
    inspectModel: async (client, { session, path }) => inspectModel(sessions.get(client, session), path),
    findMissing: async (client, { session, document, folders = [] }) => ({
      files: await findMissing(back, sessions.get(client, session), requireDocument(document), folders),
    }),
    listFolder: (_, { path }) => listFolder(path, listedInDialogs),
  };
}

function notWritten(readOnly: boolean): Problem {
  return new Problem('usage', {
    message: readOnly ? 'The pipeline is open for reading only: edits of it are not kept.' : 'The pipeline was closed.',
    fix: readOnly ? 'Save it under another name.' : 'Open it again.',
  });
}

function notYours(): Problem {
  return new Problem('usage', {
    message: 'Only edits, undo and redo are written to the journal by a window; the rest is written by saving.',
    fix: 'Reload the page.',
  });
}

function inUse(): Problem {
  return new Problem('usage', { message: 'Another window has it open.', fix: 'Close it there first.' });
}
