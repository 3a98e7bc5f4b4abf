import { z } from 'zod';
import type { SampleAnswer } from '../../core/studio/api.ts';

/** The recorded results of the samples: each was written by the Python pipeline beside it. */
const scored = z.object({ label: z.string(), probability: z.number() });
const top = z.object({ top: z.array(scored).min(1) });
const perFile = z.record(z.string(), z.union([top, z.object({ whole: top })]));
const perText = z.array(top.extend({ text: z.string() }));
const perPicture = z.record(
  z.string(),
  z.object({
    size: z.tuple([z.number(), z.number()]),
    found: z.array(
      z.object({
        label: z.string(),
        score: z.number(),
        box: z.tuple([z.number(), z.number(), z.number(), z.number()]),
      }),
    ),
  }),
);
const perMoment = z.array(z.object({ time: z.number(), event: z.string() }).catchall(z.unknown()));
const showcase = z.record(z.string(), z.record(z.string(), z.unknown()));
const referenceSchema = z.object({ results: z.unknown().optional(), showcase: z.unknown().optional() });

const mostBest = 5;

/**
 * What a sample's recorded results say for the media that it is shown with (names without folder), fused as its rules
 * say; null when nothing.
 */
export function sampleAnswer(
  reference: unknown,
  shown: readonly string[],
  rules: readonly string[],
): SampleAnswer | null {
  const parsed = referenceSchema.safeParse(reference);
  if (!parsed.success) return null;
  const { results, showcase: fused } = parsed.data;
  return (
    fromBoxes(results, shown) ??
    fromFiles(results, shown) ??
    fromTexts(results, shown) ??
    fromMoments(results) ??
    fromShowcase(fused, shown, rules)
  );
}

function scores(list: readonly z.infer<typeof scored>[]): SampleAnswer {
  return {
    kind: 'scores',
    best: list.slice(0, mostBest).map(({ label, probability }) => ({ label, value: probability })),
  };
}

function fromBoxes(results: unknown, shown: readonly string[]): SampleAnswer | null {
  const parsed = perPicture.safeParse(results);
  const name = parsed.success ? shown.find((file) => Object.hasOwn(parsed.data, file)) : undefined;
  if (!parsed.success || name === undefined) return null;
  const { size, found } = parsed.data[name];
  return {
    kind: 'boxes',
    imageWidth: size[0],
    imageHeight: size[1],
    boxes: found.map(({ box, label, score }) => ({ box, label, score })),
  };
}

function fromFiles(results: unknown, shown: readonly string[]): SampleAnswer | null {
  const parsed = perFile.safeParse(results);
  const name = parsed.success ? shown.find((file) => Object.hasOwn(parsed.data, file)) : undefined;
  if (!parsed.success || name === undefined) return null;
  const found = parsed.data[name];
  return scores('top' in found ? found.top : found.whole.top);
}

function fromTexts(results: unknown, shown: readonly string[]): SampleAnswer | null {
  const parsed = perText.safeParse(results);
  const found = parsed.success ? parsed.data.find((row) => shown.includes(row.text)) : undefined;
  return found === undefined ? null : scores(found.top);
}

function fromMoments(results: unknown): SampleAnswer | null {
  const parsed = perMoment.safeParse(results);
  if (!parsed.success || parsed.data.length === 0) return null;
  const moments = parsed.data.map((row) => {
    const fused = z.array(scored).safeParse(row['product of experts']);
    const value = fused.success ? (fused.data.find(({ label }) => label === row.event)?.probability ?? 0) : 1;
    return { t: row.time, label: row.event, value };
  });
  return { kind: 'moments', moments };
}

/** One example with several modalities: its files have its name. */
function fromShowcase(examples: unknown, shown: readonly string[], rules: readonly string[]): SampleAnswer | null {
  const parsed = showcase.safeParse(examples);
  if (!parsed.success) return null;
  const name = Object.keys(parsed.data).find((key) => shown.some((file) => file.startsWith(`${key}.`)));
  if (name === undefined) return null;
  for (const rule of rules) {
    const list = z.array(scored).safeParse(parsed.data[name][rule]);
    if (list.success && list.data.length > 0) return scores(list.data);
  }
  return null;
}
