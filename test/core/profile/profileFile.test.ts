import { describe, expect, it } from 'vitest';
import { moved, paramSet } from '../../../core/graph/changes.ts';
import { applyChanges } from '../../../core/graph/edit.ts';
import { documentHash, ranText, runsTheSame } from '../../../core/profile/documentHash.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import {
  headOf,
  parseHead,
  parseProfile,
  profileEnd,
  profileText,
  summaryOf,
} from '../../../core/profile/profileFile.ts';
import { statsOf } from '../../../core/profile/stats.ts';
import { rejects } from '../../rejects.ts';
import { knownDocument, knownProfile } from './knownProfile.ts';

const difference = { before: 10, after: 8, ratio: 0.8, low: 0.7, high: 0.9, p: 0.001, verdict: 'faster' } as const;
const full: Profile = {
  ...knownProfile({ label: 'before the new model' }),
  load: [
    {
      createdAt: '2026-07-21T15:00:00.000Z',
      settings: { arrivals: 'poisson', levels: [1, 2], secondsPerLevel: 3, batches: [0, 4], maxQueue: 100, seed: 7 },
      curves: [
        {
          batch: 4,
          points: [
            {
              level: 2,
              offered: 2,
              throughput: 1.9,
              latency: statsOf([1, 2]),
              wait: statsOf([0, 1]),
              failed: 0,
              saturated: false,
            },
          ],
          knee: null,
        },
      ],
    },
  ],
  advice: [
    {
      id: 'threads-shrink',
      kind: 'together',
      title: 'Two threads',
      why: 'one core idles',
      nodes: ['shrink'],
      changes: paramSet(knownDocument, 'shrink', 'width', 64),
      makes: [{ path: 'models/a.int8.onnx', from: 'models/a.onnx', how: 'int8' }],
      aims: 'latency',
      tried: {
        runs: 20,
        p50: difference,
        p95: difference,
        throughput: null,
        answers: { identical: false, maxDifference: 0.01, bestSame: { same: 1, of: 2 }, words: 'one differs' },
      },
      problem: {
        code: 'engine-died',
        message: 'It ended.',
        fix: 'Again.',
        where: { node: 'shrink' },
        severity: 'error',
      },
      verdict: 'trades',
      applied: false,
    },
  ],
  search: [
    {
      createdAt: '2026-07-21T15:10:00.000Z',
      settings: {
        limit: { metric: 'p95', underMs: 40, goal: 'throughput' },
        budgetMs: 1000,
        knobs: ['threads'],
        maxDifference: null,
      },
      stoppedBy: 'done',
      space: 4,
      pruned: 1,
      points: [
        {
          id: 0,
          settings: [{ node: 'shrink', param: 'width', value: 64 }],
          p50: 1,
          p95: 2,
          p99: 3,
          throughput: 4,
          concurrency: 2,
          memoryBytes: 5,
          answersDifference: null,
          holds: true,
        },
      ],
      front: [0],
      winner: 0,
      words: ['one was left out'],
      changes: paramSet(knownDocument, 'shrink', 'width', 64),
    },
  ],
};

describe("a profile's file", () => {
  it('gives back what was written, and the same text again', () => {
    const text = profileText(full);
    const back = parseProfile(text);
    expect(back).toEqual(full);
    expect(profileText(back)).toBe(text);
    expect(text.endsWith(profileEnd)).toBe(true);
  });

  it('keeps the order of its fields whatever order they came in', () => {
    const turned = Object.fromEntries(Object.entries(full).reverse()) as unknown as Profile;
    expect(profileText(turned)).toBe(profileText(full));
  });

  it('begins with what a list shows, so that a long file need not be read', () => {
    const start = profileText(full).slice(0, 16 * 1024);
    expect(parseHead(start, 'a.json')).toEqual(headOf(full));
    expect(summaryOf(full, 17)).toEqual({
      id: full.id,
      label: 'before the new model',
      createdAt: full.createdAt,
      documentHash: full.documentHash,
      device: 'auto',
      runs: 3,
      p50: 11,
      p95: 11.9,
      cpu: 'A processor, 2 GHz',
      bytes: 17,
    });
  });

  it('takes node ids that are names of every object', () => {
    const nodes = JSON.parse('{"__proto__": [1], "constructor": [2], "toString": [3]}') as Record<string, number[]>;
    const profile = knownProfile({}, { series: { wallMs: [1], atMs: [0], sample: [0], nodes } });
    const back = parseProfile(profileText(profile)).measured.series.nodes;
    expect(Object.entries(back)).toEqual([
      ['__proto__', [1]],
      ['constructor', [2]],
      ['toString', [3]],
    ]);
    expect(({} as Record<string, unknown>)['1']).toBeUndefined();
    expect('hasOwnProperty' in back).toBe(false);
  });

  it('keeps a figure that could not be had as one that is none', () => {
    const text = profileText(knownProfile({}, { throughput: Number.NaN, intervalPercent: Number.POSITIVE_INFINITY }));
    expect(text).not.toContain('NaN');
    const { measured } = parseProfile(text);
    expect(measured.throughput).toBeNaN();
    expect(measured.intervalPercent).toBeNaN();
  });

  it('leaves out what it does not know of', () => {
    const more = profileText(full).replace('"label":', '"mood": "good",\n  "label":');
    expect(parseProfile(more)).toEqual(full);
  });

  it('says what is wrong with one that cannot be read', async () => {
    const text = profileText(full);
    const told = async (content: string) =>
      (await rejects(() => parseProfile(content, 'p.json'), 'profile-invalid')).message;
    expect(await told('')).toContain('not valid JSON');
    expect(await told(text.slice(0, text.length / 2))).toContain('p.json');
    expect(await told('[]')).toContain('top level');
    expect(await told(text.replace('"durationMs": 4321', '"durationMs": "long"'))).toContain('durationMs');
    expect(await told(text.replaceAll('"runs":3', '"runs":"x"'))).toContain('measured');
    expect(await told(text.replace('"photo":[3,3,4]', '"photo":[3,"3",4]'))).toContain('measured.series.nodes.photo.1');
    expect(await told(`${'['.repeat(300)}${']'.repeat(300)}`)).toContain('nested');
    const newer = text.replace(/"profileVersion": ?1/g, '"profileVersion": 2');
    expect((await rejects(() => parseProfile(newer), 'profile-newer')).message).toContain('version 2');
    await rejects(() => parseHead(newer, 'p.json'), 'profile-newer');
    await rejects(() => parseHead('{\n  "head": {"id": "UPPER"},\n', 'p.json'), 'profile-invalid');
    expect((await rejects(() => parseHead('hello', 'p.json'), 'profile-invalid')).message).toContain('does not begin');
  });
});

describe('what a document runs', () => {
  const digest = (text: string) => text;

  it('is not told by places, labels, groups, notes, its name or the order of its lists', () => {
    const turned = {
      ...applyChanges(knownDocument, moved(knownDocument, new Map([['shrink', { x: 500, y: 7 }]]))),
      name: 'another',
      nodes: [...knownDocument.nodes].reverse().map((node) => ({ ...node, label: 'l', position: { x: 1, y: 2 } })),
      wires: [...knownDocument.wires].reverse(),
      notes: [{ id: 'n', text: 'hello', position: { x: 0, y: 0 } }],
      groups: [{ id: 'g', title: 't', nodes: ['shrink'] }],
    };
    expect(documentHash(turned, digest)).toBe(documentHash(knownDocument, digest));
    expect(runsTheSame(turned, knownDocument)).toBe(true);
  });

  it('is told by parameters, wires, what is off, public names and the content of files', () => {
    const others = [
      applyChanges(knownDocument, paramSet(knownDocument, 'shrink', 'width', 33)),
      { ...knownDocument, wires: knownDocument.wires.slice(1) },
      { ...knownDocument, nodes: knownDocument.nodes.map((n) => (n.id === 'out' ? { ...n, disabled: true } : n)) },
      { ...knownDocument, outputs: { other: { node: 'out' } } },
    ];
    for (const other of others) expect(runsTheSame(other, knownDocument)).toBe(false);
    const withFile = (sha256: string) => ({ ...knownDocument, files: [{ path: 'm.onnx', sha256 }] });
    expect(ranText(withFile('a'))).not.toBe(ranText(withFile('b')));
    expect(runsTheSame(withFile('a'), withFile('b'))).toBe(false);
    // Saving records hashes, which is no change of what runs.
    expect(runsTheSame(withFile('a'), knownDocument)).toBe(true);
  });

  it('is the same for parameters in any order', () => {
    const params = (value: Record<string, number>) => ({
      ...knownDocument,
      nodes: knownDocument.nodes.map((n) => (n.id === 'shrink' ? { ...n, params: value } : n)),
    });
    expect(ranText(params({ a: 1, b: 2 }))).toBe(ranText(params({ b: 2, a: 1 })));
  });
});
