/** Runs beside the sound: hands each block of samples to the page, a second's eighth at a time. */

declare const sampleRate: number;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(
  name: string,
  processor: new () => { process(inputs: readonly (readonly Float32Array[])[]): boolean },
): void;

class Tap extends AudioWorkletProcessor {
  #blocks: Float32Array[][] = [];
  #samples = 0;

  process(inputs: readonly (readonly Float32Array[])[]): boolean {
    const [channels] = inputs;
    if (channels === undefined || channels.length === 0) return true;
    // The blocks are used again after this call: copies go out.
    this.#blocks.push(channels.map((channel) => channel.slice()));
    this.#samples += channels[0].length;
    if (this.#samples >= sampleRate / 8) {
      this.port.postMessage(this.#blocks);
      this.#blocks = [];
      this.#samples = 0;
    }
    return true;
  }
}
registerProcessor('tributary-tap', Tap);
