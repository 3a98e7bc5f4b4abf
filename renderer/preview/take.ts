import type { Preview } from '../../core/studio/preview.ts';
import { sayProblem, toast } from '../state/toasts.ts';

/** Puts words on the clipboard. */
export async function copyText(text: string, what = 'Copied'): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast({ tone: 'ok', text: what });
  } catch (error) {
    sayProblem(error);
  }
}

/** Hands a file to the person, as a download. */
export function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export function saveText(text: string, name: string, mime: string): void {
  saveBlob(new Blob([text], { type: mime }), name);
}

/** What of a preview can be pasted into a text. */
export function textOf(preview: Preview): string {
  switch (preview.kind) {
    case 'text':
      return preview.text;
    case 'json':
      return JSON.stringify(preview.json, null, 2);
    case 'scores':
      return ['label\tvalue', ...preview.best.map(({ label, value }) => `${label}\t${value}`)].join('\n');
    case 'boxes':
      return [
        'label\tscore\tx1\ty1\tx2\ty2',
        ...preview.boxes.map((b) => [b.label, b.score, b.x1, b.y1, b.x2, b.y2].join('\t')),
      ].join('\n');
    case 'mask':
      return ['class\tlabel\tshare', ...preview.classes.map((c) => `${c.class}\t${c.label}\t${c.share}`)].join('\n');
    case 'embedding':
      return JSON.stringify(preview.strip);
    default:
      return JSON.stringify(preview, null, 2);
  }
}

export function jsonOf(preview: Preview): string {
  return JSON.stringify(preview.kind === 'json' ? preview.json : preview, null, 2);
}

/** A file name from an end: `resize.image` becomes `resize-image`. */
export function fileNameOf(end: string, index: number, many: boolean): string {
  const base = end.replace(/[^\p{L}\p{N}_-]+/gu, '-');
  return many ? `${base}-${index + 1}` : base;
}
