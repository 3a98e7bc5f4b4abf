import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { LayerTime, ModelProfile, Profile } from '../../../core/profile/profile.ts';
import { select } from '../../canvas/selecting.ts';
import { Tabs } from '../../preview/controls.tsx';
import { useStudio } from '../../state/state.ts';
import { deviceText } from '../stageRows.ts';
import { useTitles } from '../titles.ts';
import { msNumber, msWithUnit, percentText } from '../words.ts';
import { TableHead } from './TableHead.tsx';

const most = 10;

/** Inside the models: which operators cost, by kernel and by layer, and which fell back to the CPU. */
export function ModelsPanel({ profile }: { readonly profile: Profile }) {
  const { models } = profile.measured;
  const chosen = useStudio((s) => s.selection.ids);
  const [by, setBy] = useState<'kernels' | 'layers'>('kernels');
  const titleOf = useTitles();
  if (models.length === 0)
    return (
      <p className="panel-nothing">
        {profile.settings.operators
          ? 'The pipeline has no models, so there are no operators to look at.'
          : 'Operators were not measured. Switch “Look inside the models” on beside Profile and measure again.'}
      </p>
    );
  const model = models.find((one) => chosen.includes(one.node)) ?? models[0];
  return (
    <div className="models-panel">
      <ul className="model-list" aria-label="Models">
        {models.map((one) => (
          <li key={one.node}>
            <button type="button" aria-pressed={one === model} onClick={() => select([one.node])}>
              <b>{titleOf(one.node)}</b>
              <span>
                {msWithUnit(one.runMs)} on {deviceText(one.device)}
              </span>
              {one.fellBack.length > 0 && (
                <span className="warning">
                  <TriangleAlert size={12} aria-hidden="true" />
                  {one.fellBack.length} fell back
                </span>
              )}
            </button>
          </li>
        ))}
      </ul>
      <div className="model-body">
        <p className="model-facts">
          <b>{model.file}</b>
          <span>
            lane {model.lane}, {model.threads === 1 ? '1 thread' : `${model.threads} threads`}, asked for{' '}
            {deviceText(model.asked)}
          </span>
          <span>
            kernels {msWithUnit(model.kernelMs)} of {msWithUnit(model.profiledRunMs)} looked at;{' '}
            {msWithUnit(model.runMs)} without looking
          </span>
        </p>
        <FellBack model={model} />
        <Tabs
          name="Operators"
          tabs={[
            { id: 'kernels', title: 'By kernel' },
            { id: 'layers', title: 'By layer' },
          ]}
          at={by}
          onChange={setBy}
        />
        {by === 'kernels' ? <Kernels model={model} /> : <Layers model={model} />}
      </div>
    </div>
  );
}

function FellBack({ model: { fellBack, asked } }: { readonly model: ModelProfile }) {
  if (fellBack.length === 0) return null;
  const copies = fellBack.reduce((sum, one) => sum + one.copyMs, 0);
  return (
    <div className="fell-back">
      <p className="warning">
        <TriangleAlert size={14} aria-hidden="true" />
        {fellBack.length} operators ran on the CPU although {deviceText(asked)} was asked for; their copies cost{' '}
        {msWithUnit(copies)}.
      </p>
      <ul>
        {fellBack.slice(0, most).map((one) => (
          <li key={one.layer}>
            <code>{one.layer}</code> {one.op}, {msWithUnit(one.ms)}, copies {msWithUnit(one.copyMs)}
          </li>
        ))}
        {fellBack.length > most && <li className="quiet">and {fellBack.length - most} more</li>}
      </ul>
    </div>
  );
}

function Kernels({ model: { kernels, kernelMs } }: { readonly model: ModelProfile }) {
  if (kernels.length === 0) return <p className="panel-nothing">The runtime told no operators of this model.</p>;
  return (
    <table className="stage-table operator-table">
      <caption className="spoken">Operators by kernel, costliest first</caption>
      <TableHead columns={['Operator', 'Ran on', '*Times', '*ms', 'Of the kernels']} />
      <tbody>
        {kernels.slice(0, most).map(({ op, provider, count, ms }) => (
          <tr key={`${op} ${provider}`}>
            <th scope="row">{op}</th>
            <td className="quiet">{providerText(provider)}</td>
            <td className="number">{count}</td>
            <td className="number">{msNumber(ms)}</td>
            <td>
              <Share of={ms} all={kernelMs} />
            </td>
          </tr>
        ))}
      </tbody>
      <Rest shown={kernels.slice(0, most)} all={kernels.length} total={kernelMs} columns={3} />
    </table>
  );
}

function Layers({ model: { layers, kernelMs } }: { readonly model: ModelProfile }) {
  if (layers.length === 0) return <p className="panel-nothing">The runtime told no layers of this model.</p>;
  return (
    <table className="stage-table operator-table">
      <caption className="spoken">Layers, costliest first</caption>
      <TableHead columns={['Layer', 'Operator', 'Ran on', 'Out', '*ms', 'Of the kernels']} />
      <tbody>
        {layers.slice(0, most).map((layer: LayerTime) => (
          <tr key={`${layer.name} ${layer.op}`} title={`${layer.inputs} → ${layer.outputs}`}>
            <th scope="row">
              <code>{layer.name}</code>
            </th>
            <td>{layer.op}</td>
            <td className="quiet">{providerText(layer.provider)}</td>
            <td className="quiet">
              <code>{layer.outputs}</code>
            </td>
            <td className="number">{msNumber(layer.ms)}</td>
            <td>
              <Share of={layer.ms} all={kernelMs} />
            </td>
          </tr>
        ))}
      </tbody>
      <Rest shown={layers.slice(0, most)} all={layers.length} total={kernelMs} columns={4} />
    </table>
  );
}

/** So that the column adds up. */
function Rest({
  shown,
  all,
  total,
  columns,
}: {
  readonly shown: readonly { readonly ms: number }[];
  readonly all: number;
  readonly total: number;
  readonly columns: number;
}) {
  const ms = total - shown.reduce((sum, one) => sum + one.ms, 0);
  if (all <= shown.length || ms <= 0) return null;
  return (
    <tfoot>
      <tr>
        <th scope="row" colSpan={columns}>
          {all - shown.length} more
        </th>
        <td className="number">{msNumber(ms)}</td>
        <td>
          <Share of={ms} all={total} />
        </td>
      </tr>
    </tfoot>
  );
}

function Share({ of, all }: { readonly of: number; readonly all: number }) {
  const percent = all === 0 ? 0 : (100 * of) / all;
  return (
    <span className="path-share">
      <i style={{ width: `${0.72 * percent}px` }} aria-hidden="true" />
      {percentText(percent)}
    </span>
  );
}

/** `CUDAExecutionProvider` → `CUDA`. */
function providerText(provider: string): string {
  return deviceText(provider.replace(/ExecutionProvider$/, ''));
}
