/** The little of Markdown that node texts use, as data: what draws it makes elements of it and never HTML. */
export type Block =
  | { readonly block: 'paragraph' | 'heading' | 'item'; readonly spans: readonly Span[] }
  | { readonly block: 'code'; readonly text: string };
export interface Span {
  readonly style: 'plain' | 'code' | 'strong' | 'em';
  readonly text: string;
}

export function readMarkdown(text: string): readonly Block[] {
  const blocks: Block[] = [];
  let lines: string[] = [];
  let kind: 'paragraph' | 'item' = 'paragraph';
  let code: string[] | null = null;
  const flush = (): void => {
    if (lines.length > 0) blocks.push({ block: kind, spans: readSpans(lines.join(' ')) });
    lines = [];
    kind = 'paragraph';
  };
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*```/.test(line)) {
      flush();
      if (code !== null) blocks.push({ block: 'code', text: code.join('\n') });
      code = code === null ? [] : null;
    } else if (code !== null) code.push(line);
    else if (line.trim() === '') flush();
    else if (/^#{1,6}\s/.test(line)) {
      flush();
      blocks.push({ block: 'heading', spans: readSpans(line.replace(/^#+\s+/, '')) });
    } else if (/^\s*(?:[-*]|\d+\.)\s/.test(line)) {
      flush();
      kind = 'item';
      lines = [line.replace(/^\s*(?:[-*]|\d+\.)\s+/, '')];
    } else lines.push(line.trim());
  }
  flush();
  if (code !== null) blocks.push({ block: 'code', text: code.join('\n') });
  return blocks;
}

function readSpans(text: string): readonly Span[] {
  const spans: Span[] = [];
  // A link keeps its words; its address is not followed from here.
  const plain = text.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
  const marks = /`([^`]+)`|\*\*([^*]+)\*\*|(?<![\w*])[*_]([^*_]+)[*_](?![\w*])/g;
  let at = 0;
  for (const match of plain.matchAll(marks)) {
    if (match.index > at) spans.push({ style: 'plain', text: plain.slice(at, match.index) });
    if (match[1] !== undefined) spans.push({ style: 'code', text: match[1] });
    else if (match[2] !== undefined) spans.push({ style: 'strong', text: match[2] });
    else spans.push({ style: 'em', text: match[3] });
    at = match.index + match[0].length;
  }
  if (at < plain.length) spans.push({ style: 'plain', text: plain.slice(at) });
  return spans;
}
