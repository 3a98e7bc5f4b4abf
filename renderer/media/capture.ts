import tapUrl from './tap.worklet.ts?worker&url';
import { joinPieces, wavFile } from './wavFile.ts';

/** Opens camera or microphone; the person may be asked first. Rejects with what `captureFault` puts into words. */
export async function openStream(what: 'camera' | 'microphone', device?: string): Promise<MediaStream> {
  // Absent where the page is not served safely.
  const devices: MediaDevices | undefined = navigator.mediaDevices;
  if (devices === undefined) throw new DOMException('no mediaDevices', 'SecurityError');
  const chosen = device === undefined ? {} : { deviceId: { exact: device } };
  return devices.getUserMedia(
    what === 'camera'
      ? { video: { width: { ideal: 1920 }, height: { ideal: 1080 }, ...chosen } }
      : { audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false, ...chosen } },
  );
}

export function closeStream(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** Devices of a kind, with names once one of them may be used. */
export async function devicesOf(what: 'camera' | 'microphone'): Promise<readonly MediaDeviceInfo[]> {
  const kind = what === 'camera' ? 'videoinput' : 'audioinput';
  return (await navigator.mediaDevices.enumerateDevices()).filter((device) => device.kind === kind);
}

/** The picture that the camera shows now, as JPEG at the camera's own size. */
export async function takeStill(video: HTMLVideoElement): Promise<Blob> {
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext('2d')?.drawImage(video, 0, 0);
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob === null ? reject(new DOMException('no picture', 'NotReadableError')) : resolve(blob)),
      'image/jpeg',
      0.92,
    );
  });
}

export interface Recording {
  /** Ends it; resolves with the file. */
  stop(): Promise<Blob>;
}

const clipForms = ['video/mp4;codecs=avc1', 'video/webm;codecs=vp9', 'video/webm;codecs=vp8', 'video/webm'];

/** Records what a stream shows, as MP4 where the browser can, else WebM. */
export function recordClip(stream: MediaStream): Recording & { readonly ending: 'mp4' | 'webm' } {
  const mimeType = clipForms.find((form) => MediaRecorder.isTypeSupported(form));
  const recorder = new MediaRecorder(stream, mimeType === undefined ? {} : { mimeType });
  const pieces: Blob[] = [];
  recorder.ondataavailable = ({ data }) => pieces.push(data);
  const ended = new Promise<Blob>((resolve, reject) => {
    recorder.onstop = () => resolve(new Blob(pieces, { type: recorder.mimeType }));
    recorder.onerror = () => reject(new DOMException('the recording broke off', 'NotReadableError'));
  });
  recorder.start(500);
  return {
    ending: recorder.mimeType.startsWith('video/mp4') ? 'mp4' : 'webm',
    stop: () => {
      if (recorder.state !== 'inactive') recorder.stop();
      return ended;
    },
  };
}

/** Records sound sample by sample, at the rate of the device; `heard` is told the level (0 to 1) eight times a second. */
export async function recordSound(stream: MediaStream, heard: (level: number) => void): Promise<Recording> {
  const context = new AudioContext();
  await context.audioWorklet.addModule(tapUrl);
  const source = context.createMediaStreamSource(stream);
  const tap = new AudioWorkletNode(context, 'tributary-tap', { numberOfOutputs: 0 });
  const pieces: Float32Array[][] = [];
  tap.port.onmessage = ({ data }: MessageEvent<Float32Array[][]>) => {
    for (const block of data)
      for (const [channel, samples] of block.entries()) {
        pieces[channel] ??= [];
        pieces[channel].push(samples);
      }
    heard(loudest(data));
  };
  source.connect(tap);
  await context.resume();
  return {
    stop: async () => {
      source.disconnect();
      tap.port.onmessage = null;
      const { sampleRate } = context;
      await context.close();
      return wavFile(pieces.map(joinPieces), sampleRate);
    },
  };
}

function loudest(blocks: readonly (readonly Float32Array[])[]): number {
  let most = 0;
  for (const block of blocks)
    for (const channel of block) for (const sample of channel) most = Math.max(most, Math.abs(sample));
  return most;
}
