const dark = `
  color-scheme: dark;
  --canvas: #141517; --chrome: #1c1d20; --card: #232528; --sunken: #131416; --hover: #2f3136;
  --line: #303237; --line-2: #44474d; --ink: #eeeff1; --ink-2: #bcc0c6; --ink-3: #989da5; --on-ink: #141517;
  --ok: #6fc48f; --warn: #e3b04b; --error: #ff8478; --error-bg: #3a2122;
  --image: #6fb1f5; --video: #b39cff; --audio: #45c4a5; --text: #e0b44e; --tensor: #aab2bd;
  --embedding: #f08cc4; --scores: #f4936a; --boxes: #a9c95a; --json: #c9ab8d; --mask: #5fc3d6;`;
const light = `
  color-scheme: light;
  --canvas: #ebecee; --chrome: #f7f7f8; --card: #ffffff; --sunken: #eff0f2; --hover: #e8e9ec;
  --line: #dcdee1; --line-2: #c0c4c9; --ink: #17181a; --ink-2: #44484f; --ink-3: #5f646c; --on-ink: #ffffff;
  --ok: #197340; --warn: #8a5f00; --error: #c02a20; --error-bg: #fdeceb;
  --image: #1b68c4; --video: #6a49d2; --audio: #0b7a62; --text: #8d6200; --tensor: #5b6470;
  --embedding: #b4327f; --scores: #b94a14; --boxes: #56740d; --json: #7d5c3e; --mask: #0a7386;`;

const kinds = ['image', 'video', 'audio', 'text', 'tensor', 'embedding', 'scores', 'boxes', 'json', 'mask'];

/** The studio's colours and measures (renderer/style/tokens.css), by what the reader's system prefers. */
export const tryPageStyle = `
:root {${dark}
  --kind: var(--tensor);
  --ui: "Inter Variable", Inter, system-ui, "Segoe UI", "Helvetica Neue", "DejaVu Sans", sans-serif;
  --mono: "JetBrains Mono", ui-monospace, "SF Mono", Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: light) { :root {${light}
} }
${kinds.map((kind) => `.kind-${kind} { --kind: var(--${kind}); }`).join('\n')}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0; background: var(--canvas); color: var(--ink); font: 420 12px/20px var(--ui);
  font-variant-numeric: tabular-nums; }
header { display: flex; gap: 12px; align-items: center; min-height: 44px; padding: 6px 16px; background: var(--chrome);
  border-bottom: 1px solid var(--line); }
h1 { margin: 0; font-size: 16px; font-weight: 620; overflow-wrap: anywhere; }
h2 { margin: 0 0 8px; font-size: 13px; font-weight: 620; }
.about { color: var(--ink-3); overflow-wrap: anywhere; }
.spring { flex: 1; }
.state { display: inline-flex; gap: 6px; align-items: center; color: var(--ink-2); }
.state::before { content: ""; width: 8px; height: 8px; border-radius: 999px; background: var(--warn); }
.state.ready::before { background: var(--ok); }
.state.failed::before { background: var(--error); }
a { color: var(--ink-2); }
main { display: grid; grid-template-columns: minmax(280px, 2fr) minmax(320px, 3fr); gap: 12px; padding: 12px;
  max-width: 1400px; margin: 0 auto; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px; min-width: 0; }
.wide { grid-column: 1 / -1; }
.drawing { background: var(--canvas); overflow-x: auto; }
.drawing .pipeline { display: block; max-width: 100%; min-width: 480px; max-height: 320px; margin: 0 auto; }
.pipeline rect { fill: var(--card); stroke: var(--line-2); }
.pipeline .input rect, .pipeline .output rect { stroke: var(--ink-3); }
.pipeline .wire { fill: none; stroke: var(--kind); stroke-width: 2; }
.pipeline .port { fill: var(--kind); stroke: var(--card); stroke-width: 2; }
.pipeline text { fill: var(--ink-2); font: 420 11px var(--ui); }
.pipeline .title { fill: var(--ink); font-weight: 620; font-size: 12px; }
.pipeline .name.out { text-anchor: end; }
.field { margin-bottom: 12px; }
label, .label { display: block; margin-bottom: 4px; font-weight: 520; overflow-wrap: anywhere; }
.kind { display: inline-block; margin-left: 6px; padding: 0 6px; border-radius: 999px; font-size: 11px; line-height: 16px;
  color: var(--kind); border: 1px solid var(--kind); font-weight: 420; }
.doc { color: var(--ink-3); overflow-wrap: anywhere; }
.drop { display: block; padding: 16px; border: 1px dashed var(--line-2); border-radius: 5px; background: var(--sunken);
  color: var(--ink-2); text-align: center; cursor: pointer; overflow-wrap: anywhere; }
.drop.over { border-color: var(--kind); background: var(--hover); }
.drop input { position: absolute; width: 1px; height: 1px; opacity: 0; }
.drop:focus-within { outline: 2px solid var(--ink-2); outline-offset: 2px; }
.drop img, .drop video { display: block; max-width: 100%; max-height: 160px; margin: 8px auto 0; border-radius: 3px; }
.drop audio { display: block; width: 100%; margin-top: 8px; }
textarea { width: 100%; min-height: 72px; padding: 8px; resize: vertical; color: var(--ink); background: var(--sunken);
  border: 1px solid var(--line-2); border-radius: 5px; font: 420 12px/18px var(--mono); }
button { height: 28px; padding: 0 12px; border: 1px solid var(--line-2); border-radius: 5px; background: var(--card);
  color: var(--ink); font: 520 12px var(--ui); cursor: pointer; }
button:hover { background: var(--hover); }
button.first { background: var(--ink); border-color: var(--ink); color: var(--on-ink); }
button:disabled { opacity: .5; cursor: default; }
button:focus-visible, textarea:focus-visible, a:focus-visible { outline: 2px solid var(--ink-2); outline-offset: 2px; }
.row { display: flex; gap: 8px; align-items: center; flex-wrap: wrap; }
pre { margin: 0; padding: 8px; overflow-x: auto; background: var(--sunken); border-radius: 5px;
  font: 420 11px/16px var(--mono); white-space: pre-wrap; overflow-wrap: anywhere; max-height: 320px; overflow-y: auto; }
.problem { padding: 8px; border-radius: 5px; background: var(--error-bg); color: var(--error); overflow-wrap: anywhere; }
.answer { margin-bottom: 16px; }
.bar { display: grid; grid-template-columns: minmax(80px, 1fr) 2fr 64px; gap: 8px; align-items: center; min-height: 20px; }
.bar .name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.bar .track { height: 8px; border-radius: 3px; background: var(--sunken); overflow: hidden; }
.bar .fill { display: block; height: 100%; background: var(--kind); }
.bar .number { text-align: right; font-family: var(--mono); font-size: 11px; }
.shown { display: block; max-width: 100%; max-height: 480px; border-radius: 3px; image-rendering: auto; }
.over { position: relative; display: inline-block; max-width: 100%; }
.over svg { position: absolute; inset: 0; width: 100%; height: 100%; }
.over rect { fill: none; stroke: var(--boxes); stroke-width: 2; vector-effect: non-scaling-stroke; }
.over text { fill: var(--boxes); paint-order: stroke; stroke: #000; stroke-width: 3px; }
table { border-collapse: collapse; }
td, th { padding: 2px 12px 2px 0; text-align: left; font-weight: 420; }
th { color: var(--ink-3); }
td.number { font-family: var(--mono); font-size: 11px; text-align: right; }
@media (max-width: 760px) { main { grid-template-columns: minmax(0, 1fr); } }
`;
