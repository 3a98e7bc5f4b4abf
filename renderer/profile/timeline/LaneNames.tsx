import { ChevronDown, ChevronRight } from 'lucide-react';
import { type LaneBox, lanesHeight } from './laneLayout.ts';

/** The workers' names, each beside its lane; a lane with more rows than are shown opens at a click. */
export function LaneNames({
  boxes,
  onToggle,
}: {
  readonly boxes: readonly LaneBox[];
  readonly onToggle: (name: string) => void;
}) {
  return (
    <div className="lane-names" style={{ height: lanesHeight(boxes) }}>
      {boxes.map((box) => (
        <div
          key={box.name}
          className="lane-name"
          style={{ top: box.top, height: box.height, paddingTop: box.padding }}
          title={box.name}
        >
          {box.canOpen ? (
            <button
              type="button"
              aria-expanded={box.open}
              aria-label={box.open ? `${box.name}: fewer rows` : `${box.name}: ${box.hidden} more rows`}
              onClick={() => onToggle(box.name)}
            >
              {box.open ? <ChevronDown size={12} /> : <ChevronRight size={12} />}
              <span>{box.name}</span>
              {box.hidden > 0 && <small>{`+${box.hidden}`}</small>}
            </button>
          ) : (
            <span>{box.name}</span>
          )}
        </div>
      ))}
    </div>
  );
}
