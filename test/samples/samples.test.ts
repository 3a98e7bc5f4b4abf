import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeLimits } from '../../core/define/limits.ts';
import type { BoxesValue, MediaSource, ScoresValue, Value } from '../../core/kinds/value.ts';
import type { RunResult } from '../../core/run/result.ts';
import { startEngine } from '../../host/engine/client.ts';
import type { Engine } from '../../host/engine/messages.ts';
import { openDocument } from '../../host/files/documentFile.ts';

const samples = fileURLToPath(new URL('../../samples/', import.meta.url));
let engine: Engine;
beforeAll(() => {
  engine = startEngine();
});
afterAll(() => engine.close());

function recorded(sample: string, file = 'reference.json'): never {
  return JSON.parse(readFileSync(path.join(samples, sample, file), 'utf8')) as never;
}

function media(sample: string, name: string): MediaSource {
  return { kind: 'media', path: path.join(samples, sample, 'media', name), name };
}

async function run(sample: string, inputs: Readonly<Record<string, MediaSource | Value>>): Promise<RunResult> {
  const { document } = await openDocument(path.join(samples, sample), makeLimits());
  return engine.run({
    document,
    folder: path.join(samples, sample),
    inputs,
    noSamples: Object.keys(inputs).length > 0,
  });
}

function value(result: RunResult, output: string): Value {
  const out = result.outputs[output];
  if (out.status === 'missing') throw new Error(out.problem.message);
  return out.items[0].value;
}

function ranked(scores: ScoresValue): readonly { readonly label: string; readonly probability: number }[] {
  return [...scores.data]
    .map((probability, i) => ({ label: scores.labels?.[i] ?? '', probability }))
    .sort((a, b) => b.probability - a.probability);
}

interface Top {
  readonly label: string;
  readonly probability: number;
}

/** The same best class, and probabilities that agree. */
function expectTop(got: Value, top: readonly Top[], tolerance: number): void {
  const ours = ranked(got as ScoresValue);
  expect(ours[0].label).toBe(top[0].label);
  for (const { label, probability } of top) {
    const mine = ours.find((o) => o.label === label)?.probability ?? Number.NaN;
    expect(Math.abs(mine - probability), `${label}: ${mine} for ${probability}`).toBeLessThan(tolerance);
  }
}

describe('picture-classifier agrees with Pillow, numpy and onnxruntime', () => {
  const { results } = recorded('picture-classifier') as { results: Record<string, { top: readonly Top[] }> };
  it.each(Object.keys(results))('%s', async (name) => {
    const result = await run('picture-classifier', { image: media('picture-classifier', name) });
    expectTop(value(result, 'scene'), results[name].top, 0.03);
    // Classes that are all but impossible may change places; those that count may not.
    const likely = results[name].top.filter((t) => t.probability > 0.001).map((t) => t.label);
    expect(
      ranked(value(result, 'scene') as ScoresValue)
        .slice(0, likely.length)
        .map((t) => t.label),
    ).toEqual(likely);
    expect(result.nodes['model'].notes['device']).toBe('cpu');
  });
});

describe('sound-classifier agrees with librosa and onnxruntime', () => {
  const { results } = recorded('sound-classifier') as { results: Record<string, { whole: { top: readonly Top[] } }> };
  it.each(Object.keys(results))('%s', async (name) => {
    // Lossy formats are decoded by other libraries there and here.
    expectTop(
      value(await run('sound-classifier', { sound: media('sound-classifier', name) }), 'sound'),
      results[name].whole.top,
      /mp3|opus/.test(name) ? 0.1 : 0.02,
    );
  });
});

describe('text-classifier agrees with tokenizers and onnxruntime', () => {
  const { results } = recorded('text-classifier') as { results: readonly { text: string; top: readonly Top[] }[] };
  it.each(results.map((r) => [r.text, r.top] as const))('%j', async (text, top) => {
    expectTop(value(await run('text-classifier', { text: { kind: 'text', text } }), 'intent'), top, 1e-3);
  });
});

describe('detector finds what the Python pipeline finds', () => {
  interface Found {
    readonly label: string;
    readonly score: number;
    readonly box: readonly number[];
  }
  const { results } = recorded('detector') as { results: Record<string, { found: readonly Found[] }> };
  it.each(Object.keys(results))('%s', async (name) => {
    const result = await run('detector', { image: media('detector', name) });
    const boxes = value(result, 'boxes') as BoxesValue;
    const ours = Array.from(boxes.scores, (score, i) => ({
      score,
      label: boxes.labels?.[boxes.classes[i]],
      box: [...boxes.coordinates.slice(i * 4, i * 4 + 4)],
    }));
    const want = results[name].found;
    // A box within 0.02 of the threshold may be there or not.
    expect(ours.filter((b) => b.score > 0.27).length).toBe(want.filter((b) => b.score > 0.27).length);
    for (const w of want.filter((b) => b.score > 0.27)) {
      const mine = ours.find((b) => b.label === w.label && b.box.every((x, i) => Math.abs(x - w.box[i]) < 3));
      expect(mine, `${w.label} at ${w.box}`).toBeDefined();
      expect(Math.abs((mine?.score ?? 0) - w.score)).toBeLessThan(0.03);
    }
    expect(value(result, 'drawn')).toMatchObject({ kind: 'image', width: boxes.imageWidth, height: boxes.imageHeight });
  });
});

describe('event-detector', () => {
  const lines = readFileSync(path.join(samples, 'event-detector/media/heldout/examples.jsonl'), 'utf8')
    .trim()
    .split('\n');
  const examples = lines.map(
    (line) => JSON.parse(line) as { event: string; image: string; sound: string; caption: string },
  );
  const heldout = (name: string): MediaSource => media('event-detector', `heldout/${name}`);
  it('tells all 24 complete held-out examples', async () => {
    const right = await Promise.all(
      examples.map(async ({ event, image, sound, caption }) => {
        const result = await run('event-detector', {
          image: heldout(image),
          sound: heldout(sound),
          caption: { kind: 'text', text: caption },
        });
        return ranked(value(result, 'event') as ScoresValue)[0].label === event;
      }),
    );
    expect(right.filter(Boolean).length).toBe(24);
  });
  it('goes on without the sound, and says so', async () => {
    const { image, caption } = examples[0];
    const result = await run('event-detector', { image: heldout(image), caption: { kind: 'text', text: caption } });
    expect(ranked(value(result, 'event') as ScoresValue)[0].label).toBe(examples[0].event);
    expect(value(result, 'report')).toMatchObject({
      json: { missing: [{ modality: 'sound', code: 'input-missing' }] },
    });
    expect(result.warnings).toMatchObject([{ code: 'input-missing' }]);
  });
  it('goes on with a broken picture, and says so', async () => {
    const { sound, caption, event } = examples[0];
    const broken: MediaSource = {
      kind: 'media',
      name: 'broken.jpg',
      bytes: Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2, 3),
    };
    const result = await run('event-detector', {
      image: broken,
      sound: heldout(sound),
      caption: { kind: 'text', text: caption },
    });
    expect(ranked(value(result, 'event') as ScoresValue)[0].label).toBe(event);
    expect(value(result, 'report')).toMatchObject({
      json: { missing: [{ modality: 'image', code: 'media-corrupt' }] },
    });
  });
});

describe('video-events', () => {
  it('tells the four parts of the film within half a second', async () => {
    const result = await run('video-events', {});
    const events = value(result, 'events');
    if (events.kind !== 'json') throw new Error('events are json');
    const spans = events.json as unknown as readonly {
      readonly t: number;
      readonly end: number;
      readonly label: string;
    }[];
    const { events: truth } = recorded('video-events', 'truth.json') as {
      events: readonly { start: number; end: number; event: string }[];
    };
    for (const { start, end, event } of truth) {
      const middle = (start + end) / 2;
      expect(spans.find((s) => s.t <= middle && middle < s.end)?.label, `at ${middle} s`).toBe(event);
    }
    expect(result.outputs['moments']).toMatchObject({ status: 'present', sequence: 'many' });
  });
});
