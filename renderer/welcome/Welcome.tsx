import { type DragEvent, useState } from 'react';
import { Rail } from './Rail.tsx';
import { Samples } from './Samples.tsx';
import { StartFromModel } from './StartFromModel.tsx';
import { takeDropped } from './takeDropped.ts';

/** Samples, recent files, a model, or nothing: where to begin. */
export function Welcome() {
  const [over, setOver] = useState(false);
  const [busy, setBusy] = useState<string | null>(null);

  async function take(file: File): Promise<void> {
    setBusy(file.name);
    await takeDropped(file);
    setBusy(null);
  }
  function dragOver(event: DragEvent): void {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
    setOver(true);
  }
  function leave(event: DragEvent<HTMLElement>): void {
    if (!(event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget))) setOver(false);
  }
  function drop(event: DragEvent): void {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file !== undefined) void take(file);
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a place to drop files; the buttons do the same by keyboard.
    <div className="welcome" onDragOver={dragOver} onDragLeave={leave} onDrop={drop}>
      <Rail />
      <main className="welcome-main">
        <Samples />
        <StartFromModel over={over} busy={busy} onFile={(file) => void take(file)} />
      </main>
    </div>
  );
}
