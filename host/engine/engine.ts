import { letHeapGrow } from '../process/heap.ts';
import { hearParent } from '../process/here.ts';
import { makeEngineSide } from './side.ts';
import type { Ask, Tell } from './wire.ts';

/**
 * The engine process: everything that may crash, hang or eat memory lives here, away from whoever asks. It is
 * started by `startEngine`.
 */
letHeapGrow();
const hear = makeEngineSide((message) => parent.send(message), end);
const parent = hearParent<Ask, Tell>(hear, end);

/** An orderly exit would wait for a model that may never come back. */
function end(): void {
  process.kill(process.pid, 'SIGKILL');
}

// The terminal sends Ctrl-C to the whole group; the caller decides what it means.
process.on('SIGINT', () => undefined);
