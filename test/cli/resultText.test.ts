import { expect, it } from 'vitest';
import { resultText, valueLines } from '../../cli/resultText.ts';
import { terminalOf } from '../../cli/terminal.ts';
import { problemData } from '../../core/problems/problem.ts';
import type { RunResult } from '../../core/run/result.ts';

const plain = terminalOf({}, {});
const style = { show: 3, colours: true };

it('shows the best classes, bars only for shares', () => {
  const scores = { kind: 'scores', data: Float32Array.of(0.05, 0.8, 0.05, 0.1), labels: ['a', 'b', 'c', 'd'] } as const;
  expect(valueLines({ ...scores, form: 'probabilities' }, style, plain)).toEqual([
    'b  ███████████████████░░░░░  0.800',
    'd  ██░░░░░░░░░░░░░░░░░░░░░░  0.100',
    'a  █░░░░░░░░░░░░░░░░░░░░░░░  0.050',
    'and 1 more',
  ]);
  expect(valueLines({ ...scores, labels: null, form: 'logits' }, style, plain)[0]).toBe('class 1  0.8');
});

it('shows boxes as a table, and none as a result', () => {
  const boxes = {
    kind: 'boxes',
    imageWidth: 640,
    imageHeight: 480,
    coordinates: Float32Array.of(1, 2, 300.25, 40),
    scores: Float32Array.of(0.5),
    classes: Int32Array.of(0),
    labels: ['cat\u001b[1m'],
  } as const;
  expect(valueLines(boxes, style, plain)).toEqual([
    '1 box in 640x480',
    'label         score   x1   y1     x2    y2',
    'cat\\u001b[1m  0.500  1.0  2.0  300.3  40.0',
  ]);
  const none = { ...boxes, coordinates: new Float32Array(0), scores: new Float32Array(0), classes: new Int32Array(0) };
  expect(valueLines(none, style, plain)).toEqual(['nothing found in 640x480']);
});

it('sums up what is too large to show, and counts NaN', () => {
  const data = Float32Array.of(1, 2, Number.NaN, 3, 6);
  expect(valueLines({ kind: 'tensor', dtype: 'float32', shape: [1, 5], data }, style, plain)).toEqual([
    'float32[1, 5]  min 1, mean 3, max 6, 1 NaN or infinite',
  ]);
  const embedding = { kind: 'embedding', data: Float32Array.of(3, 4, 0, 0), unit: false } as const;
  expect(valueLines(embedding, style, plain)).toEqual(['embedding[4]  [3, 4, 0, ...]  length 5']);
  const mask = { kind: 'mask', width: 2, height: 2, data: Uint8Array.of(0, 1, 1, 1), labels: ['sky', 'sea'] } as const;
  expect(valueLines(mask, style, plain)).toEqual(['mask 2x2', 'sea  75.0%', 'sky  25.0%']);
});

it('shows sequences with their times, what is missing and why, devices and warnings', () => {
  const missing = problemData('media-corrupt', { message: 'The sound cannot be decoded.', fix: 'Give another.' });
  const node = { state: 'ran', stage: 0, items: 2, runMs: 1, notes: {} } as const;
  const result: RunResult = {
    outputs: {
      words: {
        status: 'present',
        kind: 'text',
        sequence: 'many',
        items: [
          { t: 0, durationSeconds: 0.5, value: { kind: 'text', text: 'ja' } },
          { t: 0.5, value: { kind: 'text', text: '' } },
        ],
      },
      found: { status: 'present', kind: 'boxes', sequence: 'many', items: [] },
      sound: { status: 'missing', problem: missing },
    },
    nodes: {
      model: { ...node, notes: { device: 'cuda', lane: 1, runMs: 1.510067999 } },
      ear: { ...node, state: 'missing' },
    },
    warnings: [missing],
    wallMs: 12.4,
  };
  const text = resultText(result, () => style, plain);
  expect(text).toContain('  0.00–0.50 s  ja\n  0.50 s  (empty text)');
  expect(text).toContain('found\n  nothing (an empty sequence)');
  expect(text).toContain('sound  missing\n! The sound cannot be decoded. [media-corrupt]');
  expect(text).toMatch(/model +on cuda, lane 1, runMs 1.51\n/);
  expect(text).toMatch(/ear +did not run: its modality is missing/);
  expect(text.trimEnd().endsWith('fix: Give another.')).toBe(true);
});
