import fc from 'fast-check';
import { expect, it } from 'vitest';
import { wordDiff } from '../../../renderer/preview/wordDiff.ts';

it('finds the words that changed', () => {
  expect(wordDiff('the sloop on the water', 'the ship on calm water')).toEqual([
    { what: 'same', text: 'the ' },
    { what: 'left', text: 'sloop' },
    { what: 'right', text: 'ship' },
    { what: 'same', text: ' on ' },
    { what: 'left', text: 'the' },
    { what: 'right', text: 'calm' },
    { what: 'same', text: ' water' },
  ]);
  expect(wordDiff('same', 'same')).toEqual([{ what: 'same', text: 'same' }]);
  expect(wordDiff('', 'new')).toEqual([{ what: 'right', text: 'new' }]);
});

it('gives both texts back, whatever they are', () => {
  const words = fc.array(fc.constantFrom('a', 'bb', ' ', ',', '\n', 'é', '漢字', '🙂'), { maxLength: 40 });
  fc.assert(
    fc.property(words, words, (a, b) => {
      const [left, right] = [a.join(''), b.join('')];
      const parts = wordDiff(left, right);
      const side = (what: 'left' | 'right') =>
        parts
          .filter((part) => part.what === 'same' || part.what === what)
          .map((part) => part.text)
          .join('');
      expect(side('left')).toBe(left);
      expect(side('right')).toBe(right);
    }),
  );
});

it('two long texts without a word in common take no time', () => {
  const long = (word: string) => Array.from({ length: 5000 }, (_, i) => `${word}${i}`).join(' ');
  const parts = wordDiff(long('a'), long('b'));
  expect(parts.map((part) => part.what)).toEqual(['left', 'right']);
});
