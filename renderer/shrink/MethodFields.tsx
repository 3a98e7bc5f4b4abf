import type { ReactNode } from 'react';
import { Fold } from '../inspector/Section.tsx';
import { NumberBox } from '../profile/side/NumberBox.tsx';
import { deviceName } from '../shell/devices.ts';
import { optimisedFor, type ShrinkSettings } from './shrinkSettings.ts';
import { setShrinkSettings } from './shrinkState.ts';

/** What the chosen method can be told. */
export function MethodFields({ settings }: { readonly settings: ShrinkSettings }) {
  switch (settings.to) {
    case 'int8-static':
      return (
        <>
          <Choice
            name="Ranges by"
            value={settings.calibration}
            choices={{ minMax: 'all that was seen', percentile: 'a percentile', entropy: 'least entropy lost' }}
            onChange={(calibration) => setShrinkSettings({ calibration })}
          />
          {settings.calibration === 'percentile' && (
            <Row name="Percentile">
              <NumberBox
                label="Percentile"
                value={settings.percentile}
                least={50}
                most={100}
                unit="%"
                onChange={(percentile) => setShrinkSettings({ percentile })}
              />
            </Row>
          )}
          <Choice
            name="Values"
            value={settings.activations}
            choices={{ uint8: 'uint8, for CPUs', int8: 'int8, for TensorRT' }}
            onChange={(activations) => setShrinkSettings({ activations })}
          />
          <Bits settings={settings} />
        </>
      );
    case 'int8':
      return <Bits settings={settings} />;
    case 'int4':
      return (
        <>
          <Choice
            name="Weights a scale"
            value={String(settings.blockSize)}
            choices={{ 16: '16', 32: '32', 64: '64', 128: '128', 256: '256' }}
            onChange={(size) => setShrinkSettings({ blockSize: blockSizes[size] })}
          />
          <Tick
            words="A zero point for each block"
            on={settings.zeroPoints}
            onChange={(zeroPoints) => setShrinkSettings({ zeroPoints })}
          />
        </>
      );
    case 'float16':
      return (
        <>
          <Choice
            name="Goes in and out"
            value={settings.edges}
            choices={{ float32: 'float32', float16: 'float16' }}
            onChange={(edges) => setShrinkSettings({ edges })}
          />
          <Row name="Error of outputs, at most">
            <NumberBox
              label="Largest relative error in percent"
              value={settings.maxError}
              least={0.001}
              most={100}
              unit="%"
              onChange={(maxError) => setShrinkSettings({ maxError })}
            />
          </Row>
        </>
      );
    case 'pruned':
      return (
        <>
          <Choice
            name="What goes"
            value={settings.prune}
            choices={{ channels: 'whole channels', weights: 'single weights' }}
            onChange={(prune) => setShrinkSettings({ prune })}
          />
          <Row name="Share of each layer">
            <NumberBox
              label="Share that goes in percent"
              value={settings.share[settings.prune]}
              least={1}
              most={99}
              unit="%"
              onChange={(share) => setShrinkSettings({ share: { ...settings.share, [settings.prune]: share } })}
            />
          </Row>
        </>
      );
    case 'optimised':
      return (
        <>
          <Choice
            name="Operators"
            value={settings.level}
            choices={{ extended: 'fused, the runtime’s own', basic: 'the standard’s alone' }}
            onChange={(level) => setShrinkSettings({ level })}
          />
          <Choice
            name="For"
            value={String(settings.device)}
            choices={Object.fromEntries(optimisedFor.map((device) => [device, deviceName(device)]))}
            onChange={(chosen) =>
              setShrinkSettings({ device: optimisedFor.find((device) => device === chosen) ?? settings.device })
            }
          />
        </>
      );
  }
}

/** Layers that stay as they are, whatever the method. */
export function LayerFields({ settings }: { readonly settings: ShrinkSettings }) {
  return (
    <Fold
      title="Layers that stay as they are"
      name="shrink layers"
      closed
      force={settings.except !== '' || settings.exceptOperators !== ''}
    >
      <Tick
        words="The first with weights"
        on={settings.keepFirst}
        onChange={(keepFirst) => setShrinkSettings({ keepFirst })}
      />
      <Tick
        words="The last with weights"
        on={settings.keepLast}
        onChange={(keepLast) => setShrinkSettings({ keepLast })}
      />
      <label className="shrink-layers">
        <span className="quiet">And these, one name a line</span>
        <span className="field">
          <textarea
            className="mono"
            rows={3}
            spellCheck={false}
            value={settings.except}
            onChange={(event) => setShrinkSettings({ except: event.target.value })}
          />
        </span>
      </label>
      <label className="shrink-layers">
        <span className="quiet">And all of these operators</span>
        <span className="field">
          <input
            type="text"
            className="mono"
            spellCheck={false}
            placeholder="Softmax, Gemm"
            value={settings.exceptOperators}
            onChange={(event) => setShrinkSettings({ exceptOperators: event.target.value })}
          />
        </span>
      </label>
    </Fold>
  );
}

function Bits({ settings }: { readonly settings: ShrinkSettings }) {
  return (
    <>
      <Choice
        name="Bits of weights"
        value={String(settings.bits)}
        choices={{ auto: '7 or 8, by this CPU', 7: '7 bits', 8: '8 bits' }}
        onChange={(bits) => setShrinkSettings({ bits: bits === '7' ? 7 : bits === '8' ? 8 : 'auto' })}
      />
      <p className="hint">
        {settings.bits === 8
          ? 'x86 processors without VNNI may saturate with 8 bits: their answers can be far from those here.'
          : '7 bits add up to the same on every processor; 8 are a little finer and need VNNI or Arm.'}
      </p>
    </>
  );
}

const blockSizes: Readonly<Record<string, ShrinkSettings['blockSize']>> = {
  16: 16,
  32: 32,
  64: 64,
  128: 128,
  256: 256,
};

function Row({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="side-row">
      <span>{name}</span>
      {children}
    </div>
  );
}

function Choice<T extends string>({
  name,
  value,
  choices,
  onChange,
}: {
  readonly name: string;
  readonly value: T;
  readonly choices: Readonly<Record<T, string>>;
  readonly onChange: (value: T) => void;
}) {
  const keys = Object.keys(choices) as T[];
  return (
    <label className="side-row">
      <span>{name}</span>
      <span className="field">
        <select value={value} onChange={(event) => onChange(keys.find((key) => key === event.target.value) ?? value)}>
          {keys.map((key) => (
            <option key={key} value={key}>
              {choices[key]}
            </option>
          ))}
        </select>
      </span>
    </label>
  );
}

function Tick({
  words,
  on,
  onChange,
}: {
  readonly words: string;
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
}) {
  return (
    <label className="check-row">
      <input type="checkbox" checked={on} onChange={(event) => onChange(event.target.checked)} />
      {words}
    </label>
  );
}
