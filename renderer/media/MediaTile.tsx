import { ChevronDown, FileAudio, FileText, FileVideo, Image, Trash2, TriangleAlert } from 'lucide-react';
import { memo, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import type { MediaItem } from '../../core/studio/api.ts';
import { kindLooks } from '../kinds/kind.ts';
import { nodeDragType } from '../palette/PaletteRow.tsx';
import { bytesText } from '../preview/numbers.ts';
import { gainOf, wavePath } from '../preview/waves.ts';
import { Menu, type MenuItem } from '../shell/Menu.tsx';
import { state } from '../state/state.ts';
import { type FedInput, fedForNow, feedForNow, makeSample } from './feeding.ts';
import { mediaDragType } from './mediaDrag.ts';

const icons = { image: Image, audio: FileAudio, video: FileVideo, text: FileText, other: FileText } as const;

/** One medium of the library: what it looks like, what it feeds, and what can be done with it. */
export const MediaTile = memo(function MediaTile({
  item,
  inputs,
  chosen,
  readOnly,
  choose,
  remove,
}: {
  readonly item: MediaItem;
  /** Public inputs of its kind. */
  readonly inputs: readonly FedInput[];
  readonly chosen: boolean;
  readonly readOnly: boolean;
  readonly choose: (path: string, on: boolean) => void;
  readonly remove: (item: MediaItem) => void;
}) {
  const feeds = inputs.filter((input) => input.sample === item.path && fedForNow(input.name) === null);
  const now = inputs.filter((input) => fedForNow(input.name) === item.path);
  return (
    <li
      className={chosen ? 'tile chosen' : 'tile'}
      draggable
      onDragStart={(event) => {
        event.dataTransfer.setData(mediaDragType, item.path);
        if (item.kind !== 'other')
          event.dataTransfer.setData(
            nodeDragType,
            JSON.stringify({ type: `input.${item.kind}`, params: { file: item.path } }),
          );
        event.dataTransfer.effectAllowed = 'copy';
      }}
    >
      <div className="tile-look">
        <MediaLook item={item} />
        <input
          type="checkbox"
          aria-label={`Choose ${item.name}`}
          checked={chosen}
          onChange={(event) => choose(item.path, event.target.checked)}
        />
        {!readOnly && (
          <button
            type="button"
            className="icon-button small"
            aria-label={`Remove ${item.name}`}
            title="Remove"
            onClick={() => remove(item)}
          >
            <Trash2 size={12} aria-hidden="true" />
          </button>
        )}
      </div>
      <p className="tile-name" title={item.path}>
        {item.name}
      </p>
      <p className="quiet">
        {item.kind === 'other' ? 'file' : item.kind} · {bytesText(item.bytes)}
      </p>
      {item.problem !== undefined && (
        <p className="failed" title={`${item.problem.message} ${item.problem.fix}`}>
          <TriangleAlert size={12} aria-hidden="true" />
          cannot be read
        </p>
      )}
      {feeds.length + now.length > 0 && (
        <p className="feeds">
          {[...now.map(({ name }) => `feeds ${name} for now`), ...feeds.map(({ name }) => `feeds ${name}`)].join(', ')}
        </p>
      )}
      {inputs.length > 0 && item.problem === undefined && (
        <UseMenu item={item} inputs={inputs} readOnly={readOnly} fed={feeds.length + now.length > 0} />
      )}
    </li>
  );
});

/** Picture, waveform or first words of a medium. */
export function MediaLook({ item }: { readonly item: MediaItem }) {
  if (item.blob !== undefined)
    return <img src={state().api.blobUrl(item.blob)} alt="" draggable={false} loading="lazy" decoding="async" />;
  if (item.peaks !== undefined && item.peaks.length > 0) {
    const loudest = item.peaks.reduce((most, level) => Math.max(most, Math.abs(level)), 0);
    return (
      <svg viewBox="0 0 128 64" preserveAspectRatio="none" aria-hidden="true" className="tile-wave">
        <path d={wavePath(item.peaks, 64, 128, 64, gainOf(loudest))} stroke={`var(${kindLooks.audio.token})`} />
      </svg>
    );
  }
  if (item.text !== undefined) return <span className="tile-text">{item.text.slice(0, 160)}</span>;
  const Icon = icons[item.kind];
  return <Icon size={24} aria-hidden="true" />;
}

function UseMenu({
  item,
  inputs,
  readOnly,
  fed,
}: {
  readonly item: MediaItem;
  readonly inputs: readonly FedInput[];
  readonly readOnly: boolean;
  readonly fed: boolean;
}) {
  const [at, setAt] = useState<{ readonly left: number; readonly bottom: number } | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const items = inputs.flatMap((input): readonly MenuItem[] => {
    const isSample = input.sample === item.path;
    const isNow = fedForNow(input.name) === item.path;
    return [
      {
        id: `use ${input.name}`,
        label: `Use for ${input.name}`,
        note: 'becomes its sample in the pipeline',
        ...(readOnly ? { whyNot: 'Open for reading only' } : isSample && !isNow ? { checked: true } : {}),
        run: () => makeSample(item.path, input),
      },
      {
        id: `now ${input.name}`,
        label: isNow ? `Stop using it for ${input.name}` : `Only for the next runs of ${input.name}`,
        note: isNow ? 'its sample is used again' : 'the pipeline stays as it is',
        run: () => feedForNow(input.name, isNow ? null : item.path),
      },
    ];
  });
  const label = inputs.length === 1 ? `Use for ${inputs[0].name}` : 'Use for…';
  return (
    <>
      <button
        ref={button}
        type="button"
        className={fed ? 'button small use fed' : 'button small use'}
        aria-haspopup="menu"
        aria-expanded={at !== null}
        aria-label={`${label}: ${item.name}`}
        onClick={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          setAt(at === null ? { left: box.left, bottom: window.innerHeight - box.top + 2 } : null);
        }}
      >
        <span>{label}</span>
        <ChevronDown size={12} aria-hidden="true" />
      </button>
      {at !== null &&
        createPortal(
          <div className="menu-above" style={{ left: at.left, bottom: at.bottom }}>
            <Menu
              label={`What ${item.name} is used for`}
              items={items}
              onClose={(how) => {
                setAt(null);
                if (how !== 'away') button.current?.focus();
              }}
            />
          </div>,
          document.body,
        )}
    </>
  );
}
