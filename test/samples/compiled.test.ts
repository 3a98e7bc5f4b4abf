import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { MediaSource } from '../../core/kinds/value.ts';
import type { RunInputs } from '../../core/run/result.ts';
import { type CompareAsk, compareAnswers } from '../../host/compile/compareAnswers.ts';
import { startEngine } from '../../host/engine/client.ts';
import { compiledForm, copyOfSample, fusedOptions } from '../compiled-form.ts';

const engine = startEngine();
const home = mkdtempSync(path.join(os.tmpdir(), 'tributary-compiled-'));
afterAll(async () => {
  await engine.close();
  rmSync(home, { recursive: true, force: true });
});

type Samples = CompareAsk['samples'];

function media(folder: string, name: string): MediaSource {
  return { kind: 'media', path: path.join(folder, 'media', name), name };
}

/** Every file of the sample's media, at its one input. */
function each(input: string): (folder: string) => Samples {
  return (folder) =>
    readdirSync(path.join(folder, 'media')).map((name) => ({ name, inputs: { [input]: media(folder, name) } }));
}

function messages(folder: string): Samples {
  const lines = readFileSync(path.join(folder, 'media/messages.txt'), 'utf8').trim().split('\n');
  return lines.map((text) => ({ name: text, inputs: { text: { kind: 'text', text } } }));
}

/** All six events; of the storm also with modalities that are missing, and one that is broken. */
function events(folder: string): Samples {
  const whole = (name: string) =>
    ({
      image: media(folder, `${name}.jpg`),
      sound: media(folder, `${name}.wav`),
      caption: { kind: 'text', text: readFileSync(path.join(folder, 'media', `${name}.txt`), 'utf8') },
    }) as const;
  const { image, sound, caption } = whole('storm');
  const partial: Readonly<Record<string, RunInputs>> = {
    'without image': { sound, caption },
    'without sound': { image, caption },
    'without caption': { image, sound },
    'image alone': { image },
    'caption alone': { caption },
    'broken image': { image: media(folder, 'storm.txt'), sound, caption },
  };
  return [
    ...['concert', 'harbour', 'match', 'parade', 'storm', 'wildfire'].map((name) => ({ name, inputs: whole(name) })),
    ...Object.entries(partial).map(([name, inputs]) => ({ name, inputs })),
  ];
}

/**
 * What answers may differ by. Nodes that resize do so in float32 in a file, where a level in a hundred may round the other
 * way; all else differs by the order in which float32 numbers are added.
 */
const [resized, added] = [1e-3, 1e-5];
const cases: Readonly<
  Record<string, { readonly samples: (folder: string) => Samples; readonly files: number; readonly fused: number }>
> = {
  'picture-classifier': { samples: each('image'), files: resized, fused: added },
  detector: { samples: each('image'), files: resized, fused: resized },
  'sound-classifier': { samples: each('sound'), files: added, fused: added },
  'text-classifier': { samples: messages, files: added, fused: added },
  'event-detector': { samples: events, files: resized, fused: added },
  'video-events': {
    samples: (folder) => [{ name: 'day', inputs: { video: media(folder, 'day.mp4') } }],
    files: resized,
    fused: resized,
  },
};

/** A resize weighs pixels by their alpha, and files that take RGB have none: they say so. In fused mode it stays outside. */
const refused: Readonly<Record<string, readonly string[]>> = { 'picture-classifier files': ['meadow-cutout.png'] };

it.each(Object.keys(cases).flatMap((sample) => [[sample, 'files'] as const, [sample, 'fused'] as const]))(
  '%s as %s answers all its media as its nodes do',
  async (sample, form) => {
    const { samples, ...tolerance } = cases[sample];
    const folder = copyOfSample(sample, path.join(home, form));
    const { pipeline, document } = await compiledForm(folder, 'compiled', form === 'fused' ? fusedOptions : {});
    const all = samples(folder);
    const compared = await compareAnswers({
      engine,
      folder,
      plain: pipeline.opened.document,
      compiled: document,
      samples: all,
      signal: new AbortController().signal,
    });
    const without = refused[`${sample} ${form}`] ?? [];
    expect(compared.refused.map(({ sample: name, by }) => [name, by])).toEqual(
      without.map((name) => [name, 'compiled']),
    );
    expect(compared.samples).toBe(all.length - without.length);
    expect(compared.outputs.map(({ output }) => output).sort()).toEqual(
      [...pipeline.checked.publicOutputs.keys()].sort(),
    );
    for (const { output, maxDifference, identical } of compared.outputs)
      expect(identical ? 0 : maxDifference, output).toBeLessThan(tolerance[form]);
  },
  300_000,
);
