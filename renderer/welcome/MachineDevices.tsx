import { Check, LoaderCircle, Minus } from 'lucide-react';
import { useEffect } from 'react';
import { deviceTitle, tryDevices, useDevices } from '../shell/devices.ts';
import { useStudio } from '../state/state.ts';

/** What can run models here, each found by starting it. */
export function MachineDevices() {
  const connected = useStudio((s) => s.connected);
  const found = useDevices((s) => s.found);
  const triedAt = useDevices((s) => s.triedAt);
  useEffect(() => {
    if (connected) void tryDevices();
  }, [connected]);
  const works = found?.filter((device) => device.works) ?? [];
  const not = found?.filter((device) => !device.works) ?? [];
  const time = clockText(triedAt);
  return (
    <section className="rail-section">
      <h2>Devices on this machine</h2>
      {found === null ? (
        <p className="rail-none quiet" role="status">
          <LoaderCircle size={12} className="turning" aria-hidden="true" />
          Each is being tried
        </p>
      ) : (
        <ul className="machine">
          {works.map((device) => (
            <li key={device.device} title={device.problem ?? undefined}>
              <Check size={14} className="works" aria-hidden="true" />
              <span className="cut">{deviceTitle(device)}</span>
              <span className="quiet">works, tried {time}</span>
            </li>
          ))}
          {not.length > 0 && (
            <li className="not">
              <details>
                <summary>
                  <Minus size={14} aria-hidden="true" />
                  {not.length} not on this machine
                </summary>
                <dl>
                  {not.map((device) => (
                    <div key={device.device}>
                      <dt>{deviceTitle(device)}</dt>
                      <dd>{device.problem}</dd>
                    </div>
                  ))}
                </dl>
              </details>
            </li>
          )}
        </ul>
      )}
    </section>
  );
}

function clockText(at: number): string {
  const date = new Date(at);
  return `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
}
