import { expect, it } from 'vitest';
import { shortHash, weightsText } from '../../../renderer/inspector/units.ts';

it('writes weights and hashes as people read them', () => {
  expect([48, 48_000, 86_200_000, 7_000_000_000].map(weightsText)).toEqual(['48', '48\u202f000', '86.2 M', '7.0 G']);
  expect(shortHash('9f2c41d0'.padEnd(56, '0').concat('77b1e41b'))).toBe('9f2c41d0…77b1e41b');
  expect(shortHash('9f2c')).toBe('9f2c');
});
