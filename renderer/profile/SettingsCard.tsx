import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { defaultSettings } from '../../core/profile/profile.ts';
import { runCommand } from '../shell/commandMenu.ts';
import { Keys } from '../shell/Keys.tsx';
import { useElsewhere } from '../shell/useElsewhere.ts';
import { useStudio } from '../state/state.ts';
import { readLibrary } from './jobs.ts';
import { keepSettings, useKeptSettings } from './kept.ts';
import { setProfiling, useProfile } from './profileState.ts';
import { NumberBox } from './side/NumberBox.tsx';

/** How and on what is measured: opens below the Profile button. */
export function SettingsCard({ children }: { readonly children: ReactNode }) {
  const [open, setOpen] = useState(false);
  const wrap = useRef<HTMLSpanElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = useCallback(() => setOpen(false), []);
  useElsewhere(open, wrap, close);
  useEffect(() => {
    if (open) void readLibrary();
  }, [open]);
  return (
    <span className="menu-wrap" ref={wrap}>
      <button
        ref={button}
        type="button"
        className="button primary run-more"
        aria-label="How to measure"
        title="How and on what to measure"
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {children}
      </button>
      {open && (
        <div
          className="drop-card floating measure-card"
          role="dialog"
          aria-label="How to measure"
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.stopPropagation();
            setOpen(false);
            button.current?.focus();
          }}
        >
          <h2>On what</h2>
          <Samples />
          <h2>How</h2>
          <How />
          <p className="quiet">
            From anywhere: <Keys keys={['F6']} /> measures, <Keys keys={['F8']} /> changes the screen.
          </p>
        </div>
      )}
    </span>
  );
}

function Samples() {
  const choice = useProfile((s) => s.samples);
  const library = useProfile((s) => s.library);
  const names = library?.map((set) => set.name) ?? [];
  const none = library !== null && names.length === 0;
  return (
    <fieldset className="sample-choice">
      <legend className="spoken">Samples</legend>
      <label>
        <input
          type="radio"
          name="samples"
          checked={choice.on === 'own'}
          onChange={() => setProfiling({ samples: { on: 'own' } })}
        />
        The media in the pipeline’s own inputs
      </label>
      <label className={none ? 'quiet' : ''}>
        <input
          type="radio"
          name="samples"
          disabled={none}
          checked={choice.on === 'library'}
          onChange={() => setProfiling({ samples: { on: 'library' } })}
        />
        {library === null
          ? 'The whole library'
          : none
            ? 'The library has nothing for these inputs'
            : `The whole library: ${names.length} ${names.length === 1 ? 'sample' : 'samples'}, by turns`}
      </label>
      {!none && (
        <label>
          <input
            type="radio"
            name="samples"
            checked={choice.on === 'one'}
            disabled={names.length === 0}
            onChange={() => setProfiling({ samples: { on: 'one', name: names[0] } })}
          />
          <span>One:</span>
          <span className="field">
            <select
              aria-label="Which sample"
              disabled={names.length === 0}
              value={choice.on === 'one' ? choice.name : (names[0] ?? '')}
              onChange={(event) => setProfiling({ samples: { on: 'one', name: event.target.value } })}
            >
              {names.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </span>
        </label>
      )}
    </fieldset>
  );
}

function How() {
  const kept = useKeptSettings();
  const fused = useStudio((s) => s.fused);
  return (
    <div className="measure-how">
      <div className="side-row">
        <span>Until the median is known to ±</span>
        <NumberBox
          label="Half of the interval in percent"
          value={kept.intervalPercent ?? defaultSettings.intervalPercent}
          least={0.1}
          most={50}
          unit="%"
          onChange={(intervalPercent) => keepSettings({ intervalPercent })}
        />
      </div>
      <div className="side-row">
        <span>or so long at the most</span>
        <NumberBox
          label="Budget in seconds"
          value={(kept.budgetMs ?? defaultSettings.budgetMs) / 1000}
          least={1}
          most={3600}
          unit="s"
          onChange={(seconds) => keepSettings({ budgetMs: seconds * 1000 })}
        />
      </div>
      <label className="check-row">
        <input
          type="checkbox"
          checked={kept.operators ?? defaultSettings.operators}
          onChange={(event) => keepSettings({ operators: event.target.checked })}
        />
        Look inside the models, afterwards
      </label>
      <label className="check-row">
        <input type="checkbox" checked={fused} onChange={() => runCommand('run.fused')} />
        Run fused: its compiled form is measured
      </label>
    </div>
  );
}
