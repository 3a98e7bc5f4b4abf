import type { TextPreview } from '../../../core/studio/preview.ts';
import { countText, wholeText } from '../numbers.ts';

export function TextLarge({ preview }: { readonly preview: TextPreview }) {
  const { text, length } = preview;
  const words = text.match(/[\p{L}\p{N}\p{M}_'’-]+/gu)?.length ?? 0;
  const lines = text === '' ? 0 : text.split('\n').length;
  const whole = text.length >= length;
  return (
    <div className="text-large">
      <div className="large-tools">
        <span className="readout">
          {countText(length, 'character')}
          {whole && `, ${countText(words, 'word')}, ${countText(lines, 'line')}`}
        </span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys. */}
      <div className="text-page" dir="auto" tabIndex={0} role="document" aria-label="Text">
        {length === 0 ? <span className="quiet">The text is empty.</span> : text}
      </div>
      {!whole && <p className="side-note">{`The first ${wholeText(text.length)} characters are shown.`}</p>}
    </div>
  );
}
