import { Fragment, useMemo } from 'react';
import { type Block, readMarkdown, type Span } from './markdown.ts';

/** Text of a node's definition. Only these elements come of it: no HTML, no links. */
export function Markdown({ text }: { readonly text: string }) {
  const parts = useMemo(() => joinItems(readMarkdown(text)), [text]);
  return (
    <div className="markdown">
      {parts.map((part) =>
        'items' in part ? (
          <ul key={part.key}>
            {part.items.map((item) => (
              <li key={item.key}>
                <Spans spans={item.spans} />
              </li>
            ))}
          </ul>
        ) : part.block.block === 'code' ? (
          <pre key={part.key}>{part.block.text}</pre>
        ) : part.block.block === 'heading' ? (
          <h4 key={part.key}>
            <Spans spans={part.block.spans} />
          </h4>
        ) : (
          <p key={part.key}>
            <Spans spans={part.block.spans} />
          </p>
        ),
      )}
    </div>
  );
}

function Spans({ spans }: { readonly spans: readonly Span[] }) {
  let at = 0;
  return spans.map((span) => {
    at += span.text.length;
    const key = `${at} ${span.style}`;
    if (span.style === 'code') return <code key={key}>{span.text}</code>;
    if (span.style === 'strong') return <strong key={key}>{span.text}</strong>;
    if (span.style === 'em') return <em key={key}>{span.text}</em>;
    return <Fragment key={key}>{span.text}</Fragment>;
  });
}

interface Item {
  readonly key: string;
  readonly spans: readonly Span[];
}
type Part =
  | { readonly key: string; readonly block: Exclude<Block, { block: 'item' }> | Block }
  | { readonly key: string; readonly items: readonly Item[] };

/** Items that follow each other are one list. */
function joinItems(blocks: readonly Block[]): readonly Part[] {
  const parts: Part[] = [];
  blocks.forEach((block, i) => {
    const key = `${i}`;
    if (block.block !== 'item') {
      parts.push({ key, block });
      return;
    }
    const item = { key, spans: block.spans };
    const last = parts.at(-1);
    if (last !== undefined && 'items' in last)
      parts[parts.length - 1] = { key: last.key, items: [...last.items, item] };
    else parts.push({ key, items: [item] });
  });
  return parts;
}
