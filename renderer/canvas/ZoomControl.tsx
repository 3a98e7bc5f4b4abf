import { useStore } from '@xyflow/react';
import { Magnet, Maximize, Minus, Plus } from 'lucide-react';
import { useCanvas } from './canvasState.ts';
import { toggleSnap } from './editing.ts';
import { fitAll, zoomIn, zoomOut, zoomTo100 } from './zooming.ts';

/** `still`: nothing is moved here, so there is nothing to snap. */
export function ZoomControl({ still = false }: { readonly still?: boolean }) {
  const percent = useStore((s) => Math.round(s.transform[2] * 100));
  const snap = useCanvas((s) => s.snap);
  return (
    <fieldset className="zoom-control" aria-label="Zoom">
      <button type="button" className="icon-button" aria-label="Zoom out" title="Zoom out (Ctrl+−)" onClick={zoomOut}>
        <Minus size={14} aria-hidden="true" />
      </button>
      <button
        type="button"
        className="percent"
        aria-label={`Zoom ${percent} %: set to 100 %`}
        title="Zoom to 100 % (Ctrl+0)"
        onClick={zoomTo100}
      >
        {percent}%
      </button>
      <button type="button" className="icon-button" aria-label="Zoom in" title="Zoom in (Ctrl+=)" onClick={zoomIn}>
        <Plus size={14} aria-hidden="true" />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label="Fit everything"
        title="Fit everything (Shift+1)"
        onClick={fitAll}
      >
        <Maximize size={14} aria-hidden="true" />
      </button>
      {!still && (
        <button
          type="button"
          className="icon-button"
          aria-label="Snap to grid and neighbours"
          title="Snap to grid and neighbours"
          aria-pressed={snap}
          onClick={toggleSnap}
        >
          <Magnet size={14} aria-hidden="true" />
        </button>
      )}
    </fieldset>
  );
}
