import { File, FileBox, FileImage, FileMusic, FileText, FileVideo, Folder, Workflow } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useRef } from 'react';
import type { FolderListing } from '../../core/studio/api.ts';
import { bytesText, dateText } from './words.ts';

type Entry = FolderListing['entries'][number];

/** What a folder holds. Arrows, Home, End and first letters choose; Enter takes; Backspace goes up. */
export function FileRows({
  entries,
  chosen,
  begins,
  onChoose,
  onTake,
  onUp,
  none,
}: {
  readonly entries: readonly Entry[];
  readonly chosen: string | null;
  /** The list has the focus when it appears. */
  readonly begins: boolean;
  readonly onChoose: (entry: Entry) => void;
  readonly onTake: (entry: Entry) => void;
  readonly onUp: () => void;
  readonly none: string;
}) {
  const list = useRef<HTMLDivElement>(null);
  const typed = useRef({ text: '', at: 0 });
  const id = useId();
  const at = entries.findIndex((entry) => entry.name === chosen);

  useEffect(() => {
    if (begins) list.current?.focus();
  }, [begins]);
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: 'nearest' });
  }, [at]);

  function keyDown(event: KeyboardEvent): void {
    const last = entries.length - 1;
    const next = {
      ArrowDown: at + 1,
      ArrowUp: at < 0 ? last : at - 1,
      Home: 0,
      End: last,
      PageDown: at + 10,
      PageUp: at - 10,
    }[event.key];
    if (next !== undefined) choose(Math.max(0, Math.min(last, next)));
    else if (event.key === 'Enter') {
      if (at >= 0) onTake(entries[at]);
    } else if (event.key === 'Backspace') onUp();
    else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) typeAhead(event.key);
    else return;
    event.preventDefault();
  }
  function choose(index: number): void {
    if (entries[index] !== undefined) onChoose(entries[index]);
  }
  function typeAhead(key: string): void {
    const now = performance.now();
    const text = (now - typed.current.at < 800 ? typed.current.text : '') + key.toLowerCase();
    typed.current = { text, at: now };
    const from = text.length === 1 ? at + 1 : Math.max(0, at);
    const order = entries.map((_, i) => (from + i) % entries.length);
    choose(order.find((i) => entries[i].name.toLowerCase().startsWith(text)) ?? -1);
  }

  return (
    <div className="files-frame">
      <div className="files-head" aria-hidden="true">
        <span>Name</span>
        <span>Size</span>
        <span>Changed</span>
      </div>
      <div
        ref={list}
        className="files-list"
        role="listbox"
        aria-label="Files and folders"
        aria-activedescendant={at < 0 ? undefined : `${id}-${at}`}
        tabIndex={0}
        onKeyDown={keyDown}
        onFocus={() => at < 0 && choose(0)}
      >
        {entries.map((entry, i) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus and names the active row.
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the list's.
          <div
            key={entry.name}
            id={`${id}-${i}`}
            role="option"
            aria-selected={i === at}
            className="files-row"
            onClick={() => onChoose(entry)}
            onDoubleClick={() => onTake(entry)}
          >
            <FileSign entry={entry} />
            <span className="cut" title={entry.name}>
              {entry.name}
              {entry.folder && <span className="spoken">, folder</span>}
            </span>
            <span className="number">{entry.folder ? '' : bytesText(entry.bytes)}</span>
            <span className="number">{dateText(entry.modifiedAt)}</span>
          </div>
        ))}
        {entries.length === 0 && (
          // biome-ignore lint/a11y/useFocusableInteractive: it says why the list is empty, and cannot be chosen.
          <div className="files-none" role="option" aria-disabled="true" aria-selected="false">
            {none}
          </div>
        )}
      </div>
    </div>
  );
}

function FileSign({ entry: { name, folder } }: { readonly entry: Entry }) {
  const lower = name.toLowerCase();
  const Sign = folder
    ? Folder
    : lower.endsWith('.tributary.json')
      ? Workflow
      : lower.endsWith('.onnx')
        ? FileBox
        : /\.(?:jpe?g|png|webp|gif|avif|tiff?|bmp|heic)$/.test(lower)
          ? FileImage
          : /\.(?:wav|flac|mp3|ogg|opus|m4a|aac)$/.test(lower)
            ? FileMusic
            : /\.(?:mp4|mov|mkv|webm|avi|m4v)$/.test(lower)
              ? FileVideo
              : /\.(?:txt|md|json|jsonl|csv)$/.test(lower)
                ? FileText
                : File;
  return <Sign size={16} aria-hidden="true" />;
}
