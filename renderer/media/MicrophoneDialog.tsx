import { Mic, Square } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Modal } from '../shell/Modal.tsx';
import { sayProblem } from '../state/toasts.ts';
import { closeStream, devicesOf, openStream, type Recording, recordSound } from './capture.ts';
import { DevicePick, Refused } from './captureParts.tsx';
import { captureFault, captureName } from './captureWords.ts';
import { uploadFiles } from './library.ts';

/** A recording ends by itself after this long. */
const mostSeconds = 600;

/** Records from the microphone into the library, as plain WAV. */
export function MicrophoneDialog({ close }: { readonly close: () => void }) {
  const [stream, setStream] = useState<MediaStream | null>(null);
  const [device, setDevice] = useState<string>();
  const [devices, setDevices] = useState<readonly MediaDeviceInfo[]>([]);
  const [fault, setFault] = useState<ReturnType<typeof captureFault> | null>(null);
  const [recording, setRecording] = useState<Recording | null>(null);
  const [seconds, setSeconds] = useState(0);
  const [taken, setTaken] = useState<readonly string[]>([]);
  const [tries, setTries] = useState(0);
  const level = useRef<HTMLElement>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `tries` counts how often the person asked for it.
  useEffect(() => {
    let there = true;
    let opened: MediaStream | null = null;
    setFault(null);
    openStream('microphone', device)
      .then(async (got) => {
        opened = got;
        if (!there) return closeStream(got);
        setStream(got);
        setDevices(await devicesOf('microphone'));
      })
      .catch((error: unknown) => there && setFault(captureFault(error, 'microphone')));
    return () => {
      there = false;
      closeStream(opened);
      setStream(null);
    };
  }, [device, tries]);
  const held = useRef(recording);
  held.current = recording;
  useEffect(() => () => void held.current?.stop(), []);
  useEffect(() => {
    if (recording === null) return;
    const since = performance.now();
    const timer = window.setInterval(() => setSeconds((performance.now() - since) / 1000), 100);
    return () => window.clearInterval(timer);
  }, [recording]);
  useEffect(() => {
    if (recording !== null && seconds >= mostSeconds) void end();
  });

  async function begin(): Promise<void> {
    if (stream === null) return;
    try {
      setRecording(
        await recordSound(stream, (loud) => {
          if (level.current !== null) level.current.style.width = `${Math.min(100, loud * 100)}%`;
        }),
      );
    } catch (error) {
      setFault(captureFault(error, 'microphone'));
    }
  }
  async function end(): Promise<void> {
    if (recording === null) return;
    setRecording(null);
    setSeconds(0);
    try {
      const name = captureName('sound', 'wav', new Date());
      await uploadFiles([new File([await recording.stop()], name, { type: 'audio/wav' })]);
      setTaken((names) => [...names, name]);
    } catch (error) {
      sayProblem(error);
    }
  }
  return (
    <Modal title="Microphone" className="capture" onClose={close}>
      {fault === null ? (
        <div className="capture-level">
          <i ref={level} />
          <span>
            {recording === null
              ? stream === null
                ? 'Asking for the microphone…'
                : 'Ready'
              : `${seconds.toFixed(1)} s`}
          </span>
        </div>
      ) : (
        <Refused fault={fault} again={() => setTries(tries + 1)} />
      )}
      <div className="capture-bar">
        <button
          type="button"
          data-first
          className="button primary"
          disabled={stream === null || fault !== null}
          onClick={() => void (recording === null ? begin() : end())}
        >
          {recording === null ? <Mic size={14} aria-hidden="true" /> : <Square size={14} aria-hidden="true" />}
          {recording === null ? 'Record' : 'Stop and keep'}
        </button>
        <DevicePick label="Microphone" devices={devices} chosen={device} choose={setDevice} />
      </div>
      <p className="quiet" role="status">
        {taken.length === 0
          ? 'Goes into the library as WAV, without filters of the browser; it ends after 10 minutes.'
          : `In the library: ${taken.join(', ')}`}
      </p>
    </Modal>
  );
}
