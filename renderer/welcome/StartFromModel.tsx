import { Box, FileBox, LoaderCircle, Upload } from 'lucide-react';
import { useRef } from 'react';
import { Glyph } from '../kinds/Glyph.tsx';
import { newDocument, pickPath } from '../state/sessions.ts';
import { useStudio } from '../state/state.ts';

/** A place to drop a model; the whole screen takes it, this says so. */
export function StartFromModel({
  over,
  busy,
  onFile,
}: {
  readonly over: boolean;
  /** Name of the file that is being read. */
  readonly busy: string | null;
  readonly onFile: (file: File) => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  // The desktop's own dialog knows all files; a browser may run on another machine than the back end.
  const remote = useStudio((s) => s.api.pickPath === undefined);
  async function choose(): Promise<void> {
    const model = await pickPath({ purpose: 'model' });
    if (model !== null) await newDocument(model);
  }
  return (
    <section className={`start-model ${over ? 'over' : ''}`} aria-labelledby="start-model-title">
      <span className="start-model-sign" aria-hidden="true">
        <Box size={24} />
      </span>
      <div>
        <h2 id="start-model-title">{over ? 'Drop it here' : 'Start from a model'}</h2>
        {busy === null ? (
          <p>
            Drop an ONNX file here. Tributary reads its inputs and outputs, proposes the preprocessing, and opens the
            graph ready to run.
          </p>
        ) : (
          <p role="status">
            <LoaderCircle size={14} className="turning" aria-hidden="true" /> Reading {busy}
          </p>
        )}
      </div>
      <div className="start-model-buttons">
        <button
          type="button"
          className="button"
          title="On the machine where Tributary runs"
          onClick={() => void choose()}
        >
          <FileBox size={14} aria-hidden="true" />
          Choose a file…
        </button>
        {remote && (
          <button
            type="button"
            className="button"
            title="From the computer in front of you"
            onClick={() => input.current?.click()}
          >
            <Upload size={14} aria-hidden="true" />
            Upload…
          </button>
        )}
        <input
          ref={input}
          type="file"
          className="spoken"
          tabIndex={-1}
          aria-hidden="true"
          accept=".onnx,.json"
          onChange={(event) => {
            const file = event.target.files?.[0];
            if (file !== undefined) onFile(file);
            event.target.value = '';
          }}
        />
      </div>
      <p className="start-model-example">
        <span>
          <Glyph kind="tensor" />
          <code>pixel_values float32[N,3,224,224]</code>
        </span>
        <span className="quiet">becomes</span>
        <span>
          <Glyph kind="image" />
          Picture, Resize, Normalise
        </span>
        <span className="quiet last">An unknown file is opened in a process of its own</span>
      </p>
    </section>
  );
}
