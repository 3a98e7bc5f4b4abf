import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ParamSpec, p, paramFault } from '../../../core/define/param.ts';
import type { Json } from '../../../core/kinds/value.ts';
import { builtinNodes } from '../../../nodes/registry.ts';
import {
  labelOf,
  labelsOf,
  rangeHint,
  readNumber,
  readTyped,
  stepOf,
  stepped,
  textOf,
} from '../../../renderer/inspector/fieldText.ts';

const doc = '';
const width = p.int({ default: 224, min: 1, max: 16384, unit: 'px', doc });
const ratio = p.number({ default: 0.5, min: 0, max: 1, doc });
const seconds = p.optionalNumber({ min: 0, unit: 's', doc });

describe('numbers as people write them', () => {
  it.each([
    ['224', 224],
    [' 224 px', 224],
    ['2 000', 2000],
    ['2\u202f000\u00a0000', 2_000_000],
    ['60_000', 60000],
    ['\u22123', -3],
    ['0,5', 0.5],
    ['12,25', 12.25],
    ['.5', 0.5],
    ['1e-3', 0.001],
    ['-0', 0],
  ])('%s', (text, value) => {
    expect(readNumber(text, 'px')).toBe(value);
  });

  it.each(['', 'abc', '1,500', '1.2.3', '12 34', '1e999', 'NaN', '0x10', '5 s'])('%j is none', (text) => {
    expect(readNumber(text, 'px')).toBeNull();
  });

  it('steps stay whole, in bounds and free of binary dust', () => {
    expect(stepped(width, 224, 1)).toBe(225);
    expect(stepped(width, 224, -1000)).toBe(1);
    expect(stepped(width, 16384, 10)).toBe(16384);
    expect(stepOf(ratio, 0.5)).toBe(0.01);
    expect(stepped(ratio, 0.1, 2)).toBe(0.12);
    expect(stepped({ form: 'number', step: 0.1 }, 0.2, 1)).toBe(0.3);
    expect(stepped({ form: 'number' }, 0.00002, 1)).toBe(0.000021);
    expect(stepped({ form: 'number' }, -80, -1)).toBe(-81);
    expect(stepped({ form: 'number' }, 0, 1)).toBe(0.1);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), fc.integer({ min: -50, max: 50 }), (hundredths, steps) => {
        const next = stepped(ratio, hundredths / 100, steps);
        expect(paramFault(ratio, next)).toBeNull();
        expect(Math.abs(next * 100 - Math.round(next * 100))).toBeLessThan(1e-9);
      }),
    );
  });

  it('their range', () => {
    expect(rangeHint(width)).toBe('1 – 16\u202f384 px');
    expect(rangeHint(seconds)).toBe('0 or more s');
    expect(rangeHint({ max: 5 })).toBe('at most 5');
    expect(rangeHint({})).toBe('');
    expect(rangeHint({ min: 1e-6, max: 0.25 })).toBe('1e−6 – 0.25');
  });
});

describe('what was typed into a field', () => {
  it('is a value that fits', () => {
    expect(readTyped(width, '1 024 px')).toEqual({ value: 1024 });
    expect(readTyped(seconds, ' ')).toEqual({ value: null });
    expect(readTyped(p.numbers({ default: [], maxLength: 4, doc }), '[1, 2.5 -3]')).toEqual({ value: [1, 2.5, -3] });
    expect(readTyped(p.numbers({ default: [], doc }), '0,5; 1')).toEqual({ value: [0.5, 1] });
    expect(readTyped(p.names({ default: [], doc }), 'image, sound text')).toEqual({
      value: ['image', 'sound', 'text'],
    });
    expect(readTyped(p.json({ default: null, doc }), '{"a": [1, null]}')).toEqual({ value: { a: [1, null] } });
    expect(readTyped(p.file({ role: 'media', optional: true, doc }), '')).toEqual({ value: '' });
  });

  it('or says what is expected', () => {
    expect(readTyped(width, '0')).toEqual({ fault: 'Expected a whole number from 1 to 16384 px.' });
    expect(readTyped(width, '2.5')).toHaveProperty('fault');
    expect(readTyped(width, '')).toHaveProperty('fault');
    expect(readTyped(seconds, 'x')).toEqual({ fault: 'Expected a number of 0 or more s, or nothing.' });
    expect(readTyped(p.numbers({ default: [], doc }), '1, two')).toMatchObject({
      fault: expect.stringMatching(/"two" is no number/),
    });
    expect(readTyped(p.names({ default: [], doc }), 'a, a')).toHaveProperty('fault');
    expect(readTyped(p.choice(['a', 'b'], { default: 'a', doc }), 'c')).toEqual({ fault: 'Expected one of "a", "b".' });
    expect(readTyped(p.json({ default: null, doc }), '{"a": }')).toEqual({
      fault: 'Not JSON at line 1, column 7: expected a value, found "}".',
    });
  });

  it('of every parameter of every node comes back the same after it was shown', () => {
    let count = 0;
    for (const node of builtinNodes) {
      for (const [name, spec] of Object.entries(node.params)) {
        if (paramFault(spec, spec.default) !== null) continue;
        count++;
        const value: Json = spec.default;
        expect(readTyped(spec, textOf(spec, value)), `${node.type} ${name}`).toEqual({ value });
      }
    }
    expect(count).toBeGreaterThan(250);
  });

  it('any JSON comes back the same', () => {
    const json: ParamSpec = p.json({ default: null, doc });
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const plain: Json = JSON.parse(JSON.stringify(value));
        expect(readTyped(json, textOf(json, plain))).toEqual({ value: plain });
      }),
    );
  });
});

it('labels are words, with the unit where the field shows it', () => {
  expect(labelOf('sampleRateHz', p.int({ default: 1, unit: 'Hz', doc }))).toBe('Sample rate');
  expect(labelOf('padSeconds', seconds)).toBe('Pad');
  expect(labelOf('iouThreshold')).toBe('IoU threshold');
  expect(labelOf('fftLength')).toBe('FFT length');
  expect(labelOf('width', width)).toBe('Width');
  expect(labelOf('topDb', p.number({ default: 0, unit: 'dB', doc }))).toBe('Top dB');
  for (const node of builtinNodes) {
    const labels = labelsOf(Object.entries(node.params));
    expect(new Set(labels.values()).size, node.type).toBe(Object.keys(node.params).length);
    for (const label of labels.values()) expect(label).toMatch(/^[A-Z]/);
  }
});
