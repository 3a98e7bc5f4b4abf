/**
 * Sound as a WAV file of 16 bits (RIFF WAVE, format 1), channels interleaved. Samples of -1 to 1 go to full scale 2^15,
 * rounded to nearest; what is louder clips.
 */
export function wavFile(channels: readonly Float32Array[], sampleRateHz: number): Blob {
  const count = channels.length;
  const samples = channels[0]?.length ?? 0;
  const dataBytes = samples * count * 2;
  const view = new DataView(new ArrayBuffer(44 + dataBytes));
  putText(view, 0, 'RIFF');
  view.setUint32(4, 36 + dataBytes, true);
  putText(view, 8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, count, true);
  view.setUint32(24, sampleRateHz, true);
  view.setUint32(28, sampleRateHz * count * 2, true);
  view.setUint16(32, count * 2, true);
  view.setUint16(34, 16, true);
  putText(view, 36, 'data');
  view.setUint32(40, dataBytes, true);
  for (const [c, data] of channels.entries())
    for (let i = 0; i < samples; i++) {
      const level = Math.max(-32768, Math.min(32767, Math.round(data[i] * 32768)));
      view.setInt16(44 + (i * count + c) * 2, level, true);
    }
  return new Blob([view.buffer], { type: 'audio/wav' });
}

function putText(view: DataView, at: number, text: string): void {
  for (let i = 0; i < text.length; i++) view.setUint8(at + i, text.charCodeAt(i));
}

/** Pieces of one channel end to end. */
export function joinPieces(pieces: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
