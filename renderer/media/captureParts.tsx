import { CircleX } from 'lucide-react';
import type { captureFault } from './captureWords.ts';

/** Why there is nothing to see or hear, and how to go on. */
export function Refused({
  fault,
  again,
}: {
  readonly fault: ReturnType<typeof captureFault>;
  readonly again: () => void;
}) {
  return (
    <div className="capture-refused" role="alert">
      <p className="failed">
        <CircleX size={14} aria-hidden="true" />
        {fault.message}
      </p>
      <p>{fault.fix}</p>
      <button type="button" className="button" onClick={again}>
        Try again
      </button>
    </div>
  );
}

/** Which camera or microphone, where there are several. */
export function DevicePick({
  label,
  devices,
  chosen,
  choose,
}: {
  readonly label: string;
  readonly devices: readonly MediaDeviceInfo[];
  readonly chosen: string | undefined;
  readonly choose: (device: string) => void;
}) {
  if (devices.length < 2) return null;
  return (
    <label className="field">
      <span className="spoken">{label}</span>
      <select value={chosen ?? devices[0].deviceId} onChange={(event) => choose(event.target.value)}>
        {devices.map((device, i) => (
          <option key={device.deviceId} value={device.deviceId}>
            {device.label || `${label} ${i + 1}`}
          </option>
        ))}
      </select>
    </label>
  );
}
