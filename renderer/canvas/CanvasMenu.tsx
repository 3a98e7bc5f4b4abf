import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { menuItemsOf } from '../shell/commandMenu.ts';
import { Keys } from '../shell/Keys.tsx';
import type { MenuItem } from '../shell/Menu.tsx';
import { type MenuAt, type MenuTarget, setCanvas, useCanvas } from './canvasState.ts';
import { canvasElement } from './flow.ts';

/** What can be done to what is under the pointer. The same commands as everywhere else. */
export function CanvasMenu() {
  const menu = useCanvas((s) => s.menu);
  return menu === null ? null : <Menu key={`${menu.screen.x} ${menu.screen.y}`} menu={menu} />;
}

/** Ids of commands; null is a line between them. */
const items: Readonly<Record<MenuTarget, readonly (string | null)[]>> = {
  canvas: [
    'canvas.add',
    'canvas.note',
    'edit.paste',
    null,
    'edit.selectAll',
    'canvas.arrange',
    null,
    'canvas.fit',
    'canvas.zoom100',
    'canvas.snap',
  ],
  nodes: [
    'run.here',
    'edit.rename',
    'edit.bypass',
    null,
    'edit.cut',
    'edit.copy',
    'edit.paste',
    'edit.duplicate',
    'edit.delete',
    null,
    'edit.group',
    'edit.ungroup',
    'canvas.fold',
    null,
    'canvas.upstream',
    'canvas.downstream',
    'canvas.arrangeSelection',
    'canvas.fitSelection',
  ],
  wire: ['canvas.insertOnWire', 'view.wireTypes', null, 'edit.delete'],
  note: ['edit.rename', null, 'edit.cut', 'edit.copy', 'edit.duplicate', 'edit.delete'],
  group: [
    'canvas.fold',
    'edit.rename',
    'edit.ungroup',
    null,
    'edit.bypass',
    'edit.copy',
    'edit.duplicate',
    'edit.delete',
    null,
    'canvas.fitSelection',
  ],
};

function Menu({ menu }: { readonly menu: MenuAt }) {
  const box = useRef<HTMLDivElement>(null);
  /** What had the focus, to have it again. */
  const before = useRef(document.activeElement instanceof HTMLElement ? document.activeElement : null);
  const [place, setPlace] = useState({ left: 0, top: 0 });
  useLayoutEffect(() => {
    const bounds = canvasElement()?.getBoundingClientRect();
    const own = box.current?.getBoundingClientRect();
    if (bounds === undefined || own === undefined) return;
    setPlace({
      left: Math.max(4, Math.min(menu.screen.x - bounds.left, bounds.width - own.width - 4)),
      top: Math.max(4, Math.min(menu.screen.y - bounds.top, bounds.height - own.height - 4)),
    });
    box.current?.querySelector<HTMLElement>('[role="menuitem"]:not([aria-disabled="true"])')?.focus();
  }, [menu]);
  useEffect(() => {
    const away = (event: PointerEvent): void => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setCanvas({ menu: null });
    };
    window.addEventListener('pointerdown', away, true);
    return () => window.removeEventListener('pointerdown', away, true);
  }, []);
  const keys = (event: KeyboardEvent): void => {
    event.stopPropagation();
    const all = [...(box.current?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? [])];
    const at = all.indexOf(document.activeElement as HTMLElement);
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) all[(at + step + all.length) % all.length]?.focus();
    else if (event.key === 'Home') all[0]?.focus();
    else if (event.key === 'End') all.at(-1)?.focus();
    else if (event.key === 'Escape' || event.key === 'Tab') {
      setCanvas({ menu: null });
      before.current?.focus({ preventScroll: true });
    } else return;
    event.preventDefault();
  };
  return (
    <div
      ref={box}
      className="canvas-menu floating"
      role="menu"
      aria-label="Commands"
      tabIndex={-1}
      style={place}
      onKeyDown={keys}
      onContextMenu={(event) => event.preventDefault()}
    >
      {items[menu.target].map((id, i) =>
        id === null ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines are told apart by place.
          <hr key={`line ${i}`} />
        ) : (
          menuItemsOf([id]).map((item) => <MenuRow key={id} item={item} />)
        ),
      )}
    </div>
  );
}

function MenuRow({ item }: { readonly item: MenuItem }) {
  return (
    <button
      type="button"
      role="menuitem"
      aria-disabled={item.whyNot !== undefined}
      title={item.whyNot}
      onClick={() => {
        if (item.whyNot !== undefined) return;
        setCanvas({ menu: null });
        item.run?.();
      }}
    >
      <span>{item.label}</span>
      {item.checked === true && <em>on</em>}
      <Keys keys={item.keys} />
    </button>
  );
}
