import type { Checked } from '../../core/check/checked.ts';
import type { RunInputs } from '../../core/run/result.ts';
import { meetingPairs } from '../../core/serve/drift/agreement.ts';
import {
  captureReference,
  type DriftReference,
  type Observation,
  type Place,
} from '../../core/serve/drift/reference.ts';
import { modalitiesOf, watchedEnds } from '../../core/serve/drift/watchedEnds.ts';
import type { Engine, RunRequest } from '../engine/messages.ts';

export interface DriftAsk {
  readonly engine: Engine;
  readonly checked: Checked;
  readonly folder: string;
  /** What the pipeline will see when all is as it should be. */
  readonly samples: readonly { readonly name: string; readonly inputs: RunInputs }[];
  readonly device?: RunRequest['device'];
  readonly limits?: RunRequest['limits'];
  readonly signal?: AbortSignal;
  readonly onSample?: (done: number) => void;
}

/** Runs samples and keeps the figures of what passes: brightness, loudness, scores and the like, nothing of the samples. */
export async function captureDrift(ask: DriftAsk): Promise<DriftReference> {
  const { engine, checked, folder, samples, device, limits, signal } = ask;
  const observations: Observation[] = [];
  for (const [at, { inputs }] of samples.entries()) {
    ask.onSample?.(at);
    const request = { document: checked.document, folder, inputs, device, limits, noSamples: true, observe: true };
    const { observation } = await engine.run(request, { signal });
    if (observation !== undefined) observations.push(observation);
  }
  return captureReference(observations, placesOf(checked));
}

/** Where what is watched belongs: ends, and the places where two scores meet. */
function placesOf(checked: Checked): (end: string) => Place | null {
  const places = new Map<string, Place>(watchedEnds(checked));
  const modalities = modalitiesOf(checked);
  for (const { at, node } of meetingPairs(checked)) places.set(at, { node, modality: modalities.get(node) ?? '' });
  return (end) => places.get(end) ?? null;
}
