import { Braces, Copy, Download } from 'lucide-react';
import type { StudioApi } from '../../core/studio/api.ts';
import type { Preview } from '../../core/studio/preview.ts';
import { state } from '../state/state.ts';
import { sayProblem, toast } from '../state/toasts.ts';
import { drawBoxes, drawMask } from './drawn.ts';
import type { BoxesShown } from './large/BoxesLarge.tsx';
import type { MaskShown } from './large/MaskLarge.tsx';
import { copyText, fileNameOf, jsonOf, saveBlob, saveText, textOf } from './take.ts';

/** Copy and download what is shown, as it is shown. */
export function TakeButtons({
  preview,
  end,
  many,
  boxes,
  mask,
}: {
  readonly preview: Preview;
  readonly end: string;
  readonly many: boolean;
  readonly boxes: BoxesShown;
  readonly mask: MaskShown;
}) {
  const name = fileNameOf(end, preview.index, many);
  const picture = (): Promise<Blob> | null => pictureOf(state().api, preview, boxes, mask);
  const file = fileOf(preview);
  const attempt = (work: () => Promise<void>): void => void work().catch(sayProblem);
  const copy = async (): Promise<void> => {
    const made = picture();
    if (made === null) return copyText(textOf(preview));
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': made })]);
    toast({ tone: 'ok', text: 'Picture copied' });
  };
  const download = async (): Promise<void> => {
    const made = picture();
    if (made !== null) return saveBlob(await made, `${name}.png`);
    if (file === null) return saveText(textOf(preview), `${name}.txt`, 'text/plain');
    saveBlob(await blobOf(state().api, file.blob), `${name}.${file.ending}`);
  };
  const pictured = ['image', 'video', 'boxes', 'mask'].includes(preview.kind);
  return (
    <div className="take">
      <button type="button" className="button" onClick={() => attempt(copy)}>
        <Copy size={14} aria-hidden="true" />
        {pictured ? 'Copy picture' : 'Copy'}
      </button>
      {preview.kind !== 'json' && (
        <button type="button" className="button" onClick={() => attempt(download)}>
          <Download size={14} aria-hidden="true" />
          {pictured ? 'PNG' : file === null ? 'Text' : file.ending.toUpperCase()}
        </button>
      )}
      <button
        type="button"
        className="button"
        onClick={() => saveText(jsonOf(preview), `${name}.json`, 'application/json')}
      >
        <Braces size={14} aria-hidden="true" />
        JSON
      </button>
    </div>
  );
}

/** What is seen, as a picture of its own; null where it is not one. */
function pictureOf(api: StudioApi, preview: Preview, boxes: BoxesShown, mask: MaskShown): Promise<Blob> | null {
  switch (preview.kind) {
    case 'image':
    case 'video':
      return drawBoxes(api, { blob: preview.blob, width: 0, height: 0, boxes: [] }, false);
    case 'boxes': {
      const { imageWidth: width, imageHeight: height, blob } = preview;
      const shown = preview.boxes.filter((box) => box.score >= boxes.threshold && !boxes.hidden.has(box.class));
      return drawBoxes(api, { blob, width, height, boxes: shown }, boxes.labels);
    }
    case 'mask':
      return drawMask(api, preview, mask);
    default:
      return null;
  }
}

function fileOf(preview: Preview): { readonly blob: string; readonly ending: string } | null {
  if (preview.kind === 'audio' && preview.sound !== undefined) return { blob: preview.sound, ending: 'wav' };
  if (preview.kind === 'tensor' && preview.heat !== undefined) return { blob: preview.heat, ending: 'png' };
  return null;
}

async function blobOf(api: StudioApi, blob: string): Promise<Blob> {
  const response = await fetch(api.blobUrl(blob));
  if (!response.ok) throw new Error('What was shown is not kept any more: run the pipeline again.');
  return response.blob();
}
