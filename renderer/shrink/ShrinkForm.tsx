import { FileJson2, X } from 'lucide-react';
import { useMemo } from 'react';
import { useLibrarySets } from '../media/librarySets.ts';
import { useWaits } from '../profile/side/JobState.tsx';
import { NumberBox } from '../profile/side/NumberBox.tsx';
import { baseName } from '../shell/paths.ts';
import { countText } from '../shell/words.ts';
import { useStudio } from '../state/state.ts';
import { LayerFields, MethodFields } from './MethodFields.tsx';
import { methodOrder, methodWords } from './methodWords.ts';
import { chosenModels, modelNodes, usualPath } from './modelNodes.ts';
import { pickTruth, startShrink } from './shrinking.ts';
import { hasLayers } from './shrinkSettings.ts';
import { setShrinking, setShrinkSettings, triedOn, useShrink } from './shrinkState.ts';

/** Whose models, how, and on what they are held against what they were. */
export function ShrinkForm() {
  const settings = useShrink((s) => s.settings);
  const waiting = useShrink((s) => s.result?.standing === 'waiting');
  const waits = useWaits();
  const none = useStudio((s) => modelNodes(s.document.nodes, s.specs).length === 0);
  const reason = none ? 'The pipeline has no model' : waits;
  return (
    <form
      className="shrink-form"
      aria-label="How"
      onSubmit={(event) => {
        event.preventDefault();
        if (reason === null) void startShrink();
      }}
    >
      <div className="shrink-fields">
        <Models />
        <Methods />
        <fieldset className="shrink-part">
          <legend>How exactly</legend>
          <MethodFields settings={settings} />
          {hasLayers(settings.to) && (
            <>
              <div className="check-row">
                <label>
                  <input
                    type="checkbox"
                    checked={settings.limited}
                    onChange={(event) => setShrinkSettings({ limited: event.target.checked })}
                  />
                  Answers may lose at most
                </label>
                <NumberBox
                  label="Largest drop in percent"
                  value={settings.maxDrop}
                  least={0.001}
                  most={100}
                  unit="%"
                  onChange={(maxDrop) => setShrinkSettings({ maxDrop, limited: true })}
                />
              </div>
              {settings.limited && (
                <p className="hint">Looks for the fastest mix of layers that holds it; the rest stays as it is.</p>
              )}
              <label className="check-row">
                <input
                  type="checkbox"
                  checked={settings.sensitivity}
                  onChange={(event) => setShrinkSettings({ sensitivity: event.target.checked })}
                />
                Tell what each layer alone costs
              </label>
              <LayerFields settings={settings} />
            </>
          )}
        </fieldset>
        <Samples />
        <fieldset className="shrink-part">
          <legend>Latency</legend>
          <div className="check-row">
            <label>
              <input
                type="checkbox"
                checked={settings.measured}
                onChange={(event) => setShrinkSettings({ measured: event.target.checked })}
              />
              Measure both in turns, at most
            </label>
            <NumberBox
              label="Seconds of measuring"
              value={settings.budget}
              least={1}
              most={3600}
              unit="s"
              onChange={(budget) => setShrinkSettings({ budget, measured: true })}
            />
          </div>
        </fieldset>
      </div>
      <footer className="shrink-foot">
        {waiting && <p className="hint">Trying anew takes away what waits on the right.</p>}
        <button
          type="submit"
          className={waiting ? 'button' : 'button primary'}
          disabled={reason !== null}
          title={reason ?? undefined}
          data-first
        >
          {waiting ? 'Try this instead' : 'Try it'}
        </button>
      </footer>
    </form>
  );
}

function Models() {
  const nodes = useStudio((s) => s.document.nodes);
  const specs = useStudio((s) => s.specs);
  const chosen = useShrink((s) => s.nodes);
  const path = useShrink((s) => s.path);
  const to = useShrink((s) => s.settings.to);
  const models = useMemo(() => modelNodes(nodes, specs), [nodes, specs]);
  if (models.length === 0)
    return (
      <fieldset className="shrink-part">
        <legend>Models</legend>
        <p className="hint">The pipeline runs no model: put one on the canvas first.</p>
      </fieldset>
    );
  const ids = new Set(chosenModels(models, chosen).map(({ id }) => id));
  const files = [...new Set(chosenModels(models, chosen).map(({ file }) => file))];
  function turn(id: string, on: boolean): void {
    const next = models.filter((one) => (one.id === id ? on : ids.has(one.id))).map((one) => one.id);
    // One is the least; all is told as all, so that a model added later is among them.
    if (next.length > 0) setShrinking({ nodes: next.length === models.length ? [] : next });
  }
  return (
    <fieldset className="shrink-part">
      <legend>
        Models
        <span className="quiet">
          {ids.size} of {models.length}
        </span>
      </legend>
      {models.map(({ id, title, file }) => (
        <label key={id} className="shrink-model">
          <input type="checkbox" checked={ids.has(id)} onChange={(event) => turn(id, event.target.checked)} />
          <span className="cut">{title}</span>
          <span className="quiet mono cut" title={file}>
            {baseName(file)}
          </span>
        </label>
      ))}
      {files.length === 1 && (
        <label className="shrink-file">
          <span>To</span>
          <span className="field">
            <input
              type="text"
              className="mono"
              aria-label="File to make, in the pipeline’s folder"
              spellCheck={false}
              placeholder={usualPath(files[0], to)}
              value={path}
              onChange={(event) => setShrinking({ path: event.target.value })}
            />
          </span>
        </label>
      )}
    </fieldset>
  );
}

function Methods() {
  const to = useShrink((s) => s.settings.to);
  return (
    <fieldset className="shrink-part">
      <legend>Method</legend>
      <div className="shrink-methods">
        {methodOrder.map((method) => {
          const { title, size, speed, how } = methodWords[method];
          return (
            <label key={method} className={method === to ? 'shrink-method on' : 'shrink-method'}>
              <input
                type="radio"
                name="method"
                checked={method === to}
                onChange={() => setShrinkSettings({ to: method })}
              />
              <b>{title}</b>
              <span className="quiet">
                {size}, {speed}
              </span>
              {method === to && <span className="shrink-how">{how}</span>}
            </label>
          );
        })}
      </div>
    </fieldset>
  );
}

function Samples() {
  const chosen = useShrink((s) => s.on);
  const truth = useShrink((s) => s.truth);
  const library = useLibrarySets();
  const sets = library?.length ?? 0;
  const on = triedOn(chosen, sets);
  return (
    <fieldset className="shrink-part">
      <legend>On what</legend>
      <label className="check-row">
        <input
          type="radio"
          name="shrink-samples"
          checked={on === 'library'}
          disabled={sets === 0}
          onChange={() => setShrinking({ on: 'library' })}
        />
        {library === null
          ? 'The whole library'
          : sets === 0
            ? 'The library has nothing for these inputs'
            : `The whole library: ${countText(sets, 'sample')}`}
      </label>
      <label className="check-row">
        <input type="radio" name="shrink-samples" checked={on === 'own'} onChange={() => setShrinking({ on: 'own' })} />
        The media in the pipeline’s own inputs
      </label>
      <div className="shrink-truth">
        {truth === null ? (
          <button type="button" className="button small" onClick={() => void pickTruth()}>
            <FileJson2 size={12} aria-hidden="true" />
            Say what is true of them…
          </button>
        ) : (
          <>
            <span className="quiet">What is true:</span>
            <span className="mono cut" title={truth}>
              {baseName(truth)}
            </span>
            <button
              type="button"
              className="icon-button small"
              aria-label="Do without what is true"
              title="Do without it"
              onClick={() => setShrinking({ truth: null })}
            >
              <X size={12} aria-hidden="true" />
            </button>
          </>
        )}
      </div>
      {truth === null && (
        <p className="hint">
          JSON by file name: a label, or boxes with labels. Then accuracy or mAP is told, and a drop is of that.
        </p>
      )}
    </fieldset>
  );
}
