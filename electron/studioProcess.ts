import { makeLimits } from '../core/define/limits.ts';
import type { ParentPortLike } from '../host/process/protocol.ts';
import { problemOf } from '../server/answerCall.ts';
import { makeStudio } from '../server/studio/studio.ts';
import { type StudioAsk, type StudioTell, studioSettingsSchema } from './studioMessages.ts';
import { serveStudio } from './studioService.ts';

/** The studio's back end in a utility process: main stays free of it, and lives when it dies. */
async function begin(parent: ParentPortLike): Promise<void> {
  const tell = (message: StudioTell): void => parent.postMessage(message);
  try {
    const settings = studioSettingsSchema.parse(JSON.parse(process.argv[2] ?? '{}'));
    const limits = makeLimits(settings.limits);
    const opening = makeStudio(settings);
    // Heard from the start, answered once it is there; what is no message to the studio belongs to its children.
    const answering = opening.then((studio) => serveStudio(studio, limits, tell));
    parent.on('message', ({ data, ports }) => {
      if (isAsk(data)) void answering.then((answer) => answer(data, ports)).catch(() => undefined);
    });
    await answering;
    tell({ studio: 'ready' });
  } catch (error) {
    tell({ studio: 'failed', problem: problemOf(error) });
    setTimeout(() => process.exit(1), 100);
  }
}

/** Main is the only one who speaks here. */
function isAsk(data: unknown): data is StudioAsk {
  return typeof data === 'object' && data !== null && 'studio' in data;
}

await begin(process.parentPort);
