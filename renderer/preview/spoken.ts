import type { Preview } from '../../core/studio/preview.ts';
import { kindLooks } from '../kinds/kind.ts';
import { countText, hertzText, numberText, scoreText, shapeText, shareText, timeText, wholeText } from './numbers.ts';

/** What a preview holds, in words: the name of a picture, for those who do not see it. */
export function spokenPreview(preview: Preview): string {
  return `${kindLooks[preview.kind].title}: ${contentOf(preview)}`;
}

function contentOf(preview: Preview): string {
  switch (preview.kind) {
    case 'image':
      return `${preview.width} × ${preview.height} ${preview.colour}`;
    case 'audio':
      return `${timeText(preview.seconds)}, ${hertzText(preview.sampleRateHz)}, ${countText(preview.channels, 'channel')}, ${numberText(preview.rmsDb)} dB`;
    case 'video':
      return `${preview.width} × ${preview.height}, ${timeText(preview.seconds)}, ${numberText(preview.frameRateHz)} frames a second`;
    case 'text':
      return preview.length === 0 ? 'empty' : cut(preview.text);
    case 'tensor':
      return tensorContent(preview);
    case 'embedding':
      return `${wholeText(preview.length)} numbers, length ${numberText(preview.norm)}`;
    case 'scores':
      return preview.best
        .slice(0, 5)
        .map(({ label, value }) => `${label} ${scoreText(value, preview.form)}`)
        .join(', ');
    case 'boxes':
      return boxesContent(preview);
    case 'mask':
      return preview.classes
        .slice(0, 5)
        .map(({ label, share }) => `${label} ${shareText(share)}`)
        .join(', ');
    case 'json':
      return cut(JSON.stringify(preview.json));
  }
}

function tensorContent(preview: Extract<Preview, { kind: 'tensor' }>): string {
  const { dtype, shape, statistics, tokens } = preview;
  const type = `${dtype} ${shapeText(shape)}`;
  if (tokens !== undefined && tokens.length > 0) return `${type}, tokens ${tokens.slice(0, 12).join(' ')}`;
  if (statistics === null) return type;
  const broken = statistics.nan + statistics.infinite;
  const range = `from ${numberText(statistics.min)} to ${numberText(statistics.max)}`;
  return `${type}, ${range}${broken > 0 ? `, ${wholeText(broken)} not finite` : ''}`;
}

/** `3: dog 0.92, cat 0.80, dog 0.41`. */
function boxesContent({ total, boxes }: Extract<Preview, { kind: 'boxes' }>): string {
  if (total === 0) return 'none found';
  const first = boxes.slice(0, 5).map(({ label, score }) => `${label} ${scoreText(score, 'independent')}`);
  return `${wholeText(total)}: ${first.join(', ')}`;
}

function cut(text: string): string {
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}
