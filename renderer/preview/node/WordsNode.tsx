import type { JsonPreview, TextPreview } from '../../../core/studio/preview.ts';
import { jsonLines } from '../jsonLines.ts';
import { countText } from '../numbers.ts';
import { Caption } from './Well.tsx';

export function TextNode({ preview }: { readonly preview: TextPreview }) {
  return (
    <>
      <span className="well lines">
        {preview.length === 0 ? (
          <span className="quiet">Empty text</span>
        ) : (
          <span className="clamp" dir="auto">
            {preview.text.slice(0, 600)}
          </span>
        )}
      </span>
      <Caption left={countText(preview.length, 'character')} />
    </>
  );
}

export function JsonNode({ preview }: { readonly preview: JsonPreview }) {
  return (
    <span className="well lines code">
      {jsonLines(preview.json, 6).map(({ depth, key, text }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place.
        <span key={i} style={{ paddingLeft: depth * 8 }}>
          {key !== null && <span className="json-key">{key} </span>}
          {text}
        </span>
      ))}
    </span>
  );
}
