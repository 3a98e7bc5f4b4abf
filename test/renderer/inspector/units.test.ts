import { expect, it } from 'vitest';
import { bytesText, countText, durationText, plural, shortHash } from '../../../renderer/inspector/units.ts';

it('writes sizes, times and counts as people read them', () => {
  expect([0, 1, 999, 1000, 602_112, 345_100_000, 999_999].map(bytesText)).toEqual([
    '0 bytes',
    '1 byte',
    '999 bytes',
    '1.0 kB',
    '602 kB',
    '345 MB',
    '1.0 MB',
  ]);
  expect([0, 0.05, 4.0612, 12.34, 340, 5030, 200_000].map(durationText)).toEqual([
    '< 0.1 ms',
    '< 0.1 ms',
    '4.06 ms',
    '12.3 ms',
    '340 ms',
    '5.0 s',
    '3 min 20 s',
  ]);
  expect([48, 86_200_000, 7_000_000_000].map(countText)).toEqual(['48', '86.2 M', '7.0 G']);
  expect(shortHash('9f2c41d0'.padEnd(56, '0').concat('77b1e41b'))).toBe('9f2c41d0…77b1e41b');
  expect([plural(1, 'node'), plural(3, 'node'), plural(2, 'entry', 'entries')]).toEqual([
    '1 node',
    '3 nodes',
    '2 entries',
  ]);
});
