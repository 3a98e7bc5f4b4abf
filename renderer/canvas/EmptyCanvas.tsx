import { MousePointerClick } from 'lucide-react';
import { useStudio } from '../state/state.ts';

/** What to do with a canvas that has nothing on it. */
export function EmptyCanvas() {
  const readOnly = useStudio((s) => s.session?.readOnly === true);
  return (
    <div className="empty-canvas">
      <MousePointerClick size={24} strokeWidth={1.5} aria-hidden="true" />
      <h2>Nothing here yet</h2>
      {!readOnly && (
        <p>
          Drop a picture, a sound, a video, a text or an ONNX file here, drag a node from the left, or press{' '}
          <kbd>Space</kbd> and type what you need.
        </p>
      )}
    </div>
  );
}
