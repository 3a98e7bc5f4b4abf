import type { ModelProfile } from '../../core/profile/profile.ts';
import { msWithUnit, percentText, thousands } from '../profile/words.ts';

interface ModelsProps {
  readonly models: readonly ModelProfile[];
  readonly titleOf: (node: string) => string;
}

/** Per model the ten costliest operators, by kind and one by one, and those that a device left to the CPU. */
export function Models({ models, titleOf }: ModelsProps) {
  return models.map((model) => (
    <article key={model.node} className="report-model">
      <h3>{titleOf(model.node)}</h3>
      <p>
        {`${model.file} on ${model.device}, lane ${model.lane}, ${model.threads} ${model.threads === 1 ? 'thread' : 'threads'}. A run takes ${msWithUnit(model.runMs)}; its operators ${msWithUnit(model.kernelMs)}; ${msWithUnit(model.profiledRunMs)} with the runtime's own profiler on.`}
      </p>
      <div className="report-pair">
        <table className="report-table">
          <thead>
            <tr>
              <th scope="col">Kind of operator</th>
              <th className="number">Count</th>
              <th className="number">µs</th>
              <th className="number">Share</th>
            </tr>
          </thead>
          <tbody>
            {model.kernels.slice(0, 10).map((kernel) => (
              <tr key={`${kernel.op} ${kernel.provider}`}>
                <th scope="row">{kernel.op}</th>
                <td className="number">{kernel.count}</td>
                <td className="number">{microseconds(kernel.ms)}</td>
                <td className="number">{percentText(model.kernelMs === 0 ? 0 : (100 * kernel.ms) / model.kernelMs)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <table className="report-table">
          <thead>
            <tr>
              <th scope="col">Costliest operators</th>
              <th>Kind</th>
              <th>Gives</th>
              <th className="number">µs</th>
            </tr>
          </thead>
          <tbody>
            {model.layers.slice(0, 10).map((layer, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: names of operators may be alike.
              <tr key={at}>
                <th scope="row">{layer.name}</th>
                <td>{layer.op}</td>
                <td>{layer.outputs}</td>
                <td className="number">{microseconds(layer.ms)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {model.fellBack.map((one) => (
        <p key={one.layer} className="report-warning">
          {`${one.layer} (${one.op}) ran on the CPU although ${model.asked === 'auto' ? model.device : model.asked} was asked for: ${msWithUnit(one.ms)}, and ${msWithUnit(one.copyMs)} of copies.`}
        </p>
      ))}
    </article>
  ));
}

/** Operators of small models take a few microseconds. */
function microseconds(ms: number): string {
  return ms >= 0.01 ? thousands(ms * 1000) : (ms * 1000).toFixed(1);
}
