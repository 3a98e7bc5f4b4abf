import { describe, expect, it } from 'vitest';
import { shrinkMethods } from '../../../core/onnx/shrink/options.ts';
import type { LayerSensitivity } from '../../../core/onnx/shrink/report.ts';
import { studioSchemas } from '../../../core/studio/api.ts';
import { methodOrder } from '../../../renderer/shrink/methodWords.ts';
import { modelNodes } from '../../../renderer/shrink/modelNodes.ts';
import {
  cosineText,
  errorParts,
  leftByReason,
  shareText,
  smallerText,
  sortedLayers,
  speedText,
  warningsOf,
} from '../../../renderer/shrink/reportWords.ts';
import { mediaOfSample } from '../../../renderer/shrink/sampleMedia.ts';
import { optionsOf, usualSettings } from '../../../renderer/shrink/shrinkSettings.ts';
import { triedOn } from '../../../renderer/shrink/shrinkState.ts';

describe('settings of shrinking', () => {
  it('every method is offered, and what is asked for fits the contract', () => {
    expect([...methodOrder].sort()).toEqual([...shrinkMethods].sort());
    for (const to of shrinkMethods) {
      const options = optionsOf({ ...usualSettings, to, limited: true, sensitivity: true, except: 'a\n\n b ' });
      const args = { session: 'a1', document: { nodes: [], wires: [] }, options };
      expect(studioSchemas.startShrink.safeParse(args).error?.issues ?? []).toEqual([]);
      expect(options.to).toBe(to);
    }
  });

  it('a method is told only what concerns it', () => {
    const all = { ...usualSettings, limited: true, maxDrop: 2, exceptOperators: 'Softmax, Gemm', keepFirst: true };
    expect(optionsOf({ ...all, to: 'optimised' })).toEqual({ to: 'optimised', device: 'cpu', level: 'extended' });
    expect(optionsOf({ ...all, to: 'int8' })).toEqual({
      to: 'int8',
      exceptOperators: ['Softmax', 'Gemm'],
      keepFirst: true,
      maxDrop: 0.02,
    });
    expect(optionsOf({ ...usualSettings, to: 'int8-static', calibration: 'percentile', bits: 8 })).toEqual({
      to: 'int8-static',
      calibration: 'percentile',
      percentile: 99.999,
      activations: 'uint8',
      bits: 8,
    });
    expect(optionsOf({ ...usualSettings, to: 'pruned', prune: 'weights' })).toEqual({
      to: 'pruned',
      prune: 'weights',
      share: 0.5,
    });
    expect(optionsOf({ ...usualSettings, to: 'int4', zeroPoints: true })).toMatchObject({ symmetric: false });
  });

  it('the library is tried on when it has several samples and nothing else was said', () => {
    expect([triedOn(null, 0), triedOn(null, 1), triedOn(null, 2)]).toEqual(['own', 'own', 'library']);
    expect([triedOn('library', 0), triedOn('library', 1), triedOn('own', 9)]).toEqual(['own', 'library', 'own']);
  });

  it('nodes with a model of their own are found, bypassed ones are not', () => {
    const param = { form: 'file', role: 'onnx', default: '' } as const;
    const specs = new Map([['m', { title: 'Model', params: { model: param } }]]) as never;
    const node = { type: 'm', version: 1, position: { x: 0, y: 0 } };
    const nodes = [
      { ...node, id: 'a', params: { model: 'models/a.onnx' } },
      { ...node, id: 'b', params: { model: 'models/b.onnx' }, disabled: true },
      { ...node, id: 'c', params: {} },
      { ...node, id: 'd', type: 'other', params: { model: 'models/d.onnx' } },
    ];
    expect(modelNodes(nodes, specs)).toEqual([{ id: 'a', title: 'Model', file: 'models/a.onnx' }]);
  });
});

describe('words of a report', () => {
  it('tells numbers with as many digits as they need, and says so where there is none', () => {
    expect([0, 0.017, 0.5, 0.0000041].map(shareText)).toEqual(['0 %', '1.7 %', '50 %', '4.1e−4 %']);
    // Over the wire infinity is null.
    expect([Number.POSITIVE_INFINITY, null].map(shareText)).toEqual(['no number', 'no number']);
    expect([1, 0.99, 0.99998, 0.5].map(cosineText)).toEqual(['1', '0.990', '0.99998', '0.500']);
    expect([speedText(0.5), smallerText(400, 100), smallerText(4000, 100)]).toEqual([
      '2.00×',
      '4.0× smaller',
      '40× smaller',
    ]);
    const error = {
      relative: 0.017,
      maxDifference: null as never,
      cosine: 0.9995,
      top1: null,
      worst: 0,
      worstRelative: 0,
    };
    expect(errorParts({ error, worstSample: 'a.jpg' })).toEqual([
      'error 1.7 %',
      'largest difference no number',
      'cosine at least 0.9995',
      'worst on a.jpg',
    ]);
  });

  it('tells each warning once, and layers that stayed by reason', () => {
    const shrink = { warnings: ['b', 'a'] } as never;
    expect(warningsOf({ warnings: ['a'], models: [{ shrink } as never, { shrink } as never] })).toEqual(['a', 'b']);
    const left = [
      { node: 'x', why: 'small' },
      { node: 'y', why: 'not constant' },
      { node: 'z', why: 'small' },
    ];
    expect(leftByReason(left)).toEqual([
      { why: 'small', layers: ['x', 'z'] },
      { why: 'not constant', layers: ['y'] },
    ]);
  });

  it('sorts layers by any column, with what is not known last either way', () => {
    const row = (layer: string, relative: number | null, savedMs: number | null): LayerSensitivity => ({
      ...{ layer, operator: 'Conv', relative: relative as number, cosine: 1 },
      ...{ ms: 1, savedMs, savedBytes: 1 },
    });
    const rows = [row('conv2', 0.1, 3), row('conv10', null, null), row('conv1', 0.2, -1)];
    const names = (by: Parameters<typeof sortedLayers>[1], down: boolean) =>
      sortedLayers(rows, by, down).map(({ layer }) => layer);
    expect(names('relative', true)).toEqual(['conv10', 'conv1', 'conv2']);
    expect(names('savedMs', true)).toEqual(['conv2', 'conv1', 'conv10']);
    expect(names('savedMs', false)).toEqual(['conv1', 'conv2', 'conv10']);
    expect(names('layer', false)).toEqual(['conv1', 'conv2', 'conv10']);
    // Equal ones stay as they were.
    expect(names('operator', true)).toEqual(['conv2', 'conv10', 'conv1']);
  });

  it("shows the worst sample's own media", () => {
    const item = (path: string) => ({ path, name: path, kind: 'image' as const, bytes: 1, modifiedAt: 0 });
    const library = [item('media/a.jpg'), item('media/a.wav'), item('media/b.jpg')];
    const sets = [
      {
        name: 'a',
        inputs: {
          image: { form: 'file' as const, path: 'media/a.jpg' },
          sound: { form: 'file' as const, path: 'media/a.wav' },
          text: { form: 'text' as const, text: 'x' },
        },
      },
    ];
    const paths = (...args: Parameters<typeof mediaOfSample>) => mediaOfSample(...args).map(({ path }) => path);
    expect(paths('a', sets, [], library)).toEqual(['media/a.jpg', 'media/a.wav']);
    expect(paths('gone', sets, [], library)).toEqual([]);
    expect(paths('b.jpg', null, [{ sample: 'media/b.jpg' }, { sample: '' }], library)).toEqual(['media/b.jpg']);
  });
});
