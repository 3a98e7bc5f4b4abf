import { Camera, FilePlus, Mic, Play, Trash2, Upload } from 'lucide-react';
import { type DragEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { MediaItem } from '../../core/studio/api.ts';
import { batchItems } from '../commands/libraryBatch.ts';
import { Glyph } from '../kinds/Glyph.tsx';
import { countText } from '../shell/words.ts';
import { startBatch } from '../state/runs.ts';
import { ask, pickPath } from '../state/sessions.ts';
import { state, useStudio } from '../state/state.ts';
import { sayProblem } from '../state/toasts.ts';
import { BatchBar } from './BatchBar.tsx';
import { CameraDialog } from './CameraDialog.tsx';
import { type FedInput, fedInputs, inputsFor, useFeeding } from './feeding.ts';
import { bringIn, followLibrary, loadLibrary, uploadFiles, useLibrary } from './library.ts';
import { MediaTile } from './MediaTile.tsx';
import { MicrophoneDialog } from './MicrophoneDialog.tsx';

const kinds = ['image', 'audio', 'video', 'text', 'other'] as const;
const noInputs: readonly FedInput[] = [];

/** The pipeline's sample media: seen, added, captured, chosen for an input, run over. */
export function MediaPanel() {
  const session = useStudio((s) => s.session?.id);
  const readOnly = useStudio((s) => s.session?.readOnly ?? true);
  const items = useLibrary((s) => s.items);
  const loaded = useLibrary((s) => s.loaded);
  const problem = useLibrary((s) => s.problem);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [capture, setCapture] = useState<'camera' | 'microphone' | null>(null);
  const [over, setOver] = useState(false);
  const [sending, setSending] = useState<string | null>(null);
  const inputs = useInputs();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another pipeline has another library.
  useEffect(() => followLibrary(), [session]);

  const present = kinds.filter((kind) => items.some((item) => item.kind === kind));
  const shown = items.filter((item) => !hidden.has(item.kind));
  const marked = shown.filter((item) => chosen.has(item.path));
  const runs = useMemo(() => {
    const { document, specs } = state();
    // Inputs without a declared name run by the name that they go by.
    const named = Object.fromEntries(inputs.map(({ name, node }) => [name, { node }]));
    return batchItems({ nodes: document.nodes, inputs: named }, specs, marked.length > 0 ? marked : shown);
  }, [inputs, marked, shown]);

  async function add(files: readonly File[]): Promise<void> {
    try {
      await uploadFiles(files, (done, of, name) => setSending(of === 1 ? name : `${name} (${done + 1} of ${of})`));
    } catch (error) {
      sayProblem(error);
      void loadLibrary();
    } finally {
      setSending(null);
    }
  }
  async function remove(gone: readonly MediaItem[]): Promise<void> {
    const used = gone.flatMap((item) => inputs.filter((input) => input.sample === item.path));
    const what = gone.length === 1 ? gone[0].name : `${gone.length} files`;
    const answer = await ask(
      `Remove ${what}?`,
      `${gone.length === 1 ? 'It goes' : 'They go'} into the trash of the pipeline's folder, from which ${gone.length === 1 ? 'it' : 'they'} can be taken back by hand.${
        used.length > 0 ? ` ${used.map((input) => input.name).join(', ')} will have no sample then.` : ''
      }`,
      [{ label: 'Remove', value: 'remove', primary: true }],
    );
    const { session: open, api } = state();
    if (answer !== 'remove' || open === null) return;
    try {
      for (const { path } of gone) await api.call('removeMedia', { session: open.id, path });
    } catch (error) {
      sayProblem(error);
    }
    setChosen(new Set());
    void loadLibrary();
  }
  function drop(event: DragEvent): void {
    event.preventDefault();
    setOver(false);
    if (event.dataTransfer.files.length > 0) void add([...event.dataTransfer.files]);
  }
  function toggle(kind: string): void {
    const next = new Set(hidden);
    if (!next.delete(kind)) next.add(kind);
    setHidden(next);
  }
  function choose(path: string, on: boolean): void {
    setChosen((before) => {
      const next = new Set(before);
      if (on) next.add(path);
      else next.delete(path);
      return next;
    });
  }
  const [chooseStable] = useState(() => choose);
  const removeOne = useRef(remove);
  removeOne.current = remove;
  const [removeStable] = useState(() => (item: MediaItem) => void removeOne.current([item]));

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is one more way; the buttons add files, too.
    <div
      className={over ? 'media over' : 'media'}
      onDragOver={(event) => {
        if (readOnly || !event.dataTransfer.types.includes('Files')) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!(event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget))) setOver(false);
      }}
      onDrop={drop}
    >
      <div className="panel-bar">
        {!readOnly && <AddButtons add={add} capture={setCapture} />}
        {present.length > 1 &&
          present.map((kind) => (
            <button
              key={kind}
              type="button"
              className="toggle"
              aria-pressed={!hidden.has(kind)}
              onClick={() => toggle(kind)}
            >
              {kind !== 'other' && <Glyph kind={kind} />}
              {kind} {items.filter((item) => item.kind === kind).length}
            </button>
          ))}
        <span className="grow quiet" role="status">
          {sending !== null && `Adding ${sending}…`}
        </span>
        {marked.length > 0 && (
          <>
            <button type="button" className="button small" onClick={() => setChosen(new Set())}>
              Choose none
            </button>
            {!readOnly && (
              <button type="button" className="button small" onClick={() => void remove(marked)}>
                <Trash2 size={12} aria-hidden="true" />
                Remove {marked.length} chosen
              </button>
            )}
          </>
        )}
        <button
          type="button"
          className="button small"
          disabled={runs.length === 0}
          title={runs.length === 0 ? 'No file here fits an input of the pipeline' : countText(runs.length, 'run')}
          onClick={() => void startBatch(runs)}
        >
          <Play size={12} aria-hidden="true" />
          {marked.length > 0 ? `Run over ${marked.length} chosen` : 'Run over all'}
        </button>
      </div>
      <BatchBar />
      {items.length === 0 ? (
        <div className="nothing" role="status">
          {problem !== null ? (
            <>
              <p className="failed">{problem.message}</p>
              <p className="quiet">{problem.fix}</p>
            </>
          ) : !loaded ? (
            <p className="quiet">Looking into the pipeline's folder…</p>
          ) : (
            <>
              <Upload size={20} aria-hidden="true" />
              <p>Drop pictures, sounds, videos or texts here.</p>
              <p className="quiet">They are copied into the pipeline's folder and can feed its inputs.</p>
            </>
          )}
        </div>
      ) : (
        <ul className="tiles">
          {shown.map((item) => (
            <MediaTile
              key={item.path}
              item={item}
              inputs={inputsOf(item, inputs)}
              chosen={chosen.has(item.path)}
              readOnly={readOnly}
              choose={chooseStable}
              remove={removeStable}
            />
          ))}
        </ul>
      )}
      {capture === 'camera' && <CameraDialog close={() => setCapture(null)} />}
      {capture === 'microphone' && <MicrophoneDialog close={() => setCapture(null)} />}
    </div>
  );
}

function inputsOf(item: MediaItem, inputs: readonly FedInput[]): readonly FedInput[] {
  const found = inputsFor(item, inputs);
  return found.length === 0 ? noInputs : found;
}

function AddButtons({
  add,
  capture,
}: {
  readonly add: (files: readonly File[]) => Promise<void>;
  readonly capture: (what: 'camera' | 'microphone') => void;
}) {
  const field = useRef<HTMLInputElement>(null);
  async function pick(): Promise<void> {
    // The desktop has a dialog of its own; in the browser the browser's takes files of this machine.
    if (state().api.pickPath === undefined) return field.current?.click();
    try {
      const path = await pickPath({ purpose: 'media' });
      if (path !== null) await bringIn(path);
      void loadLibrary();
    } catch (error) {
      sayProblem(error);
    }
  }
  return (
    <>
      <button type="button" className="button small" onClick={() => void pick()}>
        <FilePlus size={12} aria-hidden="true" />
        Add files…
      </button>
      <input
        ref={field}
        type="file"
        multiple
        hidden
        aria-label="Files for the library"
        onChange={(event) => {
          void add([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
      <button type="button" className="button small" onClick={() => capture('camera')}>
        <Camera size={12} aria-hidden="true" />
        Camera
      </button>
      <button type="button" className="button small" onClick={() => capture('microphone')}>
        <Mic size={12} aria-hidden="true" />
        Microphone
      </button>
    </>
  );
}

/** Public inputs that files can feed, with what feeds them now. */
function useInputs(): readonly FedInput[] {
  const nodes = useStudio((s) => s.document.nodes);
  const declared = useStudio((s) => s.document.inputs);
  const report = useStudio((s) => s.report);
  const specs = useStudio((s) => s.specs);
  const changes = useFeeding((s) => s.changes);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `changes` counts what feeds an input for now.
  return useMemo(
    () => fedInputs({ nodes, inputs: declared }, report, specs),
    [nodes, declared, report, specs, changes],
  );
}
