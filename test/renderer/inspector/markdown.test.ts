import { expect, it } from 'vitest';
import { builtinNodes } from '../../../nodes/registry.ts';
import { readMarkdown } from '../../../renderer/inspector/markdown.ts';

it('reads paragraphs, lists, headings and code, and leaves HTML as words', () => {
  const blocks = readMarkdown(
    '# Title\nFirst line\nsame paragraph with `code`, **strong** and *soft*.\n\n- one\n- two\n  goes on\n\n```\nraw <b>\n```\n<script>x</script> [docs](javascript:alert)',
  );
  expect(blocks).toEqual([
    { block: 'heading', spans: [{ style: 'plain', text: 'Title' }] },
    {
      block: 'paragraph',
      spans: [
        { style: 'plain', text: 'First line same paragraph with ' },
        { style: 'code', text: 'code' },
        { style: 'plain', text: ', ' },
        { style: 'strong', text: 'strong' },
        { style: 'plain', text: ' and ' },
        { style: 'em', text: 'soft' },
        { style: 'plain', text: '.' },
      ],
    },
    { block: 'item', spans: [{ style: 'plain', text: 'one' }] },
    { block: 'item', spans: [{ style: 'plain', text: 'two goes on' }] },
    { block: 'code', text: 'raw <b>' },
    { block: 'paragraph', spans: [{ style: 'plain', text: '<script>x</script> docs' }] },
  ]);
});

it('loses no word of what the nodes say', () => {
  const words = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, '');
  for (const { details, type } of builtinNodes) {
    const said = readMarkdown(details)
      .map((block) => (block.block === 'code' ? block.text : block.spans.map((span) => span.text).join('')))
      .join(' ');
    expect(words(said), type).toBe(words(details));
  }
});
