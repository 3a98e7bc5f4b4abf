import { FolderOpen, X } from 'lucide-react';
import { type DragEvent, useState } from 'react';
import type { FileParam } from '../../core/define/param.ts';
import type { Json } from '../../core/kinds/value.ts';
import { bringIn, uploadFiles } from '../media/library.ts';
import { mediaDragType } from '../media/mediaDrag.ts';
import { pickPath } from '../state/sessions.ts';
import { state } from '../state/state.ts';
import { sayProblem } from '../state/toasts.ts';
import { Fault } from './Fault.tsx';
import type { FieldProps } from './field.ts';
import { readTyped, textOf } from './fieldText.ts';
import { useTyped } from './useTyped.ts';

/** A path from the pipeline's folder: typed, looked for, or dropped here. A file from elsewhere is copied in. */
export function FileField({
  id,
  name,
  spec,
  value,
  describedBy,
  wrong,
  set,
  choose,
  label,
  suggestions = [],
}: FieldProps<FileParam>) {
  const [over, setOver] = useState(false);
  const [busy, setBusy] = useState(false);
  const typed = useTyped<Json>({
    name,
    value,
    show: (v) => textOf(spec, v),
    read: (text) => readTyped(spec, text.trim()),
    commit: set,
    lazy: true,
  });
  async function become(find: () => Promise<string | null | undefined>): Promise<void> {
    setBusy(true);
    try {
      const path = await find();
      if (typeof path !== 'string') return;
      typed.drop();
      choose(path);
    } catch (error) {
      sayProblem(error);
    } finally {
      setBusy(false);
    }
  }
  function browse(): void {
    const purpose = spec.role === 'onnx' ? 'model' : spec.role === 'media' ? 'media' : 'file';
    void become(async () => {
      const path = await pickPath({ purpose, startIn: state().session?.folder });
      return path === null ? null : bringIn(path);
    });
  }
  function drop(event: DragEvent): void {
    event.preventDefault();
    event.stopPropagation();
    setOver(false);
    const inside = event.dataTransfer.getData(mediaDragType);
    const file = event.dataTransfer.files[0];
    if (inside !== '') void become(async () => inside);
    else if (file !== undefined) void become(async () => (await uploadFiles([file]))[0]?.path);
  }
  const invalid = typed.fault !== null || wrong;
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is one more way; the field and the button do the same. */}
      <div
        className={over ? 'field file over' : 'field file'}
        aria-invalid={invalid ? true : undefined}
        aria-busy={busy}
        onDragOver={(event) => {
          if (!event.dataTransfer.types.some((type) => type === 'Files' || type === mediaDragType)) return;
          event.preventDefault();
          event.stopPropagation();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <input
          id={id}
          type="text"
          className="mono"
          list={suggestions.length > 0 ? `${id}-files` : undefined}
          aria-describedby={typed.fault === null ? describedBy : `${id}-fault ${describedBy}`}
          aria-invalid={invalid}
          autoComplete="off"
          spellCheck={false}
          title={typed.text}
          placeholder={value === undefined ? 'mixed' : over ? 'drop it here' : 'path, or drop a file'}
          value={typed.text}
          onChange={(event) => {
            const text = event.target.value;
            // A path taken from the list is chosen, not half typed.
            if (suggestions.includes(text) && Math.abs(text.length - typed.text.length) > 1) {
              typed.drop();
              choose(text);
            } else typed.type(text);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Escape') typed.giveUp(event);
            if (event.key === 'Enter') typed.finish();
          }}
          onBlur={typed.finish}
        />
        {spec.optional && typeof value === 'string' && value !== '' && (
          <button
            type="button"
            className="icon-button small"
            aria-label={`${label}: no file`}
            title="No file"
            onClick={() => {
              typed.drop();
              choose('');
            }}
          >
            <X size={12} aria-hidden="true" />
          </button>
        )}
        <button
          type="button"
          className="icon-button small"
          aria-label={`Look for a file for ${label}`}
          title="Look for a file"
          disabled={busy}
          onClick={browse}
        >
          <FolderOpen size={14} aria-hidden="true" />
        </button>
        {suggestions.length > 0 && (
          <datalist id={`${id}-files`}>
            {suggestions.map((path) => (
              <option key={path} value={path} />
            ))}
          </datalist>
        )}
      </div>
      <Fault id={`${id}-fault`} fault={typed.fault} />
    </>
  );
}
