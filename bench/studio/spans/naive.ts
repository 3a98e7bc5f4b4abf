import type { Trace } from '../../../core/profile/trace.ts';

const heat = ['#3a3d42', '#6b5f4d', '#a87f46', '#cf8636', '#f28a4a', '#ff6f55'];

/**
 * The peer: a canvas that goes through every span, as a first version would, and fills a rectangle for each in sight. Wheel
 * and drag do what they do in the studio's timeline.
 */
export function openNaive(root: HTMLElement, { spans, runs, names }: Trace): void {
  const canvas = document.createElement('canvas');
  canvas.className = 'timeline-surface';
  canvas.width = root.clientWidth;
  canvas.height = 320;
  root.append(canvas);
  const context = canvas.getContext('2d', { alpha: false });
  if (context === null) throw new Error('There is no canvas.');
  const c = context;
  const bounds = { from: runs.startMs[0], to: runs.endMs[runs.count - 1] };
  let { from, to } = bounds;
  const lanes = [...new Set(spans.worker)];
  let asked = false;
  const draw = (): void => {
    asked = false;
    c.fillStyle = '#1c1d20';
    c.fillRect(0, 0, canvas.width, canvas.height);
    const scale = canvas.width / (to - from);
    for (let i = 0; i < spans.count; i++) {
      if (spans.endMs[i] < from || spans.startMs[i] > to) continue;
      c.fillStyle = heat[names[spans.node[i]].length % 6];
      const width = (spans.endMs[i] - spans.startMs[i]) * scale;
      c.fillRect((spans.startMs[i] - from) * scale, lanes.indexOf(spans.worker[i]) * 40, Math.max(1, width), 16);
    }
  };
  const ask = (): void => {
    if (!asked) requestAnimationFrame(draw);
    asked = true;
  };
  canvas.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const length = to - from;
      if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        const by = (event.deltaX / canvas.width) * length;
        [from, to] = [from + by, to + by];
      } else {
        const at = from + (event.offsetX / canvas.width) * length;
        const next = Math.min(length * Math.exp(event.deltaY * 0.0022), bounds.to - bounds.from);
        from = at - ((at - from) / length) * next;
        to = from + next;
      }
      ask();
    },
    { passive: false },
  );
  draw();
}
