import { Camera, Circle, Square } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Modal } from '../shell/Modal.tsx';
import { sayProblem } from '../state/toasts.ts';
import { closeStream, devicesOf, openStream, type Recording, recordClip, takeStill } from './capture.ts';
import { DevicePick, Refused } from './captureParts.tsx';
import { captureFault, captureName } from './captureWords.ts';
import { uploadFiles } from './library.ts';

/** A clip ends by itself after this long. */
const mostSeconds = 60;

/** What the camera shows, to be taken as a picture or a short clip into the library. */
export function CameraDialog({ close }: { readonly close: () => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const [stream, setStream] = useState<MediaStream | null>(null);
  const [device, setDevice] = useState<string>();
  const [devices, setDevices] = useState<readonly MediaDeviceInfo[]>([]);
  const [fault, setFault] = useState<ReturnType<typeof captureFault> | null>(null);
  const [clip, setClip] = useState<(Recording & { readonly ending: string }) | null>(null);
  const [seconds, setSeconds] = useState(0);
  const [taken, setTaken] = useState<readonly string[]>([]);
  const [tries, setTries] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `tries` counts how often the person asked for it.
  useEffect(() => {
    let there = true;
    let opened: MediaStream | null = null;
    setFault(null);
    openStream('camera', device)
      .then(async (got) => {
        opened = got;
        if (!there) return closeStream(got);
        setStream(got);
        setDevices(await devicesOf('camera'));
      })
      .catch((error: unknown) => there && setFault(captureFault(error, 'camera')));
    return () => {
      there = false;
      closeStream(opened);
      setStream(null);
    };
  }, [device, tries]);
  useEffect(() => {
    if (video.current !== null) video.current.srcObject = stream;
  }, [stream]);
  useEffect(() => {
    if (clip === null) return;
    const since = performance.now();
    const timer = window.setInterval(() => setSeconds((performance.now() - since) / 1000), 200);
    return () => window.clearInterval(timer);
  }, [clip]);
  useEffect(() => {
    if (clip !== null && seconds >= mostSeconds) void endClip();
  });

  async function keep(blob: Blob, what: string, ending: string): Promise<void> {
    const name = captureName(what, ending, new Date());
    try {
      await uploadFiles([new File([blob], name, { type: blob.type })]);
      setTaken((names) => [...names, name]);
    } catch (error) {
      sayProblem(error);
    }
  }
  async function still(): Promise<void> {
    if (video.current === null) return;
    try {
      await keep(await takeStill(video.current), 'photo', 'jpg');
    } catch (error) {
      setFault(captureFault(error, 'camera'));
    }
  }
  async function endClip(): Promise<void> {
    if (clip === null) return;
    setClip(null);
    setSeconds(0);
    await keep(await clip.stop(), 'clip', clip.ending);
  }
  const live = stream !== null && fault === null;
  return (
    <Modal title="Camera" className="capture" onClose={close}>
      {fault === null ? (
        <video ref={video} autoPlay muted playsInline aria-label="What the camera shows" />
      ) : (
        <Refused fault={fault} again={() => setTries(tries + 1)} />
      )}
      <div className="capture-bar">
        <button type="button" data-first className="button primary" disabled={!live} onClick={() => void still()}>
          <Camera size={14} aria-hidden="true" />
          Take a picture
        </button>
        {clip === null ? (
          <button
            type="button"
            className="button"
            disabled={!live}
            onClick={() => stream && setClip(recordClip(stream))}
          >
            <Circle size={14} aria-hidden="true" />
            Record a clip
          </button>
        ) : (
          <button type="button" className="button" onClick={() => void endClip()}>
            <Square size={14} aria-hidden="true" />
            Stop at {seconds.toFixed(1)} s
          </button>
        )}
        <DevicePick label="Camera" devices={devices} chosen={device} choose={setDevice} />
      </div>
      <p className="quiet" role="status">
        {taken.length === 0
          ? `Goes into the library; a clip ends after ${mostSeconds} s.`
          : `In the library: ${taken.join(', ')}`}
      </p>
    </Modal>
  );
}
