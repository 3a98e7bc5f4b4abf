import { ChevronLeft, ChevronRight } from 'lucide-react';
import type { PortItems } from '../../core/studio/preview.ts';
import { useStudio } from '../state/state.ts';
import { setTime } from '../state/viewing.ts';
import { IconButton } from './controls.tsx';
import { itemAt } from './moments.ts';
import { timeText, wholeText } from './numbers.ts';

/** Which item of a sequence is shown, and the ones beside it. */
export function ItemStepper({ port }: { readonly port: PortItems }) {
  const at = useStudio((s) => itemAt(port.times, s.time));
  const { times, passed } = port;
  return (
    <span className="item-stepper">
      <IconButton name="Item before" disabled={at <= 0} onClick={() => setTime(times[at - 1])}>
        <ChevronLeft size={14} />
      </IconButton>
      <span>
        {`Item ${wholeText(at + 1)} of ${wholeText(times.length)}`}
        <span className="quiet">
          {` at ${timeText(times[at] ?? 0)}`}
          {passed > times.length && `, ${wholeText(passed)} passed`}
        </span>
      </span>
      <IconButton name="Next item" disabled={at >= times.length - 1} onClick={() => setTime(times[at + 1])}>
        <ChevronRight size={14} />
      </IconButton>
    </span>
  );
}
