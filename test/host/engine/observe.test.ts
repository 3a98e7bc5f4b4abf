import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { makeLimits } from '../../../core/define/limits.ts';
import type { Observation } from '../../../core/serve/drift/reference.ts';
import { startEngine } from '../../../host/engine/client.ts';
import { openDocument } from '../../../host/files/documentFile.ts';

const samples = path.join(import.meta.dirname, '../../../samples');
const engine = startEngine();
afterAll(() => engine.close());

async function observed(sample: string): Promise<Observation> {
  const { document, folder } = await openDocument(path.join(samples, sample, `${sample}.tributary.json`), makeLimits());
  const pinned = engine.pin({ document, folder });
  const plain = await pinned.run({ inputs: {} });
  let hear: (seen: Observation) => void = () => undefined;
  const heard = new Promise<Observation>((resolve) => {
    hear = resolve;
  });
  const looked = await pinned.run({ inputs: {}, observe: true }, undefined, hear);
  expect(looked.outputs).toEqual(plain.outputs);
  const seen = await heard;
  const { observation } = await engine.run({ document, folder, inputs: {}, observe: true });
  expect(observation).toEqual(seen);
  pinned.unpin();
  return seen;
}

it('tells of a picture that only a fused pass saw, and of the scores', async () => {
  const seen = await observed('picture-classifier');
  expect(seen['photo.image']).toMatchObject({ width: expect.any(Number), brightness: expect.any(Number) });
  expect(seen['photo.image']['brightness']).toBeGreaterThan(0.05);
  expect(seen['photo.image']['brightness']).toBeLessThan(0.95);
  expect(Object.values(seen).some((features) => features['best'] === 'sunset sea')).toBe(true);
});

it('tells how modalities agree where they meet', async () => {
  const seen = await observed('event-detector');
  const pairs = Object.entries(seen).filter(([at]) => at.includes(' and '));
  expect(pairs).toHaveLength(3);
  for (const [, features] of pairs) expect(features).toMatchObject({ same: 'yes', divergence: expect.any(Number) });
  const words = Object.values(seen).find((features) => 'language' in features);
  expect(words).toMatchObject({ characters: expect.any(Number) });
  expect(Object.values(seen).some((features) => 'unknown' in features)).toBe(true);
  expect(Object.values(seen).some((features) => 'loudness' in features)).toBe(true);
});
